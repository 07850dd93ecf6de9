"""Edits at the network's size: photos in its square, x* and attention out."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from amgan_cli.device import Compute
from amgan_cli.equations import blend
from amgan_cli.model_info import ModelInfo
from amgan_cli.part_view import locate, view_of
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
    z, alpha = draw(generator, info, x, manipulation, compute)
    return blend(alpha, z, x).clamp(-1, 1), alpha  # Eq. 1


@torch.no_grad()
def draw(
    generator: nn.Module,
    info: ModelInfo,
    x: torch.Tensor,
    manipulation: Manipulation,
    compute: Compute,
) -> tuple[torch.Tensor, torch.Tensor]:
    """z and alpha of B photos, as `edit_to`."""
    drawn = draw_part if manipulation[0] in info.model.views else draw_whole
    return drawn(generator, info, x, manipulation, compute)


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
    part, fine, size = info.model.views[manipulation[0]], info.model.view_size, x.shape[-1]
    garments = find_garments(generator, info, x, compute)
    views = [view_of(locate(garment), part, (size, size)) for garment in garments]
    photos = x.permute(0, 2, 3, 1).cpu().numpy()
    seen = np.stack([view.cut(each, fine, 0) for view, each in zip(views, photos, strict=True)])
    seen = torch.from_numpy(seen).permute(0, 3, 1, 2).to(x.device)
    drawn = draw_whole(generator, info, seen, manipulation, compute)
    z, alpha = x.clone(), torch.zeros_like(x[:, :1])
    for i, view in enumerate(views):
        (rows, columns), place = view.box((size, size)), view.place((size, size), fine)
        shape = rows.stop - rows.start, columns.stop - columns.start
        for whole, part_of in zip((z, alpha), drawn, strict=True):
            part_drawn = part_of[i, None, :, place[0], place[1]]
            drawn_here = F.interpolate(part_drawn, shape, mode="bilinear", antialias=True)
            whole[i, :, rows, columns] = drawn_here[0]
    return z, alpha


def find_garments(
    generator: nn.Module, info: ModelInfo, x: torch.Tensor, compute: Compute
) -> np.ndarray:
    """What a change of colour would attend to, B x S x S in 0..1; 0 if no colours are known."""
    color = info.color_attribute
    if color not in info.vocabulary.attributes:
        return np.zeros((len(x), *x.shape[2:]), np.float32)
    manipulation = color, info.vocabulary.targets(color)[0]
    _, alpha = draw_whole(generator, info, x, manipulation, compute)
    return alpha[:, 0].cpu().numpy()
