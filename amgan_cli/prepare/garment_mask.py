"""Photo pixels in, a weak garment mask out: GrabCut, started from what the photo's border shows."""

from collections.abc import Callable

import cv2
import numpy as np

from amgan_cli.morphology import disc
from amgan_cli.patches import Patches

FRAME = 0.04
"""Share of the shorter side that is taken for background all around."""
CLUSTERS = 4
SMALLEST_CLUSTER = 0.08
"""Share of the border; a smaller cluster may be a sleeve that touches it."""
NEAR = 8.0
"""CIELAB distance up to which a pixel counts as background, however even the border is."""
ELLIPSE, CORE = (0.47, 0.47), (0.15, 0.20)
"""Half axes as shares of width and height: where a garment may be, and where it surely is."""
ITERATIONS = 6
PLAUSIBLE = (0.03, 0.90)
"""Share of the photo that a garment covers; a mask outside this has failed."""


def garment_mask(pixels: np.ndarray) -> np.ndarray | None:
    """HxW bool, or None if no plausible garment was found.

    `pixels` HxWx3 uint8, best around 400x533 (a second). About four in five are clean; a garment
    of the background's colour loses parts. The same photo always gives the same mask.
    """
    cv2.setRNGSeed(0)  # k-means and GrabCut draw from it
    labels = _first_guess(pixels)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    no_rectangle = (0, 0, 1, 1)
    cv2.grabCut(pixels, labels, no_rectangle, *models, ITERATIONS, cv2.GC_INIT_WITH_MASK)
    mask = _tidy(np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)))
    return mask if PLAUSIBLE[0] < mask.mean() < PLAUSIBLE[1] else None


def _first_guess(pixels: np.ndarray) -> np.ndarray:
    """GrabCut's labels, HxW: far from the border's colours and inside the ellipse = garment."""
    height, width = pixels.shape[:2]
    margin = max(2, round(FRAME * min(height, width)))
    frame = np.ones((height, width), bool)
    frame[margin:-margin, margin:-margin] = False
    distance = _distance_to_border_colors(pixels, frame)
    limit = max(NEAR, float(np.percentile(distance[frame], 90)))
    garment = (distance > limit) & _ellipse(height, width, ELLIPSE)
    core = _ellipse(height, width, CORE)
    if garment[core].mean() < 0.05:  # the border's colours are the garment's: trust the middle
        garment |= core
    labels = np.where(garment, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[frame] = cv2.GC_BGD
    return labels


def _distance_to_border_colors(pixels: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """HxW: CIELAB distance to the nearest large colour cluster of the border."""
    lab = cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lab[..., 0] *= 0.7  # a shadow on the ground is still ground
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    border = np.ascontiguousarray(lab[frame][::3])
    member = np.zeros((len(border), 1), np.int32)
    _, member, centers = cv2.kmeans(border, CLUSTERS, member, stop, 2, cv2.KMEANS_PP_CENTERS)
    share = np.bincount(member.ravel(), minlength=CLUSTERS) / len(member)
    large = centers[share > SMALLEST_CLUSTER]
    return np.min([np.linalg.norm(lab - center, axis=2) for center in large], axis=0)


def _ellipse(height: int, width: int, half_axes: tuple[float, float]) -> np.ndarray:
    """HxW bool, centred."""
    y, x = np.ogrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
    return (x / half_axes[0]) ** 2 + (y / half_axes[1]) ** 2 < 1


def _tidy(mask: np.ndarray) -> np.ndarray:
    """Without threads, specks and pinholes; parts of a tenth of the largest stay (a loose belt)."""
    brush = disc(5)
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, brush)
    kept = _large_parts(opened, lambda areas: areas >= 0.1 * areas.max())
    holes = _large_parts(~kept, lambda areas: areas >= 0.005 * mask.size)
    return ~holes


def _large_parts(mask: np.ndarray, keep: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """HxW bool: the connected parts whose pixel counts `keep` accepts (array in, bools out)."""
    parts = Patches(mask)
    if parts.count < 2:
        return np.zeros(mask.shape, bool)
    return parts.only(np.append(False, keep(parts.area[1:])))
