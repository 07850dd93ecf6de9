"""New cloth where ground was: sleeves that grow, a hood, with the garment's own weave and pattern.

A network of 128 px draws their folds and about their colour. The colour is moved to the garment's
beside them, and what is finer comes from the garment itself: the shifts of the photo that fit best
where old and new cloth meet.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.editing.copies import Copies, Copy, Shift, find_shifts, moved
from amgan_cli.editing.ground import AROUND, color_distance
from amgan_cli.editing.lift import AffineMap, Window, constants, to_planes
from amgan_cli.editing.plan import Step

FINEST = 24.0
"""Most that a copy may differ (0..255) from what the network drew."""
MOST = 50.0
"""Most by which the network's colour is corrected."""
DYE, CONTRAST = 1.4, 1.5
"""Most by which a piece's colour is multiplied, and by which it is lighter or darker than cloth."""
PRINT = 55.0
"""How much (0..255) a print differs from the cloth around."""
ENOUGH = 0.2
"""How much of the garment has to be left, as a share of what is new."""
FINE = 1.5
"""Cells; what is coarser is as the network drew it, what is finer as the garment has it."""


@dataclass(frozen=True)
class Cloth:
    """The garment's own cloth where the network drew some on the ground."""

    cells: AffineMap
    """Constants, each 0..1: where cloth is new, its outline included; the attention there."""
    copies: Copies

    def on(self, z: np.ndarray, alpha: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """z (3 x rows x W in 0..255) with the cloth's fine detail, alpha (rows x W) with a sharp
        outline, where cloth is new."""
        new, attention = self.cells.at(np.zeros_like(z), window).clip(0, 1)
        if not new.any():
            return z, alpha
        slope = max(2.0, 0.7 * window.width / self.cells.coefficients.shape[-1])
        alpha = alpha + new * (((attention - 0.5) * slope + 0.5).clip(0, 1) - alpha)
        color, total = self.copies.at(new.shape, window)
        detail = FINEST * np.tanh((color - z) / FINEST)  # a piece of a print is no weave
        return z + new * (2 * total).clip(0, 1) * detail, alpha


def find_cloth(
    pixels: np.ndarray, x: np.ndarray, z: np.ndarray, garment: np.ndarray, alpha: np.ndarray
) -> Cloth | None:
    """The cloth of what an edit drew on ground; None if that is nothing or no cloth fits.

    `pixels` is the photo, x and z (3 x h x w in 0..255) what the network saw and drew, `garment`
    (h x w in 0..1) where garment is in x, `alpha` the edit's attention.
    """
    kept, _, new = _parts(x, z, garment, alpha)
    source = cv2.erode(kept.astype(np.uint8), np.ones((3, 3), np.uint8))
    even = source * cv2.erode(
        (color_distance(x, x, kept) < PRINT).astype(np.uint8), np.ones((5, 5))
    )
    if even.sum() > 0.5 * source.sum():  # plain cloth with a print on it
        source = even
    if not new.any() or source.sum() < ENOUGH * new.sum():
        return None
    copies = [_copy(x, z, found) for found in find_shifts(x, new, source)]
    if not copies:
        return None
    around = cv2.dilate(new, np.ones((7, 7), np.uint8)) * (garment < 0.3)
    soft = cv2.GaussianBlur(around.astype(np.float32), (0, 0), 1)
    return Cloth(constants(np.stack([soft, alpha])), Copies(pixels, tuple(copies)))


def dyed(step: Step) -> Step:
    """The step, which knows its garment, with what is cut from the garment's cloth in its colour.

    What is half as dark again, or as light, is no cloth: the inside, a label, cords.
    """
    assert step.garment is not None
    x, z = to_planes(step.x), to_planes(step.z)
    kept, drawn, _ = _parts(x, z, step.garment, step.alpha)
    if not drawn.any() or kept.sum() < ENOUGH * drawn.sum():
        return step
    cloth = np.median(x[:, kept], axis=1)
    lightness = z.mean(axis=0) / max(cloth.mean(), 1)
    piece = drawn & (lightness > 1 / CONTRAST) & (lightness < CONTRAST)
    if piece.sum() < ENOUGH * drawn.sum():
        return step
    gain = (cloth / np.median(z[:, piece], axis=1).clip(1)).clip(1 / DYE, DYE)
    where = cv2.GaussianBlur(drawn.astype(np.float32), (0, 0), 1) * (lightness < CONTRAST)
    z = step.z * (1 + where[..., None] * (gain - 1))
    return replace(step, z=z.clip(0, 255).astype(np.float32))


def toned(step: Step) -> Step:
    """The step, which knows its garment, with new cloth in the colour of the garment beside it."""
    assert step.garment is not None
    x, z = to_planes(step.x), to_planes(step.z)
    kept, drawn, new = _parts(x, z, step.garment, step.alpha)
    if not new.any() or kept.sum() < ENOUGH * new.sum():
        return step
    beside = kept * cv2.GaussianBlur(new.astype(np.float32), (0, 0), AROUND)
    shift = (_mean(x, beside) - _mean(z, new)).clip(-MOST, MOST)
    where = cv2.GaussianBlur((drawn | (new > 0)).astype(np.float32), (0, 0), 1)
    return replace(step, z=(step.z + where[..., None] * shift).clip(0, 255).astype(np.float32))


def _parts(
    x: np.ndarray, z: np.ndarray, garment: np.ndarray, alpha: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where garment stays as it is, where cloth was drawn, and where there was none before."""
    kept = (garment > 0.7) & (alpha < 0.3)
    as_cloth = color_distance(z, x, kept) < color_distance(z, x, garment < 0.1)
    drawn = (alpha > 0.5) & as_cloth
    new = (drawn & (garment < 0.3)).astype(np.uint8)
    return kept, drawn, cv2.morphologyEx(new, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))


def _mean(planes: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Of 3 x h x w, weighed by h x w: 3 values."""
    return (planes * weight).sum((1, 2)) / max(1e-6, weight.sum())


def _copy(x: np.ndarray, z: np.ndarray, shift: Shift) -> Copy:
    """The copy of one shift, as light and coloured as z at the cells that it fills."""
    taken, weight, down, across = shift
    here = taken.astype(np.float32)
    share = cv2.GaussianBlur(here, (0, 0), FINE) + 1e-3
    fit = [
        cv2.GaussianBlur((drawn - moved(plane, down, across)) * here, (0, 0), FINE) / share
        for plane, drawn in zip(x, z, strict=True)
    ]
    height, width = taken.shape
    return Copy(down / height, across / width, constants(np.stack([weight, *fit])))
