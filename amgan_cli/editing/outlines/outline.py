"""Attention brought to the garment's true outline at a size that the network does not see."""

import cv2
import numpy as np

from amgan_cli.editing.lab import to_lab
from amgan_cli.editing.lift import Window, guided, to_picture
from amgan_cli.editing.outlines.bright_rims import find_bright_rims
from amgan_cli.editing.outlines.faint import smoothed_if_faint
from amgan_cli.editing.outlines.gaps import find_gaps, is_ground_colored
from amgan_cli.editing.outlines.missed import find_missed
from amgan_cli.editing.outlines.threads import without_threads
from amgan_cli.morphology import disc
from amgan_cli.patches import Patches

OUTLINE_SIDE = 256
"""Pixels of the longer side at which the outline is searched."""
SURELY, HARDLY = 0.95, 0.03
"""Attention over and under these is garment and background whatever the colours say."""
REACH = 1 / 16
"""Share of the side by which the outline may move."""
CERTAIN, RIM = 0.97, 7
"""Attention over which cloth of no ground's colour stays though the outline may move past it, as
that of sleeves may, and pixels across a disc that fits between it and the attention's outline."""
CRUMB = 0.02
"""Separate spots smaller than this share of the garment are noise of the network's, and those where
it is nowhere sure."""


def outline_on(photo: np.ndarray, x: np.ndarray, attention: np.ndarray) -> np.ndarray:
    """The outline on a photo (3 x h x w in 0..255) of a garment that was seen on its small copy.

    x (3 x r x c in 0..255) is that copy, `attention` (r x c in 0..1) where the garment is there;
    h x w in 0..1 comes back.
    """
    lifted = guided(x, attention, 3)  # follows edges that are finer than the copy's cells
    (fine,) = lifted.at(photo, Window(*photo.shape[1:])).clip(0, 1)
    return find_outline(to_picture(np.rint(photo).clip(0, 255).astype(np.uint8)), fine)


def find_outline(photo: np.ndarray, attention: np.ndarray) -> np.ndarray:
    """Attention (h x w in 0..1) with its outline moved to the garment's, by GrabCut.

    `photo` h x w x 3 uint8. Where the attention's own outline is far, inside prints for example,
    it stays as it is. What was missed at the photo's border joins it first (`find_missed`);
    attention that is nowhere sure comes back as it is then.
    """
    attention = np.maximum(attention, find_missed(photo, attention))
    solid = _without_holes(attention > 0.5)
    reach = 2 * round(REACH * max(attention.shape)) + 1
    brush = disc(reach)
    core = cv2.erode(solid, brush)
    rim = disc(RIM)
    inner = (cv2.erode(solid, rim) > 0) & (attention > CERTAIN)
    lab = to_lab(photo)
    as_ground = is_ground_colored(lab, attention > 0.5, attention < HARDLY)
    seeds = np.full(attention.shape, cv2.GC_PR_BGD, np.uint8)
    seeds[attention > 0.5] = cv2.GC_PR_FGD
    seeds[(core > 0) & (attention > SURELY)] = cv2.GC_FGD  # not in a gap between sleeve and body
    seeds[inner & ~as_ground] = cv2.GC_FGD
    seeds[attention < HARDLY] = cv2.GC_BGD
    if min((seeds == cv2.GC_FGD).sum(), (seeds == cv2.GC_BGD).sum()) < 50:
        return attention
    cv2.setRNGSeed(0)  # GrabCut starts from random colour clusters
    garment, _, _ = cv2.grabCut(
        photo, seeds, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), 1, cv2.GC_INIT_WITH_MASK
    )
    found = np.isin(garment, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    near = cv2.dilate(solid, brush) > core
    refined = np.where(near, found, ((attention - 0.05) / 0.8).clip(0, 1))
    refined = refined.astype(np.float32)
    refined = without_threads(lab, attention, refined, near, attention < HARDLY)
    refined = smoothed_if_faint(lab, attention, refined, near)
    refined[find_gaps(attention, as_ground)] = 0
    refined[find_bright_rims(lab[..., 0], refined)] = 0
    return _without_crumbs(refined)


def _without_holes(mask: np.ndarray) -> np.ndarray:
    """h x w uint8: 1 wherever the outside cannot be reached from the border."""
    padded = np.pad(mask.astype(np.uint8), 1)
    cv2.floodFill(padded, None, (0, 0), 2)
    return (padded[1:-1, 1:-1] != 2).astype(np.uint8)


def _without_crumbs(attention: np.ndarray) -> np.ndarray:
    spots = Patches(attention > 0.2)
    stays = (spots.pixels(attention > 0.5) > 0) & (spots.area >= CRUMB * spots.area[1:].sum())
    return np.where(spots.only(stays), attention, 0)
