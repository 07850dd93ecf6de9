"""Threads that GrabCut adds to a garment, as the lines between tiles and the hooks of hangers, and
nicks that it cuts out where a print reaches the outline (ours).
"""

import cv2
import numpy as np

from amgan_cli.editing.outlines.common_colors import common, grown, log_ratio

CORE = 9
"""Pixels across a disc that fits inside where the garment's own colours are told."""
THREAD, NICK = 7, 7
"""Pixels across a disc that fits into neither: what is wider is no thread, or no nick."""
FRINGE, REACH = 1.5, 4.0
"""Pixels up to which what stands out is the outline's roughness, and that a thread does at least:
less is a corner."""
GARMENT, STRAP = 3.7, 1.4
"""Mean logarithm of how much commoner its colours are in the garment than in the ground, and pixels
of width: a thread over both is a strap."""
VIVID, ALIKE = 12.0, 0.9
"""CIELAB chroma of a garment and of a thread, and cosine between their hues, from which on it is a
strap too: at its edges it is mixed with ground."""
PRINT, SEEN = (1.0, 0.003), 0.2
"""Of a nick that mean logarithm, the garment's share that has its colours, what is rarer is ground
in shadow, and the attention, at least."""
MOST = 4.0
"""What one pixel counts in that at most."""


def without_threads(
    lab: np.ndarray, attention: np.ndarray, found: np.ndarray, near: np.ndarray, ground: np.ndarray
) -> np.ndarray:
    """The outline that was `found` (h x w in 0..1) without threads and nicks; new.

    `lab` is the photo, h x w x 3 CIELAB, `attention` (h x w in 0..1) where the network sees the
    garment, `near` (h x w bool) what lies near its outline: nothing changes elsewhere; `ground` (h
    x w bool) is surely none of it.
    """
    inside = (found > 0.5).astype(np.uint8)
    core = cv2.erode(inside, _disc(CORE)) > 0
    if not (core.any() and ground.any()):
        return found.copy()
    speaks = log_ratio(lab, core, ground).clip(-MOST, MOST)

    open_ = _morphed(inside, cv2.MORPH_OPEN, THREAD)
    stands_out = cv2.distanceTransform(1 - open_, cv2.DIST_L2, 5)
    thin = _Pieces(near & (inside > 0) & (stands_out > FRINGE))
    reach = thin.most(stands_out)
    is_thread = (reach > REACH) & (thin.mean(attention) < 0.5)
    is_thread &= (thin.mean(speaks) < GARMENT) | (thin.areas < STRAP * reach)
    is_thread &= ~_have_hue(thin, lab, np.median(lab[core], axis=0)[1:])
    is_thread[0] = False
    for piece in np.flatnonzero(is_thread):
        ends = (grown(thin.number == piece, 2) & (open_ > 0)).astype(np.uint8)
        is_thread[piece] = cv2.connectedComponents(ends)[0] <= 2  # on others hangs a sleeve

    closed = _morphed(inside, cv2.MORPH_CLOSE, NICK)
    cut = _Pieces(near & (inside == 0) & (closed > 0) & (attention > SEEN))
    is_nick = (cut.mean(speaks) > PRINT[0]) & (cut.mean(common(lab, core)) > PRINT[1])
    is_nick[0] = False

    found = np.where(is_thread[thin.number], 0, found)
    return np.where(is_nick[cut.number], 1, found).astype(np.float32)


class _Pieces:
    """The connected pieces of a mask, h x w bool; the first one is all that is not in it."""

    def __init__(self, mask: np.ndarray) -> None:
        self.count, self.number = cv2.connectedComponents(mask.astype(np.uint8))
        self.areas = np.bincount(self.number.ravel(), minlength=self.count)

    def mean(self, plane: np.ndarray) -> np.ndarray:
        """Mean of an h x w plane over each piece."""
        sums = np.bincount(self.number.ravel(), plane.ravel(), self.count)
        return sums / np.maximum(self.areas, 1)

    def most(self, plane: np.ndarray) -> np.ndarray:
        """Largest value of an h x w plane in each piece."""
        result = np.full(self.count, -np.inf)
        np.maximum.at(result, self.number.ravel(), plane.ravel())
        return result


def _have_hue(pieces: _Pieces, lab: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Which pieces have the hue of a garment whose own colour has these a and b."""
    a, b = pieces.mean(lab[..., 1]), pieces.mean(lab[..., 2])
    chroma, full = np.hypot(a, b), np.hypot(*own)
    along = a * own[0] + b * own[1]
    return (full >= VIVID) & (chroma >= VIVID) & (along >= ALIKE * chroma * full)


def _morphed(mask: np.ndarray, how: int, across: int) -> np.ndarray:
    """A mask opened or closed by a disc, as if it went on past the picture's border."""
    wide = cv2.copyMakeBorder(mask, *[across] * 4, cv2.BORDER_REPLICATE)
    return cv2.morphologyEx(wide, how, _disc(across))[across:-across, across:-across]


def _disc(across: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
