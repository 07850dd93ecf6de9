"""Draws the sleeve region of test photos, to be judged by eye: how much of it lies on sleeves?

python benchmarks/sleeve_region.py DATA --out sheet.png [--photos 60]
"""

import argparse

import cv2
import numpy as np
from PIL import Image

from amgan_cli import Editor
from amgan_cli.config import load_preset
from amgan_cli.data.sources import open_labels
from amgan_cli.editing.regions import REGIONS
from amgan_cli.editing.request import EditRequest
from amgan_cli.photos.geometry import Fit

THRESHOLD, CELL, COLUMNS = 0.9, (120, 160), 6
SLEEVES = ("long", "short", "threequarter")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--out", required=True)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--weights")
    given = parser.parse_args()
    editor = Editor.load(given.weights)
    labels = open_labels(given.data, load_preset("default").data)
    names = labels.vocabulary.attributes["sleeve"]
    known = labels.values[:, labels.vocabulary.names.index("sleeve")]
    rows = np.flatnonzero(labels.is_test & np.isin(known, [names.index(s) for s in SLEEVES]))
    request = EditRequest.of(editor.info, {"color": "red"}, region=REGIONS["sleeve"])
    cells, shares = [], []
    for row in np.random.default_rng(2).permutation(rows)[: given.photos]:
        pixels = labels.photos[row].read()
        (plan,) = editor.plan([pixels], [editor.fit(pixels)], request)
        assert plan.region is not None
        found = Fit.of(pixels, plan.region.shape[0]).from_square(plan.region) >= THRESHOLD
        marked = np.where(found[..., None], 0.4 * pixels + 0.6 * np.array([255, 0, 255]), pixels)
        pair = np.hstack([pixels, marked.astype(np.uint8)])
        cells.append(cv2.resize(pair, (2 * CELL[0], CELL[1]), interpolation=cv2.INTER_AREA))
        shares.append(found.mean())
    cells += [np.full_like(cells[0], 255)] * (-len(cells) % COLUMNS)
    lines = [np.hstack(cells[i : i + COLUMNS]) for i in range(0, len(cells), COLUMNS)]
    Image.fromarray(np.vstack(lines)).save(given.out)
    print(f"{np.mean(np.array(shares) > 0):.0%} of {len(shares)} photos reach {THRESHOLD}, "
          f"on average {np.mean(shares):.1%} of the picture")  # fmt: skip


if __name__ == "__main__":
    main()
