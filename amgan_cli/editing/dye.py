"""Coloured cloth in another colour as dye gives it: the same everywhere, with its folds and gloss.

A network that learned to shift all colours alike makes white prints on red cloth cyan when the
cloth gets navy, and its shadows too. By its hue coloured cloth can be told from what is none of it.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.prints import STRANGE, cloth_around, in_spreads, usual_around

COLORED, SHOWING = (12.0, 22.0), (0.42, 0.57)
"""Chroma of cloth that is told by its hue, and share of the garment in which it shows: from none to
all of the effect, as in all pairs here."""
OFF = 1.8, 3.5
"""Spreads of the cloth by which a colour is none of its own."""
HUES = 34.0, 54.0
"""Degrees between its hue and another."""
GRAY = 6.0, 14.0
"""Chroma from which a pixel has a hue,"""
SHADOW, STILL = (0.97, 0.7), (0.4, 0.65)
"""and in shadow, where the cloth has so much of its light, share of its chroma there."""
FADED = 14.0, 26.0
"""Chroma that something dark lacks there if it is no cloth."""
DARK = 0.55, 0.78
"""Share of the cloth's light up to which black things get darker or lighter with it."""
TOLD = 14.0, 34.0
"""Chroma that the cloth would have in a pixel's light, from which less of it is gloss or white."""
GLOSS = 0.7
"""Share of the chroma lost by gloss on cloth that comes back; half bleached cloth looks worn."""
BRIGHTEST, FULLEST = 1.1, 1.2
"""How much more light and chroma than the cloth around has count."""


@dataclass(frozen=True)
class Dyed:
    """A garment in its new colour; h x w."""

    picture: np.ndarray
    """h x w x 3 in 0..255."""
    cloth: np.ndarray
    """How far each pixel has the new colour, 0..1; the rest are prints, trims and what lies in
    the garment's outline by mistake."""


def dye(photo: np.ndarray, painted: np.ndarray, garment: np.ndarray) -> Dyed | None:
    """Give the cloth the colour that it mostly has in a `painted` picture; all else keeps its own.

    Both h x w x 3 in 0..255; `garment`, h x w in 0..1, is where it is. Lightness is that of
    `painted`. None where cloth cannot be told by its hue: grey, or hardly any of it shows.
    """
    lab, new = _lab(photo), _lab(painted)
    core = cv2.erode((garment > 0.9).astype(np.uint8), np.ones((5, 5))) > 0
    if not core.any():
        return None
    cloth = usual_around(lab, core)
    off = in_spreads(lab - cloth)
    is_cloth = core & (off < STRANGE)
    hue = cloth[..., 1:]
    chroma = np.hypot(*np.moveaxis(hue, 2, 0))
    trust = _rise(np.median(chroma[core]), COLORED) * _rise(is_cloth.sum() / core.sum(), SHOWING)
    if not trust:
        return None
    wanted = cloth_around(new, is_cloth)
    lightness, *shade = np.median(new[is_cloth], axis=0)
    lit = ((wanted[..., 0] + 16) / (lightness + 16)).clip(0, BRIGHTEST)
    wanted[..., 1:] = lit[..., None] * shade  # less light takes L + 16 and chroma alike

    # how light a pixel is beside the cloth around, and how much of the chroma that such cloth has
    light = ((lab[..., 0] + 16) / (cloth[..., 0] + 16)).clip(0, BRIGHTEST)
    own = np.hypot(lab[..., 1], lab[..., 2])
    along = (lab[..., 1:] * hue).sum(axis=2) / chroma.clip(1e-3)
    across = lab[..., 1:] - along[..., None] * hue / chroma.clip(1e-3)[..., None]
    expected = chroma * light
    degrees = np.degrees(np.arccos((along / own.clip(1e-3)).clip(-1, 1)))
    bright, shaded = _rise(np.minimum(own, chroma), GRAY), _rise(along / expected.clip(1), STILL)
    in_hue = (bright + _rise(light, SHADOW) * (shaded - bright)) * (1 - _rise(degrees, HUES))
    other = _rise(off, OFF) * (1 - in_hue)
    other *= np.where(light < 1, _rise(expected - along, FADED), 1)
    other = _without_specks(other, garment)

    full = (along / expected.clip(1)).clip(0, FULLEST)
    full = 1 - _rise(expected, TOLD) * (1 - full) * (1 - GLOSS * in_hue)
    black = other * (1 - _rise(own, GRAY)) * (1 - _rise(light, DARK))
    unlit = np.minimum(new[..., 0], (wanted[..., 0] + 16) * light - 16)
    new[..., 0] += black * (unlit - new[..., 0])
    left = ((new[..., 0] + 16) / (wanted[..., 0] + 16)).clip(0, BRIGHTEST) * full
    less = ((np.hypot(wanted[..., 1], wanted[..., 2]) + 4) / (chroma + 4)).clip(0, 1)
    new[..., 1:] = wanted[..., 1:] * left[..., None] + across * less[..., None]

    changes = 1 - (other - black)
    picture = 255 * cv2.cvtColor(new, cv2.COLOR_Lab2RGB).clip(0, 1)
    picture = photo + changes[..., None] * (picture - photo)
    picture = painted + trust * (picture - painted)
    return Dyed(picture, 1 - trust * (1 - changes))


def _without_specks(other: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """`other` (h x w) without what is small at the edge, where colours are mixed with ground's."""
    near = np.ones((3, 3), np.uint8)
    at_edge = cv2.dilate((garment < 0.98).astype(np.uint8), near) > 0
    opened = cv2.morphologyEx(other.astype(np.float32), cv2.MORPH_OPEN, near)
    return np.where(at_edge, np.minimum(other, opened), other)


def _rise(values: np.ndarray | float, between: tuple[float, float]) -> np.ndarray:
    """From 0 to 1 between two values, smoothly."""
    share = ((np.asarray(values) - between[0]) / (between[1] - between[0])).clip(0, 1)
    return share * share * (3 - 2 * share)


def _lab(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor((picture / 255).astype(np.float32).clip(0, 1), cv2.COLOR_RGB2Lab)
