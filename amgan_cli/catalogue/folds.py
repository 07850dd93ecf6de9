"""Folds and creases as a height field: garment in, height at every pixel of the picture out.

The field is made once on a small raster in garment units and enlarged; folds are smooth, so a
large picture gains nothing from a finer one. Sleeve folds are drawn for the longest sleeve
whatever the sleeve is, so that a new length shows or hides folds and moves none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from amgan_cli.catalogue.curves import Points
from amgan_cli.catalogue.frame import Frame
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, lattice, smooth_field, stream
from amgan_cli.catalogue.outline import ELBOW, Arm, arm, waist_line

SPAN = 1.6  # side of the raster, garment units
RASTER = 224  # cells a side
LEFT, TOP = -0.8, -0.4  # its corner
REACH = 1.44  # of the sleeves that creases are drawn for, share of the arm
_CELL = SPAN / RASTER
# How readily each fabric takes small sharp wrinkles.
_CRISP = {"jersey": 0.8, "poplin": 1.5, "sweat": 0.6, "knit": 0.5, "denim": 1.2, "satin": 1.1}
_STEPS = np.linspace(0, 1, 9)
_PATH_AND_BOW = np.stack([_STEPS, 4 * _STEPS * (1 - _STEPS)], 1)
_WIDTHS = (0.9, 1.5, 2.4, 4.0)  # spread of creases, cells


def fold_height(garment: Garment, frame: Frame) -> Array:
    """Height (H, W) in garment units; slopes reach about 1."""
    field = _undulation(garment) + _creases(garment)
    # Enlarged before it is warped: a warp rounds positions to 1/32 of a cell, and the slopes of
    # a field enlarged that way show the steps.
    side = max(RASTER, round(SPAN * frame.unit))
    cell = SPAN / side
    middle = 0.5 * (cell - _CELL)  # cv2.resize keeps corners, not the middles of cells
    to_raster = np.array([[cell, 0, LEFT + middle], [0, cell, TOP + middle], [0, 0, 1]], np.float32)
    matrix = frame.from_garment @ to_raster
    large = smooth_field(field, side, side)
    if side > 2 * RASTER:
        large = cv2.GaussianBlur(large, (0, 0), 0.6 * side / RASTER)
    return cv2.warpPerspective(large, matrix, (frame.width, frame.height), flags=cv2.INTER_LINEAR)


def _undulation(garment: Garment) -> Array:
    """The slow rise and fall of cloth that never lies quite flat, and the soft ridges between
    its hollows; hung cloth falls in pipes instead."""
    rng = stream(garment.seed, "undulation")
    wide = _hills(rng, 9, 9) * 0.0060
    bent = _hills(rng, 12, 12) + 30 * wide
    ridged = -np.sqrt(bent * bent + 0.02) * 0.0095
    small = _hills(rng, 46, 46) * 0.0015
    crumpled = _hills(rng, 84, 84) * 0.0007
    field = wide + ridged + (small + crumpled) * _CRISP[garment.fabric]
    if garment.hung:
        pipes = _hills(rng, 4, 22)
        down = np.clip(np.linspace(-0.25, 1.3, RASTER, dtype=np.float32), 0.05, 1)[:, None]
        field = field * 0.6 + pipes * down * 0.0085
    return field * garment.wrinkles


def _hills(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Smooth noise on the raster, spread 1. Blurred rather than cubic: light on a height field
    shows its second derivative, and cubic interpolation has steps in that along its grid."""
    width, height = (min(RASTER, 6 * cells) for cells in (columns, rows))
    hills = cv2.resize(lattice(rng, rows, columns), (width, height), interpolation=cv2.INTER_LINEAR)
    spread = (0.5 * width / columns, 0.5 * height / rows)
    hills = cv2.GaussianBlur(hills, (0, 0), spread[0], sigmaY=spread[1])
    return smooth_field(hills / (hills.std() + 1e-6), RASTER, RASTER)


def _creases(garment: Garment) -> Array:
    rng = stream(garment.seed, "creases")
    layers = [np.zeros((RASTER, RASTER), np.float32) for _ in _WIDTHS]
    for line in _torso_lines(garment, rng):
        _draw(layers, rng, line)
    for side in (-1, 1):
        sleeve_rng = stream(garment.seed, f"creases of sleeve {side}")
        for line in _sleeve_lines(arm(garment, side, REACH), sleeve_rng):
            _draw(layers, sleeve_rng, line)
    field = _ironed(garment)
    for layer, width in zip(layers, _WIDTHS, strict=True):
        # A blurred line of height 1 has a peak of 0.4 / width: undo that, and let broad folds
        # rise higher in proportion, so that every width has the same slope, at most 0.9.
        height = 3.6 * width * width * _CELL
        field += cv2.GaussianBlur(layer, (0, 0), width) * height
    return field * garment.wrinkles


def _torso_lines(garment: Garment, rng: np.random.Generator) -> list[Points]:
    """Strands from both armpits, drag lines at the waist, and a few creases anywhere."""
    lines = []
    armpit = np.array([garment.chest_width / 2, garment.armhole])
    for side in (-1, 1):
        for _ in range(int(rng.integers(3, 6))):
            aim = np.radians(rng.uniform(15, 80))
            lines.append(_strand(armpit * (side, 1), (-side * np.cos(aim), np.sin(aim)), rng, 0.26))
        for _ in range(int(rng.integers(1, 4))):
            start = (side * garment.waist_width / 2, waist_line(garment) + rng.uniform(-0.05, 0.08))
            lines.append(_strand(np.array(start), (-side, rng.uniform(-0.35, 0.35)), rng, 0.14))
    slant = rng.uniform(60, 120) if garment.hung else rng.uniform(0, 180)
    for _ in range(int(rng.integers(11, 26))):
        start = rng.uniform((-0.2, 0.08), (0.2, garment.body_length))
        aim = np.radians(rng.normal(slant, 25))
        lines.append(_strand(start, (np.cos(aim), np.sin(aim)), rng, 0.26))
    return lines


def _sleeve_lines(sleeve: Arm, rng: np.random.Generator) -> list[Points]:
    """Short creases across the elbow and the wrist, long ones from the shoulder down."""
    lines = []
    normal = np.array([sleeve.upper[1], -sleeve.upper[0]])
    for _ in range(int(rng.integers(4, 8))):
        share = rng.normal(ELBOW, 0.12) if rng.random() < 0.6 else rng.uniform(0.15, 1.25)
        spot = int(np.clip(share / REACH * 23, 0, 23))
        start = sleeve.line[spot] + normal * rng.uniform(-0.05, 0.02)
        lines.append(_strand(start, normal + sleeve.upper * rng.uniform(-0.6, 0.6), rng, 0.09))
    for _ in range(int(rng.integers(2, 4))):
        start = sleeve.root + normal * rng.uniform(-0.04, 0.04)
        lines.append(_strand(start, sleeve.upper + normal * rng.uniform(-0.3, 0.3), rng, 0.2))
    # Cloth beyond the wrist has nowhere to go and bunches.
    for share in (1.06, 1.13, 1.2, 1.27, 1.34):
        spot = int(share / REACH * 23)
        lines.append(_strand(sleeve.line[spot] - normal * 0.04, normal, rng, 0.08))
    return lines


def _strand(
    start: np.ndarray, heading: Sequence[float] | np.ndarray, rng: np.random.Generator, reach: float
) -> Points:
    """A slightly bent line from `start`."""
    length = reach * rng.uniform(0.45, 1.25)
    bend = length * rng.normal(0, 0.12)
    unit = 1 / math.hypot(*heading)
    across, along = heading[0] * unit, heading[1] * unit
    # Row by row: x and y of the path, then of the bow across it.
    turned = ((across * length, along * length), (along * bend, -across * bend))
    return _PATH_AND_BOW @ np.array(turned) + start


def _draw(layers: list[Array], rng: np.random.Generator, line: Points) -> None:
    """One fold: a ridge or valley that fades at both ends."""
    layer = layers[int(np.searchsorted((0.22, 0.56, 0.84), rng.random()))]
    height = rng.uniform(0.45, 1.0) * (-1 if rng.random() < 0.4 else 1)
    fixed = np.round((line - (LEFT, TOP)) * (16 / _CELL)).astype(np.int32)
    end = len(fixed) // 4
    cv2.polylines(layer, [fixed], False, height * 0.5, 1, cv2.LINE_8, 4)
    cv2.polylines(layer, [fixed[end:-end]], False, height, 1, cv2.LINE_8, 4)


def _ironed(garment: Garment) -> Array:
    """The cross of a garment that lay folded in a drawer: sharp, straight, a third have it."""
    field = np.zeros((RASTER, RASTER), np.float32)
    rng = stream(garment.seed, "ironed")
    if rng.random() > 0.35:
        return field
    y = int((rng.uniform(0.2, 0.4) - TOP) / _CELL)
    x = int((rng.uniform(-0.06, 0.06) - LEFT) / _CELL)
    field[y - 1 : y + 1] = 0.005
    field[:, x - 1 : x + 1] += 0.004
    return cv2.GaussianBlur(field, (0, 0), 0.9)
