"""Collars and fastenings of edited test photos, as a network sees them that looks only there.

python benchmarks/part_edits.py DATA --judge judge.safetensors [--photos 30] [--weights FILE]

DATA is a folder as `amgan train` takes it, with masks/. The judge of whole photos
(`attribute_edits.py`) tells rare collars by the kind of garment: of real V necks it sees none. This
one gets the same views as the edits do, cut from real training photos by their masks; every value
counts the same. It is trained if its file is not there, and its own accuracy is printed first.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console

from amgan_cli import Editor
from amgan_cli.attribute_network import AttributeNetwork
from amgan_cli.config import load_preset
from amgan_cli.data.dataset import Dataset, to_network
from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.data.sources import open_labels
from amgan_cli.device import Compute, pick_compute
from amgan_cli.part_view import Bodice, View
from amgan_cli.training.attribute_training import obtain_attribute_network, predict_values

PARTS = {"collar": "neck", "fastening": "front"}
SIZE = 128
SHIPPED = Path(__file__).parents[1] / "weights" / "attributes.safetensors"


def view_of(photo, part: str) -> tuple[np.ndarray, View] | None:
    """Pixels of a photo, and its view by its mask."""
    pixels, mask = photo.read(), photo.read_mask()
    bodice = None if mask is None else Bodice.of(mask > 127)
    return None if bodice is None else (pixels, bodice.view(part))


def load_views(labels: Labels) -> Dataset:
    """Views of all photos with a known collar or fastening; each with that one label."""
    rows, images, values = [], [], []
    for m, name in enumerate(labels.vocabulary.names):
        for row in np.flatnonzero(labels.values[:, m] != UNKNOWN):
            found = view_of(labels.photos[row], PARTS[name])
            if found is not None:
                rows.append(row)
                images.append(found[1].cut(found[0], SIZE).transpose(2, 0, 1))
                values.append([v if k == m else UNKNOWN for k, v in enumerate(labels.values[row])])
    labels = replace(labels.subset(np.array(rows)), values=np.array(values))
    return Dataset(labels, torch.from_numpy(np.stack(images)), None)


def edits(
    editor: Editor, labels: Labels, attribute: str, photos: int
) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Each value to ask for, with the views of edited test photos that show another."""
    random, m = np.random.default_rng(0), labels.vocabulary.names.index(attribute)
    names, column = labels.vocabulary.attributes[attribute], labels.values[:, m]
    for value in editor.info.vocabulary.targets(attribute):
        other = labels.is_test & (column != UNKNOWN) & (column != names.index(value))
        found = []
        for row in random.permutation(np.flatnonzero(other)):
            seen = view_of(labels.photos[row], PARTS[attribute])
            if seen is not None and len(found) < photos:
                pixels, view = seen
                edited = editor.edit(pixels, {attribute: value})
                found.append(view.cut(edited.pixels, SIZE).transpose(2, 0, 1))
        yield value, found


def see(
    judge: AttributeNetwork, labels: Labels, attribute: str, views: torch.Tensor, compute: Compute
) -> np.ndarray:
    """Number of the value that the judge sees in each of B x 3 x S x S uint8."""
    scores = predict_values(judge, to_network(views), compute)
    return scores[:, labels.vocabulary.block(attribute)].argmax(1).numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=30, help="of each value")
    parser.add_argument("--weights")
    parser.add_argument("--epochs", type=float, default=12)
    parser.add_argument("--precision", default="auto")
    given = parser.parse_args()

    console, compute = Console(), pick_compute("auto", given.precision)
    config = load_preset("default").override("data", attributes=tuple(PARTS))
    options = {"init": str(SHIPPED), "epochs": given.epochs, "balance": 1.0, "input_size": SIZE}
    config = config.override("attribute_network", **options)
    labels = open_labels(given.data, config.data, console=console)
    views = load_views(labels)
    judge = obtain_attribute_network(given.judge, views, config, compute, 31, console)
    editor = Editor.load(given.weights)
    test = views.rows(test=True)
    for m, attribute in enumerate(labels.vocabulary.names):
        names, shares = labels.vocabulary.attributes[attribute], []
        truth = views.labels.values[test, m]
        for value, edited in edits(editor, labels, attribute, given.photos):
            number = names.index(value)
            real = views.images[torch.from_numpy(test[truth == number])]
            recall = (see(judge, labels, attribute, real, compute) == number).mean()
            pictures = torch.from_numpy(np.stack(edited))
            seen = see(judge, labels, attribute, pictures, compute)
            shares.append((seen == number).mean())
            console.print(
                f"{attribute} {value}: {shares[-1]:.1%} of {len(seen)} edits seen; "
                f"of {len(real)} real ones {recall:.1%}",
                highlight=False,
            )
        console.print(f"{attribute}: {np.mean(shares):.1%} seen\n", highlight=False)


if __name__ == "__main__":
    main()
