"""The network's part of an edit, at its own size, for many photos at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from amgan_cli.editing.request import EditRequest
from amgan_cli.editing.shift import SHADES
from amgan_cli.equations import blend, inside_region, outside_region, region_mask
from amgan_cli.inks import Inked
from amgan_cli.model_info import ModelInfo
from amgan_cli.networks import Generator
from amgan_cli.vocabulary import Manipulation, exact_rgb

WHOLE_GARMENT = ("pattern",)
"""Attributes beside the colour that are about the whole cloth and no shape."""
FIRM = 2.0, 0.2
"""Slope and offset for the attention of new shapes: half a sleeve is a ghost, not a sleeve."""


@dataclass(frozen=True)
class Step:
    """One manipulation as the network sees it: float32 squares, pictures S x S x 3 in 0..255."""

    x: np.ndarray
    """The photo before this step."""
    z: np.ndarray
    """The generated image."""
    alpha: np.ndarray
    """Attention, S x S in 0..1."""
    recolors: bool = True
    """Whether colours change and the cloth's own detail stays."""
    fills: bool = True
    """Whether the whole garment changes and no shape, so that the edit ends at its outline."""
    exact_rgb: tuple[int, int, int] | None = None
    """The colour that the garment's mean is to have, where one was asked for."""
    shade: tuple[int, int, int] | None = None
    """CIELAB that the wanted colour's name stands for, where it is known."""
    inked: Inked | None = None
    """What is to be printed on z, of one photo; None where z holds it or there is none."""
    garment: np.ndarray | None = None
    """Of a new shape: where the garment is before, S x S in 0..1, if the model knows colours."""


@dataclass(frozen=True)
class Plan:
    """What is to be done to one photo; `apply.apply_plan` does it at full size."""

    steps: tuple[Step, ...]
    region: np.ndarray | None = None
    """Attention of the region's manipulation, S x S, where the request has a region."""


@torch.inference_mode()
def make_plans(
    generator: Generator,
    info: ModelInfo,
    squares: Sequence[np.ndarray],
    request: EditRequest,
    device: torch.device,
) -> list[Plan]:
    """Run the generator on B photos (S x S x 3 uint8 or float in 0..255) for each manipulation."""
    x = torch.from_numpy(np.stack(squares).astype(np.float32)).permute(0, 3, 1, 2)
    x = (x / 127.5 - 1).to(device)

    def draw(x: torch.Tensor, manipulation: Manipulation) -> tuple:
        condition = torch.tensor([info.vocabulary.encode(*manipulation)], device=device)
        return generator.draw(x, condition.expand(len(x), -1))

    def garment(x: torch.Tensor) -> torch.Tensor:
        """What a change of colour would attend to."""
        color = info.color_attribute
        return draw(x, (color, info.vocabulary.targets(color)[0]))[1]

    within, mask, regions = inside_region, None, [None] * len(x)
    if request.region:
        within = outside_region if request.region.outside else inside_region  # Eq. 13, Eq. 12
        _, region, _ = draw(x, request.region.manipulation)
        mask, regions = region_mask(region, request.threshold), _to_numpy(region)  # alpha_1*
    steps: list[list[Step]] = []
    for manipulation in request.manipulations:
        kind = recolors, fills, *_ = _kind(info, *manipulation)
        ground, alpha, inked = draw(x, info.nearest(manipulation))
        z = ground if inked is None else inked.over(ground, alpha)
        if not fills:
            alpha = (FIRM[0] * alpha - FIRM[1]).clip(0, 1)
        manipulated = z if request.raw else blend(alpha, z, x)  # Eq. 1
        prints = None if recolors or not fills else inked  # at the photo's own size
        pictures = map(_to_numpy, (x, z if prints is None else ground, alpha))
        of_photos = [
            Step(before, drawn, attended, *kind)
            for before, drawn, attended in zip(*pictures, strict=True)
        ]
        if prints is not None:
            of_photos = [replace(step, inked=prints.one(i)) for i, step in enumerate(of_photos)]
        if not fills and info.color_attribute in info.vocabulary.attributes:
            where = zip(of_photos, _to_numpy(garment(x)), strict=True)
            of_photos = [replace(step, garment=each) for step, each in where]
        steps.append(of_photos)
        x = manipulated if mask is None else within(mask, manipulated, x)
    return [Plan(*each) for each in zip(zip(*steps, strict=True), regions, strict=True)]


def _kind(
    info: ModelInfo, attribute: str, value: str
) -> tuple[bool, bool, tuple[int, int, int] | None, tuple[int, int, int] | None]:
    """`recolors`, `fills`, `exact_rgb` and `shade` of a manipulation's step."""
    if attribute != info.color_attribute:
        return False, attribute in WHOLE_GARMENT, None, None
    return True, True, exact_rgb(value), SHADES.get(value.lower().replace(" ", ""))


def _to_numpy(batch: torch.Tensor) -> np.ndarray:
    """Pictures B x 3 x S x S in -1..1 to B x S x S x 3 in 0..255, masks to B x S x S."""
    array = batch.permute(0, 2, 3, 1).cpu().numpy()
    return array[..., 0] if array.shape[3] == 1 else (array + 1) * 127.5
