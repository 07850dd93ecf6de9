"""Attention against true masks; all B x 1 x S x S in 0..1, results B values."""

import torch


def intersection_over_union(attention: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """IoU of both at threshold 0.5; NaN where the mask is empty."""
    first, second = attention > 0.5, mask > 0.5
    both = (first & second).sum((1, 2, 3)).double()
    either = (first | second).sum((1, 2, 3))
    return torch.where(second.sum((1, 2, 3)) > 0, both / either, torch.nan)


def share_inside(attention: torch.Tensor, mask: torch.Tensor, threshold: float) -> torch.Tensor:
    """Share of the area where attention reaches `threshold` that is on the mask; NaN for none."""
    region = attention >= threshold
    return (region & (mask > 0.5)).sum((1, 2, 3)) / region.sum((1, 2, 3)).double()
