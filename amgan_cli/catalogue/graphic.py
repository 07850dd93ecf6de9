"""Pictures on the chest: the emblem of a print and the rectangle of a printed photo.

Both are drawn as a square of colour and cover and laid into the cloth by its coordinates, so
they bend with the folds.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from amgan_cli.catalogue.curves import circle, points
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.motifs import placed, screen
from amgan_cli.catalogue.noise import Array, lattice, smooth_field, stream
from amgan_cli.catalogue.palette import bright_inks, inks

Picture = NDArray[np.uint8]
_STAR = np.concatenate(
    [
        points(
            (np.sin(k * 0.6283) * (1 - 0.55 * (k % 2)), -np.cos(k * 0.6283) * (1 - 0.55 * (k % 2)))
        )
        for k in range(10)
    ]
)
_WORDS = ("SUMMER", "NORTH", "87", "LUCKY", "OCEAN", "MOTION", "WILD", "STUDIO", "12", "SUNDAY")


def print_graphic(garment: Garment, albedo: Array, u: Array, v: Array, torso: Array) -> Array:
    """Lay the garment's chest picture, if its pattern has one, over `albedo` (H, W, 3).

    `u`, `v` are cloth coordinates, `torso` (H, W) is 1 where the body is: sleeves stay plain.
    """
    if garment.pattern not in ("print", "photo"):
        return albedo
    rng = stream(garment.seed, "graphic " + garment.pattern)
    side = int(np.clip(round(0.30 / max(_pixel(u), 1e-5)), 48, 1600))
    if garment.pattern == "print":
        size, (color, cover) = 0.25, _emblem(garment, rng, side)
    else:
        size, (color, cover) = 0.29, _photo(rng, side)
    middle = garment.armhole + 0.07
    x = (u / size + 0.5) * side
    y = ((v - middle) / size + 0.5) * side
    laid = cv2.remap(color, x, y, cv2.INTER_LINEAR).astype(np.float32) / 255
    share = cv2.remap(cover, x, y, cv2.INTER_LINEAR).astype(np.float32) / 255
    return albedo + (laid * laid - albedo) * (share * torso)[..., None]


def _pixel(u: Array) -> float:
    return abs(float(u[0, -1] - u[0, 0])) / max(u.shape[1] - 1, 1)


def _emblem(garment: Garment, rng: np.random.Generator, side: int) -> tuple[Picture, Picture]:
    """Letters and a badge in flat inks: (color, cover)."""
    colors = (inks(garment)[1], *bright_inks(garment)[:3])
    first, second, third, fourth = (screen(ink) for ink in colors)
    color = np.full((side, side, 3), first, np.uint8)
    cover = np.zeros((side, side), np.uint8)

    def fill(outline: Array, ink: tuple[int, ...]) -> None:
        spots = np.round(outline * side * 16).astype(np.int32)
        cv2.fillPoly(color, [spots], ink, cv2.LINE_AA, 4)
        cv2.fillPoly(cover, [spots], 255, cv2.LINE_AA, 4)

    kind = int(rng.integers(5))
    if kind == 0:
        fill(circle(0.5, 0.37, 0.30, corners=48), second)
        fill(circle(0.5, 0.37, 0.23, corners=48), first)
        fill(placed(_STAR, points((0.5, 0.38)), 0.22, 0.0), third)
    elif kind == 1:
        for k, ink in enumerate((second, third, fourth)):
            peak = rng.uniform(0.05, 0.25)
            at = 0.24 + 0.26 * k
            fill(points((at, peak), (at + 0.24, 0.62), (at - 0.24, 0.62)), ink)
        fill(circle(0.72, 0.16, 0.10, corners=32), third)
    elif kind == 2:
        # A sun behind blinds.
        fill(circle(0.5, 0.36, 0.31, corners=48), third)
        for k in range(5):
            color[round(side * (0.36 + 0.06 * k)) : round(side * (0.38 + 0.066 * k))] = second
    elif kind == 3:
        # A face as children draw it.
        fill(circle(0.5, 0.37, 0.31, corners=48), second)
        for x in (0.38, 0.62):
            fill(circle(x, 0.30, 0.07, corners=24), first)
            fill(circle(x, 0.30, 0.03, corners=24), fourth)
        fill(placed(circle(0, 0, 1.0, 0.45, 32), points((0.5, 0.50)), 0.14, 0.0), third)
    else:
        for k in range(4):
            x, y = 0.27 + 0.46 * (k % 2), 0.2 + 0.3 * (k // 2)
            fill(placed(_STAR, points((x, y)), 0.17, k * 0.4), (second, third, fourth, second)[k])
    _write(color, cover, str(rng.choice(_WORDS)), first)
    return color, cover


def _write(color: Picture, cover: Picture, word: str, ink: tuple[int, ...]) -> None:
    """A word across the lower part, as large as fits."""
    side, font = color.shape[0], cv2.FONT_HERSHEY_DUPLEX
    (wide, tall), _ = cv2.getTextSize(word, font, 1.0, 1)
    scale = min(0.94 * side / wide, 0.26 * side / tall)
    thick = max(1, round(0.035 * side))
    at = (round((side - wide * scale) / 2), round(0.95 * side))
    cv2.putText(color, word, at, font, scale, ink, thick, cv2.LINE_AA)
    cv2.putText(cover, word, at, font, scale, 255, thick, cv2.LINE_AA)


def _photo(rng: np.random.Generator, side: int) -> tuple[Picture, Picture]:
    """A landscape at dusk or day, as a printed photograph with a pale border: (color, cover)."""
    t = np.linspace(0, 1, side, dtype=np.float32)
    skies = (((0.25, 0.45, 0.80), (0.95, 0.90, 0.80)), ((0.20, 0.15, 0.40), (1.0, 0.60, 0.30)))
    high, low = (np.array(c, np.float32) for c in skies[int(rng.integers(2))])
    picture = high + (low - high) * (np.clip(t / 0.62, 0, 1)[:, None, None]) * np.ones(
        (1, side, 1), np.float32
    )
    clouds = smooth_field(lattice(rng, 9, 5), side, side)[..., None]
    picture += np.clip(clouds - 0.3, 0, 0.6) * 0.5
    grid = np.hypot(t[None] - rng.uniform(0.25, 0.75), (t - rng.uniform(0.28, 0.45))[:, None])
    picture += (np.exp(-np.square(grid / 0.09)) * 0.9)[..., None]
    for depth, level in ((0.55, 0.50), (0.25, 0.62)):
        ridge = level + 0.05 * smooth_field(lattice(rng, 1, 9), side, 1)[0]
        land = np.clip((t[:, None] - ridge[None]) * side, 0, 1)[..., None]
        picture += (low * depth * 0.6 - picture) * land
    sea = np.clip((t - 0.76) * side, 0, 1)[:, None, None]
    ripples = smooth_field(lattice(rng, 60, 9), side, side)[..., None]
    picture += (high * 0.5 + 0.25 * low + ripples * 0.06 - picture) * sea
    border = np.maximum(np.abs(t - 0.5)[None], np.abs(t - 0.5)[:, None]) > 0.465
    picture[border] = 0.94
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8), np.full((side, side), 255, np.uint8)
