"""The cloth that a garment mostly shows, and what of the garment is none of it.

By its hue coloured cloth can be told from what lies on it, and from grey cloth what has a hue:
pixel by pixel, at the photo's own size.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from amgan_cli.editing.colors.figures import Figures, find_colored
from amgan_cli.editing.colors.prints import STRANGE, core_of, in_spreads, usual_around
from amgan_cli.editing.lab import planes_in_lab
from amgan_cli.editing.lift import to_picture, to_planes
from amgan_cli.ramp import rise

COLORED, SHOWING = (12.0, 22.0), (0.34, 0.48)
"""Chroma of cloth that is told by its hue, and share of the garment in which it shows: from none to
all of the effect, as in all pairs here."""
OFF = 1.8, 3.5
"""Spreads of the cloth by which a colour is none of its own."""
HUES = 34.0, 54.0
"""Degrees between its hue and another."""
GRAY = 6.0, 14.0
"""Chroma from which a pixel has a hue."""
SHADOW, STILL = (0.97, 0.7), (0.4, 0.65)
"""Share of the cloth's light that is shadow, and share of the cloth's chroma there from which a
pixel has a hue."""
FADED = 17.0, 30.0
"""Chroma that a pixel lacks, of the cloth's in such light, if it is no cloth: shine on pale cloth
is white, and deep shadow black."""
VIVID = 18.0, 32.0
"""CIELAB (a, b) from grey cloth of what is none of it."""
HALF = 0.4, 0.46
"""Share of the garment from which this is no print, but the other cloth of two."""
DIM, IN_DARK = (19.0, 37.0), 0.6
"""CIELAB lightness, and that share of chroma, from which a hue is no noise of JPEG's."""
DARK = 0.55, 0.78
"""Share of the cloth's light up to which black things get darker with it."""
TOLD = 16.0, 36.0
"""Chroma that the cloth would have in a pixel's light, from which less of it is gloss or white."""
PALE = 0.05, 0.25
"""Share of its chroma that a pixel lacks, from which gloss or white is mixed with it."""
GLOSS = 0.7
"""Share of the chroma lost by gloss on cloth that comes back; half bleached cloth looks worn."""
FINE, LESS = 9, 0.5
"""Pixels in which yarns of several colours make one cloth, and by how much less than cloth what may
be none counts."""
BRIGHTEST, FULLEST = 1.1, 1.2
"""How much more light and chroma than the cloth around has count."""


@dataclass(frozen=True)
class MainCloth:
    """On a picture of moderate size, h x w."""

    lab: np.ndarray
    """The picture, 3 x h x w in CIELAB."""
    color: np.ndarray
    """The cloth's colour around each pixel, 3 x h x w in CIELAB."""
    shown: np.ndarray
    """Where it shows, bool; all of the garment but its edge where that cannot be told."""
    other: np.ndarray
    """How far a pixel is none of it, 0..1."""
    hue: float
    """How surely it is told by its hue, 0..1."""
    gray: float
    """How surely by having none; what both leave of 1 cannot be told."""
    figures: Figures | None
    """What has a hue on grey cloth."""
    tint: np.ndarray
    """The garment's mean (a, b) in CIELAB."""

    def tells(self, garment: np.ndarray) -> np.ndarray:
        """How much each pixel of the `garment` (h x w in 0..1) tells of its colour, h x w in 0..1:
        what is no cloth nothing, and what may be none less."""
        shown, whole = (cv2.blur(each, (FINE, FINE)) for each in (self.shown * garment, garment))
        unsure = (self.hue + self.gray) * (1 - shown / whole.clip(1e-3))
        return 1 - np.maximum(self.other, LESS * unsure)


def find_main_cloth(photo: np.ndarray, garment: np.ndarray) -> MainCloth | None:
    """The cloth of a garment; None where there is hardly any garment.

    `photo` 3 x h x w in 0..255; `garment`, h x w in 0..1, is where it is.
    """
    lab = to_picture(planes_in_lab(photo))
    core = core_of(garment)
    if not core.any():
        return None
    usual = usual_around(lab, core)
    shown = core & (in_spreads(lab - usual) < STRANGE)
    lab, color = to_planes(lab), to_planes(usual)
    vivid = _vivid(lab, color)
    colored = rise(np.median(chroma_of(color)[core]), COLORED)
    shows = rise(shown.sum() / core.sum(), SHOWING)
    hue = float(shows * colored)
    gray = float(shows * (1 - colored) * (1 - rise(vivid[core].mean(), HALF)))
    other = hue * Seen.beside(lab, color).other_things(lab - color) + gray * vivid
    figures = find_colored(beside_gray(lab, color), garment) if gray else None
    tint = lab[1:, core].mean(axis=1)
    return MainCloth(lab, color, shown if hue + gray else core, other, hue, gray, figures, tint)


@dataclass(frozen=True)
class Seen:
    """A picture's colours beside those of the cloth around; h x w."""

    light: np.ndarray
    """Share of the cloth's light."""
    own: np.ndarray
    """Chroma."""
    cloths: np.ndarray
    """The cloth's chroma."""
    along: np.ndarray
    """Chroma in the cloth's hue; h x w."""
    across: np.ndarray
    """What of (a, b) is not in the cloth's hue; 2 x h x w."""

    @classmethod
    def beside(cls, lab: np.ndarray, cloth: np.ndarray) -> "Seen":
        """Both 3 x h x w in CIELAB, whose L + 16, a and b less light takes alike."""
        chroma = chroma_of(cloth)
        hue = cloth[1:] / chroma.clip(1e-3)
        along = lab[1] * hue[0] + lab[2] * hue[1]
        return cls(light_of(lab[0], cloth[0]), chroma_of(lab), chroma, along, lab[1:] - along * hue)

    @cached_property
    def expected(self) -> np.ndarray:
        """The cloth's chroma in such light, which brightness does not raise."""
        return self.cloths * self.light.clip(max=1)

    @cached_property
    def in_hue(self) -> np.ndarray:
        """How far a pixel has the cloth's hue, 0..1."""
        degrees = np.degrees(np.arccos((self.along / self.own.clip(1e-3)).clip(-1, 1)))
        bright = rise(np.minimum(self.own, self.cloths), GRAY)
        shaded = rise(self.along / self.expected.clip(1), STILL)
        in_hue = bright + rise(self.light, SHADOW) * (shaded - bright)
        return in_hue * (1 - rise(degrees, HUES))

    def other_things(self, off: np.ndarray) -> np.ndarray:
        """How far a pixel, so far `off` the cloth's colour (3 x h x w, CIELAB), is none of it,
        0..1."""
        faded = rise(self.expected - self.along, FADED)
        return rise(in_spreads(np.moveaxis(off, 0, 2)), OFF) * (1 - self.in_hue) * faded

    @cached_property
    def share(self) -> np.ndarray:
        """Of the cloth's chroma; less of it is gloss or white."""
        return (self.along / self.expected.clip(1)).clip(0, FULLEST)

    @property
    def fullness(self) -> np.ndarray:
        """The share of the new chroma that is to be there."""
        return 1 - rise(self.expected, TOLD) * (1 - self.share) * (1 - GLOSS * self.in_hue)

    @property
    def paleness(self) -> np.ndarray:
        """How surely a pixel is cloth mixed with gloss or white, 0..1."""
        pale = rise(self.expected, TOLD) * rise(1 - self.share, PALE)
        return pale * rise(self.light, (1, BRIGHTEST))


def _vivid(lab: np.ndarray, cloth: np.ndarray) -> np.ndarray:
    """How far a pixel has another hue than grey cloth, h x w in 0..1; both 3 x h x w in CIELAB."""
    return rise(chroma_of(lab - cloth), VIVID)


def beside_gray(lab: np.ndarray, cloth: np.ndarray) -> np.ndarray:
    """How far colours are from grey cloth's, whose tint less light makes less of; 3 x h x w. In the
    dark only strong hues are things'."""
    light = light_of(lab[0], cloth[0]).clip(max=1)
    off = np.stack([lab[0] - cloth[0], *(lab[1:] - light * cloth[1:])])
    off[1:] *= rise(lab[0] + IN_DARK * chroma_of(off), DIM)
    return off


def light_of(lightness: np.ndarray, whole: np.ndarray | float) -> np.ndarray:
    """Which share of the light of `whole` gives that lightness, in CIELAB's measure."""
    return ((lightness + 16) / (whole + 16)).clip(0, BRIGHTEST)


def chroma_of(lab: np.ndarray) -> np.ndarray:
    return np.sqrt(lab[1] ** 2 + lab[2] ** 2)
