"""What the values of an attribute that is seen in part look like in its view, learned as pictures.

In a view a collar has one place: a map for each value, as StyleGAN's constant input is one, learns
its edges in hundreds of steps, where convolutions of coordinates need tens of thousands (ours).
"""

import torch
from torch import nn

MAPS = 8
"""Learned pictures a value."""


class Templates(nn.Module):
    """Scale and shift of every feature at every place of the view, chosen by the condition."""

    GAIN = 10.0
    """Of the maps: as in `Modulation`, a value's get a gradient only when a photo is to show it."""

    def __init__(
        self, slots: tuple[int, ...], channels: int, size: int, n_maps: int = MAPS
    ) -> None:
        """`slots` are the condition's numbers of the values; views are size x size."""
        super().__init__()
        self.slots = list(slots)
        self.maps = nn.Parameter(torch.zeros(len(slots), n_maps, size, size))
        self.mix = nn.Conv2d(n_maps, 2 * channels, 1, bias=False)

    def forward(self, h: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """h B x channels x size x size, condition B x (N+M); other values leave h as it is."""
        maps = self.GAIN * torch.einsum("bv,vkyx->bkyx", condition[:, self.slots], self.maps)
        maps = maps.contiguous(memory_format=torch.channels_last)  # three times as fast on a CPU
        scale, shift = self.mix(maps).chunk(2, dim=1)
        return h * (1 + scale) + shift
