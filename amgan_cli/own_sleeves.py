"""The sleeves of a real garment, measured along their cloth: where each begins, bends and ends.

A sleeve lies as it was laid. How far a pixel is from the armhole, along the cloth, tells what is
left of it at another length, whatever its pose (ours). Masks H x W bool; lengths in the
catalogue's garment units unless they say pixels.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.morphology import disc, grown
from amgan_cli.part_view import NECK, UNIT, Bodice
from amgan_cli.patches import Patches

ARMHOLE = 0.19
"""How far under the neck a sleeve and the torso may be sewn together."""
CARVED = 0.2
"""How much narrower than the chest a garment without sleeves is at each shoulder, in its widths."""
THIN = 0.05
"""What is no wider is no sleeve."""
BINS = 0.04
"""Length of the piece of a sleeve whose middle is taken."""
STRAIGHT = 0.25
"""Length up to which a sleeve is taken for straight."""


@dataclass(frozen=True)
class OwnSleeve:
    """One sleeve of a photo."""

    side: int
    """-1 at the picture's left, 1 at its right."""
    way: np.ndarray
    """How far each pixel is from the armhole along the cloth, H x W float32; infinite elsewhere."""
    length: float
    bodice: Bodice

    @classmethod
    def of(
        cls, side: int, torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice
    ) -> "OwnSleeve | None":
        """That of one side; None where nothing hangs together with the torso above the armhole."""
        unit = bodice.unit
        rows, columns = np.mgrid[: torso.shape[0], : torso.shape[1]]
        mine = (sleeves & ((columns - bodice.x) * side > 0)).astype(np.uint8)
        sewn = (torso & (rows < bodice.y + ARMHOLE * unit)).astype(np.uint8)
        way = _steps(cv2.dilate(sewn, _SQUARE) & mine, mine) / np.float32(unit)
        reached = way[np.isfinite(way)]
        length = float(np.quantile(reached, 0.98)) if len(reached) else 0.0
        return cls(side, way, length, bodice) if length > THIN else None

    def cut(self, length: float) -> np.ndarray:
        """How far each pixel lies beyond a straight cut across it at `length`, H x W."""
        place, way = self._place(), self.way
        there = place[np.abs(way - length) < BINS / 2].mean(0)
        before = (way > length - 4 * BINS) & (way < length - 2 * BINS)
        armhole = np.array([self.side * 0.5 * UNIT / NECK, 0.5 * ARMHOLE])
        heading = there - (place[before].mean(0) if length > STRAIGHT else armhole)
        return (place - there) @ (heading / np.linalg.norm(heading))

    def end(self) -> "End":
        """Where it ends."""
        place, share = self._place(), self.way / self.length
        far, bend = (share > 0.6) & np.isfinite(share), 0.4 if self.length > STRAIGHT else 0.0
        start = place[(share >= bend) & (share < bend + 0.3)].mean(0)
        heading = place[far].mean(0) - start
        heading /= np.linalg.norm(heading)
        normal = np.array([-heading[1], heading[0]])
        along, across = (place[far] - start) @ heading, (place[far] - start) @ normal
        last = float(np.quantile(along, 0.97))
        low, high = np.quantile(across[along > 0.6 * last], (0.03, 0.97))
        middle = start + last * heading + (low + high) / 2 * normal
        beyond = np.where(share > 0.5, (place - middle) @ heading, -np.inf)
        return End(middle, heading, beyond)

    def edges(self, end: "End", back: float) -> np.ndarray:
        """Its upper and its lower edge so far before its end, 2 x 2 from the neck's middle."""
        place, normal = self._place(), self.side * np.array([end.heading[1], -end.heading[0]])
        at = np.isfinite(self.way) & (np.abs((place - end.middle) @ end.heading + back) < BINS / 4)
        across = (place[at] - end.middle) @ normal if at.any() else np.zeros(1)
        low, high = np.quantile(across, (0.01, 0.99))
        on_axis = end.middle - back * end.heading
        return np.stack([on_axis + high * normal, on_axis + low * normal])

    def _place(self) -> np.ndarray:
        """Of each pixel from the neck's middle, H x W x 2: across and down."""
        rows, columns = np.mgrid[: self.way.shape[0], : self.way.shape[1]]
        place = np.stack([columns - self.bodice.x, rows - self.bodice.y], -1)
        return place * (UNIT / self.bodice.half)


@dataclass(frozen=True)
class End:
    """The straight end of a sleeve."""

    middle: np.ndarray
    """(2,) from the neck's middle."""
    heading: np.ndarray
    """(2,) where the sleeve points there, of length 1."""
    beyond: np.ndarray
    """How far each pixel lies beyond it, H x W; -inf nearer to the armhole."""


def split_torso(garment: np.ndarray, bodice: Bodice, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """The garment between the torso's sides, and what lies outside as low as `reach`, its sleeves.

    `reach` is in widths of the torso; without sleeves (0) all is torso. So are thin strips, where
    the torso widens.
    """
    rows, columns = np.mgrid[: garment.shape[0], : garment.shape[1]]
    width = bodice.width
    # the sides lean in towards the shoulders
    lean = (0.5 - 0.35 * (rows - bodice.y) / width).clip(0, 0.5) * 0.12 * width
    inside = np.abs(columns - bodice.x) < width / 2 - lean
    upper = (rows < bodice.y + reach * width) & (reach > 0)
    outside = garment & ~inside & upper
    sleeves = without_strips(outside, garment & ~outside, bodice)
    return garment & ~sleeves, sleeves


def without_strips(sleeves: np.ndarray, torso: np.ndarray, bodice: Bodice) -> np.ndarray:
    """The sleeves without thin strips along the torso, where that widens."""
    side = 2 * round(0.5 * THIN * bodice.unit) + 1
    brush = disc(side)
    thick = cv2.morphologyEx(sleeves.astype(np.uint8), cv2.MORPH_OPEN, brush)
    strips = sleeves & (cv2.dilate(thick, brush) == 0)
    pieces = Patches(strips)
    beside = pieces.pixels(grown(torso, 1)) > 0
    return sleeves & ~pieces.only(beside)


def own_sleeves(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> list[OwnSleeve]:
    """Those of both sides that hang together with the torso."""
    both = (OwnSleeve.of(side, torso, sleeves, bodice) for side in (-1, 1))
    return [each for each in both if each is not None]


def beside_armholes(shape: tuple[int, ...], bodice: Bodice) -> np.ndarray:
    """What of the torso's shoulders a garment without sleeves does not have, H x W bool."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    width = bodice.width
    down = ((rows - bodice.y) * UNIT / bodice.half / ARMHOLE).clip(0, 1)
    hole = CARVED * width * np.sqrt(1 - down**2)
    return (down < 1) & (np.abs(columns - bodice.x) > width / 2 - hole)


def _steps(start: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Pixels to the nearest of `start` without leaving `inside`, float32; infinite where cut off.

    Crosses and squares in turn make octagons, which are nearly round.
    """
    way = np.full(start.shape, np.inf, np.float32)
    x, y, width, height = cv2.boundingRect(inside)
    box = slice(y, y + height), slice(x, x + width)
    inside, reached = (np.ascontiguousarray(each[box]) for each in (inside, start))
    here = np.where(reached > 0, 0, np.inf).astype(np.float32)
    for step in range(1, inside.size):
        wider = cv2.dilate(reached, _SQUARE if step % 2 else _CROSS) & inside
        new = wider > reached
        if not new.any():
            break
        here[new] = step
        reached = wider
    way[box] = here
    return way


_SQUARE = np.ones((3, 3), np.uint8)
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
