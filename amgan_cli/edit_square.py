"""Edits at the network's size: photos in its square, x* and attention out."""

import numpy as np
import torch
from torch import nn

from amgan_cli.device import Compute
from amgan_cli.equations import blend
from amgan_cli.model_info import ModelInfo
from amgan_cli.part_view import Bodice, Box, locate, view_box
from amgan_cli.photos.geometry import Fit
from amgan_cli.vocabulary import Manipulation


@torch.no_grad()
def edit_to(
    generator: nn.Module,
    info: ModelInfo,
    x: torch.Tensor,
    manipulation: Manipulation,
    compute: Compute,
) -> tuple[torch.Tensor, torch.Tensor]:
    """x* and alpha of B photos, all with one manipulation; x* clipped to -1..1.

    x B x 3 x S x S in -1..1. An attribute that the model sees in part is edited in that view.
    """
    draw = draw_part if manipulation[0] in info.model.views else draw_whole
    z, alpha = draw(generator, info, x, manipulation, compute)
    return blend(alpha, z, x).clamp(-1, 1), alpha  # Eq. 1


def draw_whole(
    generator: nn.Module,
    info: ModelInfo,
    x: torch.Tensor,
    manipulation: Manipulation,
    compute: Compute,
) -> tuple[torch.Tensor, torch.Tensor]:
    """z and alpha of what the generator sees whole."""
    condition = torch.tensor([info.vocabulary.encode(*manipulation)], device=x.device)
    with compute.autocast():
        return generator(compute.lay_out(x), condition.expand(len(x), -1))


def draw_part(
    generator: nn.Module,
    info: ModelInfo,
    x: torch.Tensor,
    manipulation: Manipulation,
    compute: Compute,
) -> tuple[torch.Tensor, torch.Tensor]:
    """z and alpha of an edit that sees a part of each photo; outside of it z is x and alpha 0."""
    part, size = info.model.views[manipulation[0]], x.shape[-1]
    bodices = find_bodices(generator, info, x, compute)
    boxes = [view_box(bodice, part, (size, size)) for bodice in bodices]
    views = np.stack([_cut(photo, box) for photo, box in zip(x, boxes, strict=True)])
    drawn = draw_whole(generator, info, torch.from_numpy(views).to(x), manipulation, compute)
    z, alpha = x.clone(), torch.zeros_like(x[:, :1])
    for i, (rows, columns) in enumerate(boxes):
        fit = Fit(rows.stop - rows.start, columns.stop - columns.start, size)
        for whole, view in zip((z, alpha), drawn, strict=True):
            whole[i, :, rows, columns] = _back(view[i], fit)
    return z, alpha


def find_bodices(
    generator: nn.Module, info: ModelInfo, x: torch.Tensor, compute: Compute
) -> list[Bodice | None]:
    """Where necks and fronts are, by what a change of colour would attend to; in the square.

    None where no upright garment is found, and everywhere if the model knows no colours.
    """
    color = info.color_attribute
    if color not in info.vocabulary.attributes:
        return [None] * len(x)
    manipulation = color, info.vocabulary.targets(color)[0]
    _, alpha = draw_whole(generator, info, x, manipulation, compute)
    return [locate(mask) for mask in alpha[:, 0].cpu().numpy()]


def _cut(photo: torch.Tensor, box: Box) -> np.ndarray:
    """The view of a part, 3 x S x S, of a photo 3 x S x S."""
    pixels = photo.permute(1, 2, 0).cpu().numpy()[box]
    return Fit.of(pixels, photo.shape[-1]).to_square(pixels, pad=0).transpose(2, 0, 1)


def _back(view: torch.Tensor, fit: Fit) -> torch.Tensor:
    """A view K x S x S at the size of its box."""
    pixels = fit.from_square(view.permute(1, 2, 0).cpu().numpy())
    pixels = pixels.reshape(fit.height, fit.width, -1).transpose(2, 0, 1)
    return torch.from_numpy(np.ascontiguousarray(pixels)).to(view.device)
