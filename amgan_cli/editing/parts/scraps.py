"""Pieces of old sleeves or hoods that an edit left behind: cuffs beside the view of the arms."""

import cv2
import numpy as np

from amgan_cli.editing.plan import Uncovering
from amgan_cli.patches import Patches
from amgan_cli.sewing.sew import inpainted

CLOTH = 0.3
"""Where garment is, at least: thin sleeves are attended to less."""
SHADOW = np.ones((5, 5), np.uint8)
"""Cells around a piece that go with it."""


def find_scraps(before: np.ndarray, after: np.ndarray) -> np.ndarray | None:
    """What of the garment hangs together no more, S x S bool; None if nothing.

    `before` and `after` are where garment is before and after the edit, S x S in 0..1. Pieces that
    were loose already, as a second shoe, are none.
    """
    whole = Patches(before > CLOTH)
    pieces = Patches((after > CLOTH) & (whole.number > 0))
    if pieces.count < 3:
        return None
    largest = pieces.number == 1 + pieces.area[1:].argmax()
    loose = (pieces.number > 0) & ~largest & (whole.number == np.median(whole.number[largest]))
    return loose if loose.any() else None


def taken_away(x: np.ndarray, garment: np.ndarray, pieces: np.ndarray) -> Uncovering:
    """The step that puts ground in the place of `pieces` (S x S bool).

    x S x S x 3 in 0..255, `garment` where it is in x, S x S in 0..1.
    """
    stays = ((garment > CLOTH) & ~pieces).astype(np.uint8)
    hole = cv2.dilate(pieces.astype(np.uint8), SHADOW) * (1 - stays)
    z = inpainted(np.rint(x).clip(0, 255).astype(np.uint8), hole | stays)
    alpha = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 0.7)
    may_go, garment = hole.astype(np.float32), np.maximum(garment, pieces)
    z = z.astype(np.float32)
    return Uncovering(x, z, alpha, garment, may_go)
