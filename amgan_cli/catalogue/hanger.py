"""The hanger of a hung garment: garment in, its colour, cover and shadow over the picture out."""

from __future__ import annotations

import cv2
import numpy as np

from amgan_cli.catalogue.curves import Points, curve, mirrored, points
from amgan_cli.catalogue.frame import Frame
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, stream
from amgan_cli.catalogue.outline import bust_line
from amgan_cli.catalogue.palette import linear
from amgan_cli.catalogue.shading import soften

_COLORS = ((0.12, 0.12, 0.13), (0.62, 0.42, 0.26), (0.90, 0.90, 0.90), (0.30, 0.45, 0.70))


def hang(garment: Garment, frame: Frame, place: Array) -> Array:
    """`place` (H, W, 3) with the garment's hanger before it; unchanged if it lies flat."""
    if not garment.hung:
        return place
    rng = stream(garment.seed, "hanger")
    color = linear(_COLORS[int(rng.integers(len(_COLORS)))])
    bar, hook = _shape(garment)
    cover = np.maximum(_drawn(frame, bar, 0.022), _drawn(frame, hook, 0.009))
    for loop in _loops(garment):
        cover = np.maximum(cover, _drawn(frame, loop, 0.002) * 0.3)
    shadow = np.roll(soften(frame, cover, 0.008), max(1, round(0.012 * frame.unit)), 0)
    round_light = 0.75 + 0.9 * (soften(frame, cover, 0.005) - 0.5)
    shaded = place * (1 - 0.35 * shadow)[..., None]
    return shaded + (round_light[..., None] * color - shaded) * cover[..., None]


def _shape(garment: Garment) -> tuple[Points, Points]:
    tip = garment.shoulder_width / 2 - 0.03
    drop = garment.shoulder_drop + 0.01
    arm = curve([(0, -0.028), (tip * 0.5, drop * 0.45), (tip, drop)])
    bar = np.concatenate([mirrored(arm)[::-1], arm])
    hook = curve(
        [(0, -0.03), (0, -0.075), (0.026, -0.10), (0.03, -0.13), (0.0, -0.155), (-0.03, -0.135)]
    )
    return bar, np.concatenate([points((0, -0.02)), hook])


def _loops(garment: Garment) -> list[Points]:
    """The clear loops by which a garment without straps hangs; faint, lest they pass for straps."""
    if garment.sleeve != "strapless":
        return []
    x = garment.shoulder_width / 2 - 0.05
    loop = points((x, garment.shoulder_drop), (0.8 * garment.chest_width / 2, bust_line(garment)))
    return [loop, mirrored(loop)]


def _drawn(frame: Frame, line: Points, width: float) -> Array:
    cover = np.zeros((frame.height, frame.width), np.uint8)
    fixed = np.round(frame.project(line) * 16).astype(np.int32)
    thick = max(1, round(width * frame.unit))
    cv2.polylines(cover, [fixed], False, 255, thick, cv2.LINE_AA, 4)
    return cover.astype(np.float32) / 255
