"""Weak garment masks, mended by a generator that learned from them: what the next one learns from.

python benchmarks/better_masks.py DATA OUT [--weights FILE]

DATA is a folder as `amgan train` takes it, with masks/. Of its training photos, a mask that the
attention agrees with stays; where they differ and the attention is sure, whatever colour is wanted
and whichever way the photo lies, OUT gets the attention; where it is not, the photo gets no mask.
Test photos keep theirs.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from amgan_cli import Editor
from amgan_cli.config import load_preset
from amgan_cli.data.sources import open_labels
from amgan_cli.device import pick_compute
from amgan_cli.evaluation.overlap import intersection_over_union
from amgan_cli.nets.pixels import to_network
from amgan_cli.photos.geometry import Fit

AGREES = 0.93
"""IoU of attention and weak mask from which on the mask stays: sharper than the attention."""
SURE = 0.9
"""IoU of two attentions of one photo from which on the mask is mended by them."""


class Attention:
    """Of one garment, for two colours and two ways of lying."""

    def __init__(self, editor: Editor) -> None:
        self.compute = pick_compute("auto", "auto")
        self.generator = self.compute.place(editor.generator).eval()
        wanted = [editor.info.vocabulary.encode("color", name) for name in ("navy", "red")]
        self.conditions = torch.tensor(wanted, device=self.compute.device)

    @torch.inference_mode()
    def both(self, square: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """S x S x 3 uint8 -> two of 1 x 1 x S x S in 0..1."""
        x = to_network(torch.from_numpy(square).permute(2, 0, 1))
        x = self.compute.lay_out(torch.stack([x, x.flip(-1)]).to(self.compute.device))
        with self.compute.autocast():
            _, alpha = self.generator(x, self.conditions)
        plain, mirrored = alpha.float().cpu().split(1)
        return plain, mirrored.flip(-1)


def mended(
    pixels: np.ndarray, weak: np.ndarray, editor: Editor, attention: Attention
) -> tuple[np.ndarray | None, str]:
    """H x W bool, or None where nothing is sure, and what was done."""
    fit = Fit.of(pixels, editor.info.model.image_size)
    first, second = attention.both(fit.to_square(pixels))
    known = torch.from_numpy(fit.to_square(weak, pad=0))[None, None] / 255
    if intersection_over_union((first + second) / 2, known) >= AGREES:
        return weak > 127, "agree"
    if not intersection_over_union(first, second) >= SURE:  # NaN: nothing found
        return None, "left out"
    return editor.edit(pixels, {"color": "navy"}).attention > 0.5, "mended"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path, help="folder for the masks")
    parser.add_argument("--weights")
    given = parser.parse_args()
    editor = Editor.load(given.weights)
    attention = Attention(Editor.load(given.weights))
    labels = open_labels(given.data, load_preset("default").data)
    counts = dict.fromkeys(("agree", "mended", "left out", "test"), 0)
    for source, is_test in zip(labels.photos, labels.is_test, strict=True):
        weak = source.read_mask()
        if weak is None:
            continue
        mask, what = weak > 127, "test"
        if not is_test:
            mask, what = mended(source.read(), weak, editor, attention)
        if mask is not None:
            file = given.out / Path(source.name.removeprefix("images/")).with_suffix(".png")
            file.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(file), mask.astype(np.uint8) * 255)
        counts[what] += 1
    print(", ".join(f"{count} {what}" for what, count in counts.items()))


if __name__ == "__main__":
    main()
