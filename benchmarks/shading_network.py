"""Trains the network that sees a garment's light and shade under its pattern, and its prints.

python benchmarks/shading_network.py DATA --out shading.safetensors --steps 5000

DATA has masks and an attribute `pattern`. Says how far the shading of garments of the test split,
with patterns drawn on, is from what it is, beside that of no shading at all, and how far the
prints are. `--start` goes on from a file. Written in half precision, as shipped.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from rich.console import Console

from amgan_cli.checkpoint import save_network
from amgan_cli.config import load_preset
from amgan_cli.data.dataset import load_dataset
from amgan_cli.data.sources import open_labels
from amgan_cli.device import pick_compute
from amgan_cli.nets.shading_network import NOTE, ShadingNetwork
from amgan_cli.training.shading.patterned_photos import PatternedPhotos
from amgan_cli.training.shading.training import draw_batch, print_loss, shading_loss, train_shading

PATTERN = "pattern"
SIDE = 440
"""Pixels of the square in which photos are kept."""
JUDGED = 20
"""Batches of the test split."""


def judge(network: ShadingNetwork, photos: PatternedPhotos, device: torch.device) -> list[float]:
    """Mean losses on these garments: of shading, of saying nothing of it, and of prints."""
    random, losses = np.random.default_rng(0), []
    for _ in range(JUDGED):
        x, mask, wanted, counts = draw_batch(photos, random)
        with torch.inference_mode():
            said = network(x.to(device), mask.to(device)).cpu()
        shading, printed = wanted.split(1, dim=1)
        of_shading, of_print = counts.split(1, dim=1)
        seen, nothing = (
            shading_loss(each, of_shading).item() for each in (said[:, :1] - shading, shading)
        )
        losses.append([seen, nothing, print_loss(said[:, 1:], printed, of_print).item()])
    return [float(each) for each in np.mean(losses, axis=0)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path)
    given = parser.parse_args()

    console, compute = Console(), pick_compute("auto", "float32")
    config = load_preset("default").override("data", attributes=(PATTERN,))
    labels = open_labels(given.data, config.data, console=console)
    dataset = load_dataset(labels, SIDE, console.print)
    start = None if given.start is None else ShadingNetwork.load(given.start, compute.device)
    losses: list[float] = []

    def tell(step: int, loss: float) -> None:
        losses.append(loss)
        if step % 100 == 0:
            console.print(f"{step}: loss {np.mean(losses[-100:]):.4f}", highlight=False)

    photos, judged = (PatternedPhotos(dataset, PATTERN, test=test) for test in (False, True))
    network = train_shading(photos, compute, given.steps, given.seed, tell, start)
    save_network(given.out, network.half(), NOTE)
    seen, nothing, prints = judge(network.float(), judged, compute.device)
    told = f"test: loss {seen:.4f}, of no shading {nothing:.4f}, of prints {prints:.4f}"
    console.print(told, highlight=False)


if __name__ == "__main__":
    main()
