"""What comes to light where a part of a garment goes: ground copied from elsewhere in the photo.

A network of 128 px knows the ground's colour there, not its planks and threads. So each hole is
filled by shifts of the photo itself, those that fit best along the hole's border.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.lift import Window, between_cells, sharpened
from amgan_cli.editing.parts.copies import Copies, find_shifts
from amgan_cli.editing.parts.fitting import fitted_copies
from amgan_cli.means import mean_or_overall
from amgan_cli.ramp import rise

CELLS = 128
"""Side of the picture on which ground and cloth are looked for, at most."""
AROUND = 10.0
"""Cells over which the colours of ground and garment are taken."""
TOGETHER = 2.5
"""Cells over which most of what was cloth has to look like ground to be gone."""
SURE = 2.0
"""So many times nearer to ground's colour than to garment's is what was painted as ground."""
ROUGH = 5.0, 15.0
"""Mean difference (0..255) of ground's cells from those around, of planks and of rugs."""
NEAR, LIGHT = (1.0, 6.0), (70.0, 25.0)
"""Cells over which a copy is compared with what is around it, and how much lighter or darker
(0..255) it may be made to fit, on both: on rugs cells that are near differ by chance."""
FINE = 3.0
"""Cells over which ground is rough."""
SHADOW = 4
"""Cells around what went that go too: its shadow."""


@dataclass(frozen=True)
class Ground:
    """The photo without the parts of the garment that went."""

    cells: np.ndarray
    """3 x h x w, each 0..1: where parts went, where garment stays, and where the photo's ground
    does, whatever the network painted on it."""
    copies: Copies

    def under(
        self, z: np.ndarray, alpha: np.ndarray, window: Window
    ) -> tuple[np.ndarray, np.ndarray]:
        """z (3 x rows x W in 0..255) and alpha (rows x W) with the ground where parts went."""
        gone, stays, repainted = between_cells(self.cells, alpha.shape, window)
        alpha = alpha * (1 - repainted.clip(0, 1))
        hole = gone.clip(0, 1) * (1 - sharpened(stays, self.cells.shape[-1], window))
        if not hole.any():
            return z, alpha
        color, total = self.copies.at(alpha.shape, window)
        hole *= (2 * total).clip(0, 1)
        both = alpha + hole - alpha * hole
        share = hole / np.maximum(both, 1e-6)
        return z + share * (color - z), both


def find_ground(
    pixels: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    garment: np.ndarray,
    alpha: np.ndarray,
    may_go: np.ndarray | None = None,
    goes: bool = False,
) -> Ground | None:
    """The ground under what an edit took away and where it painted ground; None if it did neither.

    `pixels` is the photo, x and z (3 x h x w in 0..255) what the network saw and drew, `garment`
    (h x w in 0..1) where garment is in x, `alpha` the edit's attention, `may_go` (h x w) where it
    can have taken something away, everywhere if None. Where it has (unless it `goes` wherever it
    may) shows in the colours of z: a network draws ground and other things.
    """
    kept = (garment > 0.3) & (alpha < 0.3)
    edited = ((alpha > 0.3) & (garment > 0.3)).astype(np.float32)
    can_go = np.ones(alpha.shape, bool) if may_go is None else may_go > 0.5
    if goes:
        as_ground = is_sure = can_go
    else:
        to_ground, to_cloth = (color_distance(z, x, where) for where in (garment < 0.1, kept))
        as_ground, is_sure = can_go & (to_ground < to_cloth), SURE * to_ground < to_cloth
        share, whole = (cv2.GaussianBlur(e, (0, 0), TOGETHER) for e in (edited * as_ground, edited))
        as_ground = np.where(edited > 0, share > 0.5 * whole, as_ground)
    gone = (edited * as_ground).astype(np.uint8)
    if not goes:
        gone = cv2.morphologyEx(gone, cv2.MORPH_OPEN, np.ones((3, 3)))
    stays = kept | ((alpha > 0.3) & ~as_ground)
    hole = cv2.dilate(gone, np.ones((2 * SHADOW + 1, 2 * SHADOW + 1), np.uint8)) * ~stays
    cloth = cv2.dilate((garment > 0.3).astype(np.uint8), np.ones((5, 5), np.uint8))
    ground = (1 - cloth) * (hole == 0)
    share = roughness(x, ground > 0)
    near, light = (plain + share * (rough - plain) for plain, rough in (NEAR, LIGHT))
    copies = fitted_copies(x, ground, find_shifts(x, hole, ground), near, light)
    repainted = (alpha > 0) & as_ground & is_sure & ~stays & (hole == 0)
    if not copies and not repainted.any():
        return None
    masks = hole | stays, stays, repainted
    soft = [cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1) for mask in masks]
    return Ground(np.stack(soft), Copies(pixels, tuple(copies)))


def roughness(x: np.ndarray, ground: np.ndarray) -> float:
    """How rough the `ground` (h x w bool) of 3 x h x w in 0..255 is, 0..1."""
    if not ground.any():
        return 0.0
    detail = np.abs(x - mean_or_overall(x, ground, FINE)).mean(0)
    return float(rise(detail[ground].mean(), ROUGH))


def color_distance(z: np.ndarray, x: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Of z from the mean colour of x at the cells `where` around, h x w; far from them, of all.

    Infinite where there are none.
    """
    if not where.any():
        return np.full(where.shape, np.inf, np.float32)
    around = AROUND * max(1.0, max(where.shape) / CELLS)
    return np.linalg.norm(z - mean_or_overall(x, where, around), axis=0)
