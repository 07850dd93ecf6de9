"""Where the neck and the front of a garment lie, told from its mask alone.

For garments that lie or hang upright, as product photos show them; at the network's size.
"""

import numpy as np
import torch

SOFT = 0.25
"""Share of a part's half side over which it ends."""
TALL = 0.6
"""Columns with at least this share of the tallest column's cloth belong to the torso."""


def part_boxes(masks: torch.Tensor) -> dict[str, torch.Tensor]:
    """Boxes of `neck` and `front`, each n x 4: left, right, top, bottom in pixels.

    masks n x 1 x S x S uint8, 255 = garment; NaN for a photo without a garment.
    """
    boxes = [_boxes_of(mask[0] > 127) for mask in masks.cpu().numpy()]
    parts = {"neck": [neck for neck, _ in boxes], "front": [front for _, front in boxes]}
    return {name: torch.tensor(rows, dtype=torch.float32) for name, rows in parts.items()}


def part_maps(boxes: torch.Tensor, part: str, size: int) -> torch.Tensor:
    """Boxes n x 4 of `neck` or `front` as soft maps n x 1 x size x size in 0..1; NaN: 1.

    The neck's lower corners are round, as a yoke is.
    """
    left, right, top, bottom = (side[:, None, None] for side in boxes.unbind(1))
    position = torch.arange(size, device=boxes.device) + 0.5
    across = ((position[None, None] - (left + right) / 2) / ((right - left) / 2)).abs()
    down = (position[None, :, None] - (top + bottom) / 2) / ((bottom - top) / 2)
    if part == "neck":
        away = (across**2.5 + down.clamp_min(0) ** 2.5) ** 0.4
        away = torch.where(down < 0, torch.maximum(across, -down), away)
    else:
        away = torch.maximum(across, down.abs())
    return ((1 - away) / SOFT + 0.5).clamp(0, 1).nan_to_num(1.0)[:, None]


def _boxes_of(garment: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Neck and front of one garment, S x S bool."""
    rows, heights = np.flatnonzero(garment.sum(1) > 2), garment.sum(0)
    if len(rows) < 12:
        return (np.nan,) * 4, (np.nan,) * 4
    top, bottom = rows[0], rows[-1] + 1
    torso = np.flatnonzero(heights > TALL * heights.max())
    left, right = torso[0], torso[-1] + 1
    width, height, middle = right - left, bottom - top, (left + right) / 2
    head = np.flatnonzero(garment[top : top + max(2, height // 12), left:right].any(0))
    neck = (left + head.mean() + middle) / 2 if len(head) else middle
    depth = 0.27 * min(height, 1.4 * width)
    return (
        (neck - 0.33 * width, neck + 0.33 * width, top - 0.02 * height, top + depth),
        (middle - 0.17 * width, middle + 0.17 * width, top, bottom),
    )
