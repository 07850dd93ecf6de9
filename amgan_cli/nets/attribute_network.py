"""The paper's CNN: attribute prediction, class activation maps and perceptual features."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from amgan_cli.config import AttributeConfig
from amgan_cli.errors import CheckpointError, UsageError
from amgan_cli.nets.garment_head import GarmentHead
from amgan_cli.nets.resnet import channels_of, resnet_body
from amgan_cli.tensors import read_tensors
from amgan_cli.vocabulary import Vocabulary

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
SEEN = 2, 4, 5, 6, 7
"""Layers of the body that the garment heads see: after the stem and after each stage."""


class AttributeNetwork(nn.Module):
    """ResNet whose last layer scores all N values; photos come in as B x 3 x S x S, -1..1."""

    def __init__(self, n_values: int, config: AttributeConfig, border: bool = False) -> None:
        """`border`: with a second garment head, for garments that end at the photo's border."""
        super().__init__()
        self.input_size = config.input_size
        self.body, channels = resnet_body(config.depth), channels_of(config.depth)
        if config.output_stride == 16:
            _keep_resolution(next(self.body[-1].children()))
        self.head = nn.Linear(channels[-1], n_values)
        self.garment_head = GarmentHead(channels) if config.garment else None
        self.border_head = GarmentHead(channels) if border else None
        mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
        self.mean, self.std = nn.Buffer(mean, persistent=False), nn.Buffer(std, persistent=False)

    def features(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return `conv5` (B x C x h x w) and `avg_pool` (B x C), the layers of Eq. 10."""
        conv5 = self.stages(x)[-1]
        return {"conv5": conv5, "avg_pool": conv5.mean(dim=(2, 3))}

    def stages(self, x: torch.Tensor) -> list[torch.Tensor]:
        """What the garment heads see, fine to coarse; the last one is `conv5`."""
        size = (self.input_size, self.input_size)
        if x.shape[2:] != size:
            x = F.interpolate(x, size, mode="bilinear", antialias=True)
        x, stages = ((x + 1) / 2 - self.mean) / self.std, []
        for i, layer in enumerate(self.body):
            x = layer(x)
            if i in SEEN:
                stages.append(x)
        return stages

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores of all values, B x N, before any softmax."""
        return self.head(self.features(x)["avg_pool"])

    def scores_and_garment(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of all values, and of where the garment is (B x 1 x S/2 x S/2), before sigmoid.

        Only of a network with a garment head.
        """
        assert self.garment_head is not None
        stages = self.stages(x)
        return self.head(stages[-1].mean(dim=(2, 3))), self.garment_head(stages)

    def garment(self, x: torch.Tensor, at_border: bool) -> torch.Tensor:
        """Where the garment is as above; `at_border`: by the head for those that end there, of a
        network that has it."""
        head = self.border_head if at_border and self.border_head else self.garment_head
        assert head is not None
        return head(self.stages(x))

    def both_ways(self, x: torch.Tensor) -> torch.Tensor:
        """Scores, the mean over a photo and its mirror image: right more often (ours)."""
        return (self(x) + self(x.flip(3))) / 2

    def both_ways_and_garment(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The same, and the mean of where the garment is, as `scores_and_garment`."""
        scores, garment = self.scores_and_garment(x)
        mirrored_scores, mirrored = self.scores_and_garment(x.flip(3))
        return (scores + mirrored_scores) / 2, (garment + mirrored.flip(3)) / 2

    def cam(self, x: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        """Class activation maps of value numbers (B x K), unnormalised, B x K x h x w (Eq. 8)."""
        conv5 = self.features(x)["conv5"]
        return torch.einsum("bkc,bchw->bkhw", self.head.weight[value].to(conv5), conv5)


def _keep_resolution(block: nn.Module) -> None:
    """Let a ResNet stage's first block keep its input's size; its weights stay the same."""
    for layer in block.modules():
        if isinstance(layer, nn.Conv2d) and layer.stride == (2, 2):
            layer.stride = (1, 1)


def build_attribute_network(n_values: int, config: AttributeConfig) -> AttributeNetwork:
    """A network with the wanted start: ImageNet weights, a file, or random.

    Raises UsageError if ImageNet weights cannot be had, CheckpointError if the file does not fit.
    """
    network = AttributeNetwork(n_values, config)
    if config.init == "scratch":
        return network
    if config.init == "imagenet":
        state = _imagenet_state(config.depth)
    else:
        state = read_tensors(Path(config.init))
    body = network.body.state_dict()
    named = _rename(state).items()
    fitting = {key: v for key, v in named if key in body and v.shape == body[key].shape}
    if set(fitting) != set(body):
        raise CheckpointError(f"{config.init}: holds no ResNet-{config.depth}; check the file")
    network.body.load_state_dict(fitting)
    _start_garment_head(network, state)
    head = {key: state.get(f"head.{key}") for key in ("weight", "bias")}
    if head["weight"] is not None and head["weight"].shape == network.head.weight.shape:
        network.head.load_state_dict(head)
    return network


def _start_garment_head(network: AttributeNetwork, state: dict[str, torch.Tensor]) -> None:
    """Take over a garment head where both have one."""
    prefix = "garment_head."
    its = {key.removeprefix(prefix): v for key, v in state.items() if key.startswith(prefix)}
    if network.garment_head is not None and its:
        network.garment_head.load_state_dict(its)


def _imagenet_state(depth: int) -> dict[str, torch.Tensor]:
    from torchvision.models import get_weight

    try:
        return dict(get_weight(f"ResNet{depth}_Weights.DEFAULT").get_state_dict(check_hash=True))
    except OSError as error:
        raise UsageError(
            f"attribute_network.init imagenet: no weights here and none to download ({error}); "
            "use --attribute-init scratch or a safetensors file"
        ) from None


def _rename(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """torchvision's names to the numbers of `body`; our own files' `body.` prefix is dropped."""
    places = {"conv1": "0", "bn1": "1"} | {f"layer{i}": str(i + 3) for i in range(1, 5)}
    renamed = {}
    for key, value in state.items():
        head, _, rest = key.removeprefix("body.").partition(".")
        renamed[f"{places.get(head, head)}.{rest}"] = value
    return renamed


def masked_cross_entropy(
    scores: torch.Tensor, values: torch.Tensor, vocabulary: Vocabulary, smoothing: float = 0.0
) -> torch.Tensor:
    """Mean over attributes of the cross-entropy of the known labels.

    scores B x N; values B x M with -1 for unknown, which adds nothing.
    """
    losses = []
    for m, attribute in enumerate(vocabulary.names):
        known = values[:, m] >= 0
        if known.any():
            block = scores[known][:, vocabulary.block(attribute)].float()
            losses.append(F.cross_entropy(block, values[known, m], label_smoothing=smoothing))
    return torch.stack(losses).mean() if losses else scores.sum() * 0
