"""ResNets as torchvision builds and names them (He et al. 2016), without its second to import."""

import torch
import torch.nn.functional as F
from torch import nn

BLOCKS = {10: (1, 1, 1, 1), 18: (2, 2, 2, 2), 50: (3, 4, 6, 3)}
"""Depth -> residual blocks a stage."""
STEM = 64
"""Channels before the first stage."""
BOTTLENECK = 4
"""Of the deepest: channels of a stage in those of its 3x3 convolutions."""


class Block(nn.Module):
    """Two 3x3 convolutions and a way around them, or a 3x3 one between two of 1x1."""

    def __init__(self, ins: int, channels: int, stride: int, expansion: int) -> None:
        super().__init__()
        outs = channels * expansion
        if expansion == 1:
            sizes = (ins, channels, 3, stride), (channels, outs, 3, 1)
        else:
            sizes = (ins, channels, 1, 1), (channels, channels, 3, stride), (channels, outs, 1, 1)
        for i, (before, after, size, step) in enumerate(sizes, 1):
            self.add_module(f"conv{i}", nn.Conv2d(before, after, size, step, size // 2, bias=False))
            self.add_module(f"bn{i}", nn.BatchNorm2d(after))
        self.convolutions = len(sizes)
        self.downsample = None
        if stride > 1 or ins != outs:
            conv = nn.Conv2d(ins, outs, 1, stride, bias=False)
            self.downsample = nn.Sequential(conv, nn.BatchNorm2d(outs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """B x C x h x w -> the same, or B x 2C x h/2 x w/2 in the first block of a stage."""
        y = x
        for i in range(1, self.convolutions + 1):
            y = self.get_submodule(f"bn{i}")(self.get_submodule(f"conv{i}")(y))
            if i < self.convolutions:
                y = F.relu(y, inplace=True)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)), inplace=True)


def resnet_body(depth: int) -> nn.Sequential:
    """A ResNet without its last layer: stem (4 layers), then 4 stages; He's start."""
    expansion = BOTTLENECK if depth == 50 else 1
    layers: list[nn.Module] = [
        nn.Conv2d(3, STEM, 7, 2, 3, bias=False),
        nn.BatchNorm2d(STEM),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2, 1),
    ]
    ins = STEM
    for stage, blocks in enumerate(BLOCKS[depth]):
        channels, made = STEM << stage, []
        for i in range(blocks):
            made.append(Block(ins, channels, 2 if stage and not i else 1, expansion))
            ins = channels * expansion
        layers.append(nn.Sequential(*made))
    body = nn.Sequential(*layers)
    for layer in body.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return body


def channels_of(depth: int) -> tuple[int, ...]:
    """Channels of the stem and of each stage."""
    return STEM, *((STEM << stage) * (BOTTLENECK if depth == 50 else 1) for stage in range(4))
