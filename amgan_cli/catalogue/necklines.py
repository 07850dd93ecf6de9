"""Necks without a collar: nothing in, a ribbed band around the opening out, in neck units."""

from __future__ import annotations

from amgan_cli.catalogue.canvas import Op
from amgan_cli.catalogue.collar_parts import (
    FLAT,
    STAND,
    across,
    opening,
    ribbing,
    seam_line,
    sewn,
)
from amgan_cli.catalogue.curves import Points, curve, joined, mirrored, points, symmetric


def round_neck() -> list[Op]:
    inner = curve([(1.0, -0.02), (0.86, 0.5), (0.48, 0.86), (0, 0.98)], 6)
    outer = curve([(1.2, 0.02), (1.06, 0.62), (0.6, 1.1), (0, 1.26)], 6)
    return neckband(inner, outer)


def v_neck() -> list[Op]:
    inner = curve([(1.0, -0.02), (0.84, 0.5), (0, 2.1)], 8)
    outer = curve([(1.2, 0.02), (1.06, 0.55), (0, 2.5)], 8)
    return [*neckband(inner, outer), seam_line(points((0, 2.1), (0, 2.5)))]


def wide_neck() -> list[Op]:
    """Over half of the shoulders; people's label, not one of the attribute's values."""
    inner = curve([(1.75, -0.02), (1.5, 0.45), (0.85, 0.86), (0, 1.0)], 6)
    outer = curve([(1.9, 0.03), (1.66, 0.58), (0.95, 1.06), (0, 1.2)], 6)
    return neckband(inner, outer)


def standing_neck() -> list[Op]:
    """A ribbed tube around the neck, which is not folded over; people's label too."""
    rim = curve([(0.92, -0.9), (0.6, -0.76), (0, -0.7)], 6)
    side = curve([(0.92, -0.9), (0.98, -0.4), (1.2, 0.16)], 6)
    foot = curve([(1.2, 0.16), (0.7, 0.46), (0, 0.56)], 6)
    back = curve([(0, -0.98), (0.6, -0.98), (0.92, -0.9)], 6)
    return [
        sewn(symmetric(joined([rim[::-1], side, foot])), "trim", STAND),
        ribbing(rim[2:-1], foot[2:-1]),
        ribbing(mirrored(rim[2:-1]), mirrored(foot[2:-1])),
        seam_line(across(rim), across(foot)),
        sewn(symmetric(joined([back, rim])), "inside", FLAT),
    ]


def neckband(inner: Points, outer: Points) -> list[Op]:
    """A ribbed band between two edges, each the right half of a line across the neck."""
    return [
        *opening(inner),
        sewn(symmetric(joined([outer[::-1], inner])), "trim", FLAT + 0.003),
        seam_line(across(outer)),
        ribbing(inner, outer),
        ribbing(mirrored(inner), mirrored(outer)),
    ]
