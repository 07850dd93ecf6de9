"""The nine fastenings: garment in, pieces along its front (or waist) out, in garment units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np

from amgan_cli.catalogue.canvas import Op, Piece, Strokes
from amgan_cli.catalogue.collar import collar_end
from amgan_cli.catalogue.curves import Points, box, circle, curve, mirrored, points
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import stream
from amgan_cli.catalogue.outline import neck, waist_line

BAND, KNOB = 0.010, 0.015  # heights over the ground


@dataclass(frozen=True)
class Front:
    """The line a fastening runs along, on the garment's middle. Garment units."""

    top: float
    bottom: float
    waist: float
    half_waist: float
    rng: np.random.Generator
    count: int | None = None
    size: float = 1.0
    """How large buttons, zips and their bands are, beside the catalogue's own."""

    def places(self, step: float) -> Points:
        """Heights of buttons or hooks, evenly spread: `count`, or about `step` apart."""
        count = self.count or max(3, round((self.bottom - self.top - 0.05) / step))
        return np.linspace(self.top + 0.022, self.bottom - 0.045, count, dtype=np.float32)

    def teeth(self) -> Points:
        """Heights of a zip's teeth."""
        return np.arange(self.top, self.bottom, 0.009)


def fastening_ops(garment: Garment) -> list[Op]:
    """All pieces of the garment's fastening, lowest first."""
    front = Front(
        collar_end(garment.neckline, neck(garment)),
        garment.body_length + garment.hem_curve,
        waist_line(garment),
        garment.waist_width / 2,
        stream(garment.seed, "fastening"),
    )
    if garment.half_front and garment.fastening in ("zip", "button"):
        return _half(front, garment.fastening)
    return _FASTENINGS[garment.fastening](front)


def _half(front: Front, fastening: str) -> list[Op]:
    """A half zip or a placket, with a seam across its end."""
    length = front.rng.uniform(0.13, 0.24)
    half = replace(front, bottom=min(front.bottom, front.top + length))
    end = half.bottom + 0.02
    return [*_FASTENINGS[fastening](half), seam(points((-0.024, end), (0.024, end)))]


def _piece(
    outline: Points, paint: str, lift: float, tone: float = 1.0, bound: bool = True
) -> Piece:
    return Piece(outline, paint, "fastening", lift, tone, "torso" if bound else None)


def seam(
    *lines: Points, width: float = 0.005, cover: float = 0.5, lift: float = -0.0012
) -> Strokes:
    return Strokes(lines, width, "shade", "fastening", lift, cover, "torso")


def _wire(paint: str, width: float) -> Callable[..., Strokes]:
    """What draws cords or wires that lie on the cloth."""
    return partial(Strokes, width=width, paint=paint, part="fastening", lift=0.004, own=True)


def _down(front: Front, x: float) -> Points:
    """A line down the whole front, `x` from the middle; straight, in steps, so it can wobble."""
    y = np.linspace(front.top, front.bottom + 0.02, 12, dtype=np.float32)
    return np.stack([np.full_like(y, x), y], 1)


def _strip(front: Front, left: float, right: float) -> Points:
    return np.concatenate([_down(front, left), _down(front, right)[::-1]])


def zip_line(front: Front) -> list[Op]:
    """Tape, a chain of teeth and a puller."""
    size, middle = front.size, _down(front, 0)
    teeth = tuple(points((-0.006 * size, y), (0.006 * size, y)) for y in front.teeth().tolist())
    pull = front.top + 0.012
    return [
        _piece(_strip(front, -0.017 * size, 0.017 * size), "zip_tape", BAND),
        seam(_down(front, -0.021 * size), _down(front, 0.021 * size), cover=0.6),
        Strokes((middle,), 0.012 * size, "metal", "fastening", 0.0012, 0.75, "torso"),
        Strokes(teeth, 0.004, "shade", "fastening", 0.001, 0.7, "torso"),
        _piece(box(0, pull, 0.016 * size, 0.018), "metal", KNOB),
        _piece(box(0, pull + 0.026, 0.013 * size, 0.034), "metal", KNOB + 0.002),
    ]


def buttons(front: Front) -> list[Op]:
    """A stitched placket with buttons, each with its holes and a buttonhole behind."""
    size, radius = front.size, front.size * front.rng.uniform(0.0115, 0.0155)
    ops: list[Op] = [
        _piece(_strip(front, -0.024 * size, 0.024 * size), "cloth", BAND),
        seam(_down(front, 0.024 * size), cover=0.65),
        seam(_down(front, -0.024 * size), _down(front, 0.018 * size), width=0.003, cover=0.35),
    ]
    for y in front.places(front.rng.uniform(0.066, 0.085)):
        ops.append(_piece(circle(0, y, radius), "button", KNOB, bound=False))
        ops.append(_piece(circle(0, y, radius * 0.62), "button", KNOB - 0.002, 0.85, bound=False))
        holes = tuple(points((dx, y - 0.003), (dx, y + 0.003)) for dx in (-0.003, 0.003))
        ops.append(seam(*holes, width=0.0025, cover=0.7))
    return ops


def _covered(front: Front) -> list[Op]:
    """A fly: one broad flap laid over the buttons, its free edge and its stitching showing."""
    turn = [
        (-0.034, front.bottom - 0.10),
        (-0.026, front.bottom - 0.05),
        (0.024, front.bottom - 0.03),
    ]
    stitch = np.concatenate([_down(front, -0.034)[:-3], curve(turn)])
    return [
        _piece(_strip(front, -0.036, 0.026), "leaf_right", BAND + 0.007, 0.8),
        seam(_down(front, 0.029), width=0.010, cover=0.65, lift=-0.004),
        seam(stitch, width=0.006, cover=0.7, lift=-0.003),
        seam(_down(front, 0.017), width=0.003, cover=0.4),
    ]


def _hooks(front: Front) -> list[Op]:
    """Two butted edges held by metal hooks and eyes."""
    ops: list[Op] = [
        _piece(_strip(front, -0.030, 0.030), "cloth", BAND - 0.001, 0.94),
        seam(_down(front, 0), width=0.007, cover=0.8, lift=-0.003),
        seam(_down(front, -0.030), _down(front, 0.030), width=0.003, cover=0.4),
    ]
    for y in front.places(0.058):
        bars = tuple(points((-0.026, y + d), (0.012, y + d)) for d in (-0.0055, 0.0055))
        eye = circle(0.018, y, 0.0095, corners=10)
        metal = _wire("metal", 0.0055)
        ops.append(seam(*bars, eye, width=0.010, cover=0.7))
        ops.append(metal(bars))
        ops.append(metal((eye,), closed=True))
        ops.append(_piece(circle(-0.026, y, 0.0085, corners=10), "metal", KNOB, bound=False))
    return ops


def _laces(front: Front) -> list[Op]:
    """A slit laced crosswise through eyelets, the ends tied in a bow."""
    low = min(front.top + 0.21, front.bottom - 0.06)
    slit = points((-0.024, front.top - 0.03), (0.024, front.top - 0.03), (0.004, low))
    rows = np.linspace(front.top + 0.005, low - 0.02, 5)
    crosses = []
    for upper, lower in pairwise(rows):
        crosses += [
            points((-0.036, upper), (0.036, lower)),
            points((0.036, upper), (-0.036, lower)),
        ]
    loop = curve([(0, rows[0]), (0.045, rows[0] - 0.028), (0.06, rows[0] + 0.004), (0, rows[0])])
    end = curve([(0, rows[0]), (0.03, rows[0] + 0.05), (0.042, rows[0] + 0.13)])
    cord = _wire("cord", 0.0085)
    return [
        _piece(slit, "inside", 0.004),
        seam(points((-0.026, front.top - 0.03), (0, low), (0.026, front.top - 0.03)), cover=0.6),
        *(
            _piece(circle(x, y, 0.0075, corners=10), "metal", BAND + 0.001)
            for y in rows
            for x in (-0.036, 0.036)
        ),
        cord(tuple(crosses)),
        cord((loop, mirrored(loop), end, mirrored(end))),
        _piece(circle(0, rows[0], 0.009, corners=10), "cord", KNOB, bound=False),
    ]


def _belt(front: Front) -> list[Op]:
    """A belt around the waist with a buckle, its end hanging a little."""
    y, half, tall = front.waist, front.half_waist + 0.03, 0.019
    x = np.linspace(-half, half, 16, dtype=np.float32)
    sag = y + 0.006 * np.cos(x / half * 1.5)
    strap = np.concatenate([np.stack([x, sag - tall], 1), np.stack([x, sag + tall], 1)[::-1]])
    tail = curve([(0.03, y), (0.09, y + 0.004), (0.115, y + 0.045), (0.12, y + 0.10)])
    wide = points((0, 0.013))
    frame = box(0, y + 0.006, 0.062, 0.058)
    metal = _wire("metal", 0.009)
    return [
        _piece(strap, "belt", BAND + 0.003),
        seam(strap[:16] + wide * 0.4, strap[16:] - wide * 0.4, width=0.003, cover=0.4),
        _piece(np.concatenate([tail - wide, (tail + wide)[::-1]]), "belt", KNOB - 0.001, 0.92),
        metal((frame,), closed=True),
        metal((points((0, y + 0.006), (0.036, y + 0.006)),)),
    ]


def _back(front: Front) -> list[Op]:
    """Closed behind: what shows in front are the ends of the ties, spread out at the waist."""
    y, x = front.waist, front.half_waist
    ops: list[Op] = []
    for side in (-1, 1):
        bend = front.rng.uniform(-0.03, 0.05)
        tie = curve(
            [
                *((x - 0.03, y - 0.01), (x + 0.05, y + bend * 0.4), (x + 0.105, y + 0.05 + bend)),
                (x + 0.12, y + 0.15 + bend),
            ]
        )
        wide = np.linspace(0.010, 0.020, len(tie))[:, None] * points((0.6, -0.9))
        ribbon = np.concatenate([tie - wide, (tie + wide)[::-1]]) * points((side, 1))
        ops.append(_piece(ribbon, "contrast", 0.006, bound=False))
    return ops


def _back_darts(front: Front) -> list[Op]:
    dart = curve([(0.075, front.waist - 0.12), (0.068, front.waist), (0.075, front.waist + 0.10)])
    return [seam(dart, mirrored(dart), width=0.005, cover=0.55)]


def _open_front(front: Front) -> list[Op]:
    """Worn open: two edges that fall apart towards the hem, the inside of the back between."""
    spread = front.rng.uniform(0.030, 0.045)
    y = np.linspace(front.top - 0.012, front.bottom + 0.03, 14, dtype=np.float32)
    share = (y - y[0]) / (y[-1] - y[0])
    edge = np.stack([0.004 + spread * share**0.7, y], 1)
    out = points((0.026, 0))
    ops: list[Op] = [_piece(np.concatenate([edge, mirrored(edge)[::-1]]), "inside", 0.003)]
    for side in (edge, mirrored(edge)):
        band = side + out * np.sign(side[-1, 0])
        ops.append(_piece(np.concatenate([side, band[::-1]]), "trim_cloth", BAND + 0.002))
        ops.append(seam(band, cover=0.5))
    return ops


def ties(garment: Garment) -> list[Op]:
    """Pieces that lie under the body but over the sleeves."""
    if garment.fastening != "back closure":
        return []
    rng = stream(garment.seed, "fastening")
    half = garment.waist_width / 2
    return _back(Front(0, garment.body_length, waist_line(garment), half, rng))


_FASTENINGS: dict[str, Callable[[Front], list[Op]]] = {
    "zip": zip_line,
    "back closure": _back_darts,
    "belt": _belt,
    "button": buttons,
    "covered": _covered,
    "hook": _hooks,
    "laces": _laces,
    "no closure": lambda front: [],
    "front": _open_front,
}
