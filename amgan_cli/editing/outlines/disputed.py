"""Pieces that one of two networks takes for garment and the other for ground (ours).

Which of them is right shows in how sure each is and in the piece's colours. Fitted to 2,000 such
pieces of 765 training photos with masks by eye (benchmarks/disputed_pieces.py).
"""

import numpy as np

from amgan_cli.editing.lab import to_lab
from amgan_cli.editing.outlines.common_colors import log_ratio
from amgan_cli.editing.patches import Patches

LEAST = 0.004
"""Smaller pieces, in what both take for garment, are left as they are."""
AGREED = 30
"""Pixels of garment and of ground on which both agree that it takes to know their colours."""
COLORS = 4.0
"""By how much, in logarithms, a pixel's colour speaks for one of both at most."""
FIRST_SAYS = 0.69, 0.43, 0.48, -1.48
SECOND_SAYS = 0.18, 0.57, 0.78, -0.74
"""Log odds that a piece is garment, where that network says so: weights of the first one's mean
score, the second one's and the mean logarithm of how much commoner its colours are in the garment
than in the ground; offset."""


def settled(
    first: np.ndarray, second: np.ndarray, both: np.ndarray, photo: np.ndarray
) -> np.ndarray:
    """What both say of a photo (h x w x 3 in 0..255), h x w, with those pieces decided.

    `first`, `second` and `both` are scores before the sigmoid, h x w, and so is what comes back.
    """
    both = both.copy()
    for piece, evidence in disputed(first, second, photo):
        says = FIRST_SAYS if evidence[0] > 0 else SECOND_SAYS
        both[piece] = both[piece] / 2 + np.dot(says, (*evidence, 1.0))
    return both


def disputed(
    first: np.ndarray, second: np.ndarray, photo: np.ndarray
) -> list[tuple[np.ndarray, tuple[float, float, float]]]:
    """The pieces, h x w bool, and what speaks for each being garment; arguments as above."""
    garment, ground = (first > 0) & (second > 0), (first <= 0) & (second <= 0)
    if min(garment.sum(), ground.sum()) < AGREED:
        return []
    colors = log_ratio(to_lab(photo), garment, ground).clip(-COLORS, COLORS)
    patches = Patches(~garment & ~ground, connectivity=4)
    large = np.flatnonzero(patches.area[1:] >= LEAST * garment.sum()) + 1
    pieces = (patches.number == i for i in large)
    return [
        (piece, (first[piece].mean(), second[piece].mean(), colors[piece].mean()))
        for piece in pieces
    ]
