"""Prints that stay as they are when their garment gets another colour.

A shop's shirt in another colour has the same print. Folds, highlights and shadows are the cloth's
own colour in another light; what no light makes of it, and is no thin line, is print, and what a
network takes for one (`told_prints`).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.colors.figures import ALL, Figures
from amgan_cli.editing.colors.prints import (
    FINE,
    PLAIN_CLOTH,
    STRANGE,
    Pieces,
    cloth_around,
    find_pieces,
    in_spreads,
    unevenness,
)
from amgan_cli.editing.lab import to_lab, to_rgb
from amgan_cli.editing.lift import Window, between_cells, to_planes
from amgan_cli.morphology import grown
from amgan_cli.patches import Patches
from amgan_cli.ramp import ramp

LIGHTS, GLARES = np.geomspace(0.12, 1.7, 14), (0.0, 0.04, 0.1)
"""How much of the cloth's own light reaches shadows and folds, and white that is added to it."""
STRANGER = 14.0
"""CIELAB from the nearest of these colours, lightness counted less, that is no light's doing."""
LIGHTNESS = 0.7
"""What lightness counts there."""
THICK = 3.0
"""Pixels from the border inside a print: thinner lines are mixed with cloth and change with it."""
FAR = 4.0, 7.0
"""Spreads of coloured cloth from which what has its hue may be print."""
LEVEL, SHOWS = 10.0, 0.33
"""CIELAB lightness between print and cloth from which a print is seen by that, and share of it that
is to be left on the new cloth."""
CLOTH = 0.6
"""Share of the garment that is cloth, at least: with less it is a pattern."""


@dataclass(frozen=True)
class Kept:
    """Prints that stay, and the cloth that they lie on."""

    figures: Figures
    cloth: np.ndarray
    """Its colour around, 3 x h x w in CIELAB."""
    by_network: np.ndarray
    """Where a network sees them too, 1 x h x w, 0 or 1."""

    def at(self, lab: np.ndarray, window: Window, hue: float = 0) -> np.ndarray:
        """How much of each pixel (3 x rows x W in CIELAB) is print, rows x W in 0..1.

        As surely as cloth is told by its `hue`, 0..1, what is near its colour is none: folds,
        blurred borders; but for what a network takes for a print.
        """
        known = np.concatenate([self.cloth, self.by_network])
        *cloth, by_network = between_cells(known, lab.shape[1:], window)
        off = lab - np.stack(cloth)
        away = in_spreads(np.moveaxis(off, 0, 2))
        is_far = np.maximum(ramp(away, FAR), by_network)
        return self.figures.at(off, window) * (1 + hue * (is_far - 1))


def find_kept(
    picture: np.ndarray,
    garment: np.ndarray,
    printed: np.ndarray | None = None,
    lighter: float = 0,
) -> Kept | None:
    """What of a garment is print that stays; None where none does.

    `picture` h x w x 3 in 0..255, `garment` where it is, h x w in 0..1, with a sharp outline;
    `printed` how far a network sees a print in each place, h x w in 0..1, if it was asked, and
    `lighter` how much lighter the cloth gets, CIELAB: what would not be so much lighter or darker
    than it any more, or the other way round, changes with it.
    """
    pieces = find_pieces(picture, garment)
    if pieces is None:
        return None
    by_network = np.zeros_like(pieces.core)
    if printed is not None:
        by_network = (printed > 0.5) & pieces.core & (pieces.strange > STRANGE)
        by_network &= _still_shows(pieces.off[..., 0], by_network, lighter)
    stays = _strangers(picture, pieces) | by_network
    cloth = pieces.core & ~grown(stays, 2)
    if cloth.sum() < CLOTH * pieces.core.sum():
        return None
    usual = cloth_around(pieces.lab, cloth)
    off = pieces.lab - usual
    uneven = unevenness(off, cloth)
    if uneven > PLAIN_CLOTH:  # by its colours it could be a pattern
        stays = by_network
    if not stays.any() or uneven > FINE:
        return None
    inside = cv2.erode(stays.astype(np.uint8), np.ones((5, 5), np.uint8))
    figures = Figures.of(stays.astype(np.float32), inside, to_planes(off), ALL)
    return Kept(figures, to_planes(usual), by_network[None].astype(np.float32))


def _still_shows(off: np.ndarray, by_network: np.ndarray, lighter: float) -> np.ndarray:
    """What of the connected pieces `by_network` (h x w bool) goes on to be lighter, or darker, than
    cloth that gets so much `lighter`, h x w bool; `off` is by how much it is now, h x w."""
    figures = Patches(by_network)
    means = figures.mean(off)
    after = (means - lighter) * np.sign(means)
    return figures.only((np.abs(means) < LEVEL) | (after > SHOWS * np.abs(means)))


def _strangers(picture: np.ndarray, pieces: Pieces) -> np.ndarray:
    """Prints that are thick and of a colour that the cloth has in no light, h x w bool."""
    prints = Patches(pieces.prints)
    cloth = to_rgb(pieces.lab - pieces.off)

    both = (each.clip(0) / 255 for each in (picture, cloth))  # ink may be darker than black
    own, usual = (prints.means(each**2.2) for each in both)  # light adds up
    seen = [
        np.linalg.norm((_lab(light * usual + glare) - _lab(own)) * (LIGHTNESS, 1, 1), axis=1)
        for light in LIGHTS
        for glare in GLARES
    ]
    depth = prints.most(cv2.distanceTransform(pieces.prints, cv2.DIST_L2, 3))
    return prints.only((np.min(seen, axis=0) > STRANGER) & (depth >= THICK))


def _lab(light: np.ndarray) -> np.ndarray:
    """n x 3 in linear light, 0..1, to CIELAB."""
    return to_lab(255 * light.clip(0, 1)[None] ** (1 / 2.2))[0]
