"""What is to be done to the parts of many photos: cut, sewn on, or drawn by the network."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from amgan_cli.editing.draft import Batch, Draft
from amgan_cli.editing.painter import Painter
from amgan_cli.editing.parts.cloth import dyed, matched, toned
from amgan_cli.editing.parts.part_plans import in_its_box, in_photo, with_parts
from amgan_cli.editing.parts.scraps import find_scraps, taken_away
from amgan_cli.editing.parts.tailor import tailored
from amgan_cli.editing.parts.tidy import tidied, trimmed, unstained
from amgan_cli.editing.plan import Mending, PartPlan, Reshaping, Step
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import blend
from amgan_cli.nets.pixels import to_numpy
from amgan_cli.part_view import locate, view_of
from amgan_cli.vocabulary import Manipulation
from amgan_cli.words import NONE, SLEEVELESS

UNCOVER = {"neck": 0.44, "arms": 1.0}
"""Part -> share of its view, from above, where what is drawn there may uncover ground: of the neck
over the shoulders."""
COVERS = 40.0
"""By how much (0..255) ground changes where it is covered: less is the same ground, repainted."""
SAME = 25.0
"""What changes less (0..255) is still what it was."""


def plan_parts(
    painter: Painter,
    batch: Batch,
    manipulations: Sequence[Manipulation],
    request: EditRequest,
) -> Batch:
    """Plan each of the request's `manipulations` of parts in its own view of each of B photos, or
    say why it is not done; the batch after all of them."""
    drafts, garments = batch.drafts, painter.garments(batch)
    if batch.second is not None:
        for draft, garment in zip(drafts, garments, strict=True):
            draft.found = garment
    for manipulation in manipulations:
        _plan_part(painter, drafts, garments, manipulation, request)
    squares = [with_parts(draft.square, draft.photo, draft.parts) for draft in drafts]
    after = Batch(drafts, painter.to_network(squares), painter.second_look(drafts))
    views = painter.info.model.views
    if any(views[name] in UNCOVER for name, _ in manipulations):
        return _without_scraps(painter, batch, after, garments)
    return after


def _plan_part(
    painter: Painter,
    drafts: Sequence[Draft],
    garments: np.ndarray,
    manipulation: Manipulation,
    request: EditRequest,
) -> None:
    """Cut or sewn where that can be, else drawn by the network, else refused; `garments` (B x S x S
    in 0..1) are where they lie in the square."""
    rest: list[int] = []
    for i, (draft, garment) in enumerate(zip(drafts, garments, strict=True)):
        sewn = _sewn(painter, draft, garment, manipulation, dict(request.shown))
        if sewn is None:
            rest.append(i)
        else:
            draft.parts += (sewn,)
    others = [drafts[i] for i in rest]
    if others and not request.even_unmeasured and _is_poorly_drawn(painter, manipulation):
        is_there = manipulation in request.shown
        attribute, value = manipulation
        why = f"it may look {value} already" if is_there else "the sleeves cannot be measured"
        for draft in others:
            draft.refused[manipulation] = f"{attribute} not edited, {why}"
    elif others:
        drawn = _drawn(painter, others, garments[rest], manipulation)
        for draft, part in zip(others, drawn, strict=True):
            draft.parts += (part,)


def _is_poorly_drawn(painter: Painter, manipulation: Manipulation) -> bool:
    """Whether what the network draws itself is no use: of sleeves only taking them off is."""
    attribute, value = manipulation
    return painter.info.model.views[attribute] == "arms" and value != SLEEVELESS


def _without_scraps(painter: Painter, before: Batch, after: Batch, garments: np.ndarray) -> Batch:
    """Plan to take away what the batch `after` has left of the `garments` of that `before` beside
    them; the batch without it."""
    edited = to_numpy(after.x)
    now = painter.garments(after)
    seen = zip(after.drafts, to_numpy(before.x), edited, garments, now, strict=True)
    for i, (draft, picture, picture_after, old, new) in enumerate(seen):
        is_same = np.abs(picture_after - picture).max(axis=2) < SAME
        left = np.where(is_same, old, new > 0.5)
        scraps = find_scraps(old, left)
        if scraps is None:
            continue
        step = taken_away(picture_after, left, scraps)
        edited[i] = blend(step.alpha[..., None], step.z, step.x)
        draft.add(step)
    return replace(after, x=painter.to_network(list(edited)))


def _sewn(
    painter: Painter,
    draft: Draft,
    garment: np.ndarray,
    manipulation: Manipulation,
    shown: Mapping[str, str],
) -> PartPlan | None:
    """A manipulation of a photo on which it can be cut or sewn; None where it cannot."""
    model, photo = painter.info.model, draft.photo
    part = model.views[manipulation[0]]
    sewn = tailored(photo, garment, manipulation, part, shown, model.view_size, painter.draw_view)
    return sewn and in_its_box(*sewn, photo)


def _drawn(
    painter: Painter,
    drafts: Sequence[Draft],
    garments: np.ndarray,
    manipulation: Manipulation,
) -> list[PartPlan]:
    """A manipulation as the network draws it in its own view of each photo."""
    size, fine = garments.shape[-1], painter.info.model.view_size
    part, bodices = painter.info.model.views[manipulation[0]], list(map(locate, garments))
    photos = [draft.photo for draft in drafts]
    placed = [in_photo(b, p, size) for b, p in zip(bodices, photos, strict=True)]
    views = [view_of(b, part, p.shape) for b, p in zip(placed, photos, strict=True)]
    seen = painter.to_network([v.cut(p, fine) for v, p in zip(views, photos, strict=True)])
    steps: list[Step] = [*painter.draw_views(seen, manipulation)]
    if garments.any() and (part in UNCOVER or manipulation[1] == NONE):
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
    step = _told_where(unstained(Reshaping(step.x, step.z, step.alpha, garment)), UNCOVER[part])
    # of arms most that is drawn is ground
    return toned(matched(dyed(step)) if part == "neck" else tidied(trimmed(step)))


def _told_where(step: Reshaping, above: float) -> Reshaping:
    """The step, which knows its garment, told where it may take some of it away.

    `above` is the share of the square where it may; an edit that covers more ground there than
    cloth, as a new hood does, takes nothing.
    """
    garment, size = step.garment, len(step.garment)
    may_go = (np.arange(size)[:, None] < above * size) * np.ones(size, np.float32)
    painted = (step.alpha > 0.5) * may_go
    covers = (garment < 0.1) & (np.abs(step.z - step.x).max(axis=2) > COVERS)
    if (painted * covers).sum() > (painted * (garment > 0.3)).sum():
        may_go = np.zeros_like(may_go)
    return replace(step, may_go=may_go)
