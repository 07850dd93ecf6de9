"""Sleeves and legs that go on to the photo's border, where a network often stops before their ends.

The masks that taught it do too: GrabCut took what lies along the border for ground.
"""

import cv2
import numpy as np

from amgan_cli.editing.lab import to_lab
from amgan_cli.editing.outlines.common_colors import commoner
from amgan_cli.morphology import grown
from amgan_cli.patches import Patches

COMMONER = 10.0
"""So many times commoner in the garment than in the ground are the colours of what was missed."""
LEAST, MOST = 0.006, 0.3
"""Its share of the garment that was found."""
TOUCHING = 5
"""Pixels along which it touches that garment, at least."""


def find_missed(photo: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """What of a garment lies at the photo's border and was not found, h x w bool.

    `photo` h x w x 3 uint8; `garment` (h x w in 0..1) as it was found.
    """
    near = np.ones((3, 3), np.uint8)
    inside = garment > 0.5
    sure = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    seen = (commoner(to_lab(photo), sure, ~inside, COMMONER) & ~inside).astype(np.uint8)
    seen = cv2.morphologyEx(cv2.morphologyEx(seen, cv2.MORPH_OPEN, near), cv2.MORPH_CLOSE, near)
    seen *= ~inside
    parts, (height, width) = Patches(seen), inside.shape
    beyond = width - parts.left - parts.width, height - parts.top - parts.height
    is_missed = np.minimum.reduce([parts.left, parts.top, *beyond]) <= 1
    is_missed &= (parts.area > LEAST * inside.sum()) & (parts.area < MOST * inside.sum())
    return parts.only(is_missed & (parts.pixels(grown(inside, 2)) >= TOUCHING))
