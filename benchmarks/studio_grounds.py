"""Is a garment found on a studio's grounds? Test photos' garments laid on white, gray and black.

python benchmarks/studio_grounds.py DATA [--split test]

DATA is a folder as `amgan train` takes it. Those of its photos that have a mask by eye
(masks_by_eye.py) and do not reach the photo's border are cut out and laid on each ground, with
shadow and a little noise; IoU of a colour edit's attention with the mask there, and in the photo.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from masks_by_eye import read_masks_by_eye

from amgan_cli import Editor
from amgan_cli.config import load_preset
from amgan_cli.data.sources import open_labels

SIZE, FILLS = (533, 400), 0.8
"""Rows and columns of a picture, and share of its side that a garment fills."""
AT_BORDER = 0.02
"""Share of a photo's border that is garment, at most."""
SHADOW, FALLS, SOFT = 0.4, (6, 4), 8.0
"""Share of light that is missing there, where it falls (rows, columns) and its blur."""
GROUNDS = {"white": (255, False), "white with shadow": (248, True)}
GROUNDS |= {"gray with shadow": (210, True), "black": (18, False)}
"""sRGB of each ground, and whether the garment has a shadow there."""


def cut_out(photo: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The garment in the middle of a picture of SIZE, and how much of each pixel is garment."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    here = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = FILLS * min(side / part for side, part in zip(SIZE, mask[here].shape, strict=True))
    # a pixel less all around, which may be mixed with the old ground
    layers = np.dstack([photo, 255 * cv2.erode(mask.astype(np.uint8), np.ones((3, 3)))])[here]
    layers = cv2.resize(layers, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = np.zeros((*SIZE, 4), np.float32)
    top, left = ((side - part) // 2 for side, part in zip(SIZE, layers.shape[:2], strict=True))
    picture[top : top + layers.shape[0], left : left + layers.shape[1]] = layers
    return picture[..., :3], picture[..., 3] / 255


def on_grounds(
    photo: np.ndarray, mask: np.ndarray, random: np.random.Generator
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Each ground's name, the picture, H x W x 3 uint8, and its mask, H x W bool."""
    yield "the photo", photo, mask
    garment, share = cut_out(photo, mask)
    shade = cv2.GaussianBlur(np.roll(share, FALLS, (0, 1)), (0, 0), SOFT)
    for name, (light, has_shadow) in GROUNDS.items():
        ground = light * (1 - SHADOW * has_shadow * shade)[..., None]
        picture = ground + share[..., None] * (garment - ground)
        picture += random.normal(0, 1, picture.shape)
        yield name, picture.clip(0, 255).astype(np.uint8), share > 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--weights")
    parser.add_argument("--split", default="test", choices=("test", "train"))
    given = parser.parse_args()
    editor, masks = Editor.load(given.weights), read_masks_by_eye()
    labels = open_labels(given.data, load_preset("default").data)
    found: dict[str, list[float]] = {}
    for row in np.flatnonzero(labels.is_test == (given.split == "test")):
        mask = masks.get(Path(labels.photos[row].name).stem)
        if mask is None:
            continue
        border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
        if border.mean() > AT_BORDER:
            continue
        random = np.random.default_rng(row)
        for name, picture, garment in on_grounds(labels.photos[row].read(), mask, random):
            seen = editor.edit(picture, {editor.info.color_attribute: "red"}).attention > 0.5
            iou = (seen & garment).sum() / (seen | garment).sum()
            found.setdefault(name, []).append(iou)
    for name, ious in found.items():
        over = np.mean(np.array(ious) > 0.9)
        print(f"{name}: {len(ious)} garments, IoU mean {np.mean(ious):.3f}, over 0.9 on {over:.0%}")


if __name__ == "__main__":
    main()
