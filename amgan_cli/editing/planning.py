"""What is to be done to each of many photos: the network's part, and what is sewn on by it."""

from collections.abc import Sequence

import numpy as np
import torch

from amgan_cli.editing.colors.told_prints import with_prints
from amgan_cli.editing.painter import Painter, to_numpy
from amgan_cli.editing.parts.part_planning import UNCOVER, plan_parts, without_scraps
from amgan_cli.editing.parts.part_plans import with_parts
from amgan_cli.editing.patterns.pattern_planning import Canvas
from amgan_cli.editing.plan import PartPlan, Plan, Step, WholeStep
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import inside_region, outside_region, region_mask
from amgan_cli.vocabulary import Manipulation

PLAINLY = 0.4
"""Attention this far from 0.5 says plainly what is garment and what is ground."""


@torch.inference_mode()
def plan_edits(
    painter: Painter,
    photos: Sequence[np.ndarray],
    squares: Sequence[np.ndarray],
    request: EditRequest,
) -> list[Plan]:
    """Run the networks on B photos for each manipulation; those that see a part come first.

    `photos` H x W x 3 uint8 of any size; `squares` the same in the network's square, S x S x 3
    uint8 or float in 0..255.
    """
    if not request.manipulations:  # the judge had objections to all
        return [Plan(()) for _ in photos]
    x = painter.to_network(squares)
    if request.region is not None:
        return _plan_in_region(painter, photos, x, request)
    model = painter.info.model
    parts: list[tuple[PartPlan, ...]] = [()] * len(x)
    steps: list[tuple[Step, ...]] = [()] * len(x)
    refused: list[dict[Manipulation, str]] = [{}] * len(x)
    doubts: list[float] = []
    second = painter.second_look(photos, parts)
    in_part = [each for each in request.manipulations if each[0] in model.views]
    on_whole = [each for each in request.manipulations if each[0] not in model.views]
    if in_part:
        garments = painter.garments(x, second)
        doubts = [_doubt(None if second is None else each) for each in garments]
        parts, refused = plan_parts(painter, photos, garments, in_part, request)
        x_star = painter.to_network(list(map(with_parts, squares, photos, parts)))
        second = painter.second_look(photos, parts)
        if any(model.views[name] in UNCOVER for name, _ in in_part):
            steps, x_star = without_scraps(painter, x, x_star, garments, second)
        x = x_star
    canvas = Canvas.as_is(x, request, model.inks)
    pattern = next((value for name, value in on_whole if name == model.inks), None)
    if pattern is not None:
        canvas = canvas.made_for(pattern, painter, photos, second, parts)
        x, parts, steps = canvas.x, _joined(parts, canvas.prints), _joined(steps, canvas.faded)
    for name, value in on_whole:
        drawn, x = painter.steps(x, (name, value), request.raw, second)
        doubts = doubts or [_doubt(each.found) for each in drawn if isinstance(each, WholeStep)]
        if _keeps_prints(name, painter, request):
            drawn = with_prints(drawn, painter, photos, parts)
        if name == model.inks:
            drawn, canvas = canvas.under(value, drawn)
        steps = _joined(steps, [(step,) for step in drawn])
    made = zip(steps, parts, doubts or [0.0] * len(x), refused, strict=True)
    return [Plan(each, parts=sewn, doubt=doubt, refused=why) for each, sewn, doubt, why in made]


def _plan_in_region(
    painter: Painter, photos: Sequence[np.ndarray], x: torch.Tensor, request: EditRequest
) -> list[Plan]:
    """In or outside of the attention of the region's manipulation: all is done in the square."""
    region, inks = request.region, painter.info.model.inks
    assert region is not None
    within = outside_region if region.outside else inside_region  # Eq. 13, Eq. 12
    _, alpha, _ = painter.draw(x, region.manipulation)
    mask = region_mask(alpha, request.threshold)  # alpha_1*
    steps: list[tuple[Step, ...]] = [()] * len(x)
    second = painter.second_look(photos, [()] * len(x))
    canvas = Canvas.as_is(x, request, inks)
    for name, value in request.manipulations:
        drawn, manipulated = painter.steps(x, (name, value), request.raw, second)
        if _keeps_prints(name, painter, request):
            drawn = with_prints(drawn, painter, photos, [()] * len(x))
        if name == inks:
            drawn, canvas = canvas.under(value, drawn)
        steps = _joined(steps, [(step,) for step in drawn])
        x = within(mask, manipulated, x)
    return [Plan(*each) for each in zip(steps, to_numpy(alpha), strict=True)]


def _keeps_prints(attribute: str, painter: Painter, request: EditRequest) -> bool:
    """Whether it is the colour, which prints are not to get, and no new pattern takes them off."""
    info = painter.info
    asked = {name for name, _ in request.manipulations}
    is_color = attribute == info.color_attribute
    return is_color and info.model.inks not in asked and not request.prints and not request.raw


def _joined(before: Sequence[tuple], after: Sequence[tuple]) -> list[tuple]:
    """What each photo has of both."""
    return [(*done, *more) for done, more in zip(before, after, strict=True)]


def _doubt(found: np.ndarray | None) -> float:
    """What two networks together leave open of where a garment is, S x S in 0..1: `Plan.doubt`."""
    if found is None:
        return 0.0
    is_open, area = np.abs(found - 0.5) < PLAINLY, max(1, (found > 0.5).sum())
    return float(is_open.sum() / np.sqrt(area) / len(found))
