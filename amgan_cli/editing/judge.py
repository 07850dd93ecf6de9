"""Did the edit take? The attribute network says how sure it is. Light."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amgan_cli.errors import CheckpointError
from amgan_cli.vocabulary import Manipulation

if TYPE_CHECKING:
    import numpy as np

Judge = Callable[[Sequence["np.ndarray"], str, str], list[float]]
"""(B squares S x S x 3 uint8, attribute, value) -> B probabilities that they have the value."""

ATTRIBUTES_FILE = "attributes.safetensors"


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
    def probability(squares: Sequence["np.ndarray"], attribute: str, value: str) -> list[float]:
        x = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).to(place) / 127.5 - 1
        scores = network(x)[:, vocabulary.block(attribute)].float()
        return scores.softmax(1)[:, vocabulary.attributes[attribute].index(value)].tolist()

    return probability


def shipped_judge() -> Path | None:
    """Where the attribute network's file is, if it is."""
    package = Path(__file__).parent.parent
    places = (package / "weights", package.parent / "weights")  # installed, in the repository
    return next((p / ATTRIBUTES_FILE for p in places if (p / ATTRIBUTES_FILE).is_file()), None)


def sureness(judge: Judge, square: "np.ndarray", manipulations: Iterable[Manipulation]) -> float:
    """How sure the judge is of the least certain manipulation, 0..1."""
    return min(judge([square], *manipulation)[0] for manipulation in manipulations)
