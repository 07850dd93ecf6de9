"""Ground seen between a sleeve and the torso, or two legs: slits that a network of 128 px fills.

Their colours are common in the ground and rare in the garment, and they end at its outline (ours).
"""

import cv2
import numpy as np

from amgan_cli.editing.outlines.common_colors import commoner
from amgan_cli.morphology import grown
from amgan_cli.patches import Patches

COMMONER = 6.0
"""So many times commoner in the ground than in the garment is a gap's colour at least."""
AROUND = 1 / 6
"""Share of the side within which the ground's colours count."""
REACH = 3
"""Pixels from the outline at which a gap ends."""
TALL, UPRIGHT = 8, 1.3
"""Pixels that a gap is high at least, and its height by its width: trims and hems are wide."""
OPEN = 0.35
"""Share of a gap's border beside ground, at most; a trim has more."""


def find_gaps(garment: np.ndarray, ground_colored: np.ndarray) -> np.ndarray:
    """The gaps of a photo that are not seen as ground, h x w bool.

    `garment` (h x w in 0..1) as it was found, `ground_colored` (h x w bool) as below.
    """
    inside = garment > 0.5
    seen = inside & ground_colored
    seen = cv2.morphologyEx(seen.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3))) * inside
    parts = Patches(seen)
    is_gap = parts.pixels(grown(~inside, REACH)) > 0
    is_gap &= (parts.height >= TALL) & (parts.height > UPRIGHT * parts.width)
    is_gap &= np.minimum(parts.left, parts.top) > 2
    is_gap &= parts.left + parts.width < inside.shape[1] - 2
    for part in np.flatnonzero(is_gap[1:]) + 1:
        own = parts.number == part
        around = grown(own, 2) & ~own
        is_gap[part] = (around & ~inside).sum() <= OPEN * around.sum()
    return parts.only(is_gap)


def is_ground_colored(lab: np.ndarray, garment: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """Where a picture (h x w x 3 in CIELAB) has colours of the ground around the garment that are
    rare in it; all others h x w bool.
    """
    near = grown(garment, round(AROUND * max(garment.shape)))
    return commoner(lab, ground & near, garment, COMMONER)
