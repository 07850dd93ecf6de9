"""What the garment lies on or hangs before: garment in, linear picture of the empty place out.

All patterns are functions of ground coordinates (shorter side of the picture = 1), so planks
and tiles follow the camera's perspective and stay sharp in a large picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from amgan_cli.catalogue import shading
from amgan_cli.catalogue.frame import Frame
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, noise_tile, sample_tile, stream
from amgan_cli.catalogue.palette import linear


@dataclass(frozen=True)
class Ground:
    """Ground to be painted. `x`, `y` are turned to the direction of planks or tiles."""

    x: Array  # (H, W) shares of the shorter side
    y: Array
    pixel: float  # side of a pixel, same unit
    rng: np.random.Generator
    garment: Garment
    frame: Frame


def paint_background(garment: Garment, frame: Frame) -> Array:
    """Linear light (H, W, 3) of the place, without garment and camera."""
    rng = stream(garment.seed, "background " + garment.background)
    upright = garment.background in ("wall", "door")
    turn = 0.0 if upright else np.radians(_turn(rng))
    x, y = frame.ground_maps()
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    ground = Ground(x * cos + y * sin, y * cos - x * sin, 1 / frame.short_side, rng, garment, frame)
    place = _PLACES[garment.background](ground)
    if garment.background in ("shop", "door"):
        return place
    return _with_neighbour(place, x, y, stream(garment.seed, "neighbour"), ground.pixel)


def _with_neighbour(
    place: Array, x: Array, y: Array, rng: np.random.Generator, pixel: float
) -> Array:
    """In four photos of ten something else reaches into the picture: the edge of a rug, a bed,
    a cupboard or the skirting, with the shadow it throws."""
    angle = rng.choice((0, 90, 180, 270), p=(0.3, 0.15, 0.3, 0.25)) + rng.normal(0, 6)
    away, cos, sin = rng.uniform(0.36, 0.5), np.cos(np.radians(angle)), np.sin(np.radians(angle))
    color, seed_field = _choose(rng, _NEIGHBOURS), noise_tile(rng, 24)
    if rng.random() > 0.4:
        return place
    beyond = x * np.float32(cos) + y * np.float32(sin) - np.float32(away)
    cover = np.clip(beyond / (2 * pixel) + 0.5, 0, 1)
    shadow = 1 - 0.45 * np.exp(-np.square(np.minimum(beyond, 0) * 35))
    tone = 1 + 0.05 * sample_tile(seed_field, x, y, 0.5)
    shaded = place * shadow[..., None]
    return shaded + (_colored(color, tone) - shaded) * cover[..., None]


def _turn(rng: np.random.Generator) -> float:
    """Degrees: people stand roughly along or across the planks, sometimes not at all."""
    return float(rng.choice((0, 90, 45, 20), p=(0.4, 0.35, 0.1, 0.15)) + rng.normal(0, 4))


def _colored(ink: Array, brightness: Array) -> Array:
    return brightness[..., None] * ink


def _choose(rng: np.random.Generator, colors: tuple[str, ...]) -> Array:
    """One of the screen colours "#rrggbb", a little off, as linear ink (3,)."""
    chosen = colors[int(rng.integers(len(colors)))]
    color = np.frombuffer(bytes.fromhex(chosen[1:]), np.uint8) / 255
    return linear(np.clip(color + rng.normal(0, 0.03, 3) + rng.normal(0, 0.03), 0.02, 0.98))


def _edge(position: Array, step: float) -> Array:
    """Distance to the nearest multiple of `step`."""
    return np.abs(position - np.round(position * np.float32(1 / step)) * np.float32(step))


def _groove(away: Array, half: float, pixel: float) -> Array:
    """1 inside a groove of half width `half`, softened over a pixel."""
    return np.clip((half - away) / pixel + 0.5, 0, 1)


_NEIGHBOURS = (
    "#d9d4cc",
    "#4c3d33",
    "#8c735c",
    "#666b75",
    "#9e4c42",
    "#38383d",
    "#b2ad99",
)
_WOODS = (
    "#b8875c",
    "#805438",
    "#cca87a",
    "#998f85",
    "#5c4f47",
    "#d6c2a1",
)


def _wood(ground: Ground) -> Array:
    rng, wide, long = ground.rng, ground.rng.uniform(0.10, 0.22), ground.rng.uniform(0.8, 1.4)
    row = np.floor(ground.y / wide)
    shifted = ground.x + np.abs(np.sin(row * 12.9898)).astype(np.float32) * 7
    board = (row * 3 + np.floor(shifted / long) * 7).astype(np.int32)
    apart = board.astype(np.float32)
    tones = rng.normal(1, 0.10, 64).astype(np.float32)
    grain = sample_tile(noise_tile(rng, 48), shifted * 0.16, ground.y * 1.6 + apart * 0.37, 0.6)
    fine = sample_tile(noise_tile(rng, 128), shifted * 0.10, ground.y * 1.5 + apart * 0.21, 0.3)
    tone = tones[board % 64] * (1 + 0.11 * grain + 0.09 * fine)
    seam = np.maximum(
        _groove(_edge(ground.y, wide), 0.0022, ground.pixel),
        _groove(_edge(shifted, long), 0.0018, ground.pixel),
    )
    return _colored(_choose(rng, _WOODS), np.maximum(tone * (1 - 0.65 * seam), 0.02))


_CARPETS = (
    "#7a736b",
    "#4a4548",
    "#b29e80",
    "#733838",
    "#4c5c73",
    "#a89e90",
)


def _carpet(ground: Ground) -> Array:
    rng = ground.rng
    tufts = sample_tile(noise_tile(rng, 128), ground.x, ground.y, 0.42)
    fine = sample_tile(noise_tile(rng, 128), ground.x, ground.y, 0.19)
    worn = sample_tile(noise_tile(rng, 5), ground.x, ground.y, 1.1)
    tone = 1 + 0.18 * tufts + 0.18 * fine + 0.10 * worn
    ink = _colored(_choose(rng, _CARPETS), np.maximum(tone, 0.1))
    if rng.random() < 0.35:
        other = _choose(rng, _CARPETS)
        figure = sample_tile(noise_tile(rng, 12), np.abs(ground.x), np.abs(ground.y), 0.9)
        cover = np.clip((np.abs(figure) - 0.75) * 7, 0, 1) * 0.8
        ink += (_colored(other, tone) - ink) * cover[..., None]
    return ink


_SHEETS = (
    "#edebe6",
    "#c9bfae",
    "#c73324",
    "#d2382e",
    "#b03a6e",
    "#851a29",
    "#9e244c",
    "#9aa3b5",
    "#d9763a",
    "#292b38",
    "#8c9eb8",
    "#b8a584",
    "#f2f2f5",
)


def _sheet(ground: Ground) -> Array:
    """A bed sheet or towel with slack folds, lit like the garment."""
    rng, frame = ground.rng, ground.frame
    wide = sample_tile(noise_tile(rng, 6), ground.x, ground.y * 0.6, 1.3) * 0.0075
    hills = sample_tile(noise_tile(rng, 9), ground.x, ground.y * 0.5, 1.3) + 50 * wide
    height = (wide - np.sqrt(hills * hills + 0.02) * 0.012) * rng.uniform(0.5, 1.7)
    scale = frame.short_side / frame.unit
    light = shading.lit(ground.garment, *(s * scale for s in shading.slopes(frame, height)))
    nap = sample_tile(noise_tile(rng, 128), ground.x, ground.y, 0.25) * rng.uniform(0.03, 0.12)
    cover = rng.random()
    if cover < 0.2:
        ink = _choose(rng, _SHEETS)
        other = ink * 0.6 + _choose(rng, _SHEETS) * 0.4
        figure = sample_tile(noise_tile(rng, 10), ground.x, np.abs(ground.y), 0.45)
        share = np.clip(np.abs(figure) * 4 - 2.4, 0, 1)
        return (ink + (other - ink) * share[..., None]) * (light * (1 + nap))[..., None]
    if cover < 0.45:
        quilt = np.minimum(_edge(ground.x + ground.y, 0.11), _edge(ground.x - ground.y, 0.11))
        light = light * (1 - 0.22 * np.exp(-quilt * 70))
    return _colored(_choose(rng, _SHEETS), light * (1 + nap))


_TILES = (
    "#c4baa9",
    "#a39b8f",
    "#787573",
    "#d6d1c9",
    "#b8997a",
)


def _tiles(ground: Ground) -> Array:
    rng, side = ground.rng, ground.rng.uniform(0.22, 0.48)
    x, y = ground.x + 0.11, ground.y + 0.07
    index = (np.floor(x / side) * 5 + np.floor(y / side) * 11).astype(np.int32)
    tones = rng.normal(1, 0.03, 64).astype(np.float32)
    veins = sample_tile(noise_tile(rng, 14), x + index.astype(np.float32) * 0.31, y, 0.8)
    tone = tones[index % 64] * (1 + 0.06 * veins)
    away = np.minimum(_edge(x, side), _edge(y, side))
    joint = _groove(away, 0.004, ground.pixel)
    grout = rng.uniform(0.35, 0.8)
    bevel = 0.10 * np.exp(-away * 160)
    return _colored(_choose(rng, _TILES), tone * (1 - bevel) * (1 - (1 - grout) * joint))


_WALLS = (
    "#dbd4c8",
    "#b8b8b8",
    "#8f959b",
    "#c4ae89",
    "#b8c7c2",
    "#dbb8b8",
    "#737880",
)


def _wall(ground: Ground) -> Array:
    """Plaster or wallpaper, with a lamp's uneven glow."""
    rng = ground.rng
    rough = sample_tile(noise_tile(rng, 128), ground.x, ground.y, 0.35)
    patch = sample_tile(noise_tile(rng, 6), ground.x, ground.y, 1.5)
    tone = 1 + 0.05 * rough + 0.05 * patch
    if rng.random() < 0.3:
        step = rng.uniform(0.06, 0.14)
        tone = tone * (1 - 0.07 * _groove(_edge(ground.x, step), step / 4, ground.pixel))
    return _colored(_choose(rng, _WALLS), tone)


_DOORS = (
    "#dcd8ce",
    "#996b47",
    "#573d2e",
    "#d1bd99",
    "#b2b2ad",
)


def _door(ground: Ground) -> Array:
    """A door or wardrobe: a leaf with panels, its frame and the wall beside it."""
    rng = ground.rng
    ink, wall = _choose(rng, _DOORS), _choose(rng, _WALLS)
    left, right = -rng.uniform(0.30, 0.46), rng.uniform(0.30, 0.46)
    grain = sample_tile(noise_tile(rng, 64), ground.x * 1.6, ground.y * 0.15, 0.6)
    tone = 1 + 0.06 * grain
    for top in (-1.05, -0.32, 0.41):
        sides = np.maximum(left + 0.09 - ground.x, ground.x - right + 0.09)
        away = np.abs(np.maximum(sides, np.maximum(top - ground.y, ground.y - top - 0.64)))
        tone = tone - 0.28 * _groove(away, 0.006, 2 * ground.pixel)
    leaf = _colored(ink, np.maximum(tone, 0.05))
    outside = np.maximum(left - ground.x, ground.x - right)
    beyond = _groove(-outside, 0.0, ground.pixel)
    gap = _groove(np.abs(outside), 0.005, ground.pixel)
    result = leaf + (wall - leaf) * beyond[..., None]
    return result * (1 - 0.75 * gap)[..., None]


def _shop(ground: Ground) -> Array:
    """The white of a shop's product photo."""
    level = ground.rng.uniform(0.94, 1.0) ** 2
    return np.full((*ground.x.shape, 3), level, np.float32)


_PLACES: dict[str, Callable[[Ground], Array]] = {
    "wood": _wood,
    "carpet": _carpet,
    "sheet": _sheet,
    "tiles": _tiles,
    "wall": _wall,
    "door": _door,
    "shop": _shop,
}
