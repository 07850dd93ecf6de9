"""Twins of photos, as an edit might leave them: the rest must still look the same to a network.

A few thousand photos show few garments in more than one colour, and a network takes colours for
hints at collars and sleeves: of photos with their channels swapped it saw 84 % as before (ours).
"""

import torch
import torch.nn.functional as F

from amgan_cli.training.random_prints import hidden, printed
from amgan_cli.vocabulary import Vocabulary

RECOLORED, PRINTED = 0.65, 0.5
"""Shares of the twins that get other colours, and a print."""
WHOLE = 0.3
"""Share of the recoloured that swap the colours of the whole photo, ground too."""
MIXED = 3.0
"""How surely a new channel is one of the old ones; 0: the grey of all three."""
CONTRAST = (0.6, 1.4)
"""Least and most of the garment's own contrast that stays."""
BRIGHTEST = 0.85
"""How near to black or white a garment's new colour may be, of 1."""


def twins_of(
    random: torch.Generator,
    x: torch.Tensor,
    mask: torch.Tensor,
    names: tuple[str, ...],
    color: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures x (B x 3 x S x S in -1..1) with other colours or a print inside mask (B x 1 x S x S
    in 0..1).

    Returns them and which of the attributes `names` look as before (B x M bool); `color` is the one
    that colours are values of.
    """
    twins, is_recolored = recolored(random, x, mask)
    twins, inked = printed(random, twins, mask, PRINTED)
    untouched = ~hidden(inked, names, color)
    if color in names:
        untouched[:, names.index(color)] &= ~is_recolored
    return twins, untouched


def recolored(
    random: torch.Generator, x: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Garments in another colour, or photos in other ones; and which were."""
    n = len(x)
    luck = torch.rand(n, 6, 1, 1, generator=random, device=x.device)
    logits = MIXED * torch.randn(n, 3, 3, generator=random, device=x.device)
    mixed = torch.einsum("bij,bjhw->bihw", logits.softmax(2), x)
    area = mask.mean((2, 3), keepdim=True)
    has_mask = mask.amax((1, 2, 3), keepdim=True) > 0.5
    mean = (mixed * mask).mean((2, 3), keepdim=True) / area.clamp_min(1e-3)
    color = BRIGHTEST * (2 * luck[:, :3] - 1)
    contrast = CONTRAST[0] + (CONTRAST[1] - CONTRAST[0]) * luck[:, 3:4]
    dyed = x + mask * ((color + contrast * (mixed - mean)).clamp(-1, 1) - x)
    is_recolored = luck[:, 4:5] < RECOLORED
    is_whole = (luck[:, 5:] < WHOLE) | ~has_mask
    other = torch.where(is_whole, mixed, dyed)
    return torch.where(is_recolored, other, x), is_recolored.flatten()


def disagreement(
    scores: torch.Tensor, wanted: torch.Tensor, untouched: torch.Tensor, vocabulary: Vocabulary
) -> torch.Tensor:
    """Mean Kullback-Leibler divergence of what twins show from what their photos do.

    Both B x N scores, of which `wanted` gets no gradient; untouched B x M bool: what counts.
    """
    losses = []
    for m, attribute in enumerate(vocabulary.names):
        block = vocabulary.block(attribute)
        ours = scores[:, block].float().log_softmax(1)
        theirs = wanted[:, block].detach().float().log_softmax(1)
        each = F.kl_div(ours, theirs, reduction="none", log_target=True).sum(1)
        losses.append((each * untouched[:, m]).sum() / untouched[:, m].sum().clamp_min(1))
    return torch.stack(losses).mean()
