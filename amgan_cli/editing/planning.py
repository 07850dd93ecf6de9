"""What is to be done to each of many photos: the networks' part, and what is sewn on by them."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from amgan_cli.editing.colors.told_prints import with_prints
from amgan_cli.editing.draft import Batch, Draft
from amgan_cli.editing.painter import Painter
from amgan_cli.editing.parts.part_planning import plan_parts
from amgan_cli.editing.patterns.pattern_planning import made_ready, on_own_cloth
from amgan_cli.editing.plan import Plan
from amgan_cli.editing.regions import Region
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import inside_region, outside_region, region_mask
from amgan_cli.nets.pixels import to_numpy
from amgan_cli.vocabulary import Manipulation

PARTS = "arms", "neck", "front"
"""The order in which parts are done whatever the user's: hoods lie on shoulders, zips on hoods."""


@torch.inference_mode()
def plan_edits(painter: Painter, drafts: Sequence[Draft], request: EditRequest) -> list[Plan]:
    """Run the networks on B photos for each manipulation; those that see a part come first."""
    if not request.manipulations:  # the judge had objections to all
        return [Plan(()) for _ in drafts]
    x = painter.to_network([draft.square for draft in drafts])
    batch = Batch(drafts, x, painter.second_look(drafts))
    if request.region is not None:
        return _plan_in_region(painter, batch, request.region, request)
    views, inks = painter.info.model.views, painter.info.model.inks
    in_part = [each for each in request.manipulations if each[0] in views]
    in_part.sort(key=lambda each: PARTS.index(views[each[0]]))
    on_whole = [each for each in request.manipulations if each[0] not in views]
    if in_part:
        batch = plan_parts(painter, batch, in_part, request)
    pattern = next((value for name, value in on_whole if name == inks), None)
    if pattern is not None:
        batch = made_ready(painter, batch, pattern, request)
    for manipulation in on_whole:
        batch = _plan_whole(painter, batch, manipulation, request)
    return [draft.plan() for draft in drafts]


def _plan_in_region(
    painter: Painter, batch: Batch, region: Region, request: EditRequest
) -> list[Plan]:
    """In or outside of the attention of the region's manipulation: all is done in the square."""
    within = outside_region if region.outside else inside_region  # Eq. 13, Eq. 12
    _, alpha, _ = painter.draw(batch.x, region.manipulation)
    mask = region_mask(alpha, request.threshold)  # alpha_1*
    for manipulation in request.manipulations:
        after = _plan_whole(painter, batch, manipulation, request)
        batch = replace(after, x=within(mask, after.x, batch.x))
    both = zip(batch.drafts, to_numpy(alpha), strict=True)
    return [replace(draft.plan(), region=there) for draft, there in both]


def _plan_whole(
    painter: Painter, batch: Batch, manipulation: Manipulation, request: EditRequest
) -> Batch:
    """Plan a manipulation in the square of whole photos; the batch after it."""
    (name, value), inks = manipulation, painter.info.model.inks
    steps, x = painter.steps(batch, manipulation, request.raw)
    if _keeps_prints(name, painter, request):
        steps = with_prints(steps, painter, batch.drafts)
    if name == inks:
        steps = on_own_cloth(steps, batch.drafts, value, request, inks)
    for draft, step in zip(batch.drafts, steps, strict=True):
        draft.add(step)
    return replace(batch, x=x)


def _keeps_prints(attribute: str, painter: Painter, request: EditRequest) -> bool:
    """Whether it is the colour, which prints are not to get, and no new pattern takes them off."""
    info = painter.info
    asked = {name for name, _ in request.manipulations}
    is_color = attribute == info.color_attribute
    return is_color and info.model.inks not in asked and not request.prints and not request.raw
