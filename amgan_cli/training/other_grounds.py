"""Garments laid on other grounds: of other photos, or plain as in a shop's photos.

A few thousand photos show each garment on one floor, and a network learns which floors are red.
What is cut out by a weak mask and laid elsewhere has an exact one (ours).
"""

import math

import torch
import torch.nn.functional as F

from amgan_cli.nets.palette import box_mean

PLAIN_GROUNDS = 0.3
"""Share of the grounds that are plain; the others are another photo's of the batch."""
ALIKE = 0.25
"""Share of the grounds that take the garment's own mean colour, half the way to all of it."""
PANELS = 0.3
"""Share of the grounds that end at a straight border: beside doors, frames and beds."""
RIM = 40
"""Ground within the side over this of a garment may be its edge or shadow, and is not taken."""
SHADOW = 0.45
"""Darkest shadow beside a garment on new ground."""


def on_other_grounds(
    random: torch.Generator, x: torch.Tensor, mask: torch.Tensor, share: float
) -> torch.Tensor:
    """x B x 3 x S x S in -1..1, mask B x 1 x S x S in 0..1; a `share` of x gets new ground.

    Photos without a mask, and the grey padding around photos, stay as they are.
    """
    n, size = len(x), x.shape[-1]
    luck = torch.rand(n, 4, 1, 1, 1, generator=random, device=x.device).unbind(1)
    shown = _closed((x.abs().amax(1, keepdim=True) > 0.02).float(), 5)
    near = (box_mean((mask > 0.1).float(), size // RIM * 2 + 1) > 0).float()
    ground = _bare(x, shown * (1 - near)).roll(1, 0)
    ground = torch.where(luck[0] < PLAIN_GROUNDS, _plain(random, x), ground)
    alike = (0.5 + 0.5 * luck[3] / ALIKE) * (luck[3] < ALIKE)
    ground = (ground + alike * (_mean(x, mask) - _mean(ground, shown))).clamp(-1, 1)
    ground = _beside_panels(random, ground, _mean(x, mask))
    reach = size // 12 | 1
    shadow = box_mean(box_mean(mask, reach), reach)
    ground = (ground + 1) * (1 - SHADOW * luck[1] * shadow) - 1
    laid = ground + mask * (x - ground)
    is_moved = (luck[2] < share) & (mask.amax((1, 2, 3), keepdim=True) > 0.5)
    return torch.where(is_moved & (shown > 0), laid, x)


def _bare(x: torch.Tensor, bare: torch.Tensor) -> torch.Tensor:
    """Ground everywhere: where x is not `bare` it shows its ground from elsewhere, or a blur."""
    size = x.shape[-1]
    half, reach = size // 2, size // 4 | 1
    moved, moved_bare = (each.roll((half, half), (2, 3)) for each in (x, bare))
    mean = _mean(x, bare)
    around = box_mean(bare, reach)
    blur = box_mean(x * bare, reach) / around.clamp_min(1e-3)
    rest = torch.where(around > 0.05, blur, mean)
    rest = rest + moved_bare * (moved - rest)
    return rest + bare * (x - rest)


def _plain(random: torch.Generator, like: torch.Tensor) -> torch.Tensor:
    """One light colour each, a little uneven and grainy."""
    n, size = len(like), like.shape[-1]
    luck = torch.rand(n, 6, 1, 1, generator=random, device=like.device)
    tone = 1 - luck[:, :1] ** 2 * 1.2 + (luck[:, 1:4] - 0.5) * 0.1
    at = torch.linspace(-1, 1, size, device=like.device)
    ramp = (luck[:, 4:5] - 0.5) * at[:, None] + (luck[:, 5:] - 0.5) * at[None, :]
    grain = torch.randn(n, 1, size, size, generator=random, device=like.device)
    return (tone + 0.25 * ramp + 0.015 * grain).clamp(-1, 1)


def _beside_panels(
    random: torch.Generator, ground: torch.Tensor, garment: torch.Tensor
) -> torch.Tensor:
    """Beyond an upright or level border some grounds have another tone, or the garment's colour.

    `garment` B x 3 x 1 x 1.
    """
    n, size = len(ground), ground.shape[-1]
    luck = torch.rand(n, 9, 1, 1, generator=random, device=ground.device)
    at = torch.linspace(-1, 1, size, device=ground.device)
    turn = math.pi / 2 * (luck[:, :1] < 0.5) + 0.2 * (luck[:, 1:2] - 0.5)
    across = turn.cos() * at[None, :] + turn.sin() * at[:, None]
    side = torch.where(luck[:, 2:3] < 0.5, -1.0, 1.0)
    is_beyond = (side * across > 1.4 * luck[:, 3:4] - 0.4) & (luck[:, 4:5] < PANELS)
    tone = 2 * luck[:, 5:6] - 1 + 0.4 * (luck[:, 6:9] - 0.5)
    tone = torch.where(luck[:, 4:5] < ALIKE * PANELS, garment, tone)
    panel = (tone + 0.4 * (ground - ground.mean((2, 3), keepdim=True))).clamp(-1, 1)
    return torch.where(is_beyond, panel, ground)


def _mean(x: torch.Tensor, where: torch.Tensor) -> torch.Tensor:
    """Mean colour there, B x 3 x 1 x 1."""
    total = (x * where).mean((2, 3), keepdim=True)
    return total / where.mean((2, 3), keepdim=True).clamp_min(1e-3)


def _closed(mask: torch.Tensor, side: int) -> torch.Tensor:
    """Holes smaller than `side` pixels closed."""
    wide = F.max_pool2d(mask, side, 1, side // 2)
    return -F.max_pool2d(-wide, side, 1, side // 2)
