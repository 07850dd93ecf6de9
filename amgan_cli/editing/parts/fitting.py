"""Copies of a photo's parts made to fit what is around them, and each other.

Ground is lighter here and darker there, and a copy from elsewhere shows where it ends. So what it
differs by along its border is spread over it: of all changes of its light the smoothest (Poisson
image editing, Pérez et al. 2003; with several sources, and blind to fine detail, ours).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from amgan_cli.editing.parts.copies import RING, Copy, Shift, moved
from amgan_cli.means import mean_and_weight
from amgan_cli.morphology import grown

AROUND = 4.0
"""Cells at least over which two pictures are compared that are not known at the same ones."""
KNOWN = 0.02
"""Share of the cells near by that have to be known in both."""
BEYOND = 2.0
"""Cells over which the change of a copy's light goes on outside of those that it fills."""
STEPS, CLOSE = 400, 0.03
"""Of the search for the smoothest change, at most, and the pull of a cell at which it ends."""
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

    @property
    def near(self) -> np.ndarray:
        """Those cells and a ring around, h x w bool."""
        return grown(self.fills, RING)

    def lighter_than(self, other: "Source", near: np.ndarray, reach: float) -> np.ndarray:
        """By how much it is lighter at the cells `near` (h x w bool), 3 x h x w, in the mean over
        `reach` cells."""
        both = near & self.known & other.known
        exact, share = _mean(self.planes - other.planes, both, reach)
        around = max(reach, AROUND)
        ones, others = (_mean(s.planes, near & s.known, around)[0] for s in (self, other))
        return np.where(share > KNOWN, exact, ones - others)


Joins = tuple[np.ndarray, np.ndarray]
"""Cells that hang together with the next one along an axis, h x w bool, and by how much more than
they that one has to get lighter, 3 x h x w."""


def fitted_copies(
    x: np.ndarray, known: np.ndarray, shifts: Sequence[Shift], reach: float, most: float
) -> list[Copy]:
    """The copies of `shifts`, made to fit what is `known` (h x w, 0 or 1) around the cells that
    they fill, and each other; x 3 x h x w in 0..255.

    What they differ by is taken in the mean over `reach` cells; they get lighter or darker by
    `most` (0..255) at most.
    """
    if not shifts:
        return []
    height, width = known.shape
    # with a cell around all, so that nothing lies at the border
    planes, ground = np.pad(x, ((0, 0), (1, 1), (1, 1))), np.pad(known > 0, 1)
    sources = []
    for taken, _, down, across in shifts:
        shown = np.stack([moved(plane, down, across) for plane in planes])
        there = moved(ground.astype(np.uint8), down, across) > 0
        sources.append(Source(np.pad(taken, 1), shown, there))
    free = np.any([source.fills for source in sources], axis=0)
    steps = _steps([*sources, Source(ground, planes, ground)], free, reach)
    light = _smoothest(free, steps)[:, 1:-1, 1:-1]
    copies = []
    for taken, weight, down, across in shifts:
        beyond, _ = _mean(light, taken, BEYOND)
        change = most * np.tanh(np.where(taken, light, beyond) / most)
        cells = np.stack([weight, *change]).astype(np.float32)
        copies.append(Copy(down / height, across / width, cells))
    return copies


def _steps(sources: Sequence[Source], free: np.ndarray, reach: float) -> list[Joins]:
    """Along each axis, where one cell at least is `free` to change."""
    filled = np.any([source.fills for source in sources], axis=0)
    steps = []
    for axis in AXES:
        pairs = filled & _next(filled, axis) & (free | _next(free, axis))
        steps.append((pairs, np.zeros_like(sources[0].planes)))
    for i, one in enumerate(sources):
        for other in sources[:i]:
            near = one.near & other.near
            if not near.any():
                continue
            lighter = one.lighter_than(other, near, reach)
            for axis, (_, step) in zip(AXES, steps, strict=True):
                step += (one.fills & _next(other.fills, axis)) * lighter
                step -= (other.fills & _next(one.fills, axis)) * lighter
    return steps


def _smoothest(free: np.ndarray, steps: Sequence[Joins]) -> np.ndarray:
    """The change of the `free` cells that follows the steps best, 3 x h x w; the others have none.

    By conjugate gradients.
    """

    def strain(light: np.ndarray, share: float) -> np.ndarray:
        """How far each cell is pulled by its neighbours and a share of its steps."""
        total = np.zeros_like(light)
        for axis, (pairs, step) in zip(AXES, steps, strict=True):
            pull = pairs * (_next(light, axis) - light - share * step)
            total += pull - np.roll(pull, 1, axis)
        return total * free

    light = np.zeros_like(steps[0][1])
    left = way = strain(light, 1)
    error = (left**2).sum()
    for _ in range(STEPS):
        if error <= CLOSE**2 * free.sum():
            break
        back = strain(way, 0)
        far = -error / (way * back).sum()
        light, left = light + far * way, left + far * back
        before, error = error, (left**2).sum()
        way = left + error / before * way
    return light


def _next(cells: np.ndarray, axis: int) -> np.ndarray:
    return np.roll(cells, -1, axis)


def _mean(planes: np.ndarray, where: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean of 3 x h x w around each cell over those `where`, and what share of them that is."""
    mean, share = mean_and_weight(np.moveaxis(planes, 0, 2), where.astype(np.float32), reach)
    return np.moveaxis(mean, 2, 0), share
