"""Where a garment is by all that speaks for it: two networks, and the photo's own colours (ours).

Where one network or both are unsure, colours tell: those that are commoner in what is garment so
far than in what is ground. Fitted to 165 training photos with masks by eye that no network learned
(benchmarks/outline_evidence.py).
"""

import cv2
import numpy as np

from amgan_cli.editing.lab import to_lab
from amgan_cli.editing.outlines.common_colors import log_ratio
from amgan_cli.patches import Patches

WEIGHTS, OFFSET = (0.26, 0.60, 0.60), -0.15
"""Log odds that a pixel is garment: weights of the first network's score, the second one's and what
its colour says."""
MOST = 4.0
"""By how much, in logarithms, a pixel's colour speaks for garment or ground at most."""
SMOOTH = 1.0
"""Pixels over which colours speak together."""
ROUNDS = 2
"""After the first one all that is known tells which colours are the garment's."""
PLAINLY = 0.5
"""Log odds from which a pixel counts then as garment, or as ground."""
NEITHER = -0.5
"""Score under which of both networks colours alone make no garment."""
ENOUGH = 30
"""Pixels of garment and of ground that it takes to know their colours."""


def weighed(first: np.ndarray, second: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Log odds that a pixel of a photo (h x w x 3 in 0..255) is garment, h x w, by the scores of
    two networks before the sigmoid, h x w each."""
    lab = to_lab(photo)
    garment, ground = (first > 0) & (second > 0), (first <= 0) & (second <= 0)
    odds = (first + second) / 2
    for _ in range(ROUNDS):
        evidence = np.stack([first, second, color_says(lab, garment, ground)])
        odds = np.tensordot(WEIGHTS, evidence, 1) + OFFSET
        garment, ground = odds > PLAINLY, odds < -PLAINLY
    surer = np.maximum(first, second)
    odds = np.where(surer < NEITHER, np.minimum(odds, surer), odds)
    spots = Patches(odds > 0)
    alone = spots.only(spots.pixels(first + second > 0) == 0)
    return np.where(alone, np.minimum(odds, NEITHER), odds)


def color_says(lab: np.ndarray, garment: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """What each pixel's colour (h x w x 3 in CIELAB) says, by where garment and ground surely are
    (h x w bool); h x w in -MOST..MOST, 0 where too little is known."""
    if min(garment.sum(), ground.sum()) < ENOUGH:
        return np.zeros(garment.shape, np.float32)
    says = log_ratio(lab, garment, ground).clip(-MOST, MOST)
    return cv2.GaussianBlur(says.astype(np.float32), (0, 0), SMOOTH)
