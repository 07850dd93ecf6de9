"""Prints of chance: letters, shapes and blobs that stand here and there on cloth (ours)."""

import string

import cv2
import numpy as np

MOST = 6
"""Figures on one piece of cloth."""
SIDES = 0.08, 0.7
"""Sizes of figures, shares of the square's side."""
SPREAD = 0.2
"""How far from the middle they stand, the deviation as a share of that side."""
FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
FINER = 2
"""Figures are drawn so much larger, then made small, so that their edges lie between pixels."""


def figures(random: np.random.Generator, size: int) -> list[np.ndarray]:
    """Up to MOST of them: pixels inside the edge of each, S x S, less than nothing outside."""
    return [_figure(random, size) for _ in range(random.integers(1, MOST + 1))]


def _figure(random: np.random.Generator, size: int) -> np.ndarray:
    """Letters half of the time."""
    side = FINER * size
    reach = np.exp(random.uniform(*np.log(SIDES))) * side
    x, y = (random.normal(0.5, SPREAD, 2).clip(0, 1) * side).astype(float)
    there = np.zeros((side, side), np.uint8)
    if random.random() < 0.5:
        _write(random, there, x, y, reach)
    else:
        _shape(random, there, x, y, reach)
    if random.random() < 0.4:
        turn = cv2.getRotationMatrix2D((x, y), random.normal(0, 25), 1)
        there = cv2.warpAffine(there, turn, (side, side))
    inside, outside = (cv2.distanceTransform(each, cv2.DIST_L2, 3) for each in (there, 1 - there))
    away = inside - np.minimum(outside, side)  # which may stand nowhere
    return cv2.resize(away, (size, size), interpolation=cv2.INTER_AREA) / FINER


def _write(
    random: np.random.Generator, there: np.ndarray, x: float, y: float, reach: float
) -> None:
    """One to four lines of letters, so wide as the reach."""
    font, lines = FONTS[random.integers(len(FONTS))], int(random.integers(1, 5))
    letters = list(string.ascii_letters + string.digits)
    for line in range(lines):
        text = "".join(random.choice(letters, random.integers(2, 9)))
        (width, _), _ = cv2.getTextSize(text, font, 1, 1)
        scale = reach / max(width, 20)
        thick = max(1, round(scale * random.uniform(1, 7)))
        row = y + (line - lines / 2) * 38 * scale
        at = round(x - reach / 2), round(row)
        cv2.putText(there, text, at, font, scale, 1, thick, cv2.LINE_8)


def _shape(
    random: np.random.Generator, there: np.ndarray, x: float, y: float, reach: float
) -> None:
    """A blob, star, ellipse or box, filled or as a line."""
    corners = int(random.integers(3, 40))
    angles = np.arange(corners) * 2 * np.pi / corners + random.uniform(0, 6)
    rough = random.uniform(0, 0.6)
    away = reach / 2 * (1 - rough * random.random(corners))
    flat = np.exp(random.normal(0, 0.4))
    points = np.stack([x + away * np.cos(angles), y + flat * away * np.sin(angles)], axis=1)
    polygon = points.round().astype(np.int32)
    if random.random() < 0.75:
        cv2.fillPoly(there, [polygon], 1)
    else:
        thick = max(2, round(reach * random.uniform(0.02, 0.12)))
        cv2.polylines(there, [polygon], True, 1, thick)
