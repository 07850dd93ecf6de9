"""Pixels on the garment's edge: how much of each is garment, and what colour that part has."""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.lift import AffineMap, Window
from amgan_cli.means import local_mean
from amgan_cli.ramp import ramp

RADIUS = 3
"""Cells around the edge from which the colours of garment and ground are taken."""
LEAST, SURE = 1.5, 3.0
"""Distance between the two colours, in their own spreads, from which pixels can be told apart."""
NOISE = 8.0
"""Least spread (0..255) of a colour."""


@dataclass(frozen=True)
class Matte:
    """How much of a pixel is garment, and how far its colour is from the garment's own there."""

    alpha: AffineMap
    """Share of the garment; over 1 and under 0 where it is sure."""
    contrast: np.ndarray
    """3 x h x w: garment's colour less ground's along the edge, 0 elsewhere."""

    def pure(self, x: np.ndarray, alpha: np.ndarray, window: Window) -> np.ndarray:
        """x (3 x rows x W) with the ground's part of mixed pixels replaced by garment.

        x = alpha F + (1 - alpha) B, so that x + (1 - alpha) (F - B) has F's colour and x's grain.
        """
        rows, columns = np.nonzero((alpha > 0) & (alpha < 1))
        _, h, w = self.contrast.shape
        cell_y = (rows + window.top) * h // window.height
        cell_x = (columns + window.left) * w // window.width
        pure = x.copy()
        pure[:, rows, columns] += (1 - alpha[rows, columns]) * self.contrast[:, cell_y, cell_x]
        return pure.clip(0, 255, out=pure)


def cut_out(photo: np.ndarray, outline: np.ndarray, guided: AffineMap) -> Matte:
    """Unmix the pixels along the `outline` (h x w in 0..1) of `photo` (3 x h x w in 0..255).

    Where garment and ground are alike, `guided` (the outline as a function of the photo) decides.
    """
    near = np.ones((3, 3), np.uint8)
    solid = (outline > 0.5).astype(np.uint8)
    inside, reached = cv2.erode(solid, near), cv2.dilate(solid, near)
    garment, spread_f = _colour(photo, inside)
    ground, spread_b = _colour(photo, 1 - reached)
    contrast = garment - ground
    square = (contrast**2).sum(axis=0)
    told_apart = np.sqrt(square / (spread_f + spread_b + NOISE**2))
    trust = ramp(told_apart, (LEAST, SURE)) * (reached > inside)
    direction = contrast / (square + NOISE**2)
    unmixed = np.concatenate([direction, -(direction * ground).sum(axis=0, keepdims=True)])
    coefficients = trust * unmixed + (1 - trust) * guided.coefficients[0]
    return Matte(AffineMap(coefficients[None].astype(np.float32)), trust * contrast)


def _colour(photo: np.ndarray, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Local mean colour (3 x h x w) and variance (h x w) of the photo's cells `where`."""
    mean = local_mean(photo, where, RADIUS)
    variance = local_mean((photo**2).sum(axis=0)[None], where, RADIUS)[0] - (mean**2).sum(axis=0)
    return mean, variance.clip(0) / 3
