"""Outlines that a photo's colours hardly show, as of white cloth on a white sheet (ours).

GrabCut follows chance there, in rags; the network's own outline is smooth, and about as right.
"""

import cv2
import numpy as np

from amgan_cli.editing.outlines.common_colors import log_ratio
from amgan_cli.ramp import rise

PLAINLY = 2.0, 1.0
"""By how much, in logarithms, the colours at both sides of an outline tell them apart: over the
first it is plain, under the second faint."""
MOST = 4.0
"""What one pixel counts in that at most."""
SHARE, BLUR = 0.3, 1 / 128
"""How much the network's outline counts where it is faint, and the deviation, as a share of the
side, that the other one is blurred with."""
FIRM = 4.0
"""How much more steeply than blurred it passes from nothing to all then."""


def smoothed_if_faint(
    lab: np.ndarray, attention: np.ndarray, found: np.ndarray, near: np.ndarray
) -> np.ndarray:
    """The outline that was `found` (h x w in 0..1), smoothed if colours hardly show it; new.

    `lab` is the photo, h x w x 3 CIELAB, `attention` (h x w in 0..1) where the network sees the
    garment, `near` (h x w bool) what lies near its outline: nothing changes elsewhere.
    """
    inside, outside = near & (attention > 0.5), near & (attention <= 0.5)
    if not (inside.any() and outside.any()):
        return found.copy()
    speaks = log_ratio(lab, inside, outside).clip(-MOST, MOST)
    share = float(rise((speaks[inside].mean() - speaks[outside].mean()) / 2, PLAINLY))
    blurred = cv2.GaussianBlur(found, (0, 0), BLUR * max(found.shape))
    smooth = blurred + SHARE * (attention - blurred)
    firm = ((smooth - 0.5) * FIRM + 0.5).clip(0, 1)
    return np.where(near, found + share * (firm - found), found)
