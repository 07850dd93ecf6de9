"""Weave and knit: cloth coordinates in, fine relief and speckle of the thread out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, noise_tile, sample_tile, stream


@dataclass(frozen=True)
class Weave:
    """How a fabric looks close by."""

    across: float  # threads or wales a garment unit
    along: float  # rows a garment unit
    relief: float  # spread of brightness that the threads make in slanting light
    speckle: float  # uneven dye and fuzz, spread of brightness
    gloss: float  # 0 matt to 1 satin


WEAVES = {
    "jersey": Weave(150, 170, 0.05, 0.020, 0.00),
    "poplin": Weave(260, 260, 0.04, 0.015, 0.05),
    "sweat": Weave(130, 150, 0.05, 0.030, 0.00),
    "knit": Weave(58, 80, 0.16, 0.040, 0.00),
    "denim": Weave(110, 110, 0.12, 0.055, 0.00),
    "satin": Weave(300, 300, 0.02, 0.010, 0.55),
}


def thread(garment: Garment, u: Array, v: Array, pixel: float) -> Array:
    """Brightness (H, W) around 1 that weave and fuzz give the cloth; `pixel` in garment units."""
    weave = WEAVES[garment.fabric]
    tile = noise_tile(stream(garment.seed, "fuzz"), 128)
    fuzz = sample_tile(tile, u, v, 0.45) * weave.speckle
    seen = weave.relief * _visible(max(weave.across, weave.along) * pixel)
    if seen < 0.004:
        return 1 + fuzz
    return 1 + fuzz + seen * _threads(garment.fabric, weave, u, v)


def _threads(fabric: str, weave: Weave, u: Array, v: Array) -> Array:
    turn = np.float32(2 * np.pi)
    if fabric == "denim":
        return np.sin((u * weave.across + v * weave.along) * turn)
    if fabric in ("knit", "sweat", "jersey"):
        # Each wale is a column of V stitches: rows slant up to the column's middle.
        wale = np.abs(u * weave.across - np.floor(u * weave.across) - 0.5)
        return np.sin((v * weave.along + wale) * turn) * 0.6 + (0.5 - 2 * wale)
    return np.sin(u * weave.across * turn) * np.sin(v * weave.along * turn)


def _visible(threads_a_pixel: float) -> float:
    """Threads finer than two pixels average out instead of making moire."""
    return float(np.clip(1.6 - 3.2 * threads_a_pixel, 0, 1))
