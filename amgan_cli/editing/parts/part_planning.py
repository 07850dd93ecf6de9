"""What is to be done to the parts of many photos: cut, sewn on, or drawn by the network."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch

from amgan_cli.editing.outlines.second_look import SecondLook
from amgan_cli.editing.painter import Painter, to_numpy
from amgan_cli.editing.parts.cloth import dyed, matched, toned
from amgan_cli.editing.parts.part_plans import in_its_box, in_photo
from amgan_cli.editing.parts.scraps import find_scraps, taken_away
from amgan_cli.editing.parts.sewn_sleeves import SLEEVELESS
from amgan_cli.editing.parts.tailor import tailored
from amgan_cli.editing.parts.tidy import tidied, trimmed, unstained
from amgan_cli.editing.plan import Mending, PartPlan, Redrawing, Step
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import blend
from amgan_cli.part_view import locate, view_of
from amgan_cli.vocabulary import Manipulation

NOTHING = "none"
"""The value of a part that is not there."""
UNCOVER = {"neck": 0.44, "arms": 1.0}
"""Part -> share of its view, from above, where what is drawn there may uncover ground: of the neck
over the shoulders."""
COVERS = 40.0
"""By how much (0..255) ground changes where it is covered: less is the same ground, repainted."""
SAME = 25.0
"""What changes less (0..255) is still what it was."""


def plan_parts(
    painter: Painter,
    photos: Sequence[np.ndarray],
    garments: np.ndarray,
    manipulations: Sequence[Manipulation],
    request: EditRequest,
) -> tuple[list[tuple[PartPlan, ...]], list[dict[Manipulation, str]]]:
    """Each of the request's manipulations of parts in its own view of each of B photos, and what
    is not done to a photo, with the reason.

    `garments` (B x S x S in 0..1) are where they lie in the square.
    """
    parts: list[tuple[PartPlan, ...]] = [()] * len(photos)
    refused: list[dict[Manipulation, str]] = [{} for _ in photos]
    for manipulation in manipulations:
        sewn = _sewn(painter, photos, garments, manipulation, dict(request.shown))
        rest = [i for i, each in enumerate(sewn) if each is None]
        if rest and not request.softly and _is_poorly_drawn(painter, manipulation):
            is_there = manipulation in request.shown
            why = "it looks so already" if is_there else "the sleeves cannot be measured"
            for i in rest:
                refused[i][manipulation] = f"{manipulation[0]} not edited, {why}"
        elif rest:
            others = [photos[i] for i in rest]
            drawn = _drawn(painter, others, garments[rest], manipulation)
            for i, plan in zip(rest, drawn, strict=True):
                sewn[i] = plan
        parts = [(*done, each) if each else done for done, each in zip(parts, sewn, strict=True)]
    return parts, refused


def _is_poorly_drawn(painter: Painter, manipulation: Manipulation) -> bool:
    """Whether what the network draws itself is no use: of sleeves only taking them off is."""
    attribute, value = manipulation
    return painter.info.model.views[attribute] == "arms" and value != SLEEVELESS


def without_scraps(
    painter: Painter,
    x: torch.Tensor,
    x_star: torch.Tensor,
    garments: np.ndarray,
    second: SecondLook | None,
) -> tuple[list[tuple[Step, ...]], torch.Tensor]:
    """Steps that take away what x* left of the `garments` of x beside them, and x* without."""
    steps: list[tuple[Step, ...]] = []
    pictures, edited = to_numpy(x), to_numpy(x_star)
    seen = zip(pictures, edited, garments, painter.garments(x_star, second), strict=True)
    for i, (before, after, old, new) in enumerate(seen):
        is_same = np.abs(after - before).max(axis=2) < SAME
        left = np.where(is_same, old, new > 0.5)
        scraps = find_scraps(old, left)
        if scraps is None:
            steps.append(())
            continue
        step = taken_away(after, left, scraps)
        edited[i] = blend(step.alpha[..., None], step.z, step.x)
        steps.append((step,))
    return steps, painter.to_network(list(edited))


def _sewn(
    painter: Painter,
    photos: Sequence[np.ndarray],
    garments: np.ndarray,
    manipulation: Manipulation,
    shown: Mapping[str, str],
) -> list[PartPlan | None]:
    """A manipulation on the photos on which it can be cut or sewn; None for the others."""
    model = painter.info.model
    part, size = model.views[manipulation[0]], model.view_size
    sewn = (
        tailored(photo, garment, manipulation, part, shown, size, painter.look)
        for photo, garment in zip(photos, garments, strict=True)
    )
    return [each and in_its_box(*each, p) for each, p in zip(sewn, photos, strict=True)]


def _drawn(
    painter: Painter,
    photos: Sequence[np.ndarray],
    garments: np.ndarray,
    manipulation: Manipulation,
) -> list[PartPlan]:
    """A manipulation as the network draws it in its own view of each photo."""
    size, fine = garments.shape[-1], painter.info.model.view_size
    part, bodices = painter.info.model.views[manipulation[0]], list(map(locate, garments))
    placed = [in_photo(b, p, size) for b, p in zip(bodices, photos, strict=True)]
    views = [view_of(b, part, p.shape) for b, p in zip(placed, photos, strict=True)]
    cuts = [view.cut(p, fine) for view, p in zip(views, photos, strict=True)]
    seen = painter.to_network(cuts)
    steps, _ = painter.steps(seen, manipulation, raw=False, second=None, whole=False)
    if garments.any() and (part in UNCOVER or manipulation[1] == NOTHING):
        near = [view_of(bodice, part, (size, size)) for bodice in bodices]
        cloth = [view.cut(g, fine, 0) for view, g in zip(near, garments, strict=True)]
        seen_on = zip(steps, cloth, strict=True)
        steps = [_with_garment(step, part, each) for step, each in seen_on]
    return list(map(in_its_box, ((step,) for step in steps), views, photos))


def _with_garment(step: Step, part: str, garment: np.ndarray) -> Step:
    """What the network drew of a part where the garment (V x V in 0..1) is known: either a piece
    is to go from the cloth, or the part may uncover ground."""
    if part not in UNCOVER:
        return Mending(step.x, step.z, step.alpha, garment)
    step = _reshaping(unstained(Redrawing(step.x, step.z, step.alpha, garment)), UNCOVER[part])
    # of arms most that is drawn is ground
    return toned(matched(dyed(step)) if part == "neck" else tidied(trimmed(step)))


def _reshaping(step: Redrawing, above: float) -> Redrawing:
    """The step, which knows its garment, told where it may take some of it away.

    `above` is the share of the square where it may; an edit that covers more ground there than
    cloth, as a new hood does, takes nothing.
    """
    assert step.garment is not None
    garment, size = step.garment, len(step.garment)
    may_go = (np.arange(size)[:, None] < above * size) * np.ones(size, np.float32)
    painted = (step.alpha > 0.5) * may_go
    covers = (garment < 0.1) & (np.abs(step.z - step.x).max(axis=2) > COVERS)
    if (painted * covers).sum() > (painted * (garment > 0.3)).sum():
        may_go = np.zeros_like(may_go)
    return replace(step, may_go=may_go)
