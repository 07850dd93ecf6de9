"""What beside a torso is its own, as a skirt's side or a flared hem, and what hangs on its sleeves.

Ours. Masks H x W bool of one picture.
"""

from collections.abc import Iterator

import numpy as np

from amgan_cli.morphology import grown
from amgan_cli.own_sleeves import ARMHOLE, own_sleeves
from amgan_cli.part_view import Bodice
from amgan_cli.patches import Patches
from amgan_cli.sewing.sleeve_kinds import KINDS
from amgan_cli.words import LONG

HEM = 0.07
"""How far over the garment's hem that of its sides may lie, in its height."""
HUNG = 0.5
"""Share of what seem to be sleeves from which on such sides are sleeves though the hem is low, but
for a dress's: sleeves may hang so far down."""
ASIDE = 0.25
"""How far from the middle what is a hem's corner, or a cuff, lies at least, in the torso's widths:
a sleeve folded over the front, or what is under a belt, is neither."""
STEP, LEDGE = 0.03, 0.12
"""How far apart, in those widths, a side beside a sleeve and under it are where they make a step;
what is farther apart is something else."""
BESIDE = 2
"""Pixels from a torso's end within which a sleeve hides it."""
RUN, UNDER = 0.05, 0.04
"""How much of a side a sleeve hides at least, and over how much under it that is looked for."""
CRUMB = 1e-4
"""Share of the picture; smaller pieces are left where they are."""


def down_to_hem(garment: np.ndarray, bodice: Bodice) -> np.ndarray:
    """Where there is nothing but cloth below: of a wide garment no sleeves."""
    hem = round(bodice.hem - HEM * (bodice.hem - bodice.y))
    below = garment.copy()
    below[:hem] = np.logical_and.accumulate(garment[:hem][::-1])[::-1]
    return below


def without_skirt(
    sleeves: np.ndarray, garment: np.ndarray, bodice: Bodice, is_dress: bool
) -> np.ndarray:
    """What seem to be sleeves without sides that are the garment's: it is a dress, or its hem is
    lower than sleeves reach, and they are not most of them."""
    sides = sleeves & down_to_hem(garment, bodice)
    is_long = bodice.hem > bodice.y + KINDS[LONG].reach * bodice.width
    has_skirt = is_dress or (is_long and sides.sum() < HUNG * sleeves.sum())
    return sleeves & ~sides if has_skirt else sleeves


def parted(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> tuple[np.ndarray, np.ndarray]:
    """Torso and sleeves, with what is a flared hem and what hangs on a sleeve alone where they
    belong; sides that sleeves hide go on straight to where they show."""
    garment = torso | sleeves
    corners = _corners(torso, sleeves, bodice)
    torso, sleeves = torso | corners, sleeves & ~corners
    cuffs = _cuffs(torso, sleeves, bodice)
    torso, sleeves = torso & ~cuffs, sleeves | cuffs
    sides = _sides(torso, sleeves, bodice)
    torso = _straightened(torso | sides, sleeves & ~sides, bodice)
    return torso, garment & ~torso


def _corners(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> np.ndarray:
    """What of the sleeves goes down to the hem, begins under the armhole, and touches the torso
    more than it touches sleeves."""
    upper, corners = torso.copy(), np.zeros_like(torso)
    upper[_armhole(bodice) :] = False
    for piece in _aside(sleeves & down_to_hem(torso | sleeves, bodice), bodice):
        if _touch(piece, torso) > _touch(piece, sleeves) and not _touch(piece, upper):
            corners |= piece
    return corners


def _cuffs(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> np.ndarray:
    """What of the torso lies under its hem and touches sleeves more than it touches the torso, and
    what hangs together with the torso by sleeves alone."""
    low, cuffs = torso.copy(), np.zeros_like(torso)
    low[: max(0, round(bodice.hem))] = False
    for piece in _aside(low, bodice):
        if _touch(piece, sleeves) > _touch(piece, torso):
            cuffs |= piece
    for piece in _aside(torso & ~cuffs, bodice):
        if _touch(piece, sleeves):
            cuffs |= piece
    return cuffs


def _sides(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> np.ndarray:
    """Pieces of the sleeves that touch the torso and do not hang together with an armhole."""
    loose, sides = sleeves.copy(), np.zeros_like(torso)
    for own in own_sleeves(torso, sleeves, bodice):
        loose &= np.isinf(own.way)
    for piece in _aside(loose, bodice):
        if _touch(piece, torso):
            sides |= piece
    return sides


def _straightened(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> np.ndarray:
    """The torso, whose sides go straight from where a sleeve begins to hide them to where they
    show again, if they made a step there."""
    columns, straight = np.arange(torso.shape[1]), torso.copy()
    for side in (-1, 1):
        away = (columns - bodice.x) * side
        ends = np.where(torso & (away > 0), away, 0).max(1)
        beyond = away - ends[:, None]
        hidden = (sleeves & (beyond > 0) & (beyond <= BESIDE)).any(1)
        for rows in _runs(hidden, bodice):
            inside = away <= _bridged(ends, rows, bodice)[:, None]
            straight[rows] &= inside
            straight[rows] |= sleeves[rows] & inside & (beyond[rows] > 0)
    return straight


def _runs(hidden: np.ndarray, bodice: Bodice) -> Iterator[slice]:
    """Rows under the armhole in which a side is hidden (H bool), but for some in between."""
    width, rows = bodice.width, np.flatnonzero(hidden)
    rows = rows[rows >= _armhole(bodice)]
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > UNDER * width) + 1):
        if len(run) > RUN * width:
            yield slice(run[0], run[-1] + 1)


def _bridged(ends: np.ndarray, rows: slice, bodice: Bodice) -> np.ndarray:
    """How far from the middle a side goes in the n rows in which it is hidden, n: straight on to
    where it shows under them, or as it `ends` (H) where it shows not, above the hem, or makes no
    step there, or one that is too large."""
    width = bodice.width
    near, lowest = max(2, round(UNDER * width)), min(bodice.hem, len(ends))
    shows, ended = ends[rows.stop : rows.stop + near], ends[rows]
    if rows.stop + near > lowest or not shows.all():
        return ended
    begin, end, last = map(np.median, (ended[:near], shows, ended[-near:]))
    if not STEP * width < abs(end - last) < LEDGE * width:
        return ended
    line = np.linspace(begin, end, len(ended))
    return np.maximum(ended, line) if end > last else np.minimum(ended, line)


def _armhole(bodice: Bodice) -> int:
    """Row under which a torso has sides."""
    return max(0, round(bodice.y + ARMHOLE * bodice.unit))


def _aside(mask: np.ndarray, bodice: Bodice) -> Iterator[np.ndarray]:
    """The connected pieces of a mask that lie wholly at one side of the middle, and no crumbs."""
    pieces, away = Patches(mask), ASIDE * bodice.width
    is_aside = pieces.left > bodice.x + away
    is_aside |= pieces.left + pieces.width < bodice.x - away
    is_aside &= pieces.area > CRUMB * mask.size
    for i in np.flatnonzero(is_aside[1:]) + 1:
        yield pieces.number == i


def _touch(piece: np.ndarray, mask: np.ndarray) -> int:
    """Pixels of the mask right beside a piece."""
    return int((grown(piece, 1) & ~piece & mask).sum())
