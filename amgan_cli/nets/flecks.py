"""Flecks: a fixed random function of the place on a garment, in short streaks along the rows.

As fibres of two colours lie in marled yarn (ours). It is the same at any size: a pixel gets the
mean over its area, and what is finer is told as variance.
"""

import math

import torch

OCTAVES = ((0.35, 20, 100), (0.55, 70, 230), (0.758, 190, 520))
"""Share, and knots on the side of a square of the garment's area along u and v; squares of shares
add up to 1."""
KNOT_VARIANCE = 0.75
"""Integral of the square of a knot's share along one way."""
LEAST = 0.01
"""Pixels are at least so many knots wide."""


def flecks(
    u: torch.Tensor, v: torch.Tensor, pixel: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean of the flecks in pixels at columns u (B x n) and rows v (B x m), `pixel` (B) wide.

    B x m x n, about normal with mean 0; and the variance inside a pixel (B): 0 where pixels are
    small, 1 where they are so large that the mean is 0.
    """
    total, kept = u.new_zeros(()), u.new_zeros(())
    for octave, (share, across, down) in enumerate(OCTAVES):
        columns, of_columns = _weights(u * across, pixel * across)
        rows, of_rows = _weights(v * down, pixel * down)
        knots = _knots(rows, columns, octave).to(u.dtype)
        total = total + share / KNOT_VARIANCE * (of_rows @ knots @ of_columns.transpose(1, 2))
        kept = kept + share**2 * _kept(pixel * across) * _kept(pixel * down)
    return total, 1 - kept


def _weights(at: torch.Tensor, width: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The knots near places (B x n) and their shares (B x n x knots) in pixels, B wide."""
    width = width.clamp_min(LEAST)[:, None, None]
    reach = 1 + int(width.max().item() / 2 + 1)
    first, last = int(at.min().floor().item()) - reach, int(at.max().ceil().item()) + reach
    knots = torch.arange(first, last + 1, device=at.device)
    away = at[..., None] - knots
    return knots, (_hat(away + width / 2) - _hat(away - width / 2)) / width


def _hat(x: torch.Tensor) -> torch.Tensor:
    """Integral of a knot's share at x: a raised cosine, 1 at the knot and 0 at the next ones."""
    x = x.clamp(-1, 1)
    return (x + torch.sin(math.pi * x) / math.pi) / 2


def _kept(width: torch.Tensor) -> torch.Tensor:
    """Share of the variance that means over pixels so wide have, close to the integral's."""
    return 1 / torch.sqrt(1 + (KNOT_VARIANCE * width) ** 2)


def _knots(rows: torch.Tensor, columns: torch.Tensor, octave: int) -> torch.Tensor:
    """A random number for each knot by its place alone, mean 0 and variance 1."""
    n = (rows[:, None] * 0x1B873593 + columns * 0x2545F491 + octave * 0x19D699A5) & 0xFFFFFFFF
    for factor in (0x2C1B3C6D, 0x297A2D39):  # products stay under 2**63
        n = ((n ^ (n >> 15)) * factor) & 0xFFFFFFFF
    return ((n ^ (n >> 16)) / 2**31 - 1) * math.sqrt(3)
