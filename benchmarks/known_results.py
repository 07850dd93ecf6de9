"""Drawn known results as the attribute network sees them: what a generator can learn from them.

python benchmarks/known_results.py DATA [--attributes sleeve] [--photos 48] [--sheet FILE.png]

DATA is a folder as `amgan train` takes it, with masks. On training photos of each value of an
attribute that is drawn (sleeve, collar, fastening) every other value is drawn.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from amgan_cli.config import load_preset
from amgan_cli.data.labels import Labels
from amgan_cli.data.sources import open_labels
from amgan_cli.editing.folders.sheet import contact_sheet
from amgan_cli.evaluation.accuracy import seen_values
from amgan_cli.nets.attribute_model import AttributeModel
from amgan_cli.part_view import Bodice
from amgan_cli.photos.geometry import Fit
from amgan_cli.training.drawn_parts import DRAWN, can_have_others, drawn_as

SHIPPED = Path(__file__).parents[1] / "weights" / "attributes.safetensors"
EXAMPLES = 6
"""Photos of a value on the sheet."""
CELL = 200
"""Pixels of a picture on it."""

Pictures = dict[str, np.ndarray]
"""A photo under its own value, and with each other value drawn, H x W x 3 uint8."""


def drawn_all(labels: Labels, row: int, attribute: str, part: str) -> Pictures | None:
    """None where nothing can be drawn."""
    source, look = labels.photos[row], labels.look(row)
    photo, mask, shown = source.read(), source.read_mask(), look[attribute]
    if mask is None:
        return None
    garment = mask > 127
    bodice = Bodice.of(garment)
    if bodice is None:
        return None
    if part == "arms" and not can_have_others(garment, bodice, shown, look.get("collar")):
        return None
    whole = slice(0, photo.shape[0]), slice(0, photo.shape[1])
    pictures = {shown: photo}
    for value in DRAWN[part]:
        if value != shown:
            drawn = drawn_as(value, shown, part, look, photo, garment, bodice, whole)
            pictures[value] = np.rint(drawn).clip(0, 255).astype(np.uint8)
    return pictures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--attributes", default="sleeve,collar,fastening")
    parser.add_argument("--photos", type=int, default=48, help="of each value, at most")
    parser.add_argument("--judge", type=Path, default=SHIPPED)
    parser.add_argument("--sheet", type=Path, help="a few photos, of one attribute")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()

    config = load_preset("five")
    labels = open_labels(given.data, config.data)
    judge = AttributeModel.load(given.judge)
    network, known = judge.network, judge.vocabulary

    @torch.inference_mode()
    def look(pictures: list[np.ndarray], attribute: str) -> list[str]:
        squares = np.stack([Fit.of(p, network.input_size).to_square(p) for p in pictures])
        x = torch.from_numpy(squares).permute(0, 3, 1, 2) / 127.5 - 1
        seen = seen_values(network.both_ways(x), known)[:, known.names.index(attribute)]
        return [known.attributes[attribute][value] for value in seen]

    tiles, titles = [], []
    for attribute in given.attributes.split(","):
        part, values = config.model.views[attribute], labels.vocabulary.attributes[attribute]
        column = labels.values[:, labels.vocabulary.names.index(attribute)]
        for shown in DRAWN[part]:
            rows = np.flatnonzero(~labels.is_test & (column == values.index(shown)))
            np.random.default_rng(given.seed).shuffle(rows)
            photos: list[Pictures] = []
            for row in rows:
                pictures = drawn_all(labels, int(row), attribute, part)
                photos += [] if pictures is None else [pictures]
                if len(photos) == given.photos:
                    break
            if not photos:
                continue
            seen = {v: look([each[v] for each in photos], attribute) for v in photos[0]}
            shares = [f"{v} {np.mean([s == v for s in seen[v]]):.0%}" for v in seen]
            print(f"{attribute} {shown}, {len(photos)} photos: {', '.join(shares)}", flush=True)
            for each in photos[:EXAMPLES]:
                tiles.append(np.hstack([Fit.of(p, CELL).to_square(p) for p in each.values()]))
                titles.append(f"{attribute} {', '.join(each)}")
    if given.sheet:
        sheet = contact_sheet(tiles, titles)
        cv2.imwrite(str(given.sheet), sheet[..., ::-1])


if __name__ == "__main__":
    main()
