"""Known results: pictures before and after, made by us, which the generator is to reproduce."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.nets.pixels import to_network
from amgan_cli.training.augment import random_views, tinted

VISIBLE = 0.12
"""Smallest difference (of -1..1) that counts as changed: below it is noise and JPEG."""


@dataclass(frozen=True)
class Pair:
    """B pictures to be edited, with the true result; pictures B x 3 x S x S in -1..1."""

    x: torch.Tensor
    y: torch.Tensor
    """What x is to become."""
    to_target: torch.Tensor
    """Condition (m, r), B x (N+M)."""
    target: torch.Tensor
    """m as value numbers 0..N-1, B."""
    source: torch.Tensor
    """m' as value numbers, B: what x shows."""
    changed: torch.Tensor
    """Where y differs from x, B x 1 x S x S in 0..1: alpha*."""

    @classmethod
    def of(
        cls,
        x: torch.Tensor,
        y: torch.Tensor,
        to_target: torch.Tensor,
        target: torch.Tensor,
        source: torch.Tensor,
    ) -> "Pair":
        """A pair whose changed part is found by comparison."""
        return cls(x, y, to_target, target, source, changed(x, y))

    @classmethod
    def joined(cls, pairs: Sequence["Pair"]) -> "Pair":
        """One batch of all of them."""
        names = [item.name for item in fields(cls)]
        return cls(*(torch.cat([getattr(pair, name) for pair in pairs]) for name in names))


class PairSource(Protocol):
    """Something that known results of one attribute can be drawn from."""

    def draw(self, batch_size: int, random: np.random.Generator) -> Pair:
        """A batch that `random` decides."""
        ...


class Counterfactuals:
    """n garments, each in several values of one attribute, in memory."""

    def __init__(
        self, images: torch.Tensor, numbers: Sequence[int], conditions: Sequence[Sequence[float]]
    ) -> None:
        """`images` n x V x 3 x S x S uint8.

        `numbers` are the V values among the N, `conditions` V lists (m, r) that ask for them.
        """
        self.images = images
        self.numbers = torch.tensor(numbers, device=images.device)
        self.conditions = torch.tensor(conditions, device=images.device)

    def draw(self, batch_size: int, random: np.random.Generator) -> Pair:
        """A batch of different (before, after) values of random garments, in random views."""
        rows = random.integers(len(self.images), size=batch_size)
        values = self.images.shape[1]
        before, after = np.array([random.permutation(values)[:2] for _ in rows]).T
        both = torch.cat([self.images[rows, before], self.images[rows, after]], dim=1)
        views = torch.Generator(both.device).manual_seed(int(random.integers(2**62)))
        (both,) = random_views(views, tinted(views, to_network(both)))
        x, y = both.chunk(2, dim=1)
        return Pair.of(x, y, self.conditions[after], self.numbers[after], self.numbers[before])


def changed(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Pixels that differ visibly, single ones (noise, JPEG) taken away and small gaps closed."""
    return (F.avg_pool2d(differs(x, y), 5, stride=1, padding=2) > 0.5).float()


def differs(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Pixels in which some channel differs visibly: B x 1 x S x S of 0 and 1."""
    return ((x - y).abs().amax(dim=1, keepdim=True) > VISIBLE).float()
