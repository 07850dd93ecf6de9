"""Patterns of chance on garments: what is seen of sleeves must not hang on the print (ours)."""

import math

import torch

from amgan_cli.model_info import WHOLE_GARMENT

CYCLES = (3.0, 22.0)
"""Fewest and most repeats over the picture."""
FOLDS = 0.7
"""Share of the cloth's light and dark that falls on ink too."""
COLOR_SHOWS = 0.4
"""Share of a garment that may be ink before its colour, that of more than half of it, is hidden."""


def hidden(inked: torch.Tensor, names: tuple[str, ...], color: str) -> torch.Tensor:
    """Which of the attributes `names` a print on so much of a garment (B in 0..1) hides, B x M
    bool: its pattern and, where more than COLOR_SHOWS is ink, its `color`."""
    hides = torch.zeros(len(inked), len(names), dtype=torch.bool, device=inked.device)
    for m, name in enumerate(names):
        if name in WHOLE_GARMENT:
            hides[:, m] = inked > 0
        elif name == color:
            hides[:, m] = inked > COLOR_SHOWS
    return hides


def printed(
    random: torch.Generator, x: torch.Tensor, mask: torch.Tensor, share: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """x B x 3 x S x S in -1..1 with a print inside mask (B x 1 x S x S in 0..1) on a `share` of it.

    Stripes, checks or dots of any colour, width and direction. Returns the pictures and what share
    of the garment is ink (B in 0..1); photos without a mask get none.
    """
    n, size = len(x), x.shape[-1]
    luck = torch.rand(n, 11, 1, 1, 1, generator=random, device=x.device).unbind(1)
    at = torch.linspace(-0.5, 0.5, size, device=x.device)
    v, u = at[:, None], at[None, :]
    turn, cycles = math.pi * luck[0], CYCLES[0] * (CYCLES[1] / CYCLES[0]) ** luck[1]
    across, along = turn.cos() * u + turn.sin() * v, turn.cos() * v - turn.sin() * u
    first, second = (
        torch.cos(2 * math.pi * (cycles * place + phase))
        for place, phase in ((across, luck[2]), (along, luck[3]))
    )
    kind, thin = luck[4], 1.2 * luck[5] - 0.6
    stripes, dots = first - thin, first + second - 0.8 - thin
    height = torch.where(kind < 0.4, stripes, torch.where(kind < 0.7, dots, first * second - thin))
    opacity = 0.35 + 0.65 * luck[6]
    light, area = x.mean(1, keepdim=True), mask.mean((2, 3), keepdim=True).clamp_min(1e-3)
    middle = (light * mask).mean((2, 3), keepdim=True) / area
    color = 2 * torch.cat(luck[7:10], dim=1) - 1
    ink = (color + FOLDS * (light - middle)).clamp(-1, 1)
    is_printed = (luck[10] < share) & (mask.amax((1, 2, 3), keepdim=True) > 0.5)
    cover = is_printed * mask * opacity * torch.sigmoid(12 * height)
    inked = cover.mean((1, 2, 3)) / area.flatten()
    return x + cover * (ink - x), inked
