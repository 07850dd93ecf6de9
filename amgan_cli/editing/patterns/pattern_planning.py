"""What a new pattern lies on: the photo's own cloth without its prints, or plain cloth instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from amgan_cli.editing.colors.told_prints import find_prints
from amgan_cli.editing.lift import to_planes
from amgan_cli.editing.outlines.outline import SIDE as OUTLINED
from amgan_cli.editing.outlines.outline import outline_on
from amgan_cli.editing.outlines.second_look import SecondLook
from amgan_cli.editing.painter import PICTURE, PLAIN, Painter, to_numpy
from amgan_cli.editing.parts.part_plans import with_parts
from amgan_cli.editing.parts.sewn_sleeves import SLEEVELESS
from amgan_cli.editing.patterns.bare import SIDE, Bare, lay_bare
from amgan_cli.editing.patterns.plain_cloth import plain_cloth, side_for
from amgan_cli.editing.patterns.trims import COLLAR, COVERED, FASTENING, find_trim
from amgan_cli.editing.plan import PartPlan, Plan, Printing, Step
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import blend
from amgan_cli.photos.geometry import Fit, resized

OVER_ALL = PICTURE, "colorblock"
"""Patterns that need no plain cloth: what is under them goes on around them."""
EVERYWHERE = "allover", "checks", "dots", "stripes"
"""Patterns that garments have all over, not here and there as prints."""


@dataclass(frozen=True)
class Canvas:
    """What B photos are before a pattern is printed on them."""

    x: torch.Tensor
    """In the square, B x 3 x S x S in -1..1."""
    cloths: list[Bare | None]
    """What is known of their cloth."""
    shown: Mapping[str, str]
    """What they show when all that is asked for is done,"""
    pattern: str | None
    """and which pattern before; None: that is not known."""
    prints: list[tuple[PartPlan, ...]]
    """What takes their prints or patterns off,"""
    faded: list[tuple[Step, ...]]
    """and what makes the rest plain."""

    @classmethod
    def as_is(cls, x: torch.Tensor, request: EditRequest, inks: str) -> "Canvas":
        """Nothing is known of their cloth; `inks` is the attribute that patterns are values of."""
        pattern = dict(request.shown).get(inks)
        shown = dict((*request.shown, *request.manipulations))
        nothing = [()] * len(x)
        return cls(x, [None] * len(x), shown, pattern, nothing, nothing)

    @property
    def is_plain(self) -> bool:
        """Whether they show plain cloth before, but for gloss and folds."""
        return self.pattern == PLAIN

    def is_patterned(self, cloth: Bare | None, value: str) -> bool:
        """Whether a garment, of whose cloth that is known, has a pattern that the new one, `value`,
        cannot lie on."""
        if self.pattern in EVERYWHERE:
            return True
        is_strong = cloth is None or (value == PLAIN and not cloth.is_plain)
        return is_strong and not self.is_plain

    def made_for(
        self,
        value: str,
        painter: Painter,
        photos: Sequence[np.ndarray],
        second: SecondLook | None,
        parts: Sequence[tuple[PartPlan, ...]],
    ) -> "Canvas":
        """The same made ready for the pattern `value`; x are the photos after their `parts`."""
        cloths = _bare(painter, photos, second, parts, value, self)
        prints = list(map(_without_print, photos, cloths))
        x = painter.to_network(list(map(with_parts, to_numpy(self.x), photos, prints)))
        return replace(self, x=x, cloths=cloths, prints=prints)._faded(value, painter, second)

    def under(self, value: str, steps: Sequence[Step]) -> tuple[list[Step], "Canvas"]:
        """The steps of a pattern, one a photo, which leave cloth as it is where that is known, and
        the canvas for another pattern on this one."""
        turns = self.shown.get("sleeve") != SLEEVELESS and value != PICTURE
        printed = [
            self._on_own_cloth(replace(step, turns=turns), cloth, value)
            for step, cloth in zip(steps, self.cloths, strict=True)
        ]
        return printed, replace(self, cloths=[None] * len(self.cloths))

    def _on_own_cloth(self, step: Step, cloth: Bare | None, value: str) -> Step:
        """Where cloth is to be plain and is not, or no print was found, the network may still fade
        it. A picture or a block of colour lies on any cloth."""
        assert isinstance(step, Printing)
        if cloth is None and value in OVER_ALL:
            return replace(step, spared=np.zeros_like(step.alpha), figured=True)
        fades = value == PLAIN and not self.is_plain
        if cloth is None or (fades and (cloth.step is None or not cloth.is_plain)):
            return step
        return replace(step, spared=cloth.spared)

    def _faded(self, value: str, painter: Painter, second: SecondLook | None) -> "Canvas":
        """Cloth of which no print but a pattern of its own is known becomes plain; where photos
        show plain cloth it is left as it is."""
        is_known = [cloth is not None for cloth in self.cloths]
        inks, x = painter.info.model.inks, self.x
        needs_none = value in OVER_ALL or (value == PLAIN and not self.is_plain)
        if needs_none or all(is_known) or PLAIN not in painter.info.vocabulary.targets(inks):
            return self
        now_plain = Bare(None, True, np.zeros(x.shape[2:], np.float32))
        cloths: list[Bare | None] = [cloth or now_plain for cloth in self.cloths]
        if self.is_plain:
            return replace(self, cloths=cloths)
        steps, plain = painter.steps(x, (inks, PLAIN), raw=False, second=second)
        x = torch.where(torch.tensor(is_known, device=x.device)[:, None, None, None], x, plain)
        faded = [() if done else (step,) for done, step in zip(is_known, steps, strict=True)]
        return replace(self, x=x, cloths=cloths, faded=faded)


def _bare(
    painter: Painter,
    photos: Sequence[np.ndarray],
    second: SecondLook | None,
    parts: Sequence[tuple[PartPlan, ...]],
    value: str,
    canvas: Canvas,
) -> list[Bare | None]:
    """What is cloth and what is print in each of the photos, after its `parts` are done, and what
    the pattern `value` spares of what the `canvas` shows then."""
    found: list[Bare | None] = []
    garments, shown = painter.garments(canvas.x, second), canvas.shown
    of_each = zip(photos, to_numpy(canvas.x), garments, parts, painter.told, strict=True)
    for photo, seen, garment, before, mask in of_each:
        if mask is None:
            outline, soft = _outlined(photo, seen, garment, before)
        else:
            outline = soft = mask
        fit = Fit.of(photo, SIDE)
        picture, there = with_parts(fit.to_square(photo), photo, before), fit.placed(outline)
        printed = find_prints(painter, photo, before, there)
        printed = None if printed is None else resized(printed, (SIDE, SIDE))
        bare = lay_bare(picture, there, shown.get(FASTENING[0]) != FASTENING[1], printed)
        made_plain = None
        if value not in OVER_ALL and canvas.is_patterned(bare, value):
            first = None if bare is None or canvas.pattern in EVERYWHERE else bare.step
            made_plain = _made_plain(painter, photo, before, first, outline, soft)
        if made_plain is not None:
            picture = blend(made_plain.alpha[..., None], made_plain.z, made_plain.x)
            bare = Bare(None, True, np.zeros_like(made_plain.alpha))
        if bare is not None and value not in COVERED:
            collar, fastening = (
                find_trim(picture, garment, painter.info, trim, painter.look, shown.get(trim[0]))
                for trim in (COLLAR, FASTENING)
            )
            bare = bare.around(collar, fastening)
        if bare is not None and made_plain is not None:
            bare = replace(bare, step=made_plain)
        found.append(bare)
    return found


def _outlined(
    photo: np.ndarray, seen: np.ndarray, garment: np.ndarray, before: tuple[PartPlan, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The sharp outline of a photo's garment after the parts `before` are done, and the soft one
    that networks see, h x w in 0..1 each; `seen` and `garment` are their squares."""
    small, middle = Fit.of(photo, len(garment)), Fit.of(photo, OUTLINED)
    there = to_planes(middle.inside(with_parts(middle.to_square(photo), photo, before)))
    soft = small.inside(garment)
    return outline_on(there, to_planes(small.inside(seen)), soft), soft


def _made_plain(
    painter: Painter,
    photo: np.ndarray,
    before: tuple[PartPlan, ...],
    printed: Step | None,
    outline: np.ndarray,
    garment: np.ndarray,
) -> Step | None:
    """The step that makes all of a photo's garment plain; None without a garment, and without the
    network for it. `printed` takes a print off, which is no pattern; `outline` and `garment` (h x w
    in 0..1, of any size) are where the garment is, sharp and as networks see it."""
    if painter.shading is None:
        return None
    fit = Fit.of(photo, side_for(photo))
    picture = with_parts(fit.to_square(photo), photo, before)
    if printed is not None:
        z, alpha = (resized(each, picture.shape[1::-1]) for each in (printed.z, printed.alpha))
        picture = blend(alpha[..., None], z, picture)
    places = fit.placed(outline), fit.placed(garment)
    return plain_cloth(picture, *places, painter.shading)


def _without_print(photo: np.ndarray, cloth: Bare | None) -> tuple[PartPlan, ...]:
    """The step that takes a print or pattern off as a part of the photo: all of it; none without
    one."""
    if cloth is None or cloth.step is None:
        return ()
    whole = slice(0, photo.shape[0]), slice(0, photo.shape[1])
    return (PartPlan(whole, Plan((cloth.step,))),)
