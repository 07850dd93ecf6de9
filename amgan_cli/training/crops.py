"""What D_C looks at: the box around the strongest attention (Sec. 3.1)."""

import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.patches import Patches

SMALLEST_SIDE = 1 / 8
"""Of the picture: a smaller box is grown, so that D_C never sees a few enlarged pixels."""


def attention_boxes(alpha: torch.Tensor) -> torch.Tensor:
    """B x 1 x S x S in 0..1 -> B x 4 boxes (left, top, right, bottom) as fractions of the side.

    Above half of its maximum, largest connected region, bounding box.
    """
    masks = alpha.detach().float().squeeze(1).cpu().numpy()
    boxes = np.stack([_largest_box(mask > mask.max() / 2) for mask in masks])
    return torch.from_numpy(boxes).to(alpha.device)


def crop(images: torch.Tensor, boxes: torch.Tensor, size: int) -> torch.Tensor:
    """Cut each picture's box and bring it to size x size; differentiable in `images`."""
    left, top, right, bottom = boxes.unbind(1)
    theta = torch.zeros(len(images), 2, 3, device=images.device)
    theta[:, 0, 0], theta[:, 0, 2] = right - left, right + left - 1
    theta[:, 1, 1], theta[:, 1, 2] = bottom - top, bottom + top - 1
    grid = F.affine_grid(theta, [len(images), 3, size, size], align_corners=False)
    return F.grid_sample(images.float(), grid, align_corners=False)


def _largest_box(mask: np.ndarray) -> np.ndarray:
    height, width = mask.shape
    parts = Patches(mask)
    if parts.count < 2:  # attention is 0 everywhere: the whole picture
        return np.array([0, 0, 1, 1], np.float32)
    largest = 1 + parts.area[1:].argmax()
    left, top = parts.left[largest], parts.top[largest]
    x0, x1 = _at_least(left / width, (left + parts.width[largest]) / width)
    y0, y1 = _at_least(top / height, (top + parts.height[largest]) / height)
    return np.array([x0, y0, x1, y1], np.float32)


def _at_least(start: float, end: float) -> tuple[float, float]:
    """Grow an interval inside 0..1 around its centre to SMALLEST_SIDE."""
    missing = max(0.0, SMALLEST_SIDE - (end - start)) / 2
    start = min(max(0.0, start - missing), 1 - (end - start) - 2 * missing)
    return start, max(end, start + SMALLEST_SIDE)
