"""The part of a photo in which a garment that fills little of it is seen as large as others.

Networks see photos in squares of a few hundred pixels, and of a garment in the middle of a room
hardly its sleeves (ours).
"""

import numpy as np

from amgan_cli.part_view import Box

AROUND = 0.2
"""Ground around a garment that is seen too, a share of the garment's longer side."""
FILLS = 0.7
"""Share of the photo from which on a part shows no more."""
STRAY = 0.005
"""Share of what was found that may lie beyond each side of a garment: spots elsewhere."""
FEWEST = 50
"""Pixels that are a garment, at least."""


def near_view(garment: np.ndarray, shape: tuple[int, ...], around: float = AROUND) -> Box | None:
    """Rows and columns of a photo H x W around its garment (h x w of any size, in 0..1).

    None where there is no garment, or one that fills the photo.
    """
    found = garment > 0.5
    if found.sum() < FEWEST:
        return None
    ends = np.quantile(np.nonzero(found), (STRAY, 1 - STRAY), axis=1)  # 2 x rows, columns
    room = around * (ends[1] - ends[0]).max()
    whole = np.array(shape[:2])
    scale = whole / found.shape
    first = ((ends[0] - room) * scale).clip(0).astype(int)
    last = np.minimum((ends[1] + 1 + room) * scale, whole).astype(int)
    if (last - first).prod() > FILLS * whole.prod():
        return None
    return slice(first[0], last[0]), slice(first[1], last[1])
