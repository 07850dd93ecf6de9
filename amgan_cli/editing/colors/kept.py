"""Prints that stay as they are when their garment gets another colour.

A shop's shirt in another colour has the same print. Folds, highlights and shadows are the cloth's
own colour in another light; what no light makes of it, and is no thin line, is print.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.colors.figures import ALL, Figures
from amgan_cli.editing.colors.prints import (
    PLAIN_CLOTH,
    Pieces,
    cloth_around,
    find_pieces,
    in_spreads,
    unevenness,
)
from amgan_cli.editing.lift import Window, between_cells, to_planes

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
CLOTH = 0.6
"""Share of the garment that is cloth, at least: with less it is a pattern."""


@dataclass(frozen=True)
class Kept:
    """Prints that stay, and the cloth that they lie on."""

    figures: Figures
    cloth: np.ndarray
    """Its colour around, 3 x h x w in CIELAB."""

    def at(self, lab: np.ndarray, window: Window, told: float = 0) -> np.ndarray:
        """How much of each pixel (3 x rows x W in CIELAB) is print, rows x W in 0..1.

        As surely as cloth is `told` by its hue, 0..1, what is near its colour is none: folds,
        blurred borders.
        """
        off = lab - between_cells(self.cloth, lab.shape[1:], window)
        away = in_spreads(np.moveaxis(off, 0, 2))
        is_far = ((away - FAR[0]) / (FAR[1] - FAR[0])).clip(0, 1)
        return self.figures.at(off, window) * (1 + told * (is_far - 1))


def find_kept(picture: np.ndarray, garment: np.ndarray) -> Kept | None:
    """What of a garment is print that stays; None where none does.

    `picture` h x w x 3 in 0..255, `garment` where it is, h x w in 0..1, with a sharp outline.
    """
    pieces = find_pieces(picture, garment)
    if pieces is None:
        return None
    stays = _strangers(picture, pieces)
    around = np.ones((5, 5), np.uint8)
    cloth = pieces.core & (cv2.dilate(stays.astype(np.uint8), around) == 0)
    if not stays.any() or cloth.sum() < CLOTH * pieces.core.sum():
        return None
    usual = cloth_around(pieces.lab, cloth)
    off = pieces.lab - usual
    if unevenness(off, cloth) > PLAIN_CLOTH:
        return None
    inside = cv2.erode(stays.astype(np.uint8), around)
    figures = Figures.of(stays.astype(np.float32), inside, to_planes(off), ALL)
    return Kept(figures, to_planes(usual))


def _strangers(picture: np.ndarray, pieces: Pieces) -> np.ndarray:
    """Prints that are thick and of a colour that the cloth has in no light, h x w bool."""
    count, parts, boxes, _ = cv2.connectedComponentsWithStats(pieces.prints)
    cloth = 255 * cv2.cvtColor(pieces.lab - pieces.off, cv2.COLOR_Lab2RGB).clip(0, 1)

    def mean(colors: np.ndarray) -> np.ndarray:
        planes = ((colors / 255) ** 2.2).reshape(-1, 3).T  # light adds up
        sums = [np.bincount(parts.ravel(), plane, count) for plane in planes]
        return np.stack(sums, axis=1) / boxes[:, cv2.CC_STAT_AREA, None]

    own, usual = mean(picture), mean(cloth)
    seen = [
        np.linalg.norm((_lab(light * usual + glare) - _lab(own)) * (LIGHTNESS, 1, 1), axis=1)
        for light in LIGHTS
        for glare in GLARES
    ]
    depth = np.zeros(count)
    inside = cv2.distanceTransform(pieces.prints, cv2.DIST_L2, 3)
    places = parts.astype(np.intp)
    np.maximum.at(depth, places.ravel(), inside.ravel())
    is_stranger = (np.min(seen, axis=0) > STRANGER) & (depth >= THICK)
    is_stranger[0] = False
    return is_stranger[places]


def _lab(light: np.ndarray) -> np.ndarray:
    """n x 3 in linear light, 0..1, to CIELAB."""
    rgb = (light.clip(0, 1) ** (1 / 2.2)).astype(np.float32)
    return cv2.cvtColor(rgb[None], cv2.COLOR_RGB2Lab)[0]
