"""Training of the network that sees light and shade under patterns (ours)."""

import copy
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.device import Compute
from amgan_cli.nets.pixels import to_network
from amgan_cli.nets.shading_network import ShadingNetwork
from amgan_cli.training.shading.patterned_photos import PatternedPhotos

SIZE, BATCH = 192, 16
"""Pixels of a sample's side, and samples a step."""
RATE, WARM, FALL = 3e-3, 100, 0.1
"""Learning rate, steps in which it rises, and share of all after which it falls to nothing."""
EDGES, APART = 2.0, (1, 2, 4)
"""What differences of pixels so far apart count beside the pixels themselves: folds are slopes."""
PRINTS = 2.0
"""What prints count beside light and shade."""
DECAY = 0.999
"""Of the average of weights over steps, which is what comes out."""


def train_shading(
    photos: PatternedPhotos,
    compute: Compute,
    steps: int,
    seed: int,
    on_step: Callable[[int, float], None],
    start: ShadingNetwork | None = None,
) -> ShadingNetwork:
    """A network trained for so many `steps`; `on_step` gets each one's number and loss.

    `start`: the network to go on from, which is changed.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = compute.place(ShadingNetwork() if start is None else start).train()
    network.requires_grad_(True)
    average = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-4)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(draw_batch, photos, random)
        for step in range(1, steps + 1):
            falling = max(0.0, step / steps - FALL) / (1 - FALL)
            rate = RATE * min(1, step / WARM) * (1 + math.cos(math.pi * falling)) / 2
            for group in optimizer.param_groups:
                group["lr"] = rate
            x, mask, wanted, counts = (each.to(compute.device) for each in coming.result())
            coming = pool.submit(draw_batch, photos, random)  # while the network learns
            with compute.autocast():
                said = network(compute.lay_out(x), mask).float()
            off = said[:, :1] - wanted[:, :1]
            loss = shading_loss(off, counts[:, :1])
            loss = loss + PRINTS * print_loss(said[:, 1:], wanted[:, 1:], counts[:, 1:])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            _follow(average, network, min(DECAY, step / (step + 9)))
            on_step(step, loss.item())
    return average.eval().requires_grad_(False)


def shading_loss(off: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """Mean error (B x 1 x S x S) over the pixels that count, and EDGES times that of its slopes."""
    loss = (off.abs() * counts).sum() / counts.sum().clamp_min(1)
    steps = [(axis, apart) for axis in (2, 3) for apart in APART]
    for axis, apart in steps:
        pairs = off.shape[axis] - apart
        slope = off.narrow(axis, apart, pairs) - off.narrow(axis, 0, pairs)
        both = counts.narrow(axis, apart, pairs) * counts.narrow(axis, 0, pairs)
        error = (slope.abs() * both).sum() / both.sum().clamp_min(1)
        loss = loss + EDGES / len(steps) * error
    return loss


def print_loss(said: torch.Tensor, printed: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of scores over the pixels that count; B x 1 x S x S each."""
    loss = F.binary_cross_entropy_with_logits(said, printed, reduction="none")
    return (loss * counts).sum() / counts.sum().clamp_min(1)


def draw_batch(photos: PatternedPhotos, random: np.random.Generator) -> tuple[torch.Tensor, ...]:
    """BATCH samples: x B x 3 x S x S in -1..1, mask B x 1 x S x S, and what is wanted and what of
    it counts, B x 2 x S x S each: shading, and prints."""
    samples = [photos.draw(random, SIZE) for _ in range(BATCH)]
    x = torch.from_numpy(np.stack([each.x for each in samples])).permute(0, 3, 1, 2)
    mask = torch.from_numpy(np.stack([each.mask for each in samples]))[:, None]
    wanted = np.stack([[each.shading, each.printed] for each in samples]).astype(np.float32)
    counts = np.stack([each.counts for each in samples])
    return to_network(x), mask, torch.from_numpy(wanted), torch.from_numpy(counts)


@torch.no_grad()
def _follow(average: torch.nn.Module, network: torch.nn.Module, decay: float) -> None:
    """Move an average of weights towards a network's; counters are its own."""
    pairs = zip(average.state_dict().values(), network.state_dict().values(), strict=True)
    for kept, new in pairs:
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)
