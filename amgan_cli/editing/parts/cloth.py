"""New cloth where ground was: sleeves that grow, a hood, with the garment's own weave and pattern.

The network draws their folds and about their colour. The colour is moved to the garment's beside
them, and what is finer comes from the garment itself: the shifts of the photo that fit best where
old and new cloth meet. Where the garment has a pattern, what was cut anew from it gets that too.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.editing.lift import Window, between_cells, sharpened, to_planes
from amgan_cli.editing.parts.copies import Copies, Copy, Shift, find_shifts, moved
from amgan_cli.editing.parts.ground import AROUND, color_distance
from amgan_cli.editing.plan import Reshaping
from amgan_cli.means import gaussian_mean, mean_or_overall
from amgan_cli.morphology import grown

FINEST, FIGURED = 24.0, 80.0
"""Most (0..255) that weave may be lighter or darker than what the network drew, and a pattern."""
MOST = 50.0
"""Most by which the network's colour is corrected."""
DYE, CONTRAST = 1.4, 1.5
"""Most by which a piece's colour is multiplied, and by which it is lighter or darker than cloth."""
INSIDE = 0.8
"""A garment's inside is darker than so much of its cloth's lightness."""
PRINTED = 55.0
"""How much (0..255) a print differs from the cloth around."""
WHOLE = 0.85
"""Share of cloth without print over which it has none: what differs there is a pattern."""
ENOUGH = 0.2
"""How much of the garment has to be left, as a share of what is new."""
BESIDE = 16
"""The cloth beside what is drawn over cloth lies within the view's side over this."""
FINE, COARSE = 1.5, 6.0
"""Cells; what is finer comes from the garment: weave, and a pattern."""
PATTERN = 9.0
"""How much (0..255, mean) patterned cloth differs from what is around."""


@dataclass(frozen=True)
class Cloth:
    """The garment's own cloth where the network drew some on the ground."""

    cells: np.ndarray
    """3 x h x w, each 0..1: where cloth is new, its outline included; the attention there; where it
    gets the garment's detail."""
    copies: Copies
    """The garment's detail, around 0."""
    most: float
    """By which that may be lighter or darker, 0..255."""

    def on(self, z: np.ndarray, alpha: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """z (3 x rows x W in 0..255) with the cloth's fine detail, alpha (rows x W) with a sharp
        outline, where cloth is new."""
        new, attention, cut = between_cells(self.cells, alpha.shape, window).clip(0, 1)
        if not cut.any():
            return z, alpha
        alpha = alpha + new * (sharpened(attention, self.cells.shape[-1], window) - alpha)
        detail, total = self.copies.at(cut.shape, window)
        detail = self.most * np.tanh(detail / self.most)  # a piece of a print is no weave
        return z + cut * (2 * total).clip(0, 1) * detail, alpha


def find_cloth(
    pixels: np.ndarray, x: np.ndarray, z: np.ndarray, garment: np.ndarray, alpha: np.ndarray
) -> Cloth | None:
    """The cloth of what an edit drew on ground; None if that is nothing or no cloth fits.

    `pixels` is the photo, x and z (3 x h x w in 0..255) what the network saw and drew, `garment`
    (h x w in 0..1) where garment is in x, `alpha` the edit's attention.
    """
    kept, drawn, new = find_parts(x, z, garment, alpha)
    source = cv2.erode(kept.astype(np.uint8), np.ones((3, 3), np.uint8))
    even = source * cv2.erode(
        (color_distance(x, x, kept) < PRINTED).astype(np.uint8), np.ones((5, 5))
    )
    share = even.sum() / max(1, source.sum())
    if share > 0.5:  # plain cloth with a print on it
        source = even
    figured = not 0.5 < share < WHOLE and _is_figured(x, source)
    cut = (drawn & _is_outside(x, z, kept)).astype(np.uint8) if figured else new
    if not cut.any() or source.sum() < ENOUGH * cut.sum():
        return None
    fine, most = (COARSE, FIGURED) if figured else (FINE, FINEST)
    copies = tuple(_detail(x, found, fine) for found in find_shifts(x, cut, source))
    if not copies:
        return None
    around = grown(new, 3) & (garment < 0.3)
    around, cut = (
        cv2.GaussianBlur(each.astype(np.float32), (0, 0), 1) for each in (around, around | cut)
    )
    return Cloth(np.stack([around, alpha, cut]).astype(np.float32), Copies(pixels, copies), most)


def dyed(step: Reshaping) -> Reshaping:
    """The step, which knows its garment, with what is cut from the garment's cloth in its colour.

    What is half as dark again, or as light, is no cloth: the inside, a label, cords.
    """
    x, z = to_planes(step.x), to_planes(step.z)
    kept, drawn, _ = find_parts(x, z, step.garment, step.alpha)
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


def matched(step: Reshaping) -> Reshaping:
    """The step, which knows its garment, with what it drew over cloth in the colour beside it.

    As far as that is cloth: a new collar's yoke and leaves, not its inside or label.
    """
    x, z = to_planes(step.x), to_planes(step.z)
    kept, drawn, _ = find_parts(x, z, step.garment, step.alpha)
    beside = kept & (step.garment > 0.9)
    if not beside.any():
        return step
    piece = drawn & (step.garment > 0.3) & _is_outside(x, z, kept)
    if piece.sum() < ENOUGH * drawn.sum() or not piece.any():
        return step
    reach = len(step.alpha) / BESIDE
    shift = mean_or_overall(x, beside, reach) - mean_or_overall(z, piece, reach)
    where = cv2.GaussianBlur(piece.astype(np.float32), (0, 0), 1)
    z = z + where * shift.clip(-MOST, MOST)
    return replace(step, z=np.moveaxis(z, 0, 2).clip(0, 255).astype(np.float32))


def toned(step: Reshaping) -> Reshaping:
    """The step, which knows its garment, with new cloth in the colour of the garment beside it."""
    x, z = to_planes(step.x), to_planes(step.z)
    kept, drawn, new = find_parts(x, z, step.garment, step.alpha)
    if not new.any() or kept.sum() < ENOUGH * new.sum():
        return step
    beside = kept * cv2.GaussianBlur(new.astype(np.float32), (0, 0), AROUND)
    shift = (_mean(x, beside) - _mean(z, new)).clip(-MOST, MOST)
    where = cv2.GaussianBlur((drawn | (new > 0)).astype(np.float32), (0, 0), 1)
    return replace(step, z=(step.z + where[..., None] * shift).clip(0, 255).astype(np.float32))


def find_parts(
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


def _is_figured(x: np.ndarray, source: np.ndarray) -> bool:
    """Whether the cloth in the cells `source` has a pattern."""
    lightness = x.mean(axis=0)
    around = gaussian_mean(lightness, source.astype(np.float32), COARSE, 1e-3)
    return bool((np.abs(lightness - around) * source).sum() > PATTERN * max(1, source.sum()))


def _is_outside(x: np.ndarray, z: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Cells where z is about as light as the cloth that is kept: no inside, label or cord."""
    cloth = x[:, kept].mean(axis=0)
    lightness = z.mean(axis=0) / max(min(np.median(cloth), cloth.mean()), 1.0)
    return (lightness > INSIDE) & (lightness < CONTRAST)


def _detail(x: np.ndarray, shift: Shift, fine: float) -> Copy:
    """The copy of one shift, less what is coarser than `fine` cells."""
    taken, weight, down, across = shift
    height, width = taken.shape
    coarse = [-moved(cv2.GaussianBlur(plane, (0, 0), fine), down, across) for plane in x]
    return Copy(down / height, across / width, np.stack([weight, *coarse]).astype(np.float32))
