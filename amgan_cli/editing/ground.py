"""What comes to light where a part of a garment goes: ground copied from elsewhere in the photo.

A network of 128 px knows the ground's colour there, not its planks and threads. So each hole is
filled by shifts of the photo itself, those that fit best along the hole's border.
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.editing.lift import AffineMap, Window, constants, unit_of

RING = 4
"""Cells around a hole in which a shift has to fit."""
ROUNDS = 10
"""Shifts that together may fill one hole."""
CRUMB = 6
"""Cells; smaller holes are left as they are."""
LIGHT = 25.0
"""How much lighter or darker (0..255) a copy may be made to fit."""
UNCOVERED, UNKNOWN = 120.0, 20.0
"""Price of a shift that covers nothing of the hole, and of one without ground along its border."""
AROUND = 10.0
"""Cells over which the colours of ground and garment are taken."""
STRANGE = 1.0
"""Price of what differs from the ground along the border: another floor, a chair."""
BLUR = 8.0
"""Cells over which a copy is made to fit."""


@dataclass(frozen=True)
class Copy:
    """A part of the photo that lies elsewhere in it."""

    down: float
    """From where it is shown to where it is, as a share of the photo's height."""
    across: float
    """The same of its width."""
    cells: AffineMap
    """Constants: how much it counts, and what is added to its three channels."""

    def within(self, shape: tuple[int, ...], window: Window) -> tuple[tuple[slice, slice], Window]:
        """Where it counts in rows x W pixels at the window's corner, and the window of that."""
        down, across = np.nonzero(self.cells.coefficients[0, 3] > 1e-3)
        _, _, h, w = self.cells.coefficients.shape
        rows = _pixels(down, window.height / h, window.top, shape[0])
        columns = _pixels(across, window.width / w, window.left, shape[1])
        part = replace(window, top=window.top + rows.start, left=window.left + columns.start)
        return (rows, columns), part


@dataclass(frozen=True)
class Ground:
    """The photo without the parts of the garment that went."""

    pixels: np.ndarray
    """The photo, H x W x 3 uint8 or uint16."""
    cells: AffineMap
    """Constants: where parts went, and where garment stays, each 0..1."""
    copies: tuple[Copy, ...]

    def under(
        self, z: np.ndarray, alpha: np.ndarray, window: Window
    ) -> tuple[np.ndarray, np.ndarray]:
        """z (3 x rows x W in 0..255) and alpha (rows x W) with the ground where parts went."""
        nothing = np.zeros_like(z)
        gone, stays = self.cells.at(nothing, window)
        slope = max(2.0, 0.7 * window.width / self.cells.coefficients.shape[-1])
        hole = gone.clip(0, 1) * (1 - ((stays - 0.5) * slope + 0.5).clip(0, 1))
        if not hole.any():
            return z, alpha
        color, total = nothing.copy(), np.full_like(alpha, 1e-3)
        for copy in self.copies:
            here, part = copy.within(alpha.shape, window)
            if total[here].size:
                share, *fit = copy.cells.at(nothing[:, *here], part)
                color[:, *here] += share * (self._shifted(copy, share.shape, part) + fit)
                total[here] += share
        hole *= (2 * total).clip(0, 1)
        both = alpha + hole - alpha * hole
        share = hole / np.maximum(both, 1e-6)
        return z + share * (color / total - z), both

    def _shifted(self, copy: Copy, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """3 x rows x W pixels of the photo, `copy`'s shift away from the window."""
        height, width = self.pixels.shape[:2]
        y = (window.top + np.arange(shape[0]) + 0.5) / window.height + copy.down
        x = (window.left + np.arange(shape[1]) + 0.5) / window.width + copy.across
        rows = (y * height).astype(int).clip(0, height - 1)
        columns = (x * width).astype(int).clip(0, width - 1)
        return np.moveaxis(self.pixels[rows][:, columns], 2, 0) / unit_of(self.pixels)


def find_ground(
    pixels: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    garment: np.ndarray,
    alpha: np.ndarray,
    may_go: np.ndarray | None = None,
) -> Ground | None:
    """The ground under what an edit took away; None if it took nothing or nothing fits.

    `pixels` is the photo, x and z (3 x h x w in 0..255) what the network saw and drew, `garment`
    (h x w in 0..1) where garment is in x, `alpha` the edit's attention, `may_go` (h x w) where it
    can have taken something away, everywhere if None.
    """
    kept = (garment > 0.3) & (alpha < 0.3)
    as_ground = _distance(z, x, garment < 0.1) < _distance(z, x, kept)
    if may_go is not None:
        as_ground &= may_go > 0.5
    near = np.ones((3, 3), np.uint8)
    gone = ((alpha > 0.3) & (garment > 0.3) & as_ground).astype(np.uint8)
    gone = cv2.morphologyEx(gone, cv2.MORPH_OPEN, near)
    if not gone.any():
        return None
    stays = kept | ((alpha > 0.3) & ~as_ground)
    hole = cv2.dilate(gone, np.ones((5, 5), np.uint8)) * ~stays  # with the shadow beside it
    cloth = (garment > 0.3) | (hole > 0)
    ground = 1 - cv2.dilate(cloth.astype(np.uint8), np.ones((5, 5), np.uint8))
    copies = [_copy(x, ground, *found) for found in _find_shifts(x, hole, ground)]
    if not copies:
        return None
    soft = [cv2.GaussianBlur(m.astype(np.float32), (0, 0), 1) for m in (hole | stays, stays)]
    return Ground(pixels, constants(np.stack(soft)), tuple(copies))


def _pixels(cells: np.ndarray, scale: float, start: int, count: int) -> slice:
    """Which of `count` pixels from `start` on lie in or beside the `cells`, of `scale` pixels."""
    begin = min(max(int((cells.min() - 1) * scale) - start, 0), count)
    return slice(begin, max(begin, min(math.ceil((cells.max() + 2) * scale) - start, count)))


def _distance(z: np.ndarray, x: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Of z from the mean colour of x at the cells `where` around, h x w."""
    share = cv2.GaussianBlur(where.astype(np.float32), (0, 0), AROUND) + 1e-4
    mean = [cv2.GaussianBlur(plane * where, (0, 0), AROUND) / share for plane in x]
    return np.linalg.norm(z - np.stack(mean), axis=0)


def _find_shifts(
    x: np.ndarray, hole: np.ndarray, ground: np.ndarray
) -> list[tuple[np.ndarray, int, int]]:
    """(cells, rows down, columns across) of the shifts that together fill the holes with ground."""
    known = ground.astype(np.float32)
    count, parts = cv2.connectedComponents(hole.astype(np.uint8))
    shifts = []
    for part in range(1, count):
        left = parts == part
        for _ in range(ROUNDS):
            if left.sum() < CRUMB:
                break
            box = _box(left)
            cost, covered = _costs(x, known, left[box], box)
            top, start = np.unravel_index(cost.argmin(), cost.shape)
            if covered[top, start] < 0.05:
                break
            high, wide = left[box].shape
            down = int(top) - high - box[0].start
            across = int(start) - wide - box[1].start
            taken = left & (_moved(known, down, across) > 0)
            shifts.append((taken, down, across))
            left &= ~taken
    return shifts


def _box(cells: np.ndarray) -> tuple[slice, slice]:
    """The rows and columns of `cells`, with the ring around them."""

    rows, columns = np.nonzero(cells)
    top, left = max(0, rows.min() - RING), max(0, columns.min() - RING)
    return slice(top, rows.max() + RING + 1), slice(left, columns.max() + RING + 1)


def _costs(
    x: np.ndarray, known: np.ndarray, left: np.ndarray, box: tuple[slice, slice]
) -> tuple[np.ndarray, np.ndarray]:
    """How badly the box fits and what share of `left` it covers, at every place it can take.

    It may reach over the picture's border: the first place is left and above of the picture.
    """
    high, wide = left.shape

    def match(picture: np.ndarray, template: np.ndarray) -> np.ndarray:
        around = cv2.copyMakeBorder(picture, high, high, wide, wide, cv2.BORDER_CONSTANT, value=0)
        return cv2.matchTemplate(around, template, cv2.TM_CCORR)

    hole = left.astype(np.float32)
    ring = cv2.dilate(hole, np.ones((2 * RING + 1, 2 * RING + 1))) * known[box]
    covered = match(known, hole) / hole.sum()
    both = match(known, ring)
    along, inside = np.zeros_like(covered), np.zeros_like(covered)
    for plane in x:
        here = ring * plane[box]
        along += match(known * plane**2, ring) - 2 * match(known * plane, here)
        along += match(known, here * plane[box])
        usual = here.sum() / max(ring.sum(), 1)
        inside += match(known * (plane - usual) ** 2, hole)
    misfit = np.sqrt((along / np.maximum(both, 1)).clip(0))
    strange = np.sqrt((inside / np.maximum(covered * hole.sum(), 1)).clip(0))
    missing = 1 - both / max(ring.sum(), 1)
    cost = misfit + STRANGE * strange + UNCOVERED * (1 - covered) + UNKNOWN * missing
    return cost, covered


def _copy(x: np.ndarray, ground: np.ndarray, taken: np.ndarray, down: int, across: int) -> Copy:
    """The copy of one shift, made to fit the ground around the cells `taken`."""
    reach = np.ones((2 * RING + 1, 2 * RING + 1), np.uint8)
    ring = (cv2.dilate(taken.astype(np.uint8), reach) * ground).astype(np.float32)
    share = cv2.GaussianBlur(ring, (0, 0), BLUR) + 1e-2
    fit = [
        cv2.GaussianBlur((plane - _moved(plane, down, across)) * ring, (0, 0), BLUR) / share
        for plane in x
    ]
    weight = cv2.GaussianBlur(cv2.dilate(taken.astype(np.float32), np.ones((5, 5))), (0, 0), 0.7)
    height, width = taken.shape
    cells = np.stack([weight, *(LIGHT * np.tanh(np.stack(fit) / LIGHT))])
    return Copy(down / height, across / width, constants(cells))


def _moved(plane: np.ndarray, down: int, across: int) -> np.ndarray:
    """plane[y + down, x + across] at y, x; 0 outside."""
    move = np.array([[1, 0, across], [0, 1, down]], np.float32)
    how = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(plane, move, plane.shape[::-1], flags=how)
