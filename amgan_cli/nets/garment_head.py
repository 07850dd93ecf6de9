"""Where the garment is, from the stages of an attribute network (ours)."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

WIDTH = 48
"""Channels in which the stages are put together."""


class GarmentHead(nn.Module):
    """A feature pyramid: what is coarse and knows garments, with the edges of what is fine."""

    def __init__(self, channels: Sequence[int]) -> None:
        """`channels` of the stages, fine to coarse."""
        super().__init__()
        self.across = nn.ModuleList(nn.Conv2d(each, WIDTH, 1) for each in channels)
        self.smooth = nn.ModuleList(_smooth() for _ in channels[:-1])
        self.score = nn.Conv2d(WIDTH, 1, 1)

    def forward(self, stages: Sequence[torch.Tensor]) -> torch.Tensor:
        """Stages of B photos, fine to coarse -> scores before any sigmoid, B x 1 x h x w, in the
        size of the first."""
        x = self.across[-1](stages[-1])
        for i in reversed(range(len(self.smooth))):
            size = stages[i].shape[2:]
            larger = F.interpolate(x, size, mode="bilinear", align_corners=False)
            x = self.smooth[i](larger + self.across[i](stages[i]))
        return self.score(x)


def _smooth() -> nn.Module:
    conv = nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(WIDTH), nn.ReLU(inplace=True))
