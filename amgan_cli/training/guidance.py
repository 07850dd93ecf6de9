"""What is known of a training photo beside its labels: guidance masks and colour prototypes.

The attribute network is fixed while the generator learns, so its CAMs are computed once.
"""

import numpy as np
import torch

from amgan_cli.color import masked_median, rgb_to_lab
from amgan_cli.config import LossConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.device import Compute
from amgan_cli.equations import normalize_cam
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.nets.pixels import to_network

CHUNK = 64


class Guidance:
    """alpha* for any photo and attribute: CAM of its label or its weak garment mask."""

    def __init__(self, dataset: Dataset, cams: torch.Tensor | None, loss: LossConfig) -> None:
        """`cams` n x M x h x w, unnormalised, or None."""
        self.dataset, self.cams = dataset, cams
        self.source = [loss.guidance_of(name) for name in dataset.labels.vocabulary.names]

    def has_map(self, m: int) -> np.ndarray:
        """Photos that attribute number `m` can learn from, n bool: without masks all are taken,
        with masks and no CAM to stand in only those that have one."""
        if self.source[m] != "mask" or self.dataset.masks is None or self.cams is not None:
            return np.ones(len(self.dataset.images), bool)
        return (self.dataset.masks.amax((1, 2, 3)) > 127).cpu().numpy()

    def alpha_star(self, rows: torch.Tensor, m: int) -> torch.Tensor | None:
        """For attribute number `m`, B x 1 x S x S in 0..1; None if guidance is off.

        CAM where a photo has no mask.
        """
        source = self.source[m]
        masks = None
        if source == "mask" and self.dataset.masks is not None:
            masks = self.dataset.masks[rows].float() / 255
        if self.cams is None or source == "off":
            return masks
        alpha_star = normalize_cam(self.cams[rows, m][:, None], self.dataset.images.shape[-1])
        if masks is None:
            return alpha_star
        has_mask = masks.amax((1, 2, 3), keepdim=True) > 0.5
        return torch.where(has_mask, masks, alpha_star)


@torch.no_grad()
def compute_cams(network: AttributeNetwork, dataset: Dataset, compute: Compute) -> torch.Tensor:
    """CAM of every photo for each of its labels (Eq. 8): n x M x h x w float16, 0 if unknown."""
    vocabulary = dataset.labels.vocabulary
    starts = torch.tensor([vocabulary.block(name).start for name in vocabulary.names])
    values = torch.from_numpy(dataset.labels.values)
    numbers = (values + starts).clamp_min(0).to(compute.device)
    cams = []
    for rows in torch.arange(len(values)).split(CHUNK):
        images = compute.lay_out(to_network(dataset.images[rows]))
        with compute.autocast():
            cams.append(network.cam(images, numbers[rows]).to(torch.float16))
    known = (values != UNKNOWN)[..., None, None].to(compute.device)
    return torch.cat(cams) * known


def color_prototypes(dataset: Dataset, attribute: str) -> dict[str, tuple[float, float, float]]:
    """CIELAB of each value of `attribute`: median over its training photos' masked medians.

    Values that nobody can ask for, or without masked photos, are left out; empty without masks.
    """
    vocabulary = dataset.labels.vocabulary
    if dataset.masks is None or attribute not in vocabulary.attributes:
        return {}
    rows = torch.from_numpy(dataset.rows(test=False))
    medians = torch.cat(
        [
            masked_median(rgb_to_lab(to_network(dataset.images[part])), dataset.masks[part] / 255)
            for part in rows.split(CHUNK)
        ]
    ).cpu()
    labels = dataset.labels.values[rows, vocabulary.names.index(attribute)]
    prototypes = {}
    for value in vocabulary.targets(attribute):
        mine = medians[labels == vocabulary.attributes[attribute].index(value)]
        mine = mine[~mine.isnan().any(dim=1)]
        if len(mine):
            prototypes[value] = tuple(round(float(v), 1) for v in mine.median(dim=0).values)
    return prototypes
