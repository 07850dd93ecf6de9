"""Copies of a photo's parts made to fit what is around them, and each other.

Ground is lighter here and darker there, and a copy from elsewhere shows where it ends. So what it
differs by along its border is spread over it: of all changes of its light the smoothest (Poisson
image editing, Pérez et al. 2003; with several sources, and without planks and threads, ours).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.lift import constants
from amgan_cli.editing.parts.copies import RING, Copy, Shift, moved

LIGHT = 70.0
"""How much lighter or darker (0..255) a copy may be made to fit."""
NEAR, AROUND = 1.0, 4.0
"""Cells over which it is taken what two pictures differ by where both are known, and where not."""
KNOWN = 0.02
"""Share of the cells near by that have to be known in both."""
STEPS, CLOSE = 400, 0.03
"""Of the search for the smoothest change, at most, and the error (0..255) at which it ends."""
AXES = -2, -1
"""Down and across."""


@dataclass(frozen=True)
class Source:
    """The photo, or a shift of it, which fills some cells of h x w."""

    fills: np.ndarray
    """Which, h x w bool."""
    planes: np.ndarray
    """What it shows, 3 x h x w in 0..255."""
    known: np.ndarray
    """Where that is ground, h x w bool."""

    def __sub__(self, other: "Source") -> np.ndarray:
        """By how much it is lighter near the border of both, 3 x h x w."""
        near = self._near & other._near
        exact, share = _mean(self.planes - other.planes, near & self.known & other.known, NEAR)
        ones, others = (_mean(s.planes, near & s.known, AROUND)[0] for s in (self, other))
        return np.where(share > KNOWN, exact, ones - others)

    def meets(self, other: "Source") -> bool:
        """Whether both may have a border."""
        return bool((self._near & other._near).any())

    @property
    def _near(self) -> np.ndarray:
        ring = np.ones((2 * RING + 1, 2 * RING + 1), np.uint8)
        return cv2.dilate(self.fills.astype(np.uint8), ring) > 0


def fitted_copies(x: np.ndarray, known: np.ndarray, shifts: Sequence[Shift]) -> list[Copy]:
    """The copies of `shifts`, made to fit what is `known` (h x w, 0 or 1) around the cells that
    they fill, and each other; x 3 x h x w in 0..255."""
    height, width = known.shape
    x, sure = (
        np.pad(x, ((0, 0), (1, 1), (1, 1))),
        np.pad(known > 0, 1),
    )  # so that none is at a border
    sources = []
    for taken, _, down, across in shifts:
        shown = np.stack([moved(plane, down, across) for plane in x])
        there = moved(sure.astype(np.uint8), down, across) > 0
        sources.append(Source(np.pad(taken, 1), shown, there))
    light = _smoothest(sources, Source(sure, x, sure))[:, 1:-1, 1:-1]
    copies = []
    for taken, weight, down, across in shifts:
        around, _ = _mean(light, taken, 2 * NEAR)  # it counts a little beyond its cells
        fit = LIGHT * np.tanh(np.where(taken, light, around) / LIGHT)
        cells = constants(np.stack([weight, *fit]).astype(np.float32))
        copies.append(Copy(down / height, across / width, cells))
    return copies


def _smoothest(sources: Sequence[Source], photo: Source) -> np.ndarray:
    """By how much each cell of the sources has to be lighter, 3 x h x w; found by conjugate
    gradients, with no change of the photo itself."""
    free = np.any([source.fills for source in sources], axis=0) if sources else photo.fills & False
    steps = [_steps(axis, free, [*sources, photo]) for axis in AXES]

    def strain(light: np.ndarray, wanted: float) -> np.ndarray:
        """How far each cell is pulled by its neighbours."""
        total = np.zeros_like(light)
        for axis, (pairs, step) in zip(AXES, steps, strict=True):
            pull = pairs * (np.roll(light, -1, axis) - light - wanted * step)
            total += pull - np.roll(pull, 1, axis)
        return total * free

    light = np.zeros_like(photo.planes)
    left = strain(light, 1)
    way, error = left, (left**2).sum()
    for _ in range(STEPS):
        if error <= CLOSE**2 * free.sum():
            break
        back = -strain(way, 0)
        reach = error / (way * back).sum()
        light, left = light + reach * way, left - reach * back
        before, error = error, (left**2).sum()
        way = left + error / before * way
    return light


def _steps(axis: int, free: np.ndarray, sources: Sequence[Source]) -> tuple[np.ndarray, np.ndarray]:
    """Cells that hang together with the next one along an axis, h x w, and how much lighter the
    next one has to be made than they are, 3 x h x w."""
    filled = np.any([source.fills for source in sources], axis=0)
    pairs = filled & np.roll(filled, -1, axis) & (free | np.roll(free, -1, axis))
    step = np.zeros_like(sources[0].planes)
    for i, one in enumerate(sources):
        for other in sources[:i]:
            if one.meets(other):
                difference = one - other
                there, back = (
                    a.fills & np.roll(b.fills, -1, axis) for a, b in ((one, other), (other, one))
                )
                step += there * difference - back * difference
    return pairs, step


def _mean(planes: np.ndarray, where: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean of 3 x h x w around each cell over those `where`, and what share of them that is."""
    share = cv2.GaussianBlur(where.astype(np.float32), (0, 0), reach)
    sums = [cv2.GaussianBlur(plane * where, (0, 0), reach) for plane in planes]
    return np.stack(sums) / (share + 1e-6), share
