"""Models and training states on disk.

A model is one safetensors file in half precision that rebuilds itself: its header holds the
vocabulary, the sizes and what it was trained on. A training state is one file of tensors and
plain values, read without unpickling code.
"""

import json
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import nn

from amgan_cli.errors import CheckpointError, OutputError
from amgan_cli.files import atomic
from amgan_cli.model_info import HEADER, ModelInfo, read_header, read_info
from amgan_cli.nets.amgan import Generator
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.nets.cam_generator import CamGenerator
from amgan_cli.tensors import cast, fill


def save_model(path: Path, generator: nn.Module, info: ModelInfo) -> None:
    """Write generator and info as one file, whole or not at all."""
    half = {name: cast(value, torch.float16) for name, value in generator.state_dict().items()}
    with _writing(path) as temporary:
        save_file(half, temporary, metadata=info.to_header())


def load_model(path: Path, device: torch.device) -> tuple[Generator, ModelInfo]:
    """Return the generator in eval mode and float32 with its info; CheckpointError if unusable."""
    info = read_info(path)
    # built on the CPU, not on "meta": that device imports a second's worth of torch
    generator = build_generator(info)
    fill(generator, path)
    return generator.to(device).eval().requires_grad_(False), info


def build_generator(info: ModelInfo, attribute: AttributeNetwork | None = None) -> Generator:
    """The generator that `info` describes, untrained; `attribute` where CAMs are its attention.

    Without `attribute` such a generator gets an untrained one, whose weights a model file holds.
    """
    if info.model.mask != "cam":
        return Generator(info.n_condition, info.model, info.ink_slot, info.part_slots)
    if attribute is None:
        assert info.attribute_network, "a model with mask 'cam' names its attribute network"
        attribute = AttributeNetwork(info.vocabulary.n_values, info.attribute_network)
    return CamGenerator(info.vocabulary, info.model, attribute)


def save_network(path: Path, network: nn.Module, note: Mapping[str, Any]) -> None:
    """Write any network's weights, as they are, with a note in the header."""
    state = {name: value.contiguous() for name, value in network.state_dict().items()}
    with _writing(path) as temporary:
        save_file(state, temporary, metadata={HEADER: json.dumps(dict(note))})


def load_network(
    path: Path,
    network: nn.Module,
    note: Mapping[str, Any],
    defaults: Mapping[str, Any] | None = None,
) -> None:
    """Fill `network` from a file that `save_network` wrote with the same `note`; `defaults` is what
    options have that came after it was written."""
    found = {**(defaults or {}), **read_header(path)}
    if found != json.loads(json.dumps(dict(note))):
        raise CheckpointError(
            f"{path}: was trained for other attributes or with other settings; "
            "delete it or choose another folder"
        )
    fill(network, path)


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write a training state, whole or not at all."""
    with _writing(path) as temporary:
        torch.save(dict(state), temporary)


def load_state(path: Path, device: torch.device) -> dict[str, Any]:
    """Read a training state; raise CheckpointError if it is damaged."""
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise CheckpointError(f"{path}: cannot be resumed from ({error})") from None


@contextmanager
def _writing(path: Path) -> Iterator[Path]:
    """`atomic`, for libraries that report a full disk with errors of their own."""
    try:
        with atomic(path) as temporary:
            yield temporary
    except (RuntimeError, SafetensorError) as error:
        reason = str(error).splitlines()[0]
        message = f"cannot be written ({reason}); is the disk full? what was there before is kept"
        raise OutputError(f"{path}: {message}") from None
