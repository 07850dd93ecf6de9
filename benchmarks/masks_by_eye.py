"""A data folder's garment masks anew: by eye where there is one, else what the shipped model finds.

python benchmarks/masks_by_eye.py DATA OUT [--weights FILE]

DATA is a folder as `amgan train` takes it, with masks/; OUT the folder for the new ones.
masks_by_eye.zip has those of 885 flatlay photos on which the weak mask or one of the two networks
differed: the best of four outlines, or one that was mended with polygons. Other training photos get
the outline of a change of colour where it agrees with the weak mask, and none where it does not: it
reaches the photo's border and leaves out slits of ground, which weak masks do not. Test photos
without a mask by eye keep theirs.
"""

import argparse
import io
import zipfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from amgan_cli import Editor
from amgan_cli.config import load_preset
from amgan_cli.data.sources import open_labels

BY_EYE = Path(__file__).with_name("masks_by_eye.zip")
AGREES = 0.93
"""IoU of outline and weak mask from which on the outline is taken."""


def read_masks_by_eye() -> dict[str, np.ndarray]:
    """Name of the photo, without its ending -> mask of its size, H x W bool."""
    with zipfile.ZipFile(BY_EYE) as file:
        names = file.namelist()
        pictures = (Image.open(io.BytesIO(file.read(name))) for name in names)
        return {Path(n).stem: np.asarray(p) for n, p in zip(names, pictures, strict=True)}


def found(pixels: np.ndarray, weak: np.ndarray, editor: Editor) -> np.ndarray | None:
    """The garment's outline, H x W bool; None where it does not agree with the weak mask."""
    outline = editor.edit(pixels, {"color": "navy"}).attention > 0.5
    iou = (outline & weak).sum() / max(1, (outline | weak).sum())
    return outline if iou >= AGREES else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--weights")
    given = parser.parse_args()
    editor, by_eye = Editor.load(given.weights), read_masks_by_eye()
    labels = open_labels(given.data, load_preset("default").data)
    counts = dict.fromkeys(("by eye", "found", "left out", "test"), 0)
    for source, is_test in zip(labels.photos, labels.is_test, strict=True):
        mask, what = by_eye.get(Path(source.name).stem), "by eye"
        if mask is None:
            weak = source.read_mask()
            if weak is None:
                continue
            mask, what = weak > 127, "test"
            if not is_test:
                mask, what = found(source.read(), mask, editor), "found"
        if mask is None:
            counts["left out"] += 1
            continue
        counts[what] += 1
        file = given.out / Path(source.name.removeprefix("images/")).with_suffix(".png")
        file.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(file), mask.astype(np.uint8) * 255)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))


if __name__ == "__main__":
    main()
