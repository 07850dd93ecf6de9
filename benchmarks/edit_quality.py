"""Colour edits of test photos at their full size: what a user gets, measured inside weak masks.

python benchmarks/edit_quality.py DATA [--photos 100] [--colors 3] [--weights FILE]
    [--checked FILE] [--hard] [--parts]

DATA is a folder as `amgan train` takes it, with masks/. Each photo is edited to a few other
colours. The masks are weak: a wrong one counts against the model. checked_masks.txt names 128 of
150 flatlay test photos whose mask was found good when they were looked at one by one. --hard takes
the test photos that have a mask by eye (masks_by_eye.py), since weak masks or networks differed.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from masks_by_eye import read_masks_by_eye

from amgan_cli import Editor
from amgan_cli.color import delta_e
from amgan_cli.config import load_preset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.sources import open_labels
from amgan_cli.morphology import grown

GROWN = 8
"""So many pixels outside a mask the background begins."""
PART, SHOWN = (0.5, 0.8), 0.15
"""Share of a photo's sides that --parts takes, and of the part that is garment, at least."""


def to_lab(pixels: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)


def difference(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """CIEDE2000 of two CIELAB pictures, H x W."""
    pair = [torch.from_numpy(lab).permute(2, 0, 1)[None] for lab in (first, second)]
    return delta_e(*pair)[0].numpy()


def detail(lab: np.ndarray) -> np.ndarray:
    """Lightness without what is coarser than 3 pixels."""
    return lab[..., 0] - cv2.GaussianBlur(lab[..., 0], (0, 0), 3)


def measure(before, edited, garment: np.ndarray, wanted: str, prototypes) -> list[float]:
    """Is the colour right, IoU, background ΔE2000, correlation of detail."""
    old, new = to_lab(before), to_lab(edited.pixels)
    median = np.median(new[garment], axis=0)
    nearest = min(prototypes, key=lambda name: np.linalg.norm(median - prototypes[name]))
    found = edited.attention > 0.5
    outside = ~grown(garment, GROWN)
    return [
        float(nearest == wanted),
        (found & garment).sum() / (found | garment).sum(),
        difference(old, new)[outside].mean() if outside.any() else np.nan,
        np.corrcoef(detail(old)[garment], detail(new)[garment])[0, 1],
    ]


def a_part(random: np.random.Generator, *pictures: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same random part of H x W pictures, with its proportions."""
    height, width = pictures[0].shape[:2]
    scale = random.uniform(*PART)
    rows, columns = int(height * scale), int(width * scale)
    top, left = random.integers(height - rows + 1), random.integers(width - columns + 1)
    here = np.s_[top : top + rows, left : left + columns]
    return tuple(np.ascontiguousarray(picture[here]) for picture in pictures)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--colors", type=int, default=3)
    parser.add_argument("--weights")
    parser.add_argument("--checked", type=Path, help="names of the photos to take, a line each")
    parser.add_argument("--hard", action="store_true", help="take the photos with a mask by eye")
    parser.add_argument("--parts", action="store_true", help="take random parts of the photos")
    given = parser.parse_args()
    editor = Editor.load(given.weights)
    labels = open_labels(given.data, load_preset("default").data)
    column = labels.vocabulary.names.index(editor.info.color_attribute)
    names = labels.vocabulary.attributes[editor.info.color_attribute]
    random = np.random.default_rng(0)
    figures, by_color = [], {}
    rows = np.flatnonzero(labels.is_test & (labels.values[:, column] != UNKNOWN))
    by_eye = read_masks_by_eye() if given.hard else {}
    only = set(given.checked.read_text().split()) if given.checked else set(by_eye)
    if only:
        rows = np.array([row for row in rows if Path(labels.photos[row].name).stem in only])
    for row in random.permutation(rows)[: given.photos]:
        before, mask = labels.photos[row].read(), labels.photos[row].read_mask()
        if given.hard:
            mask = by_eye[Path(labels.photos[row].name).stem].astype(np.uint8) * 255
        if mask is None or not (mask > 127).any():
            continue
        if given.parts:
            before, mask = a_part(random, before, mask)
            if (mask > 127).mean() < SHOWN:
                continue
        others = [c for c in editor.info.prototypes if c != names[labels.values[row, column]]]
        for color in random.permutation(others)[: given.colors]:
            edited = editor.edit(before, {editor.info.color_attribute: str(color)})
            found = measure(before, edited, mask > 127, color, editor.info.prototypes)
            figures.append(found)
            by_color.setdefault(color, []).append(found[0])
    right, iou, background, detail_kept = np.transpose(figures)
    print(f"{len(figures)} edits of {min(given.photos, len(rows))} photos")
    print(f"colour right       {right.mean():.1%}")
    worst = sorted(by_color, key=lambda c: np.mean(by_color[c]))
    print(", ".join(f"{c} {np.mean(by_color[c]):.0%} of {len(by_color[c])}" for c in worst))
    print(f"attention IoU      mean {iou.mean():.3f}, median {np.median(iou):.3f}, "
          f"over 0.9 on {(iou > 0.9).mean():.0%}")  # fmt: skip
    print(f"background ΔE2000  mean {np.nanmean(background):.2f}, "
          f"median {np.nanmedian(background):.2f}")  # fmt: skip
    print(f"lightness detail   mean {np.nanmean(detail_kept):.3f}")


if __name__ == "__main__":
    main()
