"""What a new pattern lies on: the photo's own cloth without its prints, or plain cloth instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from amgan_cli.editing.colors.told_prints import find_prints
from amgan_cli.editing.draft import Batch, Draft
from amgan_cli.editing.lift import to_planes
from amgan_cli.editing.outlines.outline import OUTLINE_SIDE, outline_on
from amgan_cli.editing.painter import Painter
from amgan_cli.editing.parts.part_plans import with_parts
from amgan_cli.editing.patterns.bare import BARE_SIDE, Bare, lay_bare
from amgan_cli.editing.patterns.plain_cloth import plain_cloth, side_for
from amgan_cli.editing.patterns.trims import COLLAR, COVERED, FASTENING, find_trim
from amgan_cli.editing.plan import Covering, PartPlan, Plan, Printing, Step
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import blend
from amgan_cli.nets.pixels import to_numpy
from amgan_cli.photos.geometry import Fit, resized
from amgan_cli.words import PICTURES, PLAIN, PRINT, SLEEVE, SLEEVELESS

EVERYWHERE = "allover", "checks", "dots", "stripes"
"""Patterns that garments have all over, not here and there as prints."""


@dataclass(frozen=True)
class Shown:
    """What photos show, as the request tells it."""

    after: Mapping[str, str]
    """Attribute -> value when all that is asked for is done."""
    pattern: str | None
    """Which pattern before; None: that is not known."""

    @classmethod
    def of(cls, request: EditRequest, inks: str) -> "Shown":
        """`inks` is the attribute that patterns are values of."""
        after = dict((*request.shown, *request.manipulations))
        return cls(after, dict(request.shown).get(inks))

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


def made_ready(painter: Painter, batch: Batch, value: str, request: EditRequest) -> Batch:
    """Plan what makes B photos, whose parts are planned, ready for the pattern `value`; the batch
    after that."""
    shown = Shown.of(request, painter.info.model.inks)
    squares, garments = to_numpy(batch.x), painter.garments(batch)
    ready = []
    for draft, square, garment in zip(batch.drafts, squares, garments, strict=True):
        draft.cloth = _find_cloth(painter, draft, square, garment, value, shown)
        bared = _without_print(draft)
        ready.append(with_parts(square, draft.photo, bared))
        draft.parts += bared
    return _faded(painter, replace(batch, x=painter.to_network(ready)), value, shown)


def on_own_cloth(
    steps: Sequence[Step], drafts: Sequence[Draft], value: str, request: EditRequest, inks: str
) -> list[Step]:
    """The steps of a pattern, one a photo, which leave cloth as it is where that is known; of what
    another pattern would lie on nothing is known then."""
    shown = Shown.of(request, inks)
    turns = shown.after.get(SLEEVE) != SLEEVELESS and value != PRINT
    printed = []
    for step, draft in zip(steps, drafts, strict=True):
        printed.append(_on_cloth(replace(step, turns=turns), draft.cloth, value, shown))
        draft.cloth = None
    return printed


def _on_cloth(step: Step, cloth: Bare | None, value: str, shown: Shown) -> Step:
    """Where cloth is to be plain and is not, or no print was found, the network may still fade it.
    A picture or a block of colour lies on any cloth."""
    assert isinstance(step, Printing)
    if cloth is None and value in PICTURES:
        return replace(step, spared=np.zeros_like(step.alpha), figured=True)
    fades = value == PLAIN and not shown.is_plain
    if cloth is None or (fades and (cloth.step is None or not cloth.is_plain)):
        return step
    return replace(step, spared=cloth.spared)


def _faded(painter: Painter, batch: Batch, value: str, shown: Shown) -> Batch:
    """The batch in which cloth of which no print but a pattern of its own is known is plain, as is
    planned; where photos show plain cloth it is left as it is."""
    drafts, x = batch.drafts, batch.x
    is_known = [draft.cloth is not None for draft in drafts]
    inks = painter.info.model.inks
    needs_none = value in PICTURES or (value == PLAIN and not shown.is_plain)
    if needs_none or all(is_known) or PLAIN not in painter.info.vocabulary.targets(inks):
        return batch
    for draft in drafts:
        draft.cloth = draft.cloth or Bare(None, True, np.zeros(x.shape[2:], np.float32))
    if shown.is_plain:
        return batch
    steps, plain = painter.steps(batch, (inks, PLAIN), raw=False)
    for draft, step, done in zip(drafts, steps, is_known, strict=True):
        if not done:
            draft.add(step)
    was_known = torch.tensor(is_known, device=x.device)[:, None, None, None]
    return replace(batch, x=torch.where(was_known, x, plain))


def _find_cloth(
    painter: Painter,
    draft: Draft,
    square: np.ndarray,
    garment: np.ndarray,
    value: str,
    shown: Shown,
) -> Bare | None:
    """What is cloth and what is print in a photo after its parts are done, and what the pattern
    `value` spares; `square` and `garment` are what it and its garment are in the network's."""
    mask = draft.garment_mask
    outline, soft = _outlined(draft, square, garment) if mask is None else (mask, mask)
    picture, there = draft.at(BARE_SIDE), draft.placed(outline, BARE_SIDE)
    printed = find_prints(painter, draft, there)
    printed = None if printed is None else resized(printed, (BARE_SIDE, BARE_SIDE))
    bare = lay_bare(picture, there, shown.after.get(FASTENING[0]) != FASTENING[1], printed)
    made_plain = None
    if value not in PICTURES and shown.is_patterned(bare, value):
        first = None if bare is None or shown.pattern in EVERYWHERE else bare.step
        made_plain = _made_plain(painter, draft, first, outline, soft)
    if made_plain is not None:
        picture = blend(made_plain.alpha[..., None], made_plain.z, made_plain.x)
        bare = Bare(None, True, np.zeros_like(made_plain.alpha))
    if bare is not None and value not in COVERED:
        collar, fastening = (
            find_trim(
                picture, garment, painter.info, trim, painter.draw_view, shown.after.get(trim[0])
            )
            for trim in (COLLAR, FASTENING)
        )
        bare = bare.around(collar, fastening)
    if bare is not None and made_plain is not None:
        bare = replace(bare, step=made_plain)
    return bare


def _outlined(
    draft: Draft, square: np.ndarray, garment: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The sharp outline of a photo's garment after its parts are done, and the soft one that
    networks see, h x w in 0..1 each; `square` and `garment` as in `_find_cloth`."""
    small, middle = Fit.of(draft.photo, len(garment)), Fit.of(draft.photo, OUTLINE_SIDE)
    there, soft = to_planes(middle.inside(draft.at(OUTLINE_SIDE))), small.inside(garment)
    return outline_on(there, to_planes(small.inside(square)), soft), soft


def _made_plain(
    painter: Painter,
    draft: Draft,
    printed: Step | None,
    outline: np.ndarray,
    garment: np.ndarray,
) -> Covering | None:
    """The step that makes all of a photo's garment plain; None without a garment, and without the
    network for it. `printed` takes a print off, which is no pattern; `outline` and `garment` (h x w
    in 0..1, of any size) are where the garment is, sharp and as networks see it."""
    if painter.shading is None:
        return None
    side = side_for(draft.photo)
    picture = draft.at(side)
    if printed is not None:
        z, alpha = (resized(each, picture.shape[1::-1]) for each in (printed.z, printed.alpha))
        picture = blend(alpha[..., None], z, picture)
    places = draft.placed(outline, side), draft.placed(garment, side)
    return plain_cloth(picture, *places, painter.shading)


def _without_print(draft: Draft) -> tuple[PartPlan, ...]:
    """The step that takes a print or pattern off as a part of the photo: all of it; none without
    one."""
    if draft.cloth is None or draft.cloth.step is None:
        return ()
    whole = slice(0, draft.photo.shape[0]), slice(0, draft.photo.shape[1])
    return (PartPlan(whole, Plan((draft.cloth.step,))),)
