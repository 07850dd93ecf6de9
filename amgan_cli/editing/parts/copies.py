"""Parts of a photo shown elsewhere in it: where they fit best, and their pixels at any size."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.editing.lift import Window, between_cells, unit_of
from amgan_cli.morphology import grown

RING = 4
"""Cells around a hole in which a shift has to fit."""
ROUNDS = 10
"""Shifts that together may fill one hole."""
CRUMB = 6
"""Cells; smaller holes are left as they are."""
LEAST = 0.05
"""Share of what is left of a hole that a shift has to cover."""
UNCOVERED, UNKNOWN = 120.0, 20.0
"""Price of a shift that covers nothing of the hole, and of one that is unknown along its border."""
SEAM = 0.6
"""Cells over which two copies pass into each other: they differ, and a mean of both is mist."""
STRANGE = 1.0
"""Price of what differs from what is along the border: another floor, a chair."""


@dataclass(frozen=True)
class Copy:
    """A part of the photo that lies elsewhere in it."""

    down: float
    """From where it is shown to where it is, as a share of the photo's height."""
    across: float
    """The same of its width."""
    cells: np.ndarray
    """4 x h x w: how much it counts, and what is added to its three channels."""

    def within(self, shape: tuple[int, ...], window: Window) -> tuple[tuple[slice, slice], Window]:
        """Where it counts in rows x W pixels at the window's corner, and the window of that."""
        down, across = np.nonzero(self.cells[0] > 1e-3)
        _, h, w = self.cells.shape
        rows = _pixels(down, window.height / h, window.top, shape[0])
        columns = _pixels(across, window.width / w, window.left, shape[1])
        part = replace(window, top=window.top + rows.start, left=window.left + columns.start)
        return (rows, columns), part


@dataclass(frozen=True)
class Copies:
    """Some of a photo's parts, which together fill a hole."""

    pixels: np.ndarray
    """The photo, H x W x 3 uint8 or uint16."""
    copies: tuple[Copy, ...]

    def at(self, shape: tuple[int, ...], window: Window) -> tuple[np.ndarray, np.ndarray]:
        """What they show in rows x W pixels at the window's corner, 3 x rows x W in 0..255, and
        how much they count there together."""
        color, total = np.zeros((3, *shape), np.float32), np.full(shape, 1e-3, np.float32)
        for copy in self.copies:
            here, part = copy.within(shape, window)
            if total[here].size:
                share, *fit = between_cells(copy.cells, total[here].shape, part)
                color[:, *here] += share * (self._shifted(copy, share.shape, part) + fit)
                total[here] += share
        return color / total, total

    def _shifted(self, copy: Copy, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """3 x rows x W pixels of the photo, `copy`'s shift away from the window."""
        height, width = self.pixels.shape[:2]
        y = (window.top + np.arange(shape[0]) + 0.5) / window.height + copy.down
        x = (window.left + np.arange(shape[1]) + 0.5) / window.width + copy.across
        rows = (y * height).astype(int).clip(0, height - 1)
        columns = (x * width).astype(int).clip(0, width - 1)
        return np.moveaxis(self.pixels[rows][:, columns], 2, 0) / unit_of(self.pixels)


def _pixels(cells: np.ndarray, scale: float, start: int, count: int) -> slice:
    """Which of `count` pixels from `start` on lie in or beside the `cells`, of `scale` pixels."""
    begin = min(max(int((cells.min() - 1) * scale) - start, 0), count)
    return slice(begin, max(begin, min(math.ceil((cells.max() + 2) * scale) - start, count)))


Shift = tuple[np.ndarray, np.ndarray, int, int]
"""Cells (h x w) that it fills, how much it counts in each cell, rows down, columns across."""


def find_shifts(x: np.ndarray, hole: np.ndarray, source: np.ndarray) -> list[Shift]:
    """Shifts that together fill the holes from `source`; they meet in a seam of a cell."""
    known = source.astype(np.float32)
    count, parts = cv2.connectedComponents(hole.astype(np.uint8))
    shifts = []
    for part in range(1, count):
        left = parts == part
        for _ in range(ROUNDS):
            if left.sum() < CRUMB:
                break
            box = _box(left)
            cost, covered = _costs(x, known, left[box], box)
            cost[covered < LEAST] = np.inf
            top, start = np.unravel_index(cost.argmin(), cost.shape)
            if covered[top, start] < LEAST:
                break
            high, wide = left[box].shape
            down = int(top) - high - box[0].start
            across = int(start) - wide - box[1].start
            taken = left & (moved(known, down, across) > 0)
            shifts.append((taken, down, across))
            left &= ~taken
    return list(_with_weights(shifts))


def _with_weights(shifts: list[tuple[np.ndarray, int, int]]) -> Iterator[Shift]:
    """Each shift, which also counts a little beyond the hole's border; no cell is in two."""
    free = ~np.any([taken for taken, _, _ in shifts], axis=0)
    for taken, down, across in shifts:
        more = grown(taken, 2) & free
        free &= ~more
        yield taken, cv2.GaussianBlur((taken | more).astype(np.float32), (0, 0), SEAM), down, across


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


def moved(plane: np.ndarray, down: int, across: int) -> np.ndarray:
    """plane[y + down, x + across] at y, x; 0 outside."""
    move = np.array([[1, 0, across], [0, 1, down]], np.float32)
    how = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(plane, move, plane.shape[::-1], flags=how)
