"""What lies where a fastening goes: the garment's own cloth from beside it, pattern and weave.

The network draws such a place as the mean of what lies left and right of it, which on checks is a
grey strip.
"""

import cv2
import numpy as np

from amgan_cli.editing.parts.copies import Copies, find_shifts
from amgan_cli.editing.parts.fitting import fitted_copies
from amgan_cli.editing.parts.ground import Ground

ATTENDED = 0.3
"""Attention over this: the network takes something away there."""
NEAR, LIGHT = 8.0, 25.0
"""As in `ground`; what differs nearer by are stripes and pockets."""
INSIDE = 0.5
"""Share of garment under which a cell is ground, which stays as it is: no rags under the hem."""


def find_mend(
    pixels: np.ndarray, x: np.ndarray, garment: np.ndarray, alpha: np.ndarray
) -> Ground | None:
    """The cloth to be shown where `alpha` takes a piece off, and ground that stays beside the
    garment; None if no cloth fits and there is no such ground.

    `pixels` is the photo, x (3 x h x w in 0..255) what the network saw, `garment` and `alpha`
    h x w in 0..1.
    """
    inside, attended = garment > INSIDE, alpha > ATTENDED
    piece = attended & inside
    hole = cv2.dilate(piece.astype(np.uint8), np.ones((3, 3), np.uint8)) * inside
    cloth = cv2.erode((garment > 0.7).astype(np.uint8), np.ones((3, 3), np.uint8)) * (hole == 0)
    copies = fitted_copies(x, cloth, find_shifts(x, hole, cloth), NEAR, LIGHT)
    if not copies and not (attended & ~inside).any():
        return None
    gone, ground = (
        cv2.GaussianBlur(each.astype(np.float32), (0, 0), 1) for each in (hole, ~inside)
    )
    stays = np.zeros_like(gone)
    return Ground(np.stack([gone, stays, ground]), Copies(pixels, tuple(copies)))
