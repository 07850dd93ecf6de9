"""Can an edit be, is it there already, did it take? The attribute network says. Light."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from amgan_cli.editing.request import EditRequest
from amgan_cli.errors import CheckpointError
from amgan_cli.look import Look
from amgan_cli.model_info import ModelInfo, attributes_beside, find_weights
from amgan_cli.vocabulary import Manipulation
from amgan_cli.words import CATEGORY, NONE, SLEEVE, SLEEVELESS

if TYPE_CHECKING:
    import numpy as np

    from amgan_cli.nets.attribute_model import AttributeModel

LookAt = Callable[[Sequence["np.ndarray"]], list[Look]]
"""Photos H x W x 3 uint8 -> what is seen in each."""

BESIDE = {
    "neck": ("pattern", SLEEVE),
    "front": ("collar", SLEEVE),
    "arms": ("pattern", "collar", CATEGORY),
}
"""Part -> what else of a garment counts when it is drawn anew: a collar's yoke and new sleeves have
its pattern, a fastening begins under its collar, a neck lies over the shoulders of garments
without sleeves, and dresses have sides under their sleeves."""
SPARED = "collar", "fastening"
"""What a pattern is printed around."""
HAS_IT, IS_BARE = 0.8, 0.6
"""Probability over this that a garment has the wanted value: it is not drawn again. The second is
for what has nothing there: taking away what is none spoils prints."""
BARE = (SLEEVE, SLEEVELESS), ("fastening", NONE)


def load_judge(file: Path, device: str) -> LookAt:
    """A judge by the attribute network in this file."""
    from amgan_cli.device import pick_device
    from amgan_cli.nets.attribute_model import AttributeModel

    return judge_by(AttributeModel.load(file, pick_device(device)))


def judge_by(model: "AttributeModel") -> LookAt:
    """An attribute network as a judge; it sees small garments nearer."""
    import numpy as np
    import torch

    from amgan_cli.near_view import near_view
    from amgan_cli.photos.geometry import Fit

    side = model.network.input_size

    def squares(photos: Sequence[np.ndarray]) -> torch.Tensor:
        of_photos = np.stack([Fit.of(photo, side).to_square(photo) for photo in photos])
        return torch.from_numpy(of_photos).permute(0, 3, 1, 2)

    def look(photos: Sequence[np.ndarray]) -> list[Look]:
        looks, garments = model.look_and_find(squares(photos))
        for i, (photo, garment) in enumerate(zip(photos, garments, strict=True)):
            box = near_view(Fit.of(photo, len(garment)).inside(garment), photo.shape)
            if box is not None:
                (looks[i],) = model.look(squares([photo[box]]))
        return looks

    return look


def shipped_judge() -> Path | None:
    """Where the shipped attribute network's file is, if it is."""
    try:
        return attributes_beside(find_weights(None))
    except CheckpointError:
        return None  # nothing is shipped with this installation


def without_objections(
    look: Look, info: ModelInfo, request: EditRequest, anyway: bool = False
) -> tuple[EditRequest, dict[Manipulation, str]]:
    """The request without what had better not be done to this photo, and the reason for each; what
    is left knows what the photo shows. `anyway`: nothing had better not be done."""
    nowhere = _lacks_region(look, info, request)
    objections = {each: nowhere or _objection(look, info, each) for each in request.manipulations}
    refused = {each: why for each, why in objections.items() if why and not anyway}
    kept = tuple(each for each in request.manipulations if each not in refused)
    shown = shown_by(look, info, [name for name, _ in kept])
    return replace(request, manipulations=kept, shown=shown), refused


def shown_by(look: Look, info: ModelInfo, names: Sequence[str]) -> tuple[Manipulation, ...]:
    """What counts of a photo for how these attributes are drawn anew."""
    views = info.model.views
    seen = {name: BESIDE.get(views[name], ()) for name in names if name in views}
    needed = {*seen, *(other for others in seen.values() for other in others)}
    if info.model.inks in names:
        needed.update(name for name in SPARED if not look.lacks(name))
        needed.update((SLEEVE, info.model.inks))
    known = sorted(needed & look.probabilities.keys())
    has_none = {SLEEVE: SLEEVELESS} if look.lacks(SLEEVE) else {}
    return tuple((name, has_none.get(name) or look.likeliest(name)[0]) for name in known)


def _objection(look: Look, info: ModelInfo, manipulation: Manipulation) -> str:
    """Why not; blank if nothing is against it, as never against colours and patterns."""
    attribute, value = manipulation
    if not info.is_shape(attribute):
        return ""
    if look.lacks(attribute):
        kind, _ = look.likeliest(CATEGORY)
        return f"{attribute} not edited, this looks like {kind}"
    bound = IS_BARE if manipulation in BARE else HAS_IT
    if (look.probability(attribute, value) or 0) > bound:
        return f"{attribute} not edited, it looks {value} already"
    return ""


def _lacks_region(look: Look, info: ModelInfo, request: EditRequest) -> str:
    """Why a request's region is not there; blank if it is, or all of the photo counts."""
    if request.region is None or not info.is_shape(request.region.manipulation[0]):
        return ""
    attribute, value = request.region.manipulation
    if look.lacks(attribute):
        kind, _ = look.likeliest(CATEGORY)
        return f"--region {request.region.name} not edited, this looks like {kind}"
    is_bare = request.region.manipulation in BARE and look.likeliest(attribute)[0] == value
    if is_bare and not request.region.outside:
        return f"--region {request.region.name} not edited, it looks {value}"
    return ""


def sureness(
    look: Look, manipulations: Iterable[Manipulation]
) -> tuple[Manipulation, float] | None:
    """The manipulation of which the judge is least sure, and how sure, 0..1: not at all of what the
    garment lacks. None if it knows none."""
    answers = [
        (each, 0.0 if look.lacks(each[0]) else look.probability(*each)) for each in manipulations
    ]
    known = [(each, answer) for each, answer in answers if answer is not None]
    return min(known, key=lambda pair: pair[1], default=None)
