"""Edits of test photos at their full size, as another network sees them: did each attribute take?

python benchmarks/attribute_edits.py DATA [--photos 40] [--weights FILE] [--sheet FILE.png]

DATA is a folder as `amgan train` takes it. Of each value some test photos that show another are
edited to it. The judge is an attribute network that took no part in the generator's training; an
untouched attribute is kept if the judge sees in it after the edit what it saw before. It sees a
collar on trousers too: so the same is told of those alone that a photo has a label of.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from amgan_cli import Editor
from amgan_cli.config import load_preset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.sources import open_labels
from amgan_cli.editing.folders.sheet import as_picture, contact_sheet
from amgan_cli.editing.judge import shown_by
from amgan_cli.evaluation.accuracy import seen_values
from amgan_cli.nets.attribute_model import AttributeModel
from amgan_cli.photos.geometry import Fit

SHIPPED = Path(__file__).parents[1] / "weights" / "attributes.safetensors"
EXAMPLES = 8
"""Edits of a value on the sheet."""
CELL = 150
"""Pixels of a picture on it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--photos", type=int, default=40, help="of each value")
    parser.add_argument("--attributes", default="sleeve,pattern,collar,fastening")
    parser.add_argument("--weights", default=None)
    parser.add_argument("--judge", type=Path, default=SHIPPED)
    parser.add_argument("--sheet", type=Path, help="input, output and attention of a few")
    parser.add_argument("--split", default="test", choices=("test", "train"))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()

    editor = Editor.load(given.weights)
    model = AttributeModel.load(given.judge)
    judge, known, side = model.network, model.vocabulary, model.network.input_size
    data = load_preset("default").override("data", attributes=known.names).data
    labels = open_labels(given.data, data)
    rows = np.flatnonzero(labels.is_test == (given.split == "test"))

    def as_batch(pictures: list[np.ndarray]) -> torch.Tensor:
        squares = np.stack([Fit.of(picture, side).to_square(picture) for picture in pictures])
        return torch.from_numpy(squares).permute(0, 3, 1, 2)

    @torch.inference_mode()
    def look(pictures: list[np.ndarray]) -> np.ndarray:
        return seen_values(judge.both_ways(as_batch(pictures) / 127.5 - 1), known)

    tiles, titles = [], []
    for attribute in given.attributes.split(","):
        m, values = known.names.index(attribute), known.attributes[attribute]
        edited_too = editor.info.vocabulary.attributes.keys() - {attribute}
        others = [known.names.index(other) for other in sorted(edited_too)]
        took, kept, kept_own = [], [], []
        random = np.random.default_rng(given.seed)  # whatever other attributes are asked for
        for value in editor.info.vocabulary.targets(attribute):
            column = labels.values[rows, m]
            pool = rows[(column != UNKNOWN) & (column != values.index(value))]
            chosen = random.choice(pool, min(given.photos, len(pool)), replace=False)
            before = [labels.photos[row].read() for row in chosen]
            was = look(before)
            edited = [
                editor.edit(
                    picture,
                    {attribute: value},
                    shown=dict(shown_by(seen, editor.info, [attribute])),  # as the command does
                )
                for picture, seen in zip(before, model.look(as_batch(before)), strict=True)
            ]
            seen = look([each.pixels for each in edited])
            took.append((seen[:, m] == values.index(value)).mean())
            stays, has = (seen == was)[:, others], labels.values[chosen][:, others] != UNKNOWN
            kept.append(stays.mean())
            kept_own.append(stays[has].mean())
            changed = np.mean([each.attention.mean() for each in edited])
            print(
                f"{attribute} {value}: {took[-1]:.1%} of {len(chosen)} seen, others kept "
                f"{kept[-1]:.1%}, own ones {kept_own[-1]:.1%}, attention {changed:.3f}",
                flush=True,
            )
            for picture, each in list(zip(before, edited, strict=True))[:EXAMPLES]:
                mask = as_picture(each.attention)
                cells = [Fit.of(p, CELL).to_square(p) for p in (picture, each.pixels, mask)]
                tiles.append(np.hstack(cells))
                titles.append(f"{attribute} {value}")
        print(
            f"{attribute}: {np.mean(took):.1%} seen, others kept {np.mean(kept):.1%}, "
            f"own ones {np.mean(kept_own):.1%}\n"
        )
    if given.sheet:
        sheet = contact_sheet(tiles, titles)
        cv2.imwrite(str(given.sheet), sheet[..., ::-1])


if __name__ == "__main__":
    main()
