"""A garment's light and shade under its pattern: folds, seams, a collar's edge, buttons (ours).

And what on it is a print, which stands on its cloth here and there.

Stripes and folds are both edges; which is which shows in what lies around. A small U-Net sees that
where a generator of 128 px leaves ghosts of one and loses the other.
"""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from amgan_cli.errors import CheckpointError
from amgan_cli.model_info import read_header
from amgan_cli.nets.pixels import to_network
from amgan_cli.tensors import fill

WIDTHS, DEPTHS = (20, 40, 48, 56), (1, 2, 2, 1)
"""Channels and blocks of each level, fine to coarse; the finest has half the picture's side."""
STRIDE = 16
"""Sides of its pictures are multiples of this."""
OFFSET = 16.0
"""CIELAB lightness plus this goes with the cube root of light: half the light is the same share of
it on any cloth."""
NOTE = {
    "network": "shading",
    "tells": ["shading", "print"],
    "widths": list(WIDTHS),
    "depths": list(DEPTHS),
}
"""Header of its file."""


class Seen(NamedTuple):
    """What the network sees in a picture, S x S each."""

    shading: np.ndarray
    """log((L + OFFSET) / (L0 + OFFSET)) of each place, as `ShadingNetwork.forward` has it."""
    printed: np.ndarray
    """How surely it is a print, 0..1."""


class ShadingNetwork(nn.Module):
    """RGB and the garment's mask in, the garment's shading and prints out."""

    def __init__(self) -> None:
        super().__init__()
        steps = list(pairwise(WIDTHS))
        levels = list(zip(WIDTHS, DEPTHS, strict=True))
        self.first = nn.Conv2d(4 * 4, WIDTHS[0], 3, padding=1)
        self.before = nn.ModuleList(_blocks(*level) for level in levels)
        self.down = nn.ModuleList(nn.Conv2d(fine, coarse, 2, stride=2) for fine, coarse in steps)
        self.up = nn.ModuleList(nn.Conv2d(coarse, fine, 1) for fine, coarse in steps)
        self.after = nn.ModuleList(_blocks(*level) for level in levels[:-1])
        self.last = nn.Conv2d(WIDTHS[0], 2 * 4, 3, padding=1)

    @classmethod
    def load(cls, path: Path, device: torch.device) -> "ShadingNetwork":
        """From its file, in float32, eval mode and frozen; CheckpointError if it is none."""
        if read_header(path) != NOTE:
            raise CheckpointError(f"{path}: is no shading network of this amgan; fetch it again")
        network = cls()
        fill(network, path)
        return network.to(device).eval().requires_grad_(False)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """x B x 3 x H x W in -1..1, mask B x 1 x H x W in 0..1; both multiples of STRIDE.

        B x 2 x H x W: log((L + OFFSET) / (L0 + OFFSET)) of each place, of its lightness L and the
        cloth's median L0 if the cloth was plain; and the score (of a sigmoid) that it is a print.
        """
        h = self.first(F.pixel_unshuffle(torch.cat([x, mask], dim=1), 2))
        finer = []
        for before, down in zip(self.before, self.down, strict=False):
            h = before(h)
            finer.append(h)
            h = down(h)
        h = self.before[-1](h)
        for up, after, seen in reversed(list(zip(self.up, self.after, finer, strict=True))):
            h = seen + F.interpolate(up(h), scale_factor=2, mode="bilinear", align_corners=False)
            h = after(h)
        return F.pixel_shuffle(self.last(h), 2)

    @torch.inference_mode()
    def see(self, picture: np.ndarray, garment: np.ndarray) -> Seen:
        """The same of one picture S x S x 3 in 0..255, S a multiple of STRIDE, and where its
        garment is, S x S in 0..1."""
        device = self.last.weight.device
        x = to_network(torch.from_numpy(picture.astype(np.float32)).permute(2, 0, 1)[None])
        mask = torch.from_numpy(garment.astype(np.float32))[None, None]
        shading, score = self(x.to(device), mask.to(device))[0].float().cpu()
        return Seen(shading.numpy(), score.sigmoid().numpy())


class _Block(nn.Module):
    """What is around a place, then what of it counts, added to the place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.around = nn.Conv2d(width, width, 5, padding=2, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.wider = nn.Conv2d(width, 2 * width, 1)
        self.back = nn.Conv2d(2 * width, width, 1)
        nn.init.zeros_(self.back.weight)
        assert self.back.bias is not None
        nn.init.zeros_(self.back.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.back(F.relu(self.wider(self.norm(self.around(x)))))


def _blocks(width: int, count: int) -> nn.Module:
    return nn.Sequential(*(_Block(width) for _ in range(count)))
