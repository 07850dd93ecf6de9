"""A generator that begins as another one, whose attributes and values may be others."""

from pathlib import Path

import torch
from torch import nn

from amgan_cli.checkpoint import load_model
from amgan_cli.errors import CheckpointError
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.vocabulary import Vocabulary

RGB = 3
AROUND_CONDITION = {
    "modulation.linear.weight": (0, 0),
    "first.weight": (RGB, 0),
    "inks.heights.weight": (0, 0),
    "inks.opacity.weight": (0, 0),
    "inks.colors.weight": (0, 0),
}
"""How weights end whose inputs are the condition's numbers -> other inputs before and after."""
COORDINATES = 2
"""Inputs of the first layer behind the condition, in a generator that has them."""


def start_as(path: Path, generator: Generator, info: ModelInfo) -> bool:
    """Let `generator`, which `info` describes, begin as the one in a model file.

    What that one does not know, other attributes and values, keeps the weights made here; residual
    blocks that it does not have begin as nothing. Returns whether its inks came along. Raises
    CheckpointError if it does not fit.
    """
    start, known = load_model(path, torch.device("cpu"))
    slots = shared_slots(known.vocabulary, info.vocabulary)
    if not slots:
        raise CheckpointError(f"--start-from {path}: was trained on other attributes or values")
    for name, parameter in generator.trunk[len(start.trunk) :].named_parameters():
        if ".norm2." in name:
            nn.init.zeros_(parameter)
    try:
        generator.load_state_dict(_moved_to(generator, info, start, known, slots))
    except RuntimeError:
        message = "has other layers than the preset; choose the preset it was trained with"
        raise CheckpointError(f"--start-from {path}: {message}") from None
    return start.inks is not None


def _moved_to(
    generator: Generator,
    info: ModelInfo,
    start: Generator,
    known: ModelInfo,
    slots: dict[int, int],
) -> dict[str, torch.Tensor]:
    """The weights of `start` as the `generator` names them; RuntimeError if they do not fit."""
    if start.coordinates and not info.model.coordinates:
        raise RuntimeError("knows coordinates")
    state = generator.state_dict()
    for name, value in start.state_dict().items():
        if name not in state:
            state[name] = value  # refused below
            continue
        around = next((n for end, n in AROUND_CONDITION.items() if name.endswith(end)), None)
        if name.endswith("templates.maps"):
            part = name.split(".")[1]
            places = known.part_slots[part].targets, info.part_slots[part].targets
            state[name] = _maps_moved(value, state[name], *places, slots)
        elif around is None:
            state[name] = value
        else:
            before, after = around
            if name.endswith("first.weight") and info.model.coordinates:
                if not start.coordinates:  # those of the photo's places begin as nothing
                    value = torch.cat([value, torch.zeros_like(value[:, :COORDINATES])], dim=1)
                after = COORDINATES
            state[name] = _moved(value, state[name], slots, before, after)
    return state


def shared_slots(known: Vocabulary, wanted: Vocabulary) -> dict[int, int]:
    """Slots of the condition (m, r) that mean the same in both: of `known` -> of `wanted`."""
    slots = {}
    for attribute in set(known.names) & set(wanted.names):
        both = set(known.attributes[attribute]) & set(wanted.attributes[attribute])
        slots |= {known.number(attribute, v): wanted.number(attribute, v) for v in both}
        places = known.names.index(attribute), wanted.names.index(attribute)
        slots[known.n_values + places[0]] = wanted.n_values + places[1]
    return slots


def _moved(
    known: torch.Tensor, like: torch.Tensor, slots: dict[int, int], before: int, after: int
) -> torch.Tensor:
    """Weights of the condition's slots (dimension 1, between others) at their new places."""
    moved = like.clone()
    moved[:, :before] = known[:, :before]
    if after:
        moved[:, -after:] = known[:, -after:]
    for old, new in slots.items():
        moved[:, before + new] = known[:, before + old]
    return moved


def _maps_moved(
    maps: torch.Tensor,
    like: torch.Tensor,
    known: tuple[int, ...],
    wanted: tuple[int, ...],
    slots: dict[int, int],
) -> torch.Tensor:
    """The learned pictures of the values of one part, in the order of the new vocabulary."""
    rows = {slot: row for row, slot in enumerate(wanted)}
    moved = like.clone()
    for row, slot in enumerate(known):
        if slots.get(slot) in rows:
            moved[rows[slots[slot]]] = maps[row]
    return moved
