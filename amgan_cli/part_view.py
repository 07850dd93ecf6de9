"""Where neck, front and arms of a garment lie, told from its mask, and the view of them.

A collar is a hundredth of a photo: edits of a part see the photo cut to a box around it (ours).
For garments that lie or hang upright, as product photos show them.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.photos.geometry import PAD, resized

NECK = 0.19
"""Half the neck's width, as a share of the torso's width."""
UNIT = 0.085
"""The same in the catalogue's garment units."""
SHOULDERS = 0.13
"""How far above the first row of the whole torso the neck begins, a share of the torso's width."""
STRAPS, APART = 0.3, 0.5
"""Share of the torso's width that is cloth where the shoulders of a sleeveless garment begin, and
from one to the other."""
DEEP, CHEST, TURNS = 0.33, 0.5, 4
"""How far under them a neck is deep, and the chest is, torso's widths; each of so many turns tells
more of both."""
WIDEST = 0.85
"""A torso's width as a share of its height, at most: sleeves close beside it seem a part of it."""
TRUNK, NARROW = (0.3, 0.65), 0.3
"""Rows in which the torso is measured, shares of the garment's height, and the share of them, the
narrowest, that count."""
FINER = 4
"""A mask is enlarged so many times before it is measured."""
ARMS = 1.1
"""Half the side of the view of the arms, in widths of the torso."""
AROUND = 3.3
"""Half the side of the neck's view, in half neck widths."""

Box = tuple[slice, slice]
"""Rows and columns of a picture."""


@dataclass(frozen=True)
class View:
    """A square that may reach outside of the picture it is cut from; pixels of the picture."""

    top: int
    left: int
    side: int

    @classmethod
    def whole(cls, shape: tuple[int, ...]) -> "View":
        """All of a picture H x W, in the middle, as `photos.geometry.Fit` has it."""
        side = max(shape[:2])
        return cls((shape[0] - side) // 2, (shape[1] - side) // 2, side)

    def box(self, shape: tuple[int, ...]) -> Box:
        """What of the picture it shows."""
        starts = max(0, self.top), max(0, self.left)
        ends = min(shape[0], self.top + self.side), min(shape[1], self.left + self.side)
        return slice(starts[0], ends[0]), slice(starts[1], ends[1])

    def place(self, shape: tuple[int, ...], size: int) -> Box:
        """Where that lies in the view, size x size."""

        def span(part: slice, start: int) -> slice:
            first = min(size - 1, round((part.start - start) * size / self.side))
            return slice(first, max(first + 1, round((part.stop - start) * size / self.side)))

        rows, columns = self.box(shape)
        return span(rows, self.top), span(columns, self.left)

    def cut(self, picture: np.ndarray, size: int, pad: float = PAD) -> np.ndarray:
        """The view, size x size (x C) of H x W (x C); `pad` is what lies outside."""
        square = np.full((size, size, *picture.shape[2:]), pad, picture.dtype)
        rows, columns = place = self.place(picture.shape, size)
        shape = columns.stop - columns.start, rows.stop - rows.start
        square[place] = resized(picture[self.box(picture.shape)], shape)
        return square


@dataclass(frozen=True)
class Bodice:
    """The upper part of a garment; pixels of the picture it was measured in."""

    x: float
    """Column of the neck's middle."""
    y: float
    """Row where shoulders and neck meet."""
    half: float
    """Half the neck's width."""
    hem: float
    """Row where the garment ends under the neck."""

    @classmethod
    def of(cls, garment: np.ndarray) -> "Bodice | None":
        """Measure a mask HxW bool; None if it holds no upright garment."""
        rows = np.flatnonzero(garment.sum(1) > 0.25 * garment.sum(1).max())
        if not garment.any() or len(rows) < 8:
            return None
        top, bottom = rows[0], rows[-1] + 1
        sides = _torso(garment[top:bottom])
        if sides is None:
            return None
        left, right = sides
        width, middle = right - left, (left + right) / 2
        whole = np.flatnonzero(garment[top:bottom, left:right].mean(1) > 0.8)
        if not len(whole) or width < 6:
            return None
        shoulders = top + whole[0]
        y = max(top, shoulders - SHOULDERS * width)
        over = np.flatnonzero(garment[int(y) : shoulders + 1, left:right].any(0))
        x = (left + over.mean() + 0.5 + middle) / 2 if len(over) else middle
        under = np.flatnonzero(garment[:, int(x)])
        return cls(float(x), float(y), NECK * width, float(under[-1] + 1))

    @property
    def width(self) -> float:
        """Of the torso."""
        return self.half / NECK

    @property
    def unit(self) -> float:
        """The catalogue's garment unit."""
        return self.half / UNIT

    def raised(self, garment: np.ndarray, part: str) -> "Bodice":
        """The same where the garment (H x W bool) has no sleeves: its shoulders are narrower than
        its torso, and begin where there is more than a thin strap; its torso is as wide as it is
        under the armholes. The same as it is under a neck that is deep for edits of `part`."""
        width, y = self.width, self.y
        least = width / 2
        deep = CHEST if part == "arms" else DEEP  # a new neck would lie in the old one
        for _ in range(TURNS):
            torso = garment[:, max(0, round(self.x - width / 2)) : round(self.x + width / 2)]
            first, last = torso.argmax(1), torso.shape[1] - torso[:, ::-1].argmax(1)
            is_wide = (torso.mean(1) > STRAPS) & (last - first > APART * width) & torso.any(1)
            y = min(self.y, float(np.flatnonzero(is_wide).min(initial=len(garment))))
            closed, chest = (
                garment[min(len(garment) - 1, round(y + depth * width))] for depth in (deep, CHEST)
            )
            if not (closed[int(self.x)] and chest[int(self.x)]):
                return self
            beside = np.flatnonzero(~chest) - self.x
            right, left = beside[beside > 0], -beside[beside < 0]
            across = float(right.min(initial=width) + left.min(initial=width))
            width = min(width, max(least, across))
        return replace(self, y=y, half=NECK * width)

    def moved(self, scale: float, right: float, down: float) -> "Bodice":
        """The same in a picture of `scale` times the size, moved by so many of its pixels."""
        x, y, hem = self.x * scale + right, self.y * scale + down, self.hem * scale + down
        return Bodice(x, y, self.half * scale, hem)

    def view(self, part: str) -> View:
        """What an edit of `part` (neck, front, arms) sees: the neck has its place in it."""
        middle, reach = self.y + 0.6 * self.half, AROUND * self.half
        if part == "front":
            middle = (self.y - self.half + self.hem) / 2
            reach = max(reach, (self.hem - self.y + 1.4 * self.half) / 2)
        elif part == "arms":
            reach = ARMS * self.width
            middle = self.y + 0.8 * reach
        return View(round(middle - reach), round(self.x - reach), max(1, round(2 * reach)))


def locate(attention: np.ndarray) -> Bodice | None:
    """`Bodice.of` for attention S x S in 0..1 on a whole garment, between its pixels."""
    size = attention.shape[0] * FINER
    fine = cv2.resize(attention, (size, size), interpolation=cv2.INTER_LINEAR)
    bodice = Bodice.of(fine > 0.5)
    return None if bodice is None else bodice.moved(1 / FINER, 0, 0)


def view_of(bodice: Bodice | None, part: str, shape: tuple[int, ...]) -> View:
    """What an edit of `part` sees of a picture H x W: all of it without a bodice."""
    return View.whole(shape) if bodice is None else bodice.view(part)


def _torso(garment: np.ndarray) -> tuple[int, int] | None:
    """Left and right side, where the runs of cloth through the middle are narrowest: not across a
    skirt, nor across sleeves that lie close; but not too wide."""
    height, width = garment.shape
    middle = int(np.median(np.nonzero(garment)[1]))
    sides = []
    for row in garment[int(TRUNK[0] * height) : int(TRUNK[1] * height) + 1]:
        if row[middle]:
            gaps = np.concatenate([[-1], np.flatnonzero(~row), [width]])
            after = np.searchsorted(gaps, middle)
            sides.append((gaps[after - 1] + 1, gaps[after]))
    if not sides:
        return None
    runs = np.array(sides)
    wide = runs[:, 1] - runs[:, 0]
    left, right = np.median(runs[wide <= np.quantile(wide, NARROW)], axis=0)
    spare = max(0.0, right - left - WIDEST * height) / 2
    return round(left + spare), round(right - spare)
