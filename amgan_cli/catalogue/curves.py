"""Curves in garment units: a few control points in, dense polylines (N, 2) out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from amgan_cli.catalogue.noise import Array

Points = Array  # (N, 2) x to the right, y down, garment units
PointList = Sequence[tuple[float, float]] | Array


def points(*pairs: tuple[float, float]) -> Points:
    return np.array(pairs, np.float32)


def curve(controls: PointList, steps: int = 8) -> Points:
    """A Catmull-Rom curve through all `controls`, `steps` points for each span."""
    knots = np.asarray(controls, np.float32)
    padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    before, start, end, after = (padded[k : len(knots) - 1 + k, None] for k in range(4))
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[None, :, None]
    spans = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.concatenate([spans.reshape(-1, 2), knots[-1:]])


def mirrored(shape: Points) -> Points:
    """The other side of the garment's middle, same order of points."""
    return shape * np.array([-1, 1], np.float32)


def symmetric(right_half: Points) -> Points:
    """A closed outline from its right half, which starts and ends on the middle."""
    return np.concatenate([right_half, mirrored(right_half)[::-1]])


def circle(x: float, y: float, radius: float, squash: float = 1.0, corners: int = 20) -> Points:
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False, dtype=np.float32)
    return np.stack([x + radius * np.cos(turn), y + radius * squash * np.sin(turn)], 1)


def box(x: float, y: float, width: float, height: float) -> Points:
    """A rectangle around its middle (x, y)."""
    w, h = width / 2, height / 2
    return points((x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h))


def joined(parts: Iterable[Points]) -> Points:
    return np.concatenate(list(parts))
