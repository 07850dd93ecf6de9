"""The networks' numbers, -1..1, for the files' 0..255. PAD (128) becomes 0.004."""

import numpy as np
import torch


def to_network(images: torch.Tensor) -> torch.Tensor:
    """0..255 (uint8 or float, any shape) to float -1..1."""
    return images.float().div(127.5).sub(1)


def to_numpy(batch: torch.Tensor) -> np.ndarray:
    """Pictures B x 3 x S x S in -1..1 to B x S x S x 3 in 0..255, masks to B x S x S."""
    array = batch.permute(0, 2, 3, 1).cpu().numpy()
    return array[..., 0] if array.shape[3] == 1 else (array + 1) * 127.5
