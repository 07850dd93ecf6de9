"""Strips of ground in a dark garment's shadow, which networks and GrabCut take for a part of it.

They are lighter than nearly all of the garment and lie along its outline: made white with it, they
shine (ours).
"""

import cv2
import numpy as np

from amgan_cli.morphology import disc
from amgan_cli.patches import Patches

CORE = 1 / 16
"""Share of the side across a disc that fits inside, where the garment's own lightness is told."""
LIGHTEST, DARK = 97, 50.0
"""Percentile that stands for the lightest that a garment is, folds and prints too, and CIELAB
lightness of that up to which it is dark."""
LIGHTER = 12.0
"""CIELAB by which a strip is lighter than that."""
THICK = 1 / 96, 1 / 21
"""Shares of the side that a strip reaches inside: less is an edge, more a part of the garment."""


def find_bright_rims(lightness: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """The strips, h x w bool, of a photo's CIELAB `lightness`, h x w; `garment` h x w in 0..1."""
    inside = (garment > 0.5).astype(np.uint8)
    nothing, side = np.zeros(inside.shape, bool), max(inside.shape)
    across = 2 * round(side * CORE / 2) + 1
    core = cv2.erode(inside, disc(across)) > 0
    if not core.any():
        return nothing
    lightest = np.percentile(lightness[core], LIGHTEST)
    if lightest > DARK:
        return nothing
    light = inside & (lightness > lightest + LIGHTER)
    strips = Patches(light, connectivity=4)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    deepest = strips.most(depth)
    is_rim = strips.pixels((depth > 0) & (depth < 2)) > 0
    is_rim &= (deepest >= THICK[0] * side) & (deepest <= THICK[1] * side)
    return strips.only(is_rim)
