"""Contact sheets of all values: an output folder in, one JPEG an attribute out.

python -m amgan_cli.catalogue.sheet OUTDIR
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from amgan_cli.catalogue.garment import counterfactual, sample_garment
from amgan_cli.catalogue.render import render
from amgan_cli.catalogue.values import ATTRIBUTES
from amgan_cli.errors import AmganError

Picture = NDArray[np.uint8]
TILE, SEEDS, COLUMNS = 128, 4, 3
LARGEST_FILE = 250_000  # bytes; sheets live in the repository
_LABEL = 16  # pixels above a row for its name


def attribute_sheet(attribute: str) -> Picture:
    """Every value of an attribute, `SEEDS` garments each, all else left to chance."""
    cells = []
    for row, value in enumerate(ATTRIBUTES[attribute]):
        seeds = [1000 * len(attribute) + 17 * row + k for k in range(SEEDS)]
        garments = [sample_garment(seed, **{attribute: value}) for seed in seeds]
        cells.append(_row(value, [render(garment, TILE).image for garment in garments]))
    while len(cells) % COLUMNS:
        cells.append(np.full_like(cells[0], 255))
    return np.vstack([np.hstack(cells[k : k + COLUMNS]) for k in range(0, len(cells), COLUMNS)])


def counterfactual_sheet() -> Picture:
    """One garment a row; then the same with each attribute in turn changed."""
    rows = []
    for seed in range(2000, 2008):
        garment = sample_garment(seed)
        pictures = [render(garment, TILE).image]
        for attribute, values in ATTRIBUTES.items():
            old = values.index(getattr(garment, attribute))
            new = values[(old + 1 + seed % (len(values) - 1)) % len(values)]
            pictures.append(render(counterfactual(garment, attribute, new), TILE).image)
        rows.append(_row("original, then another " + ", ".join(ATTRIBUTES), pictures))
    return np.vstack(rows)


def _row(name: str, pictures: list[Picture]) -> Picture:
    strip = np.hstack(pictures)
    head = np.full((_LABEL, strip.shape[1], 3), 255, np.uint8)
    cv2.putText(head, name, (3, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return np.pad(np.vstack([head, strip]), ((0, 0), (0, 6), (0, 0)), constant_values=255)


def write_sheets(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sheets = {name: attribute_sheet(name) for name in ATTRIBUTES}
    for name, sheet in (sheets | {"counterfactuals": counterfactual_sheet()}).items():
        (folder / f"{name}.jpg").write_bytes(_small_jpeg(sheet))


def _small_jpeg(sheet: Picture) -> bytes:
    """The best JPEG of quality 80 or less that stays below LARGEST_FILE."""
    for quality in range(80, 40, -4):
        data = cv2.imencode(".jpg", sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        if len(data) < LARGEST_FILE:
            break
    return data.tobytes()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m amgan_cli.catalogue.sheet OUTDIR")
    try:
        write_sheets(Path(sys.argv[1]))
    except (AmganError, OSError) as error:
        sys.exit(f"error: {error}")
