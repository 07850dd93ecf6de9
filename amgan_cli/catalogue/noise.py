"""Seeded randomness: (seed, name) in, independent generators and smooth noise tiles out."""

from __future__ import annotations

import zlib
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # floats: float32 where it has the size of a picture


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator that depends on nothing but `seed` and `name`.

    One stream a subject keeps a counterfactual exact: a new collar draws no number that the
    folds or the background would have drawn.
    """
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def lattice(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Random values (rows, columns), mean 0, spread 1: the knots of a smooth field."""
    return rng.standard_normal((rows, columns), dtype=np.float32)


def smooth_field(knots: Array, width: int, height: int) -> Array:
    """Cubic interpolation of `knots` to (height, width); the same hills at every size."""
    return cv2.resize(knots, (width, height), interpolation=cv2.INTER_CUBIC)


def noise_tile(rng: np.random.Generator, cells: int, pixels: int = 256) -> Array:
    """A tile (pixels, pixels) of smooth noise, mean 0, spread 1, that repeats without a seam."""
    knots = np.pad(lattice(rng, cells, cells), 2, mode="wrap")
    step = pixels / cells
    field = smooth_field(knots, round(step * (cells + 4)), round(step * (cells + 4)))
    border = round(2 * step)
    tile = field[border : border + pixels, border : border + pixels]
    return (tile - tile.mean()) / (tile.std() + 1e-6)


def sample_tile(tile: NDArray, u: Array, v: Array, period: float) -> NDArray:
    """Look a repeating tile up at cloth coordinates u, v (garment units); `period` is its side."""
    # Wrapped by hand: OpenCV's BORDER_WRAP blends the seam wrongly for coordinates below zero.
    turns = (np.asarray(w * np.float32(1 / period), np.float32) for w in (u, v))
    x, y = ((t - np.floor(t)) * np.float32(tile.shape[0]) for t in turns)
    padded = cv2.copyMakeBorder(tile, 0, 1, 0, 1, cv2.BORDER_WRAP)
    return cv2.remap(padded, x, y, cv2.INTER_LINEAR)
