"""The collars: neck and value in, pieces and the height where a fastening starts out.

Shapes are written in neck units: x in half neck widths from the middle, y downwards from the
neck point. Collars are drawn a little larger than life, so that they read at 128 pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from amgan_cli.catalogue.canvas import Op, Piece, Strokes
from amgan_cli.catalogue.collar_parts import (
    FLAT,
    LEAF,
    STAND,
    TOP,
    back_stand,
    both_sides,
    button_at,
    collar_button,
    opening,
    seam_line,
    sewn,
    shirt_leaf,
)
from amgan_cli.catalogue.curves import (
    Points,
    box,
    circle,
    curve,
    joined,
    mirrored,
    points,
    symmetric,
)
from amgan_cli.catalogue.necklines import round_neck, standing_neck, v_neck, wide_neck
from amgan_cli.catalogue.outline import Neck

# Where a fastening below each collar starts, in neck units.
_ENDS = {
    "buttondown": 0.8,
    "cutaway": 0.75,
    "high": 0.5,
    "hood": 0.95,
    "kent": 0.8,
    "lapel": 3.4,
    "lined": 1.0,
    "mandarin": 0.85,
    "stand": 0.6,
    "polo": 3.0,
    "round": 1.05,
    "shawl": 3.5,
    "turndown": 1.0,
    "v-neck": 2.2,
    "wide": 1.1,
    "peter pan": 0.8,
    "volant": 1.15,
    "shirt": 1.7,
    "chin": 0.6,
}


def collar_ops(collar: str, neck: Neck) -> list[Op]:
    """All pieces of a collar, lowest first: one of the attribute's values, `wide` or `stand`."""
    return [_to_garment(op, neck) for op in _shapes(collar)]


def collar_end(collar: str, neck: Neck) -> float:
    """Height (garment units) where a fastening in the middle of the front starts."""
    return neck.y + _ENDS[collar] * neck.half


@cache
def _shapes(collar: str) -> tuple[Op, ...]:
    """A collar in neck units: the same for every garment, so drawn once."""
    return tuple(_COLLARS[collar]())


def _to_garment(op: Op, neck: Neck) -> Op:
    def placed(shape: Points) -> Points:
        across, down = shape.T * neck.half
        return np.stack([across, neck.y + np.where(down < 0, neck.height * down, down)], 1)

    if isinstance(op, Piece):
        return Piece(placed(op.outline), op.paint, op.part, op.lift, op.tone, op.inside)
    lines = tuple(map(placed, op.lines))
    width, closed = op.width * neck.half, op.closed
    return Strokes(lines, width, op.paint, op.part, op.lift, op.cover, op.inside, op.own, closed)


def _kent() -> list[Op]:
    return [
        *back_stand(),
        *both_sides(shirt_leaf((0.60, 2.15), (0.03, 0.74)), LEAF),
        collar_button(0.72),
    ]


def _cutaway() -> list[Op]:
    return [
        *back_stand(),
        sewn(box(0, 0.74, 0.5, 0.36), "cloth", STAND),
        *both_sides(shirt_leaf((1.9, 0.92), (0.1, 0.5)), LEAF),
        collar_button(0.62),
    ]


def _buttondown() -> list[Op]:
    leaf = shirt_leaf((0.86, 1.62), (0.03, 0.74), bulge=0.08)
    tips = [button_at(side * 0.82, 1.38, 0.15) for side in (-1, 1)]
    return [*back_stand(), *both_sides(leaf, LEAF), collar_button(0.7), *tips]


def _shirt() -> list[Op]:
    """Worn open: the top button undone, both leaves lie back and show the inside."""
    vee = curve([(0.9, -0.05), (0.62, 0.6), (0, 1.75)])
    leaf = joined(
        [
            curve([(0.30, 1.16), (0.55, 0.5), (0.82, -0.24)]),
            curve([(0.82, -0.36), (1.2, 0.0), (1.5, 0.6), (1.55, 1.28)]),
        ]
    )
    facing = points((0.30, 1.1), (0.0, 1.75), (0.12, 1.82), (0.62, 1.25))
    stand = back_stand()[:1]
    return [
        *stand,
        *opening(vee),
        *both_sides(facing, FLAT + 0.002, "cloth"),
        *both_sides(leaf, LEAF),
    ]


def _polo() -> list[Op]:
    """A knitted collar with a contrast line along its edge, above a short buttoned placket."""
    leaf = shirt_leaf((1.1, 1.42), (0.05, 0.86))
    line = points((0.98, 1.32), (0.1, 0.82)), curve([(1.10, 0.1), (1.16, 0.7), (1.03, 1.3)])
    tips = [
        Strokes((shape, mirrored(shape)), 0.09, "contrast", "collar", 0.0, 0.9) for shape in line
    ]
    placket = box(0, 1.9, 0.46, 2.1)
    seam = seam_line(points((-0.23, 0.9), (-0.23, 2.95), (0.23, 2.95), (0.23, 0.9)))
    buttons = [button_at(0, y, 0.11) for y in (1.25, 1.95, 2.6)]
    return [
        *back_stand(),
        sewn(placket, "cloth", FLAT + 0.003),
        seam,
        *buttons,
        *both_sides(leaf, LEAF),
        *tips,
    ]


def _turndown() -> list[Op]:
    """A broad coat collar with square ends, close at the neck."""
    leaf = joined(
        [
            curve([(0.16, 1.0), (0.6, 0.5), (0.86, -0.28)]),
            curve([(0.86, -0.42), (1.3, -0.1), (1.75, 0.45)]),
            points((1.95, 1.5), (0.40, 1.8)),
        ]
    )
    return [*back_stand(), *both_sides(leaf, LEAF)]


def _peter_pan() -> list[Op]:
    """Two flat petals with round ends, mostly in a second colour."""
    petal = curve(
        [
            *((0.03, 0.82), (0.6, 0.58), (0.95, -0.1), (1.32, 0.05), (1.62, 0.8), (1.35, 1.5)),
            *((0.75, 1.72), (0.2, 1.42), (0.03, 0.82)),
        ]
    )
    edge = curve([(0.95, -0.1), (0.62, 0.58), (0.0, 0.8)])
    return [*opening(edge), *both_sides(petal, LEAF - 0.002, "petal")]


def _lined() -> list[Op]:
    """A broad collar lined with fleece, which shows on the leaves and inside the neck."""
    inner = curve([(0.86, -0.3), (0.6, 0.5), (0, 1.0)])
    leaf = joined(
        [
            inner[::-1],
            curve([(0.9, -0.5), (1.5, -0.05), (1.85, 0.8), (1.8, 1.5)]),
            curve([(1.3, 1.95), (0.7, 2.0), (0.0, 1.7)]),
        ]
    )
    rim = leaf.mean(0) + (leaf - leaf.mean(0)) * 1.12
    back = symmetric(curve([(0, -0.62), (0.7, -0.5), (1.1, 0.0), (0.5, 0.5), (0, 0.6)]))
    ops: list[Op] = [sewn(back, "fleece", STAND), *opening(inner, tag=False)]
    for shape in (rim, mirrored(rim)):
        ops.append(sewn(shape, "cloth", LEAF))
    for shape in (leaf, mirrored(leaf)):
        ops += [sewn(shape, "fleece", TOP), seam_line(shape, closed=True)]
    return ops


def _lapel() -> list[Op]:
    """A jacket's notched lapels over a deep opening."""
    vee = curve([(0.92, -0.05), (0.72, 0.8), (0, 3.55)])
    lapel = joined(
        [
            curve([(0.0, 3.7), (0.5, 1.9), (0.84, 0.35)]),
            points((1.22, 0.78), (2.0, 0.92)),
            curve([(1.95, 1.05), (1.5, 2.1), (0.02, 3.75)]),
        ]
    )
    collar = joined(
        [
            curve([(0.84, 0.45), (0.86, 0.0), (0.78, -0.32)]),
            curve([(0.8, -0.42), (1.25, -0.05), (1.78, 0.42)]),
            points((1.45, 0.76), (1.22, 0.84)),
        ]
    )
    back = symmetric(curve([(0, -0.34), (0.8, -0.4), (0.95, 0.1), (0, 0.14)]))
    return [
        *opening(vee),
        sewn(back, "trim_cloth", STAND),
        *both_sides(lapel, LEAF, "lapel"),
        *both_sides(collar, TOP, "lapel"),
    ]


def _shawl() -> list[Op]:
    """One smooth roll of cloth from the neck to the chest, no notch."""
    vee = curve([(0.86, -0.05), (0.66, 0.9), (0, 3.6)])
    roll = joined(
        [
            curve([(0.0, 3.75), (0.48, 1.9), (0.76, 0.3), (0.72, -0.34)]),
            curve([(0.8, -0.44), (1.38, 0.1), (1.72, 1.1), (1.4, 2.3), (0.02, 3.8)]),
        ]
    )
    back = symmetric(curve([(0, -0.4), (0.75, -0.42), (0.95, 0.1), (0, 0.16)]))
    return [*opening(vee), sewn(back, "trim_cloth", STAND), *both_sides(roll, LEAF, "lapel")]


def _mandarin() -> list[Op]:
    """A low band that stands around the neck and leaves a small gap in front."""
    back = symmetric(curve([(0, -0.34), (0.7, -0.3), (1.0, 0.0), (0.6, 0.55), (0, 0.8)]))
    hole = symmetric(curve([(0, -0.1), (0.6, -0.06), (0.86, 0.12), (0.45, 0.56), (0, 0.78)]))
    band = joined(
        [
            curve([(0.98, -0.22), (0.86, 0.28), (0.5, 0.56), (0.14, 0.66)]),
            curve([(0.09, 0.78), (0.1, 1.02), (0.13, 1.12)], 3),
            curve([(0.6, 1.02), (1.05, 0.62), (1.22, 0.02)]),
        ]
    )
    slit = points((-0.09, 0.7), (0.09, 0.7), (0.0, 1.5))
    label = sewn(box(0, 0.16, 0.4, 0.22), "label", FLAT)
    return [
        sewn(back, "cloth", STAND, 0.85),
        sewn(hole, "inside", FLAT - 0.003),
        label,
        sewn(slit, "inside", FLAT - 0.003),
        *both_sides(band, LEAF, "trim_cloth"),
    ]


def _high() -> list[Op]:
    """A roll neck: a tall ribbed tube, folded over once."""
    tube = symmetric(
        curve([(0, -1.42), (0.88, -1.36), (0.94, -0.6), (1.12, 0.2), (0.6, 0.5), (0, 0.58)])
    )
    fold = symmetric(
        curve([(0, -1.42), (0.9, -1.36), (1.08, -0.7), (1.08, -0.28), (0.6, -0.1), (0, -0.04)])
    )
    ribs = tuple(
        curve([(x * 0.84, -1.34), (x, -0.8), (x, -0.14)], 3) for x in np.linspace(-0.95, 0.95, 13)
    )
    mouth = symmetric(curve([(0, -1.46), (0.6, -1.44), (0.86, -1.37), (0.55, -1.28), (0, -1.24)]))
    return [
        sewn(tube, "trim", STAND),
        sewn(fold, "trim", LEAF + 0.004),
        seam_line(curve([(-1.08, -0.28), (-0.6, -0.1), (0, -0.04), (0.6, -0.1), (1.08, -0.28)])),
        Strokes(ribs, 0.07, "shade", "collar", -0.0014, 0.32),
        sewn(mouth, "inside", FLAT),
    ]


def _chin() -> list[Op]:
    """A sports jacket's stand-up collar, zipped below the chin, its top lying open."""
    back = symmetric(curve([(0, -1.0), (0.7, -1.08), (1.1, -0.95), (1.1, 0.2), (0, 0.4)]))
    half = joined(
        [
            curve([(1.12, -1.05), (1.22, -0.3), (1.2, 0.3), (0.6, 0.55), (0.02, 0.6)]),
            curve([(0.02, -0.02), (0.22, -0.45), (0.62, -0.86), (1.12, -1.05)]),
        ]
    )
    zip_line = curve([(0.62, -0.86), (0.22, -0.45), (0.02, -0.02)])
    tape = Strokes((zip_line, mirrored(zip_line)), 0.17, "zip_tape", "collar", 0.001, 0.9)
    teeth = Strokes((zip_line, mirrored(zip_line)), 0.07, "metal", "collar", 0.001)
    middle = points((0, -0.02), (0, 1.9))
    down = Strokes((middle,), 0.26, "zip_tape", "collar", 0.001, 0.9)
    chain = Strokes((middle,), 0.1, "metal", "collar", 0.001)
    pull = sewn(box(0, 0.28, 0.17, 0.5), "metal", TOP + 0.004)
    return [
        sewn(back, "inside", STAND),
        *both_sides(half, LEAF, "trim_cloth"),
        tape,
        teeth,
        down,
        chain,
        pull,
    ]


def _hood() -> list[Op]:
    """A hood laid up behind the neck, its mouth open, two cords hanging out."""
    outer = [
        (0, -2.5),
        (0.9, -2.3),
        (1.62, -1.45),
        (1.6, -0.4),
        (1.3, 0.35),
        (0.55, 0.95),
        (0, 1.1),
    ]
    shell = symmetric(curve(outer))
    rim = curve([(0, -1.85), (0.62, -1.7), (1.02, -1.05), (0.92, -0.2), (0.5, 0.5), (0, 0.85)])
    mouth = symmetric(rim)
    rolled = symmetric(rim * 1.14 - points((0, 0.06)))
    crown = seam_line(curve([(0, -2.5), (0.03, -2.2), (0, -1.95)]))
    cord = curve([(0.42, 0.75), (0.5, 1.6), (0.42, 2.6)])
    cords = Strokes((cord, mirrored(cord)), 0.1, "cord", "collar", 0.003, own=True)
    ends = [sewn(circle(x * 0.42, 2.65, 0.1), "cord", TOP) for x in (-1, 1)]
    return [
        sewn(shell, "leaf_left", STAND),
        crown,
        sewn(rolled, "trim_cloth", LEAF),
        sewn(mouth, "inside", FLAT),
        seam_line(mouth, rolled, closed=True),
        cords,
        *ends,
    ]


def _volant() -> list[Op]:
    """A gathered frill all around the neck."""
    turn = np.linspace(-0.35, np.pi + 0.35, 73, dtype=np.float32)
    inner = np.stack([1.0 * np.cos(turn), 0.1 + 0.95 * np.sin(turn)], 1)
    wave = 1 + 0.075 * np.sin(turn * 19)
    outer = np.stack([1.85 * wave * np.cos(turn), 0.1 + 2.0 * wave * np.sin(turn)], 1)
    frill = np.concatenate([inner, outer[::-1]])
    pleats = inner + (outer - inner) * 0.96
    back = curve([(1.0, -0.02), (0.7, 0.8), (0, 1.05)])
    valleys = tuple(np.stack([a, b]) for a, b in zip(inner[2::4], pleats[2::4], strict=True))
    ridges = tuple(np.stack([a, b]) for a, b in zip(inner[::4], pleats[::4], strict=True))
    return [
        *opening(back),
        sewn(frill, "trim_cloth", LEAF),
        Strokes(valleys, 0.16, "shade", "collar", -0.004, 0.22),
        Strokes(ridges, 0.12, None, "collar", 0.003),
        seam_line(inner),
    ]


_COLLARS: dict[str, Callable[[], list[Op]]] = {
    "buttondown": _buttondown,
    "cutaway": _cutaway,
    "high": _high,
    "hood": _hood,
    "kent": _kent,
    "lapel": _lapel,
    "lined": _lined,
    "mandarin": _mandarin,
    "stand": standing_neck,
    "polo": _polo,
    "round": round_neck,
    "shawl": _shawl,
    "turndown": _turndown,
    "v-neck": v_neck,
    "wide": wide_neck,
    "peter pan": _peter_pan,
    "volant": _volant,
    "shirt": _shirt,
    "chin": _chin,
}
