"""An exact colour for the garment's mean, in CIELAB: folds and gamut respected."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from amgan_cli.color import delta_e

ROUNDS = 6
"""Colours that leave sRGB are clipped, which moves the mean; a few rounds bring it back."""


@dataclass(frozen=True)
class ExactColor:
    """A shift in CIELAB that brings the garment's mean to a wanted colour."""

    offset: np.ndarray
    """Added to L, a, b."""
    delta_e: float
    """CIEDE2000 that is left between mean and wanted colour."""

    @classmethod
    def fit(cls, rgb: tuple[int, int, int], z: np.ndarray, alpha: np.ndarray) -> "ExactColor":
        """Find the shift for z (h x w x 3 in 0..255) inside alpha (h x w in 0..1)."""
        wanted = _lab(np.array([[rgb]], np.float32))[0, 0]
        garment = _lab(z[alpha > 0.5][None] if (alpha > 0.5).any() else z)
        offset = np.zeros(3, np.float32)
        for _ in range(ROUNDS):
            offset += wanted - _lab(_rgb(garment + offset)).mean((0, 1))
        reached = _lab(_rgb(garment + offset)).mean((0, 1))
        pair = [torch.tensor(lab).view(1, 3, 1, 1) for lab in (reached, wanted)]
        return cls(offset, float(delta_e(*pair)))

    def shift(self, z: np.ndarray) -> np.ndarray:
        """Move z (rows x W x 3 in 0..255)."""
        return _rgb(_lab(z) + self.offset)


def _lab(rgb: np.ndarray) -> np.ndarray:
    return cv2.cvtColor((rgb / 255).astype(np.float32), cv2.COLOR_RGB2Lab)


def _rgb(lab: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_Lab2RGB).clip(0, 1) * 255
