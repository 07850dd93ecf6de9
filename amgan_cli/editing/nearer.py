"""Garments that fill little of a photo, looked at again from nearer.

The networks see every photo in squares of a few hundred pixels, and of a garment in the middle of a
room hardly its sleeves. Where they have found one, they are given the photo cut to it (ours).
"""

from collections.abc import Sequence

import numpy as np

from amgan_cli.editing.draft import Draft
from amgan_cli.editing.painter import Painter
from amgan_cli.editing.plan import PartPlan, Plan
from amgan_cli.editing.planning import plan_edits
from amgan_cli.editing.request import EditRequest
from amgan_cli.part_view import Box
from amgan_cli.photos.geometry import Fit

AROUND, ROOM = 0.2, 0.5
"""Ground around a garment that is looked at too, shares of the garment's longer side; and where its
shape is to change."""
STRAY = 0.005
"""Share of what was found that may lie beyond each side of a garment: spots elsewhere."""
FILLS = 0.7
"""Share of the photo from which on a cut shows no more."""
FEWEST = 50
"""Pixels of the square that are a garment, at least."""


def plan_nearer(
    painter: Painter, drafts: Sequence[Draft], plans: Sequence[Plan], request: EditRequest
) -> list[Plan]:
    """The `plans` that B photos' drafts became, those of small garments made anew."""
    is_shape = any(map(painter.info.is_shape, request.attributes))
    boxes = [_box(draft, ROOM if is_shape else AROUND) for draft in drafts]
    small = {i: box for i, box in enumerate(boxes) if box is not None}
    if not small:
        return list(plans)
    cuts = [_cut(drafts[i].photo, box, painter) for i, box in small.items()]
    made = dict(zip(small, plan_edits(painter, cuts, request), strict=True))
    return [_in_box(small[i], made[i]) if i in made else plan for i, plan in enumerate(plans)]


def _box(draft: Draft, room: float) -> Box | None:
    """Rows and columns of the photo around its garment, where two networks found a small one."""
    if draft.garment_mask is not None or draft.found is None:
        return None
    found = Fit.of(draft.photo, len(draft.found)).inside(draft.found) > 0.5
    if found.sum() < FEWEST:
        return None
    ends = np.quantile(np.nonzero(found), (STRAY, 1 - STRAY), axis=1)  # 2 x rows, columns
    around = room * (ends[1] - ends[0]).max()
    whole = np.array(draft.photo.shape[:2])
    scale = whole / found.shape
    first = ((ends[0] - around) * scale).clip(0).astype(int)
    last = np.minimum((ends[1] + 1 + around) * scale, whole).astype(int)
    if (last - first).prod() > FILLS * whole.prod():
        return None
    return slice(first[0], last[0]), slice(first[1], last[1])


def _cut(photo: np.ndarray, box: Box, painter: Painter) -> Draft:
    cut = np.ascontiguousarray(photo[box])
    return Draft(cut, Fit.of(cut, painter.info.model.image_size).to_square(cut))


def _in_box(box: Box, plan: Plan) -> Plan:
    """The plan of a part of the photo as one of all of it."""
    return Plan((), parts=(PartPlan(box, plan),), doubt=plan.doubt, refused=plan.refused)
