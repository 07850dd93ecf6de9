"""Weights that belong to some attributes alone, for runs that leave all others as they are."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn

from amgan_cli.config import ModelConfig
from amgan_cli.errors import UsageError
from amgan_cli.model_info import read_info
from amgan_cli.nets.amgan import EncoderDecoder, Generator
from amgan_cli.nets.palette import Modulation
from amgan_cli.nets.templates import Templates
from amgan_cli.vocabulary import Vocabulary

NEUTRAL = (
    "method",
    "crop_discriminator",
    "discriminator_width",
    "discriminator_max_width",
    "leaky_slope",
    "init_std",
    "finer_blocks",
)
"""Options of a model by which edits that do not learn stay the same."""
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


def check_only(
    start: Path, vocabulary: Vocabulary, model: ModelConfig, only: Collection[str]
) -> None:
    """UsageError unless a run of `model` that begins as a model file can leave its edits of all
    attributes but `only` as they are."""
    known = read_info(start)
    ours, theirs = (asdict(each) for each in (model, known.model))
    for options in (ours, theirs):  # a new part has layers of its own
        options["views"] = {n: part for n, part in options["views"].items() if n not in only}
    other = [name for name in ours if name not in NEUTRAL and ours[name] != theirs[name]]
    if other:
        layers = ", ".join(f"model.{name}" for name in other)
        raise UsageError(f"--only: {start} has other {layers}; give the preset it was trained with")
    untaught = [n for n in vocabulary.names if n not in (*only, *known.vocabulary.names)]
    if untaught:
        names = ", ".join(untaught)
        raise UsageError(f"--only: {start} does not know {names}; name all others in --attributes")


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
