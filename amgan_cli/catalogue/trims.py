"""Hems, cuffs, seams and straps: garment and outlines in, sewn body and sleeves out."""

from __future__ import annotations

import numpy as np

from amgan_cli.catalogue.canvas import Op, Piece, Strokes
from amgan_cli.catalogue.curves import Points, box, circle, curve, mirrored, points
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import stream
from amgan_cli.catalogue.outline import Arm, bust_line, has_shoulders, straps

BODY, SLEEVE = 0.007, 0.005  # heights over the ground, garment units


def sleeve_ops(garment: Garment, arm: Arm) -> list[Op]:
    """A sleeve with its hem or cuff."""
    part = "left_sleeve" if arm.side < 0 else "right_sleeve"
    cloth = Piece(arm.outline, "cloth", part, SLEEVE)
    if garment.sleeve in ("long", "extra long"):
        return [cloth, *_cuff(garment, arm, part)]
    return [cloth, *_sleeve_hem(garment, arm, part)]


def _across(arm: Arm, back: float) -> Points:
    """The line across a sleeve `back` garment units before its end."""
    inner, outer = arm.inner[-1], arm.outer[-1]
    reach = arm.line[-1] - arm.line[-2]
    shift = reach / (np.linalg.norm(reach) + 1e-9) * back
    return np.stack([outer - shift, inner - shift])


def _cuff(garment: Garment, arm: Arm, part: str) -> list[Op]:
    deep = 0.042
    far, near = _across(arm, -0.001), _across(arm, deep)
    seam = Strokes((near,), 0.005, "shade", part, -0.0015, 0.6, part)
    if garment.ribbed:
        pulled = far + (far[::-1] - far) * 0.08
        rows = np.linspace(0, 1, 9)[:, None]
        ribs = tuple(
            np.stack([near[0] + (near[1] - near[0]) * t, pulled[0] + (pulled[1] - pulled[0]) * t])
            for t in rows
        )
        cuff = Piece(np.concatenate([near, pulled[::-1]]), "trim", part, SLEEVE + 0.001)
        return [cuff, Strokes(ribs, 0.004, "shade", part, -0.001, 0.25, part), seam]
    button = near.mean(0) * 0.5 + far.mean(0) * 0.5
    if garment.category in ("shirt", "jacket", "coat"):
        return [
            seam,
            Piece(
                circle(float(button[0]), float(button[1]), 0.009), "button", part, SLEEVE + 0.004
            ),
        ]
    return [Strokes((_across(arm, 0.018),), 0.003, "shade", part, -0.001, 0.45, part)]


def _sleeve_hem(garment: Garment, arm: Arm, part: str) -> list[Op]:
    lines = (_across(arm, 0.017), _across(arm, 0.021))
    return [Strokes(lines, 0.0025, "shade", part, -0.001, 0.4, part)]


def body_ops(garment: Garment, outline: Points) -> list[Op]:
    """The torso with its hem and the seams of the shoulders."""
    ops: list[Op] = [Piece(outline, "cloth", "torso", BODY), *_body_hem(garment)]
    if not has_shoulders(garment):
        return [*ops, *_strap_ops(garment), *_bust_edge(garment)]
    if garment.category in ("shirt", "jacket"):
        ops += _chest_pocket(garment)
    rim = Strokes((outline,), 0.006, "shade", "torso", -0.0008, 0.14, "torso", closed=True)
    return [*ops, rim]


def _body_hem(garment: Garment) -> list[Op]:
    half, low, dip = garment.hem_width / 2, garment.body_length, garment.hem_curve
    x = np.linspace(-half * 1.05, half * 1.05, 31, dtype=np.float32)
    y = low + dip * np.clip(1 - np.square(x / half), 0, 1)
    edge = np.stack([x, y], 1)
    if not garment.ribbed:
        lines = tuple(edge - points((0, up)) for up in (0.020, 0.024))
        return [Strokes(lines, 0.0025, "shade", "torso", -0.001, 0.4, "torso")]
    top = edge - points((0, 0.05))
    ribs = tuple(np.stack([a, b]) for a, b in zip(top, edge, strict=True))
    band = Piece(
        np.concatenate([top, (edge + points((0, 0.01)))[::-1]]),
        "trim",
        "torso",
        BODY + 0.001,
        1.0,
        "torso",
    )
    return [
        band,
        Strokes(ribs, 0.004, "shade", "torso", -0.001, 0.22, "torso"),
        Strokes((top,), 0.005, "shade", "torso", -0.0015, 0.5, "torso"),
    ]


def _chest_pocket(garment: Garment) -> list[Op]:
    if stream(garment.seed, "pocket").random() > 0.35:
        return []
    pocket = box(0.085, garment.armhole + 0.025, 0.085, 0.09)
    return [Strokes((pocket,), 0.004, "shade", "torso", -0.0015, 0.5, "torso", closed=True)]


def _strap_ops(garment: Garment) -> list[Op]:
    return [Piece(strap, "cloth", "torso", BODY - 0.001) for strap in straps(garment)]


def _bust_edge(garment: Garment) -> list[Op]:
    """An elastic band along the top of a garment that has no shoulders."""
    top = bust_line(garment) + 0.026
    edge = curve([(0, top + 0.012), (garment.neck_width / 2, top), (garment.chest_width / 2, top)])
    return [Strokes((edge, mirrored(edge)), 0.004, "shade", "torso", -0.0015, 0.5, "torso")]
