"""What z may be made of beside what the decoder draws: the photo's own colours.

Instance norm and two halvings lose a photo's own colours: a sleeve in the garment's colour or the
ground behind it are hard to draw so (ours).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

from amgan_cli.config import ModelConfig

COLORS = 4
"""What a photo offers: itself, itself blurred, the colour of its border and of its middle."""


class Modulation(nn.Module):
    """Scale and shift of every channel, linear in the condition (conditional instance norm).

    A value's weights get a gradient only when a photo is to show it, and Adam's steps have one
    size: `GAIN` lets them keep up with the convolutions.
    """

    GAIN = 10.0

    def __init__(self, n_condition: int, channels: int) -> None:
        super().__init__()
        self.linear = nn.Linear(n_condition, 2 * channels)
        nn.init.normal_(self.linear.weight, std=0.2 / self.GAIN)
        nn.init.zeros_(self.linear.bias)

    def forward(self, h: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        scale, shift = (self.GAIN * self.linear(condition))[:, :, None, None].chunk(2, dim=1)
        return h * (1 + scale) + shift


class Palette(nn.Module):
    """Every pixel of z mixes the drawn z and the photo's own colours."""

    DRAWN = 5.0
    """Of the drawn z at first, before softmax: a model without palette goes on nearly as it was."""

    def __init__(self, n_condition: int, config: ModelConfig) -> None:
        super().__init__()
        self.choice = nn.Conv2d(config.width, 1 + COLORS, 3, padding=1)
        self.modulation = Modulation(n_condition, 1 + COLORS)
        self.choice.bias = nn.Parameter(torch.tensor([self.DRAWN] + [0.0] * COLORS))

    def scores(self, h: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """How much each counts, before softmax, B x (1 + COLORS) x S x S.

        h B x w x S x S, condition B x (N+M).
        """
        return self.modulation(self.choice(h), condition)

    def forward(
        self, z: torch.Tensor, x: torch.Tensor, h: torch.Tensor, condition: torch.Tensor
    ) -> torch.Tensor:
        """z and x B x 3 x S x S in -1..1 -> z in -1..1."""
        return mixed(z, self.scores(h, condition), own_colors(x))


def mixed(z: torch.Tensor, scores: torch.Tensor, colors: Sequence[torch.Tensor]) -> torch.Tensor:
    """z B x 3 x S x S and the photo's own colours, as `scores` weigh them."""
    weights = scores.float().softmax(dim=1)[:, :, None]  # B x (1 + COLORS) x 1 x S x S
    return (weights * torch.stack([z, *colors], dim=1)).sum(dim=1)


def own_colors(x: torch.Tensor) -> list[torch.Tensor]:
    """The photo, its blur over an eighth, and the mean of its border and its middle, as pictures.

    x B x 3 x S x S in -1..1; the padding around it, grey, belongs to no border.
    """
    size = x.shape[-1]
    shown = (x.abs().amax(dim=1, keepdim=True) > 0.02).float()
    reach = size // 8 | 1
    blurred = box_mean(x * shown, reach) / box_mean(shown, reach).clamp_min(1e-3)
    # the window ends neither in padding nor outside
    inner = (box_mean(shown, reach) > 0.999).float()
    position = torch.linspace(-1, 1, size, device=x.device)
    middle = torch.exp(-(position[:, None] ** 2 + position[None] ** 2) / 0.08)[None, None]
    means = [
        (x * where).sum((2, 3), keepdim=True) / where.sum((2, 3), keepdim=True).clamp_min(1e-3)
        for where in (shown * (1 - inner), shown * middle)
    ]
    return [x, blurred, *(mean.expand_as(x) for mean in means)]


def box_mean(planes: torch.Tensor, side: int) -> torch.Tensor:
    """Mean over windows of `side` pixels; what lies outside counts as 0."""
    across = F.avg_pool2d(planes, (1, side), 1, (0, side // 2))
    return F.avg_pool2d(across, (side, 1), 1, (side // 2, 0))
