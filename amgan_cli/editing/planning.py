"""What is to be done to each of many photos: the networks' part, and what is sewn on by them."""

from collections.abc import Sequence

import torch

from amgan_cli.editing.colors.told_prints import with_prints
from amgan_cli.editing.draft import Draft
from amgan_cli.editing.painter import Painter, to_numpy
from amgan_cli.editing.parts.part_planning import plan_parts
from amgan_cli.editing.patterns.pattern_planning import made_ready, on_own_cloth
from amgan_cli.editing.plan import Plan
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import inside_region, outside_region, region_mask


@torch.inference_mode()
def plan_edits(painter: Painter, drafts: Sequence[Draft], request: EditRequest) -> list[Plan]:
    """Run the networks on B photos for each manipulation; those that see a part come first."""
    if not request.manipulations:  # the judge had objections to all
        return [Plan(()) for _ in drafts]
    x = painter.to_network([draft.square for draft in drafts])
    if request.region is not None:
        return _plan_in_region(painter, drafts, x, request)
    views, inks = painter.info.model.views, painter.info.model.inks
    in_part = [each for each in request.manipulations if each[0] in views]
    on_whole = [each for each in request.manipulations if each[0] not in views]
    second = painter.second_look(drafts)
    if in_part:
        x, second = plan_parts(painter, drafts, x, second, in_part, request)
    pattern = next((value for name, value in on_whole if name == inks), None)
    if pattern is not None:
        x = made_ready(painter, drafts, x, second, pattern, request)
    for name, value in on_whole:
        steps, x = painter.steps(x, (name, value), request.raw, second, drafts)
        if _keeps_prints(name, painter, request):
            steps = with_prints(steps, painter, drafts)
        if name == inks:
            steps = on_own_cloth(steps, drafts, value, request, inks)
        for draft, step in zip(drafts, steps, strict=True):
            draft.add(step)
    return [draft.plan() for draft in drafts]


def _plan_in_region(
    painter: Painter, drafts: Sequence[Draft], x: torch.Tensor, request: EditRequest
) -> list[Plan]:
    """In or outside of the attention of the region's manipulation: all is done in the square."""
    region, inks = request.region, painter.info.model.inks
    assert region is not None
    within = outside_region if region.outside else inside_region  # Eq. 13, Eq. 12
    _, alpha, _ = painter.draw(x, region.manipulation)
    mask = region_mask(alpha, request.threshold)  # alpha_1*
    second = painter.second_look(drafts)
    for name, value in request.manipulations:
        steps, manipulated = painter.steps(x, (name, value), request.raw, second, drafts)
        if _keeps_prints(name, painter, request):
            steps = with_prints(steps, painter, drafts)
        if name == inks:
            steps = on_own_cloth(steps, drafts, value, request, inks)
        for draft, step in zip(drafts, steps, strict=True):
            draft.steps += (step,)
        x = within(mask, manipulated, x)
    both = zip(drafts, to_numpy(alpha), strict=True)
    return [Plan(draft.steps, there, garment=draft.told) for draft, there in both]


def _keeps_prints(attribute: str, painter: Painter, request: EditRequest) -> bool:
    """Whether it is the colour, which prints are not to get, and no new pattern takes them off."""
    info = painter.info
    asked = {name for name, _ in request.manipulations}
    is_color = attribute == info.color_attribute
    return is_color and info.model.inks not in asked and not request.prints and not request.raw
