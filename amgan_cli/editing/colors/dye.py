"""Cloth in another colour as dye gives it: the same everywhere, with its folds and gloss.

A network that learned to shift all colours alike makes white prints on red cloth cyan when the
cloth gets navy, and its shadows too. What is cloth (`main_cloth`) is told pixel by pixel here, at
the photo's own size.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from amgan_cli.editing.colors.main_cloth import (
    DARK,
    GRAY,
    MainCloth,
    Seen,
    beside_gray,
    chroma_of,
    light_of,
)
from amgan_cli.editing.colors.prints import cloth_around
from amgan_cli.editing.colors.shift import LabShift
from amgan_cli.editing.lab import planes_in_lab, planes_in_rgb
from amgan_cli.editing.lift import Window, between_cells, to_picture, to_planes
from amgan_cli.morphology import grown
from amgan_cli.ramp import rise

PRINTED, BORDER = 0.2, 9
"""How far a pixel is no cloth, from which it is print on a picture of moderate size, and pixels
across what lies around, where both are mixed."""
OTHER_HUES = 0.7
"""Share of the differences of hue that is left of cloth that cannot be told."""


class _Around(NamedTuple):
    """What is known of the cloth around each pixel."""

    cloth: np.ndarray
    """Its colour, 3 x h x w in CIELAB."""
    wanted: np.ndarray
    """The colour that it gets, likewise."""
    most: np.ndarray
    """How much of a pixel may be no cloth, h x w in 0..1."""
    near: np.ndarray
    """1 near what is no cloth, else 0; h x w."""
    drift: np.ndarray
    """By how much a and b of cloth are changed too much, so that grey cloth is greenish at one end;
    2 x h x w."""


@dataclass(frozen=True)
class Dye:
    """A garment's cloth and its new colour, by which each pixel of the photo is dyed."""

    cloth: MainCloth
    around: _Around
    """On a picture of moderate size."""
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
        cloth, wanted, most, near, drift = self.around
        known = np.stack([*cloth, *wanted, most, near, *drift])
        planes = between_cells(known, lab.shape[1:], window)
        around = _Around(planes[:3], planes[3:6], planes[6], planes[7], planes[8:])
        hue, gray, figures = self.cloth.hue, self.cloth.gray, self.cloth.figures
        dyed, changes = painted, np.ones_like(lab[0])
        untold = 1 - hue - gray
        if untold > 1e-3:
            tones = _in_tones(lab, painted, around.wanted, self.cloth.tint)
            dyed = dyed + untold / (1 - hue) * (tones - painted)  # of what is not dyed next
        if hue:
            one, its_changes = self._in_one_hue(x, lab, dyed, around)
            dyed, changes = dyed + hue * (one - dyed), 1 - hue * (1 - its_changes)
        if gray and not self.prints:
            unlit = _in_new_light(lab, dyed, around)
            dyed = dyed + gray * (unlit - dyed)
            if figures is not None:
                figure = figures.at(beside_gray(lab, around.cloth), window)
                figure = gray * np.minimum(figure, around.most)
                dyed = dyed + figure * (x - dyed)
                changes = changes * (1 - figure)
        if self.shift is not None:
            dyed = dyed + changes * (to_planes(self.shift.apply(to_picture(dyed))) - dyed)
        return dyed, changes

    def _in_one_hue(
        self, x: np.ndarray, lab: np.ndarray, painted: np.ndarray, around: _Around
    ) -> tuple[np.ndarray, np.ndarray]:
        """The same, of coloured cloth."""
        cloth, wanted, most, near, _ = around
        new, seen = planes_in_lab(painted), Seen.beside(lab, cloth)
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
        return x + changes * (planes_in_rgb(new) - x), changes


def find_dye(
    cloth: MainCloth,
    painted: np.ndarray,
    garment: np.ndarray,
    prints: bool = False,
    shade: tuple[int, int, int] | None = None,
) -> Dye:
    """What gives the cloth the colour that it mostly has in a `painted` picture, or the hue of
    `shade` (CIELAB) in the light that is painted; all else keeps its own.

    `painted` 3 x h x w in 0..255; `garment`, h x w in 0..1, is where it is.
    """
    new = to_picture(planes_in_lab(painted))
    wanted = to_planes(_wanted(new, cloth.shown, shade))
    changed = to_planes(cloth_around(new - to_picture(cloth.lab), cloth.shown))[1:]
    usual = np.median(cloth.lab[1:, cloth.shown], axis=1)[:, None, None]
    drift = usual + changed - wanted[1:]
    most = _without_specks(cloth.other, garment)
    near = cv2.dilate((cloth.other > PRINTED).astype(np.float32), np.ones((BORDER, BORDER)))
    return Dye(cloth, _Around(cloth.color, wanted, most, near, drift), prints)


def _wanted(
    new: np.ndarray, is_cloth: np.ndarray, shade: tuple[int, int, int] | None
) -> np.ndarray:
    """The cloth's new colour everywhere, CIELAB: of one hue, in the light that is painted."""
    wanted = cloth_around(new, is_cloth)
    # what is painted on dots, at the network's size, is painted on the cloth between them too
    lightness, *hue = np.median(new[is_cloth], axis=0) if shade is None else shade
    wanted[..., 1:] = light_of(wanted[..., 0], lightness)[..., None] * hue
    return wanted


def _in_shade(
    new: np.ndarray,
    wanted: np.ndarray,
    darker: np.ndarray,
    seen: Seen,
    black: np.ndarray,
    full: np.ndarray | float,
    foreign: np.ndarray,
) -> np.ndarray:
    """The wanted colour in the light of each pixel of `new`, 3 x h x w in CIELAB.

    What is `black` has the light of the cloth's old colour or its new one, whichever is `darker`.
    """
    unlit = np.minimum(new[0], (darker + 16) * seen.light - 16)
    lightness = new[0] + black * (unlit - new[0])
    full = light_of(lightness, wanted[0]) * full
    paler = ((chroma_of(wanted) + 4) / (seen.cloths + 4)).clip(0, 1)
    # cloth of one dye has one hue, whatever light makes of it
    return np.stack([lightness, *(wanted[1:] * full + seen.across * (paler * foreign))])


def _in_tones(
    lab: np.ndarray, painted: np.ndarray, wanted: np.ndarray, tint: np.ndarray
) -> np.ndarray:
    """`painted` (3 x h x w in 0..255) in tones of the wanted colour, each in its own light: cloth
    of several colours, moved alike, has some of them in hues that nobody asked for.

    What of `lab` differs in hue from the garment's `tint` still does.
    """
    new = planes_in_lab(painted)
    chroma = np.hypot(*tint).clip(1e-3)
    hue = (tint / chroma)[:, None, None]
    across = lab[1:] - hue * (hue * lab[1:]).sum(axis=0).clip(min=0)
    paler = ((chroma_of(wanted) + 4) / (chroma + 4)).clip(0, 1)
    new[1:] = light_of(new[0], wanted[0]) * wanted[1:] + OTHER_HUES * paler * across
    return planes_in_rgb(new)


def _in_new_light(lab: np.ndarray, dyed: np.ndarray, around: _Around) -> np.ndarray:
    """`dyed` (3 x h x w in 0..255), in which a shift of all colours alike has left the tints of
    grey cloth, without what the cloth around is changed too much and with as much less of them as
    it has less light now, and what is dark in `lab` in no stronger hue than is wanted: black trims
    of bluish cloth are not pink under white."""
    cloth, wanted = around.cloth, around.wanted
    new = planes_in_lab(dyed)
    new[1:] -= around.drift
    cloths = light_of(new[0], wanted[0]) * wanted[1:]
    new[1:] = cloths + light_of(wanted[0], cloth[0]).clip(max=1) * (new[1:] - cloths)
    dark = 1 - rise(light_of(lab[0], cloth[0]), DARK)
    fair = (chroma_of(wanted) / chroma_of(new).clip(1e-3)).clip(max=1)
    new[1:] *= 1 + dark * (fair - 1)
    return planes_in_rgb(new)


def _without_specks(other: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """1, but at the edge, where colours are mixed with ground's, `other` (h x w) without what is
    small."""
    opened = cv2.morphologyEx(other.astype(np.float32), cv2.MORPH_OPEN, np.ones((3, 3)))
    return np.where(grown(garment < 0.98, 1), opened, 1)
