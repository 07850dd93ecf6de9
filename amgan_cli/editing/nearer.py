"""Garments that fill little of a photo, looked at again and edited in a part of it (ours)."""

from collections.abc import Sequence

import numpy as np

from amgan_cli.editing.draft import Draft
from amgan_cli.editing.painter import Painter
from amgan_cli.editing.plan import PartPlan, Plan
from amgan_cli.editing.planning import plan_edits
from amgan_cli.editing.request import EditRequest
from amgan_cli.near_view import AROUND, near_view
from amgan_cli.part_view import Box
from amgan_cli.photos.geometry import Fit

ROOM = 0.5
"""Ground around a garment whose shape is to change, a share of its longer side."""


def plan_nearer(
    painter: Painter, drafts: Sequence[Draft], plans: Sequence[Plan], request: EditRequest
) -> list[Plan]:
    """The `plans` that B photos' drafts became, those of small garments made anew: only they tell
    where garments are, and few photos need a second look."""
    is_shape = any(map(painter.info.is_shape, request.attributes))
    boxes = [_box(draft, ROOM if is_shape else AROUND) for draft in drafts]
    small = {i: box for i, box in enumerate(boxes) if box is not None}
    if not small:
        return list(plans)
    cuts = [_cut(drafts[i].photo, box, painter) for i, box in small.items()]
    made = dict(zip(small, plan_edits(painter, cuts, request), strict=True))
    return [_in_box(small[i], made[i]) if i in made else plan for i, plan in enumerate(plans)]


def _box(draft: Draft, around: float) -> Box | None:
    """The part to look at, where two networks found the garment and nobody else said."""
    if draft.garment_mask is not None or draft.found is None:
        return None
    found = Fit.of(draft.photo, len(draft.found)).inside(draft.found)
    return near_view(found, draft.photo.shape, around)


def _cut(photo: np.ndarray, box: Box, painter: Painter) -> Draft:
    cut = np.ascontiguousarray(photo[box])
    return Draft(cut, Fit.of(cut, painter.info.model.image_size).to_square(cut))


def _in_box(box: Box, plan: Plan) -> Plan:
    """The plan of a part of the photo as one of all of it."""
    return Plan((), parts=(PartPlan(box, plan),), doubt=plan.doubt, refused=plan.refused)
