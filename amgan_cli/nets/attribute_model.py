"""An attribute network that stands alone: its file in, what it sees in photos out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.config import AttributeConfig
from amgan_cli.errors import CheckpointError, UsageError
from amgan_cli.look import Look
from amgan_cli.model_info import attributes_beside, find_weights, read_header
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.nets.pixels import to_network
from amgan_cli.tensors import fill
from amgan_cli.vocabulary import Vocabulary

CPU = torch.device("cpu")
RUN_FILE = "attribute_network.safetensors"
SIZES = ("depth", "input_size", "output_stride", "garment")
"""What of AttributeConfig the network is built from; the rest is about its training."""
BORDER = "border"
"""Key of a header: whether the file has a head for garments that end at the photo's border."""


@dataclass(frozen=True)
class AttributeModel:
    """A network with what it knows of itself."""

    network: AttributeNetwork
    vocabulary: Vocabulary
    wearers: Mapping[str, Sequence[str]]
    """As in `Look`."""

    @classmethod
    def load(cls, path: Path, device: torch.device = CPU) -> "AttributeModel":
        """Rebuild a network from its own header, in float32, eval mode and frozen.

        Half precision on disk is fine. Raises CheckpointError if it is none or damaged.
        """
        header = read_header(path)
        try:
            vocabulary = Vocabulary.from_dict(header["vocabulary"])
            sizes = {"garment": False, **header}  # which files from before 0.24 do not name
            config = AttributeConfig(**{name: sizes[name] for name in SIZES}, init="scratch")
        except (AttributeError, KeyError, TypeError, UsageError):
            message = f"is no attribute network; give a run folder's {RUN_FILE}"
            raise CheckpointError(f"{path}: {message}") from None
        border = header.get(BORDER, False)
        network = AttributeNetwork(vocabulary.n_values, config, border)
        fill(network, path)
        network = network.to(device).eval().requires_grad_(False)
        return cls(network, vocabulary, header.get("wearers", {}))

    @property
    def knows_garments(self) -> bool:
        """Whether it can find them."""
        return self.network.garment_head is not None

    @torch.inference_mode()
    def look(self, images: torch.Tensor) -> list[Look]:
        """What it sees in each of B x 3 x S x S uint8 photos in the square."""
        return self._looks(self.network.both_ways(self._to_network(images)))

    @torch.inference_mode()
    def look_and_find(self, images: torch.Tensor) -> tuple[list[Look], np.ndarray]:
        """The same, and where their garments are, B x h x w in 0..1: nowhere if none is known."""
        x = self._to_network(images)
        if not self.knows_garments:
            return self._looks(self.network.both_ways(x)), np.zeros((len(x), 1, 1), np.float32)
        scores, garments = self.network.both_ways_and_garment(x)
        return self._looks(scores), garments.sigmoid()[:, 0].float().cpu().numpy()

    def _to_network(self, images: torch.Tensor) -> torch.Tensor:
        return to_network(images.to(self.network.head.weight.device))

    def _looks(self, scores: torch.Tensor) -> list[Look]:
        """What scores B x N of all values say."""
        scores = scores.float().cpu()
        shares = {
            attribute: scores[:, self.vocabulary.block(attribute)].softmax(dim=1).tolist()
            for attribute in self.vocabulary.names
        }
        return [
            Look(
                {
                    attribute: dict(zip(values, shares[attribute][i], strict=True))
                    for attribute, values in self.vocabulary.attributes.items()
                },
                self.wearers,
            )
            for i in range(len(scores))
        ]

    @torch.inference_mode()
    def find_garments(self, x: torch.Tensor, at_border: bool = False) -> torch.Tensor:
        """Where the garments of B x 3 x S x S photos in -1..1 are, B x 1 x S x S in 0..1: the mean
        over photos and their mirror images. `at_border`: those that end at the photo's border are
        found better. Only if it `knows_garments`."""
        both = self.network.garment(torch.cat([x, x.flip(3)]), at_border)
        plain, mirrored = F.interpolate(both, x.shape[2:], mode="bilinear").chunk(2)
        return ((plain + mirrored.flip(3)) / 2).sigmoid()


def find_attribute_network(given: Path | None) -> Path | None:
    """The file or run folder given, else the shipped network, else None; UsageError if missing."""
    if given is None:
        return attributes_beside(find_weights(None))
    path = given / RUN_FILE if given.is_dir() else given
    if not path.is_file():
        raise UsageError(f"{path}: no such file; give an attribute network or a run folder")
    return path
