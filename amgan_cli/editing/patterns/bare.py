"""A garment without its print: the cloth's own colour, folds and grain where the print lies.

A network of 128 px draws the ghost of a print. What lies under it can be seen beside it.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.editing.colors.prints import (
    FINE,
    PLAIN_CLOTH,
    cloth_around,
    find_pieces,
    unevenness,
)
from amgan_cli.editing.lab import to_rgb
from amgan_cli.editing.parts.copies import Copies, Copy, moved
from amgan_cli.editing.parts.ground import Ground
from amgan_cli.editing.plan import Covering
from amgan_cli.means import blurred
from amgan_cli.morphology import disc, grown

BARE_SIDE = 320
"""Side of the square in which prints are looked for."""
BESIDE = 1.4
"""Spreads of the cloth from which a colour beside a print belongs to it."""
LEAST = 0.004
"""Share of the garment that a print has at least: less is noise, a label or a thread."""
ENOUGH = 0.35
"""Share of the garment that shows its cloth, at least: with less all that makes its shape, seams,
folds and collar, would go."""
STEPS, REACH, ROUNDS = 12, 6, 6
"""Shifts of the cloth that give a print's place its grain: tried at this part of the side, so far
in each direction; at most so many of them."""
WORTH = 0.03
"""Share of a print's place for which one more shift is worth its time."""


@dataclass(frozen=True)
class Bare:
    """A garment whose cloth is known: most of it is one cloth, or all of it is made plain."""

    step: Covering | None
    """Takes its print or pattern off; None if it has none."""
    is_plain: bool
    """Whether the cloth is plain then; other cloth has seams, washes or a faint pattern."""
    spared: np.ndarray
    """What on it gets no ink: zips, buttons, what is seen inside the neck; S x S in 0..1."""

    def around(self, collar: np.ndarray, fastening: np.ndarray) -> "Bare":
        """The same with both (S x S in 0..1) free of ink; a fastening is no print, but one may lie
        on a collar."""
        step = self.step
        if step is not None:
            step = replace(step, alpha=step.alpha * (1 - fastening))
            collar = collar * (1 - step.alpha)
        return replace(self, step=step, spared=np.maximum.reduce([self.spared, collar, fastening]))


def lay_bare(
    picture: np.ndarray,
    garment: np.ndarray,
    is_fastened: bool = True,
    printed: np.ndarray | None = None,
) -> Bare | None:
    """What is cloth and what is print of a picture's garment; None where that cannot be told.

    `picture` S x S x 3 in 0..255, `garment` where it is, S x S in 0..1, with a sharp outline;
    `is_fastened` as in `find_pieces`; `printed` where a network sees prints, S x S, 0 or 1.
    """
    pieces = find_pieces(picture, garment, is_fastened)
    if pieces is None:
        return None
    core, strange, others = pieces.core, pieces.strange, pieces.others
    prints = pieces.prints
    if printed is not None:
        prints = prints | ((printed > 0.5) & core & ~others).astype(np.uint8)
    beside = grown(prints, 4) & (strange > BESIDE) & core & ~others
    found = prints | beside.astype(np.uint8)
    has_print = found.sum() >= LEAST * core.sum()
    found = cv2.dilate(found, disc(5))
    found *= ((garment > 0.5) & ~others & has_print).astype(np.uint8)
    rest = (found == 0) & core
    if rest.sum() < ENOUGH * core.sum():
        return None
    cloth = cloth_around(pieces.lab, rest)
    uneven = unevenness(pieces.lab - cloth, rest & ~others)
    if uneven > FINE:
        return None
    step = None
    if has_print:
        z = to_rgb(cloth)
        alpha = blurred(found.astype(np.float32), 0.7)
        shown = (rest & (strange < BESIDE)).astype(np.float32)
        step = Covering(picture, z, alpha, shown)
    return Bare(step, uneven < PLAIN_CLOTH, blurred(others.astype(np.float32), 0.7))


def find_grain(
    pixels: np.ndarray, z: np.ndarray, cloth: np.ndarray, alpha: np.ndarray
) -> Ground | None:
    """Grain for the cloth z (3 x h x w in 0..255) where `alpha` takes a print off; None if none.

    `pixels` is the photo, `cloth` (h x w) 1 where plain cloth shows. Pieces of it are copied and
    made to fit z: only what is finer than z comes along.
    """
    hole = alpha > 0.02
    source = cv2.erode((cloth * ~hole).astype(np.uint8), np.ones((3, 3)))
    height, width = hole.shape
    left, copies = hole.copy(), []
    step = max(1, max(hole.shape) // STEPS)
    ways = [
        (step * down, step * across)
        for down in range(-REACH, REACH + 1)
        for across in range(-REACH, REACH + 1)
    ]
    coarse = source[::4, ::4]
    for _ in range(ROUNDS):
        here = left[::4, ::4]
        covered = [(here & (moved(coarse, y // 4, x // 4) > 0)).sum() for y, x in ways]
        down, across = ways[int(np.argmax(covered))]
        taken = left & (moved(source, down, across) > 0)
        if not taken.any() or max(covered) < WORTH * hole[::4, ::4].sum():
            break
        left &= ~taken
        fit = [plane - moved(plane, down, across) for plane in z]
        cells = np.stack([taken.astype(np.float32), *fit]).astype(np.float32)
        copies.append(Copy(down / height, across / width, cells))
    if not copies:
        return None
    filled = (hole & ~left).astype(np.float32)
    nothing = np.zeros_like(filled)
    cells = np.stack([alpha * filled, nothing, nothing]).astype(np.float32)
    return Ground(cells, Copies(pixels, tuple(copies)))
