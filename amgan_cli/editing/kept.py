"""Prints that stay as they are when their garment gets another colour.

A shop's shirt in another colour has the same print. Folds, highlights and shadows are the cloth's
own colour in another light; what no light makes of it, and is no thin line, is print.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.bare import PLAIN
from amgan_cli.editing.lift import Window, between_cells
from amgan_cli.editing.prints import (
    STRANGE,
    Pieces,
    cloth_around,
    find_pieces,
    in_spreads,
    unevenness,
)

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
    """Where prints stay, and how far their colours lie from the cloth's."""

    planes: np.ndarray
    """5 x h x w: 1 at prints and around, how many spreads of the cloth its farthest colour is from
    it there, and the cloth's colour in CIELAB."""

    def at(self, lab: np.ndarray, window: Window, told: float = 0) -> np.ndarray:
        """How much of each pixel (3 x rows x W in CIELAB) is print, rows x W in 0..1.

        Along its border as far as its colour is from the cloth's to the print's. As surely as
        cloth is `told` by its hue, 0..1, what is near its colour is none: folds, blurred borders.
        """
        planes = between_cells(self.planes, lab.shape[1:], window)
        near, farthest, cloth = planes[0], planes[1], planes[2:]
        away = in_spreads(np.moveaxis(lab - cloth, 0, 2))
        is_far = ((away - FAR[0]) / (FAR[1] - FAR[0])).clip(0, 1)
        return near * (1.15 * away / farthest - 0.1).clip(0, 1) * (1 + told * (is_far - 1))


def find_kept(picture: np.ndarray, garment: np.ndarray) -> Kept | None:
    """What of a garment is print that stays; None where none does.

    `picture` h x w x 3 in 0..255, `garment` where it is, h x w in 0..1, with a sharp outline.
    """
    pieces = find_pieces(picture, garment)
    if pieces is None:
        return None
    stays = _strangers(picture, pieces)
    near = cv2.dilate(stays.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    cloth = pieces.core & ~near
    if not stays.any() or cloth.sum() < CLOTH * pieces.core.sum():
        return None
    around = cloth_around(pieces.lab, cloth)
    off = pieces.lab - around
    if unevenness(off, cloth) > PLAIN:
        return None
    far = np.where(stays, in_spreads(off), 0).astype(np.float32)
    farthest = cv2.dilate(far, np.ones((5, 5))).clip(STRANGE)
    return Kept(np.stack([near, farthest, *np.moveaxis(around, 2, 0)]).astype(np.float32))


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
