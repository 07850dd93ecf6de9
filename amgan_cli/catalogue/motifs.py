"""Drawn repeats: random generator, pixel size and inks in, seamless tiles out.

A tile is drawn with outlines at the picture's own resolution, so a large picture gets sharper
petals and not larger pixels. Colour tiles are uint8 (T, T, 3) with the square root of linear
light, which is what the screen shows.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from amgan_cli.catalogue.curves import Points, circle, curve, points
from amgan_cli.catalogue.noise import Array

Tile = NDArray[np.uint8]
Inks = tuple[Array, ...]
Drawing = Callable[[np.random.Generator, float, float, Inks], Tile]

_SHIFT = 4  # OpenCV takes outlines in 1/16 pixel


class _Sheet:
    """A square that repeats: what leaves on one side enters on the other. Unit: its side."""

    def __init__(self, pixel: float, period: float, ground: int | tuple[int, ...]) -> None:
        self.side = int(np.clip(round(period / pixel), 24, 1400))
        channels = () if isinstance(ground, int) else (3,)
        self.tile = np.full((self.side, self.side, *channels), ground, np.uint8)

    def fill(self, outline: Points, ink: int | tuple[int, ...]) -> None:
        low, high = outline.min(0), outline.max(0)
        for dx in range(-int(high[0] > 1), int(low[0] < 0) + 1):
            for dy in range(-int(high[1] > 1), int(low[1] < 0) + 1):
                spots = (outline + points((dx, dy))) * (self.side << _SHIFT)
                cv2.fillPoly(self.tile, [spots.astype(np.int32)], ink, cv2.LINE_AA, _SHIFT)


def screen(ink: Array) -> tuple[int, ...]:
    """Linear ink to the 0-255 values drawn on tiles."""
    return tuple(int(c) for c in np.sqrt(np.clip(ink, 0, 1)) * 255)


def spread(rng: np.random.Generator, rows: int, jitter: float) -> Array:
    """rows*rows places in the unit square, evenly spread but not in a grid."""
    grid = np.stack(np.meshgrid(np.arange(rows), np.arange(rows)), -1).reshape(-1, 2)
    grid = grid + np.stack([0.5 * (grid[:, 1] % 2), np.zeros(len(grid))], 1)
    return ((grid + 0.5 + rng.uniform(-jitter, jitter, grid.shape)) / rows).astype(np.float32)


def placed(shape: Points, at: Points, size: float, turn: float) -> Points:
    cos, sin = np.cos(turn) * size, np.sin(turn) * size
    return shape @ np.array([[cos, sin], [-sin, cos]], np.float32) + at


_LEAF = curve([(0, -1), (0.38, -0.2), (0.3, 0.5), (0, 1), (-0.3, 0.5), (-0.38, -0.2), (0, -1)], 4)
_DROP = curve(
    [
        *((0, 1), (0.62, 0.55), (0.55, -0.15), (0.1, -0.6), (-0.5, -1.0), (-0.72, -0.72)),
        *((-0.45, -0.55), (-0.42, -0.1), (-0.62, 0.45), (0, 1)),
    ],
    5,
)


def flowers(rng: np.random.Generator, pixel: float, period: float, colors: Inks) -> Tile:
    """Five-petalled flowers with leaves. Inks: ground, petals, heart or second flower, leaf."""
    ground, petal, other, leaf = (screen(ink) for ink in colors)
    sheet = _Sheet(pixel, period, ground)
    for index, at in enumerate(spread(rng, 3, 0.16)):
        size, turn = rng.uniform(0.09, 0.14), rng.uniform(0, 2 * np.pi)
        first, second = (petal, other) if index % 3 else (other, petal)
        for side in (0.6, 3.4):
            reach = points((np.sin(turn + side), -np.cos(turn + side)))[0] * size * 1.3
            sheet.fill(placed(_LEAF, at + reach, size * 0.55, turn + side), leaf)
        for k in range(5):
            angle = turn + k * 2 * np.pi / 5
            reach = points((np.sin(angle), -np.cos(angle)))[0] * size * 0.62
            sheet.fill(placed(_LEAF * (1.7, 1), at + reach, size * 0.52, angle), first)
        sheet.fill(circle(at[0], at[1], size * 0.3), second)
    return sheet.tile


def paisley(rng: np.random.Generator, pixel: float, period: float, colors: Inks) -> Tile:
    """Curled drops within drops, dots between. Inks: ground, drop, band, eye."""
    ground, drop, band, eye = (screen(ink) for ink in colors)
    sheet = _Sheet(pixel, period, ground)
    for index, at in enumerate(spread(rng, 2, 0.04)):
        turn = rng.uniform(-0.5, 0.5) + np.pi * (index % 2)
        size = rng.uniform(0.205, 0.235)
        for share, ink in ((1.0, drop), (0.76, ground), (0.5, band), (0.24, eye)):
            middle = placed(points((0, 0.25)), at, size * (1 - share), turn)[0]
            sheet.fill(placed(_DROP, middle, size * share, turn), ink)
        for angle in np.arange(5) * 0.6 - 0.5:
            spot = points((1.1 * np.sin(angle), 0.2 + 1.1 * np.cos(angle)))
            dot = placed(spot, at, size, turn)[0]
            sheet.fill(circle(dot[0], dot[1], size * 0.1, corners=8), drop)
    return sheet.tile


def leopard(rng: np.random.Generator, pixel: float, period: float, colors: Inks) -> Tile:
    """Broken rings around a deeper heart. Inks: ground, heart, ring."""
    ground, heart, ring = (screen(ink) for ink in colors)
    sheet = _Sheet(pixel, period, ground)
    for at in spread(rng, 6, 0.22):
        size, turn = rng.uniform(0.050, 0.068), rng.uniform(0, 2 * np.pi)
        sheet.fill(circle(at[0], at[1], size, 0.85, 10), heart)
        for k in range(3):
            angles = turn + k * 2.1 + np.linspace(0, rng.uniform(1.0, 1.7), 6)
            rim = np.stack([np.cos(angles), 0.85 * np.sin(angles)], 1) * size
            outline = np.concatenate([rim * rng.uniform(1.1, 1.35), rim[::-1] * 0.68]) + at
            sheet.fill(outline.astype(np.float32), ring)
    return sheet.tile


def shapes(rng: np.random.Generator, pixel: float, period: float, colors: Inks) -> Tile:
    """Bright discs, triangles, rings and dashes over one another. Inks: ground, six brights."""
    ground, *bright = (screen(ink) for ink in colors)
    sheet = _Sheet(pixel, period, ground)
    triangle = points((0, -1), (0.9, 0.7), (-0.9, 0.7))
    dash = points((-1, -0.3), (1, -0.3), (1, 0.3), (-1, 0.3))
    forms = (triangle, dash, circle(0, 0, 0.8), _LEAF)
    for index, at in enumerate(spread(rng, 5, 0.3)):
        size, turn = rng.uniform(0.06, 0.10), rng.uniform(0, 2 * np.pi)
        ink = bright[int(rng.integers(6))]
        sheet.fill(placed(forms[index % 4], at, size, turn), ink)
        if index % 4 == 2:
            sheet.fill(circle(at[0], at[1], size * 0.4), bright[int(rng.integers(6))])
    return sheet.tile


def leaves(rng: np.random.Generator, pixel: float, period: float) -> Tile:
    """Cover (T, T) 0-255 of scattered leaves and stems, for cloth that is worn thin in places."""
    sheet = _Sheet(pixel, period, 0)
    for at in spread(rng, 3, 0.2):
        turn = rng.uniform(0, 2 * np.pi)
        for k in range(4):
            shape = placed(_LEAF, at, rng.uniform(0.07, 0.10), turn + k * 1.57)
            away = points((np.sin(turn + k * 1.57), -np.cos(turn + k * 1.57)))[0] * 0.1
            sheet.fill(shape + away, 255)
    return sheet.tile
