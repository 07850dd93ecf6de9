"""What collars are made of: numbers in neck units in, leaves, stands, bands and seams out."""

from __future__ import annotations

import numpy as np

from amgan_cli.catalogue.canvas import Op, Piece, Strokes
from amgan_cli.catalogue.curves import (
    PointList,
    Points,
    box,
    circle,
    curve,
    joined,
    mirrored,
    points,
    symmetric,
)

FLAT, STAND, LEAF, TOP = 0.007, 0.012, 0.018, 0.022  # heights over the ground, garment units


def sewn(outline: Points, paint: str, lift: float, tone: float = 1.0) -> Piece:
    return Piece(outline, paint, "collar", lift, tone)


def both_sides(right: Points, lift: float, paint: str = "leaf") -> list[Op]:
    """A piece and its mirror image, each with a seam along its edge and a line of stitches."""
    ops: list[Op] = []
    for side, shape in (("left", mirrored(right)), ("right", right)):
        name = f"{paint}_{side}" if paint == "leaf" else paint
        inset = shape.mean(0) + (shape - shape.mean(0)) * 0.84
        ops.append(sewn(shape, name, lift, 1.06))
        ops.append(seam_line(shape, closed=True))
        ops.append(Strokes((inset,), 0.03, "shade", "collar", -0.0006, 0.35, closed=True))
    return ops


def seam_line(*lines: Points, closed: bool = False) -> Strokes:
    return Strokes(lines, 0.075, "shade", "collar", -0.0012, 0.36, closed=closed)


def ribbing(inner: Points, outer: Points) -> Strokes:
    """Ribs from each point of one edge to the same point of the other."""
    ribs = tuple(np.stack([a, b]) for a, b in zip(inner, outer, strict=True))
    return Strokes(ribs, 0.05, "shade", "collar", -0.0012, 0.28)


def opening(front: PointList, tag: bool = True) -> list[Op]:
    """The inside of the back, seen through the neck; `front` is the right half of the edge."""
    back = curve([(0, 0.16), (0.6, 0.11), (0.98, -0.03)])
    edge = np.asarray(front, np.float32)
    ops: list[Op] = [
        sewn(symmetric(joined([back, edge])), "inside", FLAT - 0.003),
        Strokes(
            (curve([(-0.95, 0.1), (0, 0.3), (0.95, 0.1)]),), 0.1, "shade", "collar", 0.001, 0.4
        ),
    ]
    if tag:
        ops.append(sewn(box(0, 0.36, 0.42, 0.24), "label", FLAT - 0.0025))
    return ops


def back_stand() -> list[Op]:
    """The back of a collar that stands up behind the neck, its inner side showing."""
    outer = curve([(0, -0.42), (0.6, -0.39), (1.02, -0.12), (1.06, 0.25)])
    inner = curve([(0, -0.26), (0.55, -0.2), (0.9, 0.05), (0.5, 0.7), (0, 0.95)])
    return [
        sewn(symmetric(np.concatenate([outer, points((0, 0.95))])), "cloth", STAND, 0.88),
        sewn(symmetric(inner), "inside", FLAT - 0.003),
        sewn(box(0, 0, 0.4, 0.22), "label", FLAT - 0.0025),
    ]


def shirt_leaf(tip: tuple[float, float], front: tuple[float, float], bulge: float = 0.0) -> Points:
    """A shirt collar's leaf: from the back of the neck to its tip and to the front button."""
    out = (0.55 * (1.16 + tip[0]) + bulge, 0.5 * (0.1 + tip[1]))
    inner = curve([front, (0.62, 0.42 * front[1]), (0.82, -0.24)])
    outer = curve([(0.82, -0.36), (1.16, 0.0), out, tip])
    return joined([inner, outer, points(tip, front)])


def across(right: Points) -> Points:
    """One line across the middle from its right half, which ends on the middle."""
    return np.concatenate([right, mirrored(right)[::-1]])


def collar_button(y: float) -> Piece:
    return button_at(0.0, y + 0.16, 0.11)


def button_at(x: float, y: float, radius: float) -> Piece:
    return sewn(circle(x, y, radius), "button", TOP + 0.003)
