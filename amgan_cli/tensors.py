"""Weights from a safetensors file into a network."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from amgan_cli.errors import CheckpointError


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """All of a file's, by name; CheckpointError if it is no whole safetensors file."""
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path}: damaged ({error}); fetch or train it again") from None


def fill(network: nn.Module, path: Path) -> None:
    """Give a network the weights of its file, in float32 whatever they are there; CheckpointError
    if they do not fit."""
    state = {name: cast(value, torch.float32) for name, value in read_tensors(path).items()}
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError:
        message = "weights do not fit their own header; was it made by another version of amgan?"
        raise CheckpointError(f"{path}: {message}") from None


def cast(value: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """In another precision; counters (batch norm's) stay whole numbers."""
    return (value.to(dtype) if value.is_floating_point() else value).contiguous()
