"""Which edits are measured, and their making: test photos in, edited pictures out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.device import Compute
from amgan_cli.edit_square import SquareEditor
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.nets.pixels import to_network

CHUNK = 32


@dataclass(frozen=True)
class EditedBatch:
    """Photos `rows` of a data set, edited to one value of one attribute."""

    attribute: int
    """Number of the attribute."""
    value: int
    """Number of the wanted value."""
    rows: np.ndarray
    x: torch.Tensor
    """B x 3 x S x S in -1..1."""
    x_star: torch.Tensor
    alpha: torch.Tensor
    """B x 1 x S x S in 0..1."""


def list_edits(
    generator: Generator,
    info: ModelInfo,
    dataset: Dataset,
    rows: np.ndarray,
    attribute: str,
    compute: Compute,
) -> Iterator[EditedBatch]:
    """Every photo of `rows` whose label is known, edited to every other value one can ask for."""
    editor, vocabulary = SquareEditor(generator, info, compute), info.vocabulary
    m, values = vocabulary.names.index(attribute), vocabulary.attributes[attribute]
    labels = dataset.labels.values[rows, m]
    for value in vocabulary.targets(attribute):
        others = rows[(labels != UNKNOWN) & (labels != values.index(value))]
        for start in range(0, len(others), CHUNK):
            chunk = others[start : start + CHUNK]
            x = to_network(dataset.images[torch.from_numpy(chunk)])
            x_star, alpha = editor.edit(x, (attribute, value))
            yield EditedBatch(m, values.index(value), chunk, x, x_star, alpha)
