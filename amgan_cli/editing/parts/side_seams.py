"""Where the torso ends beside sleeves that lie close to it: along gaps, creases and seams (ours).

Straight lines down from the armholes leave cuffs behind where a sleeve lies on the torso's side, or
take all for torso. A way of least cost from each armhole to the hem finds what can be seen of it;
or a network tells.
"""

import cv2
import numpy as np

from amgan_cli.editing.lab import to_lab
from amgan_cli.morphology import grown
from amgan_cli.own_sleeves import ARMHOLE, split_torso, without_strips
from amgan_cli.part_view import Bodice
from amgan_cli.patches import Patches
from amgan_cli.sewing.sleeve_kinds import KINDS
from amgan_cli.words import LONG

REACH = KINDS[LONG].reach
"""How far under the neck sleeves may reach, in the torso's widths; all distances here are."""
FINE, BROAD = 1 / 150, 1 / 40
"""Deviations of the blurs between which an edge and a crease lie."""
PLAIN_EDGE = 4.0
"""CIELAB of an edge or crease that halves the cost of going along it."""
GAP, GROUND = 0.02, 1.3
"""Cost of a pixel of ground between sleeve and torso, and of one outside of both; of cloth: 1."""
SLEEVE_WIDTH = 0.17
"""How wide a sleeve beside the torso is."""
LEAST, MOST = 0.3, 0.5
"""How far from the middle the torso's side usually is."""
SLACK, STRAYS = 0.06, 2.5
"""How far it may be from there for nothing, and what each further width costs a pixel."""
BOUNDS = 0.28, 0.54
"""It is nowhere else."""
SHOULDER = 0.44
"""How far out it ends, at the neck's height."""
ASIDE = 0.15
"""Cost of a step to the side."""
INNERMOST = 0.2
"""How far from the middle what a network takes for sleeves lies at least."""
SMOOTH, LEAN = 0.06, 0.1
"""Over how much a side that a network told is smoothed; and how much it leans at most, across per
down."""
SPECK = 0.1
"""Share of the largest piece of them from which on others count."""
BROADER = 1.5
"""How many times as broad as what is told what lies under it is if it is no sleeve."""
CUFF = 0.3
"""How large what lies lower than sleeves may reach is beside the rest of them, at most, to be a
cuff: a skirt is larger."""


def split_beside(
    photo: np.ndarray, garment: np.ndarray, bodice: Bodice, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    """`own_sleeves.split_torso` of a photo H x W x 3 uint8 whose sleeves lie beside the torso, with
    cuffs that touch it."""
    _, sleeves = split_torso(garment, bodice, reach)
    rows = np.flatnonzero(sleeves.any(1))
    if len(rows):
        outside = garment & ~_between_seams(photo, garment, bodice, MOST)
        outside[: round(_armhole(bodice))] = False
        sleeves |= _above(sleeves | outside, rows[-1])
        sleeves = without_strips(sleeves, garment & ~sleeves, bodice)
    return garment & ~sleeves, sleeves


def split_close(
    photo: np.ndarray, garment: np.ndarray, bodice: Bodice
) -> tuple[np.ndarray, np.ndarray]:
    """The same of long sleeves that lie close to the torso's sides, or on them."""
    outside = garment & ~_between_seams(photo, garment, bodice)
    sleeves = _above(outside, round(min(bodice.hem, bodice.y + REACH * bodice.width)))
    return garment & ~sleeves, sleeves


def split_told(
    garment: np.ndarray, told: np.ndarray, bodice: Bodice, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    """Torso and sleeves where a network `told` (H x W bool) what sleeves are: it sees them in steps
    of its own pixels, and of those that hang down beside the torso, as low as `reach` (in its
    widths; else 0), often not the cuffs."""
    columns, width = np.arange(garment.shape[1]), bodice.width
    lowest = round(min(bodice.hem, bodice.y + reach * width, len(garment)))
    outside = np.zeros_like(garment)
    for side in (-1, 1):
        away = (columns - bodice.x) * side / width
        sleeve = _without_specks(told & garment & (away > INNERMOST))
        rows = np.flatnonzero(sleeve.any(1))
        if len(rows):
            way = _told_way(sleeve, garment, away, bodice, hangs=reach > 0)
            beyond = garment & (away > way[:, None])
            usual = np.median(beyond[rows[0] : rows[-1] + 1].sum(1))
            is_skirt = (beyond[rows[-1] + 1 : lowest].sum(1) > BROADER * usual).any()
            if not reach or is_skirt:
                beyond[rows[-1] + 1 :] = False
            outside |= beyond
    sleeves = _above(outside, lowest) if reach else outside
    return garment & ~sleeves, sleeves


def _told_way(
    sleeve: np.ndarray, garment: np.ndarray, away: np.ndarray, bodice: Bodice, hangs: bool
) -> np.ndarray:
    """How far from the middle (H, as `away` is) the torso ends by what is told of a sleeve; nowhere
    above it. Where one that hangs hides the torso's side that is a straight line."""
    every, width = np.arange(len(sleeve)), bodice.width
    is_told, way = sleeve.any(1), np.where(sleeve, away, np.inf).min(1)
    shows_ground = ~(garment & (np.abs(away + 2 / width - way[:, None]) < 1 / width)).any(1)
    first = int(is_told.argmax())
    way[first:] = np.interp(every[first:], every[is_told], way[is_told])
    hidden = (every >= max(first, _armhole(bodice))) & ~(is_told & shows_ground)
    if hangs and (hidden & is_told).sum() > SMOOTH * width:
        way[hidden] = _line(every / width, way, hidden & is_told)[hidden]
    way[first:] = _smoothed(way[first:], SMOOTH * width)
    return way


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """The larger connected pieces of a mask, H x W bool."""
    pieces = Patches(mask)
    return pieces.only(pieces.area > SPECK * pieces.area[1:].max(initial=0))


def _line(down: np.ndarray, ways: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The line along the ways (n) where they are `seen`, n: of all their pairs the median slope, as
    Theil and Sen have it, no steeper than `LEAN`."""
    first, second = np.triu_indices(seen.sum(), 1)
    x, y = down[seen], ways[seen]
    lean = np.median((y[second] - y[first]) / (x[second] - x[first])).clip(-LEAN, LEAN)
    return lean * down + np.median(y - lean * x)


def _smoothed(ways: np.ndarray, reach: float) -> np.ndarray:
    """A line of H values without what is shorter than the reach, and without corners."""
    around = round(reach)
    near = np.lib.stride_tricks.sliding_window_view(np.pad(ways, around, "edge"), 2 * around + 1)
    median = np.median(near, axis=1).astype(np.float32)
    return cv2.GaussianBlur(median, (0, 0), reach / 2, borderType=cv2.BORDER_REPLICATE).ravel()


def _above(outside: np.ndarray, row: int) -> np.ndarray:
    """What lies beside a torso above a row, H x W bool, and cuffs that reach below it; what goes on
    out of the picture is a leg."""
    above = outside.copy()
    above[row + 1 :] = False
    pieces = Patches(outside & ~above)
    is_cuff = (pieces.pixels(grown(above, 1)) > 0) & (pieces.area < CUFF * above.sum())
    is_cuff[pieces.number[-1]] = False
    return above | pieces.only(is_cuff)


def _between_seams(
    photo: np.ndarray, garment: np.ndarray, bodice: Bodice, usual: float | None = None
) -> np.ndarray:
    """What lies between the torso's sides and straight under them, H x W bool; `usual` is where
    they usually are, else as far in as a sleeve is wide."""
    height, columns = garment.shape[0], np.arange(garment.shape[1])
    width = bodice.width
    start = max(0, round(_armhole(bodice)))
    stop = round(min(bodice.hem, bodice.y + REACH * width, height))
    inside = np.ones_like(garment)
    if stop - start < 2:
        return inside
    seen = _edges(photo, width)
    for side in (-1, 1):
        away = (columns - bodice.x) * side / width
        place = usual or _usual(garment, away, slice(round(bodice.y + 0.25 * width), stop))
        way = _cheapest(_costs(seen, garment, away, place)[start:stop])
        # up to the shoulder, which is a little further out
        upper = (start - np.arange(start)) / max(1, start - bodice.y)
        shoulder = bodice.x + side * SHOULDER * width
        ends = np.append(way[0] + (shoulder - way[0]) * upper.clip(0, 1), way)
        ends = np.append(ends, np.full(height - stop, way[-1]))
        inside &= (columns - ends[:, None]) * side <= 0
    return inside


def _armhole(bodice: Bodice) -> float:
    """Row in which sides start."""
    return bodice.y + 0.9 * ARMHOLE * bodice.unit


def _edges(photo: np.ndarray, width: float) -> np.ndarray:
    """How plainly an edge or a crease goes down through each pixel, CIELAB, H x W."""
    lab = to_lab(photo)
    fine = max(0.8, FINE * width)
    lab = cv2.GaussianBlur(lab, (0, 0), fine)
    slope = np.linalg.norm(cv2.Sobel(lab, cv2.CV_32F, 1, 0, scale=fine / 8), axis=2)
    light = lab[..., 0]
    crease = cv2.GaussianBlur(light, (0, 0), max(1.0, BROAD * width)) - light
    return slope + 0.7 * crease.clip(0)


def _usual(garment: np.ndarray, away: np.ndarray, rows: slice) -> float:
    """How far from the middle the side usually is where `away` (W) is over 0: a sleeve's width
    inside of the garment's."""
    reach = np.where(garment & (away > 0), away, 0).max(1)[rows]
    return float(np.clip((np.median(reach) if len(reach) else MOST) - SLEEVE_WIDTH, LEAST, MOST))


def _costs(seen: np.ndarray, garment: np.ndarray, away: np.ndarray, usual: float) -> np.ndarray:
    """Cost of each pixel, H x W, on that side."""
    cost = 1 / (1 + (seen / PLAIN_EDGE) ** 2)
    inwards = slice(None, None, -1 if away[-1] > away[0] else 1)
    is_inner = (np.cumsum(garment[:, inwards], 1) > 0)[:, inwards]  # there is cloth further out
    cost[~garment] = np.where(is_inner, GAP, GROUND)[~garment]
    cost = cost + STRAYS * (np.abs(away - usual) - SLACK).clip(0)
    cost[:, (away < BOUNDS[0]) | (away > BOUNDS[1])] = np.inf
    return cost


def _cheapest(cost: np.ndarray) -> np.ndarray:
    """Columns of the cheapest way down, a step to the side at most in each of H rows; H."""
    total, came = cost[0], np.zeros(cost.shape, np.int64)
    for row in range(1, len(cost)):
        left, right = np.append(np.inf, total[:-1]), np.append(total[1:], np.inf)
        ways = np.stack([left + ASIDE, total, right + ASIDE])
        came[row] = ways.argmin(0) - 1
        total = ways.min(0) + cost[row]
    way = [int(total.argmin())]
    for row in range(len(cost) - 1, 0, -1):
        way.append(way[-1] + came[row, way[-1]])
    return np.array(way[::-1])
