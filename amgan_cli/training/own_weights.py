"""Weights that belong to some attributes alone, for runs that leave all others as they are."""

from collections.abc import Iterable

import torch
from torch import nn

from amgan_cli.networks import EncoderDecoder, Generator
from amgan_cli.palette import Modulation
from amgan_cli.templates import Templates
from amgan_cli.vocabulary import Vocabulary

RGB = 3
"""Input channels before those of the condition."""


def own_slots(vocabulary: Vocabulary, attributes: Iterable[str]) -> list[int]:
    """The condition's numbers (m, r) that are 0 in every edit of other attributes."""
    slots = []
    for name in attributes:
        block = vocabulary.block(name)
        slots += [*range(block.start, block.stop)]
        slots.append(vocabulary.n_values + vocabulary.names.index(name))
    return slots


def learn_only(generator: Generator, slots: list[int]) -> None:
    """Let the weights of these numbers of the condition learn, and nothing else (ours).

    Layers that only edits of a part go through learn too, where all its values are among them.
    Conditions in which these numbers are 0 then give the same edits as before, to the bit.
    """
    generator.requires_grad_(False)
    for layer in generator.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.eval()  # its statistics belong to all
        elif isinstance(layer, EncoderDecoder):
            _learn(layer.first.weight, 1, [RGB + slot for slot in slots])
        elif isinstance(layer, Modulation):
            _learn(layer.linear.weight, 1, slots)
        elif isinstance(layer, Templates):
            rows = [row for row, slot in enumerate(layer.slots) if slot in slots]
            _learn(layer.maps, 0, rows)
    for part in generator.each_part():
        if set(part.slots) <= set(slots):
            part.requires_grad_(True)


def _learn(weights: torch.Tensor, dim: int, places: list[int]) -> None:
    """Gradients for some places of one dimension; Adam leaves the others where they are."""
    shape = [1] * weights.dim()
    shape[dim] = -1
    share = torch.zeros(weights.shape[dim], device=weights.device)
    share[places] = 1
    weights.requires_grad_(True)
    weights.register_hook(lambda gradient: gradient * share.view(shape))
