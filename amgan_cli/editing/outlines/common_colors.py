"""Colours that are common in one part of a picture and rare in another."""

import numpy as np

BIN = np.array([8.0, 6.0, 6.0], np.float32)
"""CIELAB in which colours are counted."""
RARE = 1e-5
"""Share of a part that any colour may have by chance."""


def commoner(lab: np.ndarray, here: np.ndarray, there: np.ndarray, times: float) -> np.ndarray:
    """Where a picture (h x w x 3 in CIELAB) has colours that are so many times commoner `here`.

    `here`, `there` and what comes back h x w bool.
    """
    bins = _bins(lab)
    return _shares(bins, here) > times * (_shares(bins, there) + RARE)


def log_ratio(lab: np.ndarray, here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Logarithm of how many times commoner `here` each pixel's colour is, h x w; else as above."""
    bins = _bins(lab)
    return np.log((_shares(bins, here) + RARE) / (_shares(bins, there) + RARE))


def commonness(lab: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Share of the pixels `where` (h x w bool) that have about each pixel's colour, h x w."""
    return _shares(_bins(lab), where)


def _bins(lab: np.ndarray) -> np.ndarray:
    bins = np.floor(lab / BIN).astype(int)
    return bins - bins.min(axis=(0, 1))


def _shares(bins: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Share of the pixels `where` (h x w bool) that have about each pixel's colour (h x w x 3)."""
    shape = bins.max(axis=(0, 1)) + 3
    places = np.ravel_multi_index(tuple((bins[where] + 1).T), shape)
    counts = np.bincount(places, minlength=shape.prod()).reshape(shape).astype(np.float32)
    for axis in range(3):  # a colour's pixels lie in several bins
        counts += 0.5 * (np.roll(counts, 1, axis) + np.roll(counts, -1, axis))
    return counts[tuple(np.moveaxis(bins + 1, 2, 0))] / max(1.0, counts.sum())
