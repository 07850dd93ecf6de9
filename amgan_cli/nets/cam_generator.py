"""AMGAN with CAMs as alpha (Table 1, last row): the attribute network is part of the model."""

import torch

from amgan_cli.config import ModelConfig
from amgan_cli.equations import normalize_cam
from amgan_cli.nets.amgan import Generator
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.vocabulary import Vocabulary


class CamGenerator(Generator):
    """(photo, manipulation) -> (generated image z, guidance mask alpha*).

    alpha* is the CAM of the value that the attribute network sees in the photo: m' of Eq. 8, which
    a photo to be edited has no label for.
    """

    def __init__(
        self, vocabulary: Vocabulary, config: ModelConfig, attribute: AttributeNetwork
    ) -> None:
        """`attribute` is fixed and in eval mode; it is saved with the generator."""
        super().__init__(vocabulary.n_values + vocabulary.n_attributes, config)
        self.attribute = attribute
        belongs = torch.zeros(vocabulary.n_attributes, vocabulary.n_values)
        for m, name in enumerate(vocabulary.names):
            belongs[m, vocabulary.block(name)] = 1
        self.belongs = torch.nn.Buffer(belongs, persistent=False)

    def attention(self, x: torch.Tensor, h: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """alpha*, which carries no gradient."""
        return self.guidance(x.detach(), condition)

    @torch.no_grad()
    def guidance(self, x: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """alpha* of the attribute that the condition manipulates, B x 1 x S x S in 0..1."""
        n_values = self.belongs.shape[1]
        values = torch.arange(n_values, device=x.device).expand(len(x), -1)
        maps = self.attribute.cam(x, values).float()  # B x N x h x w
        scores = maps.mean((2, 3)) + self.attribute.head.bias  # a CAM's mean is its value's score
        others = condition[:, n_values:] @ self.belongs == 0  # r names the attribute
        shown = scores.masked_fill(others, -torch.inf).argmax(dim=1)  # m'
        return normalize_cam(
            maps[torch.arange(len(x), device=x.device), shown][:, None], x.shape[-1]
        )
