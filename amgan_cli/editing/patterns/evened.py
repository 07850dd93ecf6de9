"""What a network draws in place of a pattern, brought nearer to one plain cloth (ours).

It fades patterns to ghosts in a colour between theirs: of other hues, which light and shade on one
cloth are not, and darker or lighter than a fold makes it.
"""

import cv2
import numpy as np

from amgan_cli.editing.lab import to_lab, to_rgb
from amgan_cli.means import mean_and_weight

FOLD, WIDE = 1 / 64, 1 / 6
"""Shares of the square's side over which folds are seen, and over which light falls."""
STRONG = 8.0
"""CIELAB by which either is lighter or darker than the cloth, at most."""
INSIDE = 0.9
"""Attention from which a pixel is all garment."""
COLORS = 4
"""Of a pattern."""
VIVID = 40.0
"""Chroma (CIELAB) from which a colour counts twice as much as a grey: cloth with as much white as
blue on it is called blue."""


def evened(z: np.ndarray, x: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """z with the garment in the main colour that it has in x, and without ghosts.

    Pictures S x S x 3 in 0..255, `alpha` S x S in 0..1.
    """
    cloth = alpha > INSIDE
    if not cloth.any():
        return z
    drawn, seen = (to_lab(each.clip(0, 255)) for each in (z, x))
    weight, mean = cloth.astype(np.float32), drawn[cloth, 0].mean()
    near, wide = (mean_and_weight(drawn, weight, part * len(z))[0][..., 0] for part in (FOLD, WIDE))
    even = np.empty_like(drawn)
    even[:] = main_color(seen[cloth])
    even[..., 0] += STRONG * (np.tanh((near - wide) / STRONG) + np.tanh((wide - mean) / STRONG))
    return to_rgb(even)


def main_color(colors: np.ndarray) -> np.ndarray:
    """What a pattern of n x 3 colours (CIELAB) has most of, vivid ones before grey ones."""
    count = min(COLORS, len(colors))
    if count < COLORS:
        return np.median(colors, axis=0)
    cv2.setRNGSeed(0)
    until = cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5
    owners = np.zeros((len(colors), 1), np.int32)
    how = cv2.KMEANS_PP_CENTERS
    _, owners, middles = cv2.kmeans(colors, count, owners, until, 2, how)
    chroma = np.hypot(middles[:, 1], middles[:, 2])
    weight = np.bincount(owners[:, 0], minlength=count) * (1 + (chroma / VIVID).clip(0, 1))
    return np.median(colors[owners[:, 0] == weight.argmax()], axis=0)
