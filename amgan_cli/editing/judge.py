"""Did the edit take? The attribute network says how sure it is. Light."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amgan_cli.errors import CheckpointError
from amgan_cli.model_info import ATTRIBUTES_FILE, find_weights
from amgan_cli.vocabulary import Manipulation

if TYPE_CHECKING:
    import numpy as np

Judge = Callable[[Sequence["np.ndarray"], str, str], list[float] | None]
"""(B squares S x S x 3 uint8, attribute, value) -> B probabilities that they have the value.

None for a value that it does not know."""


def load_judge(device: str) -> Judge:
    """The shipped attribute network; CheckpointError where none is shipped."""
    file = shipped_judge()
    if file is None:
        raise CheckpointError(f"no judge: weights/{ATTRIBUTES_FILE} is not installed")

    import numpy as np
    import torch

    from amgan_cli.attribute_model import load_attribute_network
    from amgan_cli.device import pick_device

    network, vocabulary = load_attribute_network(file)
    place = pick_device(device)
    network = network.to(place).eval()

    @torch.inference_mode()
    def probability(
        squares: Sequence["np.ndarray"], attribute: str, value: str
    ) -> list[float] | None:
        if value not in vocabulary.attributes.get(attribute, ()):
            return None
        x = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).to(place) / 127.5 - 1
        scores = network(x)[:, vocabulary.block(attribute)].float()
        return scores.softmax(1)[:, vocabulary.attributes[attribute].index(value)].tolist()

    return probability


def shipped_judge() -> Path | None:
    """Where the attribute network's file is, if it is."""
    file = find_weights(None).with_name(ATTRIBUTES_FILE)
    return file if file.is_file() else None


def sureness(
    judge: Judge, square: "np.ndarray", manipulations: Iterable[Manipulation]
) -> float | None:
    """How sure the judge is of the least certain manipulation, 0..1; None if it knows none."""
    answers = (judge([square], *manipulation) for manipulation in manipulations)
    return min((answer[0] for answer in answers if answer), default=None)
