"""Trains an attribute network alone; says how often it is right and what it takes for what.

python benchmarks/attribute_network.py DATA --out network.safetensors [--init FILE]

The network is that of --preset. `--beside` is a folder of `amgan render`: half as many renderings
join every batch, and only photos are judged. `--init` starts from another network, so that it can
learn on small squares or on renderings first. `--half FILE` writes it in half precision, as
shipped.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from rich.console import Console

from amgan_cli.catalogue.dataset import read_garments
from amgan_cli.checkpoint import save_network
from amgan_cli.config import load_preset
from amgan_cli.data.dataset import Dataset, load_dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.sources import open_labels
from amgan_cli.device import pick_compute
from amgan_cli.model_info import read_header
from amgan_cli.training.attribute_training import obtain_attribute_network, predict_values
from amgan_cli.training.rendered_labels import LABELS, labelled_as

MISTAKES = 6


def mistakes(scores: torch.Tensor, dataset: Dataset, rows: np.ndarray, attribute: str) -> list[str]:
    """The pairs `true as seen` that are most often wrong, with their counts."""
    vocabulary = dataset.labels.vocabulary
    names = vocabulary.attributes[attribute]
    truth = dataset.labels.values[rows, vocabulary.names.index(attribute)]
    seen = scores[:, vocabulary.block(attribute)].argmax(dim=1).numpy()
    wrong = (truth != UNKNOWN) & (truth != seen)
    pairs, counts = np.unique(np.stack([truth[wrong], seen[wrong]]), axis=1, return_counts=True)
    worst = np.argsort(-counts)[:MISTAKES]
    return [f"{names[pairs[0, i]]} as {names[pairs[1, i]]} {counts[i]}" for i in worst]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--out", type=Path, required=True, help="trained if it is not there yet")
    parser.add_argument("--preset", default="default")
    parser.add_argument("--attributes", help="with commas; default: the preset's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", default="auto", choices=("auto", "bfloat16", "float32"))
    parser.add_argument("--half", type=Path)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--image-size", type=int)
    parser.add_argument("--garment", action="store_true", default=None, help="learn masks too")
    parser.add_argument("--twins", action="store_true", default=None, help="of photos, as edited")
    for name, kind in (
        ("init", str),
        ("depth", int),
        ("input-size", int),
        ("output-stride", int),
        ("batch-size", int),
        ("epochs", float),
        ("learning-rate", float),
        ("balance", float),
        ("other-grounds", float),
        ("prints", float),
    ):
        parser.add_argument(f"--{name}", type=kind)
    given = parser.parse_args()

    config = load_preset(given.preset)
    names = ("init", "depth", "input_size", "output_stride", "epochs", "batch_size", "balance")
    names = (*names, "learning_rate", "other_grounds", "prints", "garment", "twins")
    network_options = {name: getattr(given, name) for name in names}
    network_options = {name: v for name, v in network_options.items() if v is not None}
    config = config.override("attribute_network", **network_options)
    if given.attributes is not None:
        config = config.override(
            "data", attributes=tuple(filter(None, given.attributes.split(",")))
        )
    console, compute = Console(), pick_compute("auto", given.precision)
    labels = open_labels(given.data, config.data, console=console)
    size = given.image_size or config.attribute_network.input_size
    dataset = load_dataset(labels, size, console.print).to(compute.device)
    beside = None
    if given.beside:
        drawn = config.override("data", attributes=tuple(LABELS))
        drawn_labels = open_labels(given.beside, drawn.data, console=console)
        garments = read_garments(given.beside, [photo.name for photo in drawn_labels.photos])
        rendered = load_dataset(drawn_labels, size, console.print).to(compute.device)
        beside = labelled_as(labels.vocabulary, rendered, garments)
    network = obtain_attribute_network(
        given.out, dataset, config, compute, given.seed, console, beside
    )
    rows = dataset.rows(test=True)
    images = dataset.images[torch.from_numpy(rows)]
    scores = predict_values(network.both_ways, images, compute)
    for attribute in labels.vocabulary.names:
        print(f"{attribute}: {', '.join(mistakes(scores, dataset, rows, attribute))}")
    if given.half:
        save_network(given.half, network.half(), read_header(given.out))


if __name__ == "__main__":
    main()
