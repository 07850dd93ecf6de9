"""A garment in the view of one of its parts, measured and ready to be sewn on (ours)."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.lift import to_planes
from amgan_cli.editing.outlines.outline import find_outline
from amgan_cli.editing.parts.ground import color_distance
from amgan_cli.editing.plan import Covering, Step, Uncovering
from amgan_cli.part_view import Bodice, Box, View, view_of
from amgan_cli.photos.geometry import Fit, resized
from amgan_cli.sewing.sleeve_cloth import shows_cloth
from amgan_cli.words import SLEEVE, SLEEVELESS

OUTLINED = 512
"""Pixels of the photo's longer side on which the garment's outline is searched."""
LEAST, MOST_VIEW = 256, 1024
"""Pixels of a view: as many as it has in the photo between these."""
STANDING, DEEP = ("hood", "stand", "shirt", "lapel"), ("wide", "strap")
"""Collars that lie above the shoulders, and, of garments without sleeves, far under them."""
CHANGED = 3.0
"""Differences (0..255) from which on something was sewn."""


@dataclass(frozen=True)
class SewingTable:
    """A photo cut to a view of V x V pixels."""

    view: View
    x: np.ndarray
    """V x V x 3 float32 in 0..255."""
    cloth: np.ndarray
    """Where the garment lies, V x V in 0..1."""
    place: Box
    """Where the photo lies; around it is padding."""
    bodice: Bodice
    """Pixels of the view."""

    @classmethod
    def of(
        cls, photo: np.ndarray, garment: np.ndarray, part: str, shown: Mapping[str, str]
    ) -> "SewingTable | None":
        """Of a photo H x W x 3 uint8 which shows what is `shown`, and where its garment is in the
        network's square, S x S in 0..1; None if that is no upright garment."""
        measured = measure(photo, garment, shown, part)
        return None if measured is None else cls.cut(photo, *measured, part)

    @classmethod
    def cut(
        cls,
        photo: np.ndarray,
        outline: np.ndarray,
        bodice: Bodice,
        part: str,
        most: int = MOST_VIEW,
    ) -> "SewingTable":
        """Of a garment that was measured; `most` pixels wide at most."""
        bodice = bodice.moved(len(photo) / len(outline), 0, 0)
        view = view_of(bodice, part, photo.shape)
        side = min(most, max(LEAST, view.side))
        x = view.cut(photo, side).astype(np.float32)
        cloth = view.cut(resized(outline, photo.shape[1::-1]), side, pad=0).clip(0, 1)
        scale = side / view.side
        bodice = bodice.moved(scale, -scale * view.left, -scale * view.top)
        return cls(view, x, cloth, view.place(photo.shape, side), bodice)

    @property
    def picture(self) -> np.ndarray:
        """What is no padding, h x w x 3 uint8."""
        return np.rint(self.x[self.place]).astype(np.uint8)

    @property
    def inner(self) -> Bodice:
        """The bodice in pixels of that."""
        rows, columns = self.place
        return self.bodice.moved(1, -columns.start, -rows.start)

    def with_picture(self, drawn: np.ndarray) -> np.ndarray:
        """The view with that picture, h x w x 3, V x V x 3 float32."""
        z = self.x.copy()
        z[self.place] = drawn
        return z

    def exchanged(
        self, bare: np.ndarray, drawn: np.ndarray, stays: np.ndarray | None = None
    ) -> tuple[Step, ...]:
        """The steps to a picture (h x w x 3) without pieces, and on to one with others sewn on;
        without the one in which nothing changes.

        `stays` (h x w bool) is the cloth that is not cut off; None: none of what changes is.
        """
        without, z = map(self.with_picture, (bare, drawn))
        goes, comes = self.cut_off(without, stays), self.sewn(z, without)
        return tuple(step for step in (goes, comes) if step.alpha.any()) or (goes,)

    def sewn(self, z: np.ndarray, bare: np.ndarray | None = None) -> Covering:
        """The step to z, with pieces sewn on that hide what lies beneath; from the view, or from
        what it is after another step, `bare`."""
        x = self.x if bare is None else bare
        alpha, plain = changes(z, x), np.zeros_like(self.cloth)
        plain[self.place] = shows_cloth(self.picture, self.cloth[self.place] > 0.5, self.inner)
        shown = plain * (alpha == 0) * (changes(x, self.x) == 0)
        return Covering(x, z, alpha, shown)

    def cut_off(self, z: np.ndarray, stays: np.ndarray | None) -> Uncovering:
        """The step to z, with ground where pieces went."""
        goes = np.ones_like(self.cloth)
        if stays is not None:
            goes[self.place] = ~stays
        alpha, garment = changes(z, self.x), self.cloth
        return Uncovering(self.x, z, alpha, garment, goes)


def has_narrow_shoulders(shown: Mapping[str, str], part: str) -> bool:
    """Whether a garment that shows that has shoulders narrower than its torso, for edits of `part`.

    What stands over the neck would be taken for them; a deep neck's front lies far under them.
    """
    over = (*STANDING, *DEEP) if part == "front" else STANDING
    return shown.get(SLEEVE) == SLEEVELESS and shown.get("collar") not in over


def measure(
    photo: np.ndarray, garment: np.ndarray, shown: Mapping[str, str], part: str
) -> tuple[np.ndarray, Bodice] | None:
    """Where the garment is, h x w in 0..1 at moderate size, and its bodice there, for
    edits of `part`; `shown` is what the photo shows."""
    coarse, fine = (Fit.of(photo, side) for side in (len(garment), OUTLINED))
    small = fine.small(photo)
    inside = cv2.resize(coarse.inside(garment), small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    outline = find_outline(small, inside)
    bodice = Bodice.of(outline > 0.5)
    if bodice is None:
        return None
    if has_narrow_shoulders(shown, part):
        bodice = bodice.raised(outline > 0.5, part)
    return outline, bodice


def draws_ground(step: Step, garment: np.ndarray) -> np.ndarray:
    """Where a step draws ground in the garment's place (V x V in 0..1), V x V float32."""
    x, z = to_planes(step.x), to_planes(step.z)
    kept = (garment > 0.7) & (step.alpha < 0.3)
    as_ground = color_distance(z, x, garment < 0.1) < color_distance(z, x, kept)
    goes = ((garment > 0.5) & (step.alpha > 0.5) & as_ground).astype(np.uint8)
    return cv2.morphologyEx(goes, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).astype(np.float32)


def changes(z: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Attention to what differs, V x V in 0..1, without specks."""
    differs = (np.abs(z - x).max(axis=2) > CHANGED).astype(np.uint8)
    whole = cv2.morphologyEx(differs, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    whole = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    whole = cv2.dilate(whole, np.ones((3, 3), np.uint8))
    return cv2.GaussianBlur(whole.astype(np.float32), (0, 0), 0.8)
