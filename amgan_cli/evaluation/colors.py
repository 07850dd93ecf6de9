"""The colour of an edited garment against the prototypes of the colour values."""

from collections.abc import Mapping

import numpy as np
import torch

from amgan_cli.color import masked_median, rgb_to_lab


def nearest_prototype(
    x_star: torch.Tensor, masks: torch.Tensor, prototypes: Mapping[str, tuple[float, float, float]]
) -> np.ndarray:
    """Names of the colours nearest (Euclidean in CIELAB) to the median colour inside the masks.

    x_star B x 3 x S x S in -1..1, masks B x 1 x S x S in 0..1; "" where a mask is empty.
    """
    median = masked_median(rgb_to_lab(x_star), masks)
    names = np.array([*prototypes, ""])
    table = torch.tensor([prototypes[name] for name in names[:-1]]).to(median)
    index = torch.cdist(median.nan_to_num(), table).argmin(dim=1)
    index[median.isnan().any(dim=1)] = len(names) - 1
    return names[index.cpu().numpy()]
