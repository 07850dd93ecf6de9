"""A shift of the garment in CIELAB: to a colour's usual shade, or to an exact colour."""

from dataclasses import dataclass

import numpy as np
import torch

from amgan_cli.color import delta_e
from amgan_cli.editing.lab import to_lab, to_rgb

ROUNDS = 6
"""Colours that leave sRGB are clipped, which moves the mean; a few rounds bring it back."""
SHADES = {
    "white": (89, 0, 2),
    "black": (14, 0, 0),
    "gray": (50, 0, 0),
    "beige": (74, 2, 13),
    "brown": (34, 10, 16),
    "red": (41, 58, 31),
    "burgundy": (24, 30, 9),
    "pink": (66, 30, 2),
    "orange": (62, 37, 50),
    "yellow": (76, 1, 57),
    "green": (44, -25, 14),
    "olive": (39, -4, 13),
    "teal": (49, -22, -11),
    "lightblue": (67, -4, -16),
    "blue": (40, 4, -33),
    "navy": (21, 5, -18),
    "purple": (37, 31, -24),
}
"""CIELAB that people mean by the word; clothes in photos taken at home are greyer and darker."""
PULL = 0.8
"""Share of the way to a shade: a garment in the dark stays a little darker."""


@dataclass(frozen=True)
class LabShift:
    """The same shift in CIELAB for every pixel: folds stay, gamut is respected."""

    offset: np.ndarray
    """Added to L, a, b."""
    delta_e: float | None = None
    """CIEDE2000 that is left between mean and wanted colour, where an exact one was wanted."""

    @classmethod
    def of(
        cls,
        exact_rgb: tuple[int, int, int] | None,
        shade: tuple[int, int, int] | None,
        z: np.ndarray,
        counts: np.ndarray,
    ) -> "LabShift":
        """To the exact colour if one is wanted, else to the shade if one is known, else none.

        z h x w x 3 in 0..255; `counts`, h x w in 0..1, is how much each pixel tells of its colour.
        """
        if exact_rgb is not None:
            return cls.to_exact(exact_rgb, z, counts)
        return cls(np.zeros(3, np.float32)) if shade is None else cls.to_shade(shade, z, counts)

    @classmethod
    def to_shade(cls, shade: tuple[int, int, int], z: np.ndarray, counts: np.ndarray) -> "LabShift":
        """Bring the median of z (h x w x 3 in 0..255), where each pixel `counts` (h x w in 0..1),
        near a CIELAB colour; all alike where none does."""
        weights = counts.ravel() if counts.any() else None
        colors = to_lab(z).reshape(-1, 3)
        median = np.quantile(colors, 0.5, axis=0, weights=weights, method="inverted_cdf")
        return cls(PULL * (np.array(shade, np.float32) - median))

    @classmethod
    def to_exact(cls, rgb: tuple[int, int, int], z: np.ndarray, counts: np.ndarray) -> "LabShift":
        """Bring the mean of z (h x w x 3 in 0..255), where it `counts` over half, to a colour."""
        wanted = to_lab(np.array([[rgb]], np.float32))[0, 0]
        garment = to_lab(z[counts > 0.5][None] if (counts > 0.5).any() else z)
        offset = np.zeros(3, np.float32)
        for _ in range(ROUNDS):
            offset += wanted - to_lab(to_rgb(garment + offset)).mean((0, 1))
        reached = to_lab(to_rgb(garment + offset)).mean((0, 1))
        pair = [torch.tensor(lab).view(1, 3, 1, 1) for lab in (reached, wanted)]
        return cls(offset, float(delta_e(*pair)))

    def apply(self, z: np.ndarray) -> np.ndarray:
        """Move z (rows x W x 3 in 0..255)."""
        return to_rgb(to_lab(z) + self.offset)
