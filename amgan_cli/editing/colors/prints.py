"""What of a garment is its cloth and what lies on it: prints, zips, buttons, the neck's inside.

Most of a garment is one cloth, in light and shade. What differs from the cloth around with a sharp
border is print, but for pieces of the shape and place of zips, buttons and necks.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.lab import to_lab
from amgan_cli.editing.outlines.gaps import is_ground_colored
from amgan_cli.means import mean_and_weight
from amgan_cli.patches import Patches

GARMENT = 0.9
"""Attention from which a pixel is all garment."""
SPREAD = np.array([11.0, 5.0, 5.0], np.float32)
"""How far one cloth's colours lie apart, folds included, in CIELAB."""
BIN = np.array([10.0, 5.0, 5.0], np.float32)
"""CIELAB in which colours are counted to find the usual one."""
STRANGE = 2.2
"""Spreads from the cloth around from which a colour is not the cloth's."""
SHARP, SHARP_GREY = 5.0, 8.0
"""CIELAB a pixel along a print's border, at least, where it has another hue than the cloth, and
where it has the cloth's own, as folds and shadows have, which are softer."""
HUE = 12.0
"""How far (CIELAB a, b) another hue is."""
CRUMB = 5
"""Pixels; a smaller piece is nothing."""
ZIP = 0.4, 0.1
"""What is taller and narrower than these shares of the garment is a zip."""
BUTTON, BUTTONS = 0.06, (3, 14)
"""Round pieces smaller than this share of the garment are buttons, where so many at least lie over
each other and no more than so many in all: others are dots."""
NECK = 0.1, 0.2
"""What begins over this share of the garment's height, and is no farther from its middle than this
share of its width, is seen inside the neck."""
ALL_OVER = 0.25
"""Share of the garment from which prints are a pattern of all of it, its neck too."""
SAME = 12.0
"""CIELAB within which something at the outline has the colour of the ground there, or its colour
is a usual one in the ground around alone: it may be a gap."""
GAPS = 2
"""Such pieces, at most, that are gaps; a pattern in the ground's colour has more."""
PLAIN_CLOTH, FINE = 6.0, 9.0
"""CIELAB by which plain cloth differs from its mean around, at most, and cloth with a pattern that
is weak enough to stay."""
NEAR = (4, 8, 16, 32, 64)
"""Parts of the side over which the cloth's colour is taken, from where there is enough of it."""


@dataclass(frozen=True)
class Pieces:
    """What lies on a garment's cloth; all h x w."""

    lab: np.ndarray
    """The picture in CIELAB, h x w x 3."""
    core: np.ndarray
    """Where the garment is, without its edge; bool."""
    off: np.ndarray
    """How far a colour is from the cloth's around, CIELAB, h x w x 3."""
    strange: np.ndarray
    """The same in spreads of a cloth."""
    prints: np.ndarray
    """uint8"""
    others: np.ndarray
    """Zips, buttons, what is seen inside the neck, and ground seen through a gap; bool."""


def find_pieces(
    picture: np.ndarray, garment: np.ndarray, is_fastened: bool = True
) -> Pieces | None:
    """The pieces on the garment of a picture; None without a garment.

    `picture` h x w x 3 in 0..255, `garment` where it is, h x w in 0..1, with a sharp outline;
    what looks like a zip or buttons is print unless it `is_fastened`.
    """
    lab = to_lab(picture)
    core = core_of(garment)
    if not core.any():
        return None
    off = lab - usual_around(lab, core)
    strange = in_spreads(off)
    seeds = ((strange > STRANGE) & core).astype(np.uint8)
    found = _prints_and_others(lab, off, seeds, core, garment, is_fastened)
    return Pieces(lab, core, off, strange, *found)


def core_of(garment: np.ndarray) -> np.ndarray:
    """What is garment (h x w in 0..1) and not at its edge, bool."""
    return cv2.erode((garment > GARMENT).astype(np.uint8), np.ones((5, 5))) > 0


def usual_around(lab: np.ndarray, core: np.ndarray) -> np.ndarray:
    """The garment's usual colour as it is around each place, in its light or shade; h x w x 3."""
    side = max(lab.shape[:2])
    around = np.broadcast_to(_usual(lab[core][::3]), lab.shape)
    for lightness, part in ((20.0, 10), (15.0, 10), (11.0, 16), (SPREAD[0], 16)):
        spread = np.array([lightness, *SPREAD[1:]], np.float32)
        likely = core * np.exp(-(((lab - around) / spread) ** 2).sum(axis=2) / 2)
        near, enough = mean_and_weight(lab, likely.astype(np.float32), side / part)
        far, _ = mean_and_weight(lab, likely.astype(np.float32), side / 3)
        around = far + (enough / 0.1).clip(0, 1)[..., None] * (near - far)
    return around


def _usual(colors: np.ndarray) -> np.ndarray:
    """The colour (CIELAB) around which most of n x 3 lie: the fullest bin's, moved to its peak."""
    bins = np.floor(colors / BIN).astype(int)
    bins -= bins.min(axis=0)
    counts = np.zeros(bins.max(axis=0) + 3, np.float32)
    np.add.at(counts, tuple((bins + 1).T), 1)
    for axis in range(3):  # a cloth's colours lie in several bins
        counts += 0.4 * (np.roll(counts, 1, axis) + np.roll(counts, -1, axis))
    fullest = np.array(np.unravel_index(counts.argmax(), counts.shape)) - 1
    color = colors[(np.abs(bins - fullest) <= 1).all(axis=1)].mean(axis=0)
    for _ in range(8):
        weight = np.exp(-(((colors - color) / (1.5 * BIN)) ** 2).sum(axis=1) / 2)
        color = (colors * weight[:, None]).sum(axis=0) / weight.sum()
    return color


def _prints_and_others(
    lab: np.ndarray,
    off: np.ndarray,
    seeds: np.ndarray,
    core: np.ndarray,
    garment: np.ndarray,
    is_fastened: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Which of the pieces of `seeds` (h x w uint8) are prints, uint8, and which no cloth, bool.

    `off` is how far colours are from the cloth's, h x w x 3.
    """
    parts, rows, columns = Patches(seeds), *(np.flatnonzero(core.any(axis)) for axis in (1, 0))
    high, wide = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    is_sharp = _are_sharp(parts, lab, off)
    is_print = is_sharp.copy()
    if is_fastened:
        is_print &= ~_zips(parts, high, wide)
        is_print &= ~_buttons(parts, is_print, high, wide)
    if parts.area[is_print].sum() < ALL_OVER * core.sum():
        across = np.abs(parts.middles[:, 0] - (columns[0] + columns[-1]) / 2)
        is_print &= (parts.top - rows[0] > NECK[0] * high) | (across > NECK[1] * wide)
    gaps = is_print & _gaps(parts, lab, garment)
    if gaps.sum() <= GAPS:
        is_print &= ~gaps
    return parts.only(is_print).astype(np.uint8), parts.only(is_sharp & ~is_print)


def _are_sharp(parts: Patches, lab: np.ndarray, off: np.ndarray) -> np.ndarray:
    """Which have borders; folds and shadows have soft ones and the cloth's own hue."""
    has_hue = parts.mean(np.hypot(off[..., 1], off[..., 2])) > HUE
    is_sharp = (_slopes(lab, parts) > np.where(has_hue, SHARP, SHARP_GREY)) & (parts.area >= CRUMB)
    is_sharp[0] = False
    return is_sharp


def _zips(parts: Patches, high: int, wide: int) -> np.ndarray:
    """Which are tall and narrow, of a garment that is so `high` and `wide`."""
    return (parts.height / high > ZIP[0]) & (parts.width / wide < ZIP[1])


def _buttons(parts: Patches, among: np.ndarray, high: int, wide: int) -> np.ndarray:
    """Which of those `among` are small, round and one over the other."""
    tall, broad = parts.height / high, parts.width / wide
    is_round = np.maximum(tall, broad) < BUTTON
    is_round &= parts.area > 0.5 * tall * high * broad * wide
    small, are_buttons = np.flatnonzero(among & is_round), np.zeros(parts.count, bool)
    if len(small) <= BUTTONS[1]:
        column = parts.middles[small, 0]
        beside = np.abs(column - column[:, None]) < BUTTON / 2 * wide
        are_buttons[small[beside.sum(axis=1) >= BUTTONS[0]]] = True
    return are_buttons


def _gaps(parts: Patches, lab: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """Which are of the ground's colour around, and near it."""
    ground = (garment < 0.1).astype(np.float32)
    outside, _ = mean_and_weight(lab, ground, max(lab.shape[:2]) / 8)
    like_ground = parts.mean(np.sqrt(((lab - outside) ** 2).sum(axis=2))) < SAME
    is_colored = is_ground_colored(lab, garment > 0.5, garment < 0.1)
    like_ground |= parts.mean(is_colored.astype(float)) > 0.5
    return like_ground & (parts.mean(cv2.dilate(ground, np.ones((13, 13)))) > 0)


def _slopes(lab: np.ndarray, parts: Patches) -> np.ndarray:
    """Mean CIELAB a pixel along the border of each part."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 0.7)
    slopes = [cv2.Scharr(smooth, cv2.CV_32F, *way, scale=1 / 32) for way in ((1, 0), (0, 1))]
    slope = np.sqrt(sum((each**2).sum(axis=2) for each in slopes))
    near = np.ones((3, 3), np.uint8)
    border = cv2.morphologyEx((parts.number > 0).astype(np.uint8), cv2.MORPH_GRADIENT, near) > 0
    owners = cv2.dilate(parts.number.astype(np.float32), near)[border].astype(int)
    pixels = np.bincount(owners, minlength=parts.count)
    return np.bincount(owners, slope[border], parts.count) / pixels.clip(1)


def cloth_around(lab: np.ndarray, cloth: np.ndarray) -> np.ndarray:
    """The colour of the cloth (h x w bool) everywhere, from as near as there is enough of it."""
    weight, color = cloth.astype(np.float32), None
    for part in NEAR:
        near, enough = mean_and_weight(lab, weight, max(lab.shape[:2]) / part)
        share = (enough / 0.25).clip(0, 1)[..., None]
        color = near if color is None else color + share * (near - color)
    assert color is not None
    return color


def in_spreads(off: np.ndarray) -> np.ndarray:
    """h x w x 3 differences in CIELAB as multiples of how far one cloth's colours lie apart."""
    return np.sqrt(sum((off[..., i] / SPREAD[i]) ** 2 for i in range(3)))


def unevenness(off: np.ndarray, where: np.ndarray) -> float:
    """Root mean square of h x w x 3 differences in CIELAB at the pixels `where` (h x w bool)."""
    return float(np.sqrt((off[where] ** 2).sum(axis=1).mean()))
