"""Figures that keep their colours when their cloth gets another one (ours).

How much of a pixel is theirs, and which of them there are on grey cloth.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.colors.prints import SPREAD, STRANGE
from amgan_cli.editing.lift import Window, between_cells
from amgan_cli.patches import Patches
from amgan_cli.ramp import rise

NEAR, AROUND = 7, 11
"""Pixels across what lies around, on a picture of moderate size, where figure and cloth mix, and
across the place whose figure is meant."""
ALL, HUE = 1 / SPREAD, np.array([0, 1, 1], np.float32) / SPREAD
"""What tells a figure: its colour or its hue alone; CIELAB in spreads of a cloth."""
LIGHTER = 8.0, 16.0
"""CIELAB lightness between figure and cloth, from which light shows that a pixel has none of it:
JPEG keeps colours coarser, and they run over the border."""
SHOWN = 3.0
"""A pixel's share is no more than so many times what its light shows: figures have darker parts."""
MARGIN = 0.1
"""Shares nearer to none and all count as that."""
THICK = 5
"""Pixels across a figure that has an inside, in which all colours are its own."""
SURE = 0.95
"""Attention over which a pixel is no mixture with ground."""
FAINT, OF_USUAL, OF_STRONG = 12.0, 2.0, 0.35
"""CIELAB (a, b) from grey cloth from which a pixel has some of another hue, if that is so much more
than yarns of the cloth have; and from which it is inside, as a share of what its figure has where
it is strong."""
SOFT = 16.0, 20.0
"""The mean of what that is there and of the steps from pixel to pixel along the border, from which
it is no light's doing, which is soft: from none to all of the effect."""
RIM, FRINGE = 5, 5.0
"""Pixels from the garment's edge in which lenses leave fringes and lamps their light, and by how
much more than elsewhere a piece there must stand out."""

FLECK = 10
"""Pixels; a smaller piece is a thread of the cloth's."""
MOST = 0.5
"""Share of the garment up to which these are figures; more is the other half of two colours."""


@dataclass(frozen=True)
class Figures:
    """Where they lie on a picture of moderate size."""

    planes: np.ndarray
    """5 x h x w: 1 at figures and around, 1 inside of them, and how far, in CIELAB, the figure near
    is from the cloth."""
    by: np.ndarray
    """`ALL` or `HUE`."""

    @classmethod
    def of(
        cls, figures: np.ndarray, inside: np.ndarray, off: np.ndarray, by: np.ndarray
    ) -> "Figures":
        """`figures` and their `inside`, h x w in 0..1; `off`, 3 x h x w, is how far a pixel is from
        the cloth, in CIELAB."""
        weights = figures * _spreads(off, by) ** 3  # borders are mixed with cloth
        total = cv2.blur(weights, (AROUND, AROUND)).clip(1e-3)
        figure = [cv2.blur(weights * plane, (AROUND, AROUND)) / total for plane in off]
        near = cv2.dilate(figures, np.ones((NEAR, NEAR), np.uint8))
        return cls(np.stack([near, inside, *figure]).astype(np.float32), by)

    def at(self, off: np.ndarray, window: Window) -> np.ndarray:
        """How much of each pixel is figure, rows x W in 0..1; `off` 3 x rows x W."""
        planes = between_cells(self.planes, off.shape[1:], window)
        near, inside, figure = planes[0], planes[1], planes[2:]
        share = _spreads(off, self.by) / _spreads(figure, self.by).clip(STRANGE)
        told = rise(np.abs(figure[0]), LIGHTER)
        of_light = off[0] * figure[0] / (figure[0] ** 2).clip(1)
        share += told * (np.minimum(share, SHOWN * of_light) - share)
        share = ((share - MARGIN) / (1 - 2 * MARGIN)).clip(0, 1)
        return near * np.maximum(inside, share)


def find_colored(off: np.ndarray, garment: np.ndarray) -> Figures | None:
    """The figures that have another hue than grey cloth; None without any.

    `off` as above, of a picture of moderate size, `garment` (h x w in 0..1) where that is.
    """
    around = np.ones((3, 3), np.uint8)
    sure = cv2.erode((garment > SURE).astype(np.uint8), around)
    away = np.hypot(*off[1:]).astype(np.float32) * sure
    usual = np.median(away[sure > 0]) if sure.any() else 0
    faint = max(FAINT, OF_USUAL * usual)
    colored = (away > faint).astype(np.uint8)
    parts = Patches(colored)
    border = colored - cv2.erode(colored, around)
    steps = cv2.dilate(away, around) - cv2.erode(away, around)
    strong = parts.mean(away, away**3)
    firm = (strong + parts.mean(steps, border)) / 2
    rim = cv2.distanceTransform(sure, cv2.DIST_L2, 3) < RIM
    is_figure = rise(firm - FRINGE * parts.mean(rim), SOFT)
    is_figure[parts.area < FLECK] = 0
    is_figure[0] = 0
    figures = is_figure.astype(np.float32)[parts.number]
    if not 0 < figures.sum() <= MOST * sure.sum():
        return None
    full = away > np.maximum(faint, OF_STRONG * strong)[parts.number]
    return Figures.of(figures, _inside(full, off) * cv2.dilate(figures, around), off, HUE)


def _inside(full: np.ndarray, off: np.ndarray) -> np.ndarray:
    """Of what is `full` of colour (h x w bool), but for its border."""
    full = full.astype(np.uint8)
    across = np.ones((THICK, THICK), np.uint8)
    # between two hues lies a line of none, which is no cloth
    between = cv2.morphologyEx(full, cv2.MORPH_CLOSE, across) * (_spreads(off, ALL) > STRANGE)
    return cv2.dilate(cv2.erode(full | between.astype(np.uint8), across), np.ones((3, 3), np.uint8))


def _spreads(off: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.sqrt(np.tensordot(by**2, off**2, 1)).astype(np.float32)
