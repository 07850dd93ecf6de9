"""Coloured cloth in another colour as dye gives it: the same everywhere, with its folds and gloss.

A network that learned to shift all colours alike makes white prints on red cloth cyan when the
cloth gets navy, and its shadows too. By its hue coloured cloth can be told from what is none of it,
and from grey cloth what has one: pixel by pixel, at the photo's own size.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np

from amgan_cli.editing.figures import Figures, find_colored
from amgan_cli.editing.lift import Window, between_cells, to_picture, to_planes
from amgan_cli.editing.prints import STRANGE, cloth_around, in_spreads, usual_around
from amgan_cli.editing.ramp import rise
from amgan_cli.editing.shift import LabShift, planes_in_lab, to_rgb

COLORED, SHOWING = (12.0, 22.0), (0.34, 0.48)
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
FADED = 17.0, 30.0
"""Chroma that a pixel lacks, of the cloth's in such light, if it is no cloth: shine on pale cloth
is white, and deep shadow black."""
VIVID = 18.0, 32.0
"""CIELAB (a, b) from grey cloth of what is none of it."""
DIM, IN_DARK = (19.0, 37.0), 0.6
"""CIELAB lightness, and that share of chroma, from which a hue is no noise of JPEG's."""
DARK = 0.55, 0.78
"""Share of the cloth's light up to which black things get darker with it."""
TOLD = 16.0, 36.0
"""Chroma that the cloth would have in a pixel's light, from which less of it is gloss or white."""
PRINT, BORDER = 0.2, 9
"""How far a pixel is no cloth, from which it is print on a picture of moderate size, and pixels
across what lies around, where both are mixed."""
PALE = 0.05, 0.25
"""Share of its chroma that a pixel lacks, from which gloss or white is mixed with it."""
GLOSS = 0.7
"""Share of the chroma lost by gloss on cloth that comes back; half bleached cloth looks worn."""
BRIGHTEST, FULLEST = 1.1, 1.2
"""How much more light and chroma than the cloth around has count."""


class _Around(NamedTuple):
    """What is known of the cloth around each pixel."""

    cloth: np.ndarray
    """Its colour, 3 x h x w in CIELAB,"""
    wanted: np.ndarray
    """and the wanted one."""
    most: np.ndarray
    """How much of a pixel may be no cloth, h x w in 0..1,"""
    near: np.ndarray
    """and 1 near what is none."""


@dataclass(frozen=True)
class Dye:
    """A garment's cloth and its new colour, by which each pixel of the photo is dyed."""

    around: _Around
    """On a picture of moderate size."""
    hue: float
    """How surely cloth is told by its hue, 0..1,"""
    gray: float
    """and by having none; the rest of 1 cannot be told."""
    figures: Figures | None
    """What has a hue on grey cloth."""
    prints: bool
    """What is no cloth gets tints of the new colour too."""
    shift: LabShift | None = None
    """Of the dyed cloth."""

    def at(
        self, x: np.ndarray, lab: np.ndarray, painted: np.ndarray, window: Window
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pixels x dyed, and how far each has the new colour, rows x W in 0..1; the rest are
        prints, trims and what lies in the garment's outline by mistake.

        x, `painted` and what comes back 3 x rows x W in 0..255, `lab` x in CIELAB. Lightness is
        that of `painted`.
        """
        cloth, wanted, most, near = self.around
        planes = between_cells(np.stack([*cloth, *wanted, most, near]), lab.shape[1:], window)
        around = _Around(planes[:3], planes[3:6], planes[6], planes[7])
        dyed, changes = painted, np.ones_like(lab[0])
        if self.hue:
            dyed, changes = self._in_one_hue(x, lab, painted, around)
        if self.gray and not self.prints:
            unlit = _in_new_light(lab, dyed, around)
            dyed = dyed + self.gray * (unlit - dyed)
            if self.figures is not None:
                figure = self.figures.at(_beside_gray(lab, around.cloth), window)
                figure = self.gray * np.minimum(figure, around.most)
                dyed = dyed + figure * (x - dyed)
                changes = changes * (1 - figure)
        if self.shift is not None:
            dyed = dyed + changes * (to_planes(self.shift.apply(to_picture(dyed))) - dyed)
        return dyed, changes

    def _in_one_hue(
        self, x: np.ndarray, lab: np.ndarray, painted: np.ndarray, around: _Around
    ) -> tuple[np.ndarray, np.ndarray]:
        """The same, of coloured cloth."""
        cloth, wanted, most, near = around
        new, seen = planes_in_lab(painted), _Seen.beside(lab, cloth)
        foreign = np.minimum(seen.other_things(lab - cloth), most)
        other = foreign * (not self.prints)
        black = other * (1 - rise(seen.own, GRAY)) * (1 - rise(seen.light, DARK))
        full = 1.0 if self.prints else seen.fullness
        if not self.prints:
            # only its share of cloth, half a pixel at the border of a white print, gets brighter
            brightest = lab[0] + seen.share.clip(max=1) * (wanted[0] - cloth[0])
            brightest = np.minimum(brightest, np.maximum(lab[0], wanted[0]))
            new[0] += near * seen.paleness * (np.minimum(new[0], brightest) - new[0])
        new = _in_shade(new, wanted, np.minimum(wanted[0], cloth[0]), seen, black, full, foreign)
        changes = 1 - (other - black)
        dyed = x + changes * (to_planes(to_rgb(to_picture(new))) - x)
        return painted + self.hue * (dyed - painted), 1 - self.hue * (1 - changes)


def find_dye(
    photo: np.ndarray,
    painted: np.ndarray,
    garment: np.ndarray,
    prints: bool = False,
    shade: tuple[int, int, int] | None = None,
) -> Dye | None:
    """What gives the cloth the colour that it mostly has in a `painted` picture, or the hue of
    `shade` (CIELAB) in the light that is painted; all else keeps its own.

    Both 3 x h x w in 0..255; `garment`, h x w in 0..1, is where it is. None where cloth cannot be
    told, as hardly any of it shows.
    """
    lab, new = (to_picture(planes_in_lab(each)) for each in (photo, painted))
    core = cv2.erode((garment > 0.9).astype(np.uint8), np.ones((5, 5))) > 0
    if not core.any():
        return None
    cloth = usual_around(lab, core)
    is_cloth = core & (in_spreads(lab - cloth) < STRANGE)
    wanted, lab, cloth = (to_planes(each) for each in (_wanted(new, is_cloth, shade), lab, cloth))
    colored = rise(np.median(_chroma(cloth)[core]), COLORED)
    shows = rise(is_cloth.sum() / core.sum(), SHOWING)
    if not shows:
        return None
    hue, gray = float(shows * colored), float(shows * (1 - colored))
    other = hue * _Seen.beside(lab, cloth).other_things(lab - cloth) + gray * _vivid(lab, cloth)
    most = _without_specks(other, garment)
    near = cv2.dilate((other > PRINT).astype(np.float32), np.ones((BORDER, BORDER)))
    figures = find_colored(_beside_gray(lab, cloth), garment) if gray else None
    return Dye(_Around(cloth, wanted, most, near), hue, gray, figures, prints)


def _vivid(lab: np.ndarray, cloth: np.ndarray) -> np.ndarray:
    """How far a pixel has another hue than grey cloth, h x w in 0..1; both 3 x h x w in CIELAB."""
    return rise(_chroma(lab - cloth), VIVID)


@dataclass(frozen=True)
class _Seen:
    """A picture's colours beside those of the cloth around; h x w."""

    light: np.ndarray
    """Share of the cloth's light."""
    own: np.ndarray
    """Chroma."""
    cloths: np.ndarray
    """The cloth's chroma."""
    along: np.ndarray
    """Chroma in the cloth's hue,"""
    across: np.ndarray
    """and what of (a, b) is not; 2 x h x w."""

    @classmethod
    def beside(cls, lab: np.ndarray, cloth: np.ndarray) -> "_Seen":
        """Both 3 x h x w in CIELAB, whose L + 16, a and b less light takes alike."""
        chroma = _chroma(cloth)
        hue = cloth[1:] / chroma.clip(1e-3)
        along = lab[1] * hue[0] + lab[2] * hue[1]
        return cls(_light(lab[0], cloth[0]), _chroma(lab), chroma, along, lab[1:] - along * hue)

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


def _wanted(
    new: np.ndarray, is_cloth: np.ndarray, shade: tuple[int, int, int] | None
) -> np.ndarray:
    """The cloth's new colour everywhere, CIELAB: of one hue, in the light that is painted."""
    wanted = cloth_around(new, is_cloth)
    # what is painted on dots, at the network's size, is painted on the cloth between them too
    lightness, *hue = np.median(new[is_cloth], axis=0) if shade is None else shade
    wanted[..., 1:] = _light(wanted[..., 0], lightness)[..., None] * hue
    return wanted


def _in_shade(
    new: np.ndarray,
    wanted: np.ndarray,
    darker: np.ndarray,
    seen: _Seen,
    black: np.ndarray,
    full: np.ndarray | float,
    foreign: np.ndarray,
) -> np.ndarray:
    """The wanted colour in the light of each pixel of `new`, 3 x h x w in CIELAB.

    What is `black` has the light of the cloth's old colour or its new one, whichever is `darker`.
    """
    unlit = np.minimum(new[0], (darker + 16) * seen.light - 16)
    lightness = new[0] + black * (unlit - new[0])
    full = _light(lightness, wanted[0]) * full
    paler = ((_chroma(wanted) + 4) / (seen.cloths + 4)).clip(0, 1)
    # cloth of one dye has one hue, whatever light makes of it
    return np.stack([lightness, *(wanted[1:] * full + seen.across * (paler * foreign))])


def _in_new_light(lab: np.ndarray, dyed: np.ndarray, around: _Around) -> np.ndarray:
    """`dyed` (3 x h x w in 0..255), in which a shift of all colours alike has left the tints of
    grey cloth, with as much less of them as it has less light now, and what is dark in `lab` in no
    stronger hue than is wanted: black trims of bluish cloth are not pink under white."""
    cloth, wanted = around.cloth, around.wanted
    new = planes_in_lab(dyed)
    cloths = _light(new[0], wanted[0]) * wanted[1:]
    new[1:] = cloths + _light(wanted[0], cloth[0]).clip(max=1) * (new[1:] - cloths)
    dark = 1 - rise(_light(lab[0], cloth[0]), DARK)
    fair = (_chroma(wanted) / _chroma(new).clip(1e-3)).clip(max=1)
    new[1:] *= 1 + dark * (fair - 1)
    return to_planes(to_rgb(to_picture(new)))


def _beside_gray(lab: np.ndarray, cloth: np.ndarray) -> np.ndarray:
    """How far colours are from grey cloth's, whose tint less light makes less of; 3 x h x w. In the
    dark only strong hues are things'."""
    light = _light(lab[0], cloth[0]).clip(max=1)
    off = np.stack([lab[0] - cloth[0], *(lab[1:] - light * cloth[1:])])
    off[1:] *= rise(lab[0] + IN_DARK * _chroma(off), DIM)
    return off


def _light(lightness: np.ndarray, whole: np.ndarray | float) -> np.ndarray:
    """Which share of the light of `whole` gives that lightness, in CIELAB's measure."""
    return ((lightness + 16) / (whole + 16)).clip(0, BRIGHTEST)


def _chroma(lab: np.ndarray) -> np.ndarray:
    return np.sqrt(lab[1] ** 2 + lab[2] ** 2)


def _without_specks(other: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """1, but at the edge, where colours are mixed with ground's, `other` (h x w) without what is
    small."""
    near = np.ones((3, 3), np.uint8)
    at_edge = cv2.dilate((garment < 0.98).astype(np.uint8), near) > 0
    opened = cv2.morphologyEx(other.astype(np.float32), cv2.MORPH_OPEN, near)
    return np.where(at_edge, opened, 1)
