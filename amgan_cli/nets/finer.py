"""Parts of garments at twice the size that the trunk sees: teeth of a zip, edges of a collar.

A trunk of 256 px costs four times as much and has to learn its shapes anew. This adds to what the
heads say at 128 px what a few convolutions of the photo itself, and maps a value, know at 256
(ours).
"""

import torch
import torch.nn.functional as F
from torch import nn

from amgan_cli.config import FINER, ModelConfig
from amgan_cli.nets.templates import Templates
from amgan_cli.vocabulary import PartSlots

CHANNELS = 24
MAPS = 2
"""Learned pictures a value."""
REACHES = (1, 2, 4, 8)
"""Distances of the taps in the blocks, one after the other: an edge as long as a sleeve."""


class PartLayers(nn.Module):
    """What only edits of one part of the garment go through: each part learns for itself."""

    def __init__(self, slots: PartSlots, outputs: int, config: ModelConfig) -> None:
        """`slots` of the values that are seen there; those that none can ask for get no picture."""
        super().__init__()
        self.slots = list(slots.values)
        self.templates = Templates(slots.targets, config.width, config.image_size)
        self.finer = Finer(slots.targets, outputs, config) if config.finer else None


class Finer(nn.Module):
    """Corrections of the heads' outputs at twice their size; none at first."""

    def __init__(self, slots: tuple[int, ...], outputs: int, config: ModelConfig) -> None:
        """`slots` as in `Templates`."""
        super().__init__()
        self.coarse = nn.Conv2d(config.width, CHANNELS, 3, padding=1)
        self.look = nn.Conv2d(3, CHANNELS, 3, padding=1)
        self.templates = Templates(slots, CHANNELS, FINER * config.image_size, MAPS)
        self.mix = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        reaches = (REACHES[i % len(REACHES)] for i in range(config.finer_blocks))
        self.blocks = nn.Sequential(*(FinerBlock(reach) for reach in reaches))
        self.heads = nn.Conv2d(CHANNELS, outputs, 3, padding=1)
        for parameter in self.heads.parameters():
            nn.init.zeros_(parameter)

    def forward(
        self, outputs: torch.Tensor, x: torch.Tensor, h: torch.Tensor, condition: torch.Tensor
    ) -> torch.Tensor:
        """outputs B x K x S x S of the heads, h B x width x S x S, x B x 3 x 2S x 2S in -1..1.

        Returns B x K x 2S x 2S.
        """
        x, h = (each.contiguous(memory_format=torch.channels_last) for each in (x, h))  # faster
        g = F.relu(enlarged(self.coarse(h)) + self.look(x))
        g = self.blocks(F.relu(self.mix(self.templates(g, condition))))
        return enlarged(outputs) + self.heads(g)


class FinerBlock(nn.Module):
    """Two convolutions around a skip, nothing at first; without norms, which would cost more."""

    def __init__(self, reach: int) -> None:
        super().__init__()
        self.near = nn.Conv2d(CHANNELS, 2 * CHANNELS, 3, padding=reach, dilation=reach)
        self.out = nn.Conv2d(2 * CHANNELS, CHANNELS, 3, padding=1)
        for parameter in self.out.parameters():
            nn.init.zeros_(parameter)

    def forward(self, g: torch.Tensor) -> torch.Tensor:
        return g + self.out(F.relu(self.near(g)))


def enlarged(planes: torch.Tensor) -> torch.Tensor:
    """B x K x S x S to B x K x 2S x 2S, between the pixels."""
    return F.interpolate(planes, scale_factor=FINER, mode="bilinear", align_corners=False)


def reduced(x: torch.Tensor) -> torch.Tensor:
    """Pictures of 2S x 2S as the trunk sees them, S x S."""
    return F.avg_pool2d(x, FINER)
