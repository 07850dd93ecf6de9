"""Threads that GrabCut adds to a garment, as the lines between tiles and the hooks of hangers, and
nicks that it cuts out where a print reaches the outline (ours).
"""

import cv2
import numpy as np

from amgan_cli.editing.outlines.common_colors import commonness, log_ratio
from amgan_cli.morphology import disc, grown
from amgan_cli.patches import Patches

CORE = 9
"""Pixels across a disc that fits inside where the garment's own colours are told; all pixels are
those of the picture in which the outline is sought."""
THREAD, NICK = 7, 7
"""Pixels across a disc that fits into neither: what is wider is no thread, or no nick."""
FRINGE = 1.5
"""Pixels up to which what stands out is the outline's roughness."""
REACH = 4.0
"""Pixels by which a thread stands out at least: less is a corner."""
GARMENT, STRAP = 3.7, 1.4
"""Mean logarithm of how much commoner its colours are in the garment than in the ground, and pixels
of width: a thread over both is a strap."""
VIVID, ALIKE = 12.0, 0.9
"""CIELAB chroma of a garment and of a thread, and cosine between their hues, from which on it is a
strap too, if the ground has another hue: at its edges it is mixed with ground."""
OF_PRINT = 1.0
"""That mean logarithm from which on a nick is cut out of a print."""
COMMON = 0.003
"""Share of the garment at least that has a nick's colours: what is rarer is ground in shadow."""
SEEN = 0.2
"""Attention in a nick, at least."""
MOST = 4.0
"""What one pixel counts in those means at most."""


def without_threads(
    lab: np.ndarray, attention: np.ndarray, found: np.ndarray, near: np.ndarray, ground: np.ndarray
) -> np.ndarray:
    """The outline that was `found` (h x w float32 in 0..1) without threads and nicks; new.

    `lab` is the photo, h x w x 3 CIELAB, `attention` (h x w in 0..1) where the network sees the
    garment, `near` (h x w bool) what lies near its outline: nothing changes elsewhere; `ground` (h
    x w bool) is surely none of it.
    """
    inside = (found > 0.5).astype(np.uint8)
    core = cv2.erode(inside, disc(CORE)) > 0
    if not (core.any() and ground.any()):
        return found.copy()
    speaks = log_ratio(lab, core, ground).clip(-MOST, MOST)

    open_ = _morphed(inside, cv2.MORPH_OPEN, THREAD)
    stands_out = cv2.distanceTransform(1 - open_, cv2.DIST_L2, 5)
    thin = Patches(near & (inside > 0) & (stands_out > FRINGE))
    reach = thin.most(stands_out)
    is_thread = (reach > REACH) & (thin.mean(attention) < 0.5)
    is_thread &= (thin.mean(speaks) < GARMENT) | (thin.area < STRAP * reach)
    if not _has_hue(np.median(lab[ground], axis=0), lab[core]):
        is_thread &= ~_has_hue(thin.means(lab), lab[core])
    is_thread &= thin.most(grown(open_, 2)) > 0
    for piece in np.flatnonzero(is_thread[1:]) + 1:
        ends = (grown(thin.number == piece, 2) & (open_ > 0)).astype(np.uint8)
        is_thread[piece] = cv2.connectedComponents(ends)[0] == 2  # on others hangs a sleeve
    found = np.where(thin.only(is_thread), 0, found)

    inside = (found > 0.5).astype(np.uint8)
    closed = _morphed(inside, cv2.MORPH_CLOSE, NICK)
    cut = Patches(near & (inside == 0) & (closed > 0) & (attention > SEEN))
    is_nick = (cut.mean(speaks) > OF_PRINT) & (cut.mean(commonness(lab, core)) > COMMON)
    return np.where(cut.only(is_nick), 1, found)


def _has_hue(colors: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """Which of some colours (... x 3 CIELAB) have the hue of a garment's pixels, n x 3."""
    own, others = np.median(garment, axis=0)[1:], colors[..., 1:]
    chroma, full = np.linalg.norm(others, axis=-1), np.linalg.norm(own)
    return (full >= VIVID) & (chroma >= VIVID) & (others @ own >= ALIKE * chroma * full)


def _morphed(mask: np.ndarray, how: int, across: int) -> np.ndarray:
    """A mask opened or closed by a disc, as if it went on past the picture's border."""
    wide = np.pad(mask, across, "edge")
    return cv2.morphologyEx(wide, how, disc(across))[across:-across, across:-across]
