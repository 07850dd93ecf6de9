"""Fits how much two networks and the photo's colours count for where a garment is.

python benchmarks/outline_evidence.py DATA [--weights FILE]

DATA is a folder as `amgan train` takes it. Learns from the training photos with a mask by eye that
no network learned (garment_head.py keeps them out), pixel by pixel, by logistic regression; prints
the constants of `amgan_cli/editing/outlines/evidence.py`, and how well they do on these and on the
test photos with a mask by eye, in the generator's square.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from garment_head import KEPT_OUT
from masks_by_eye import read_masks_by_eye

from amgan_cli import Editor
from amgan_cli.config import load_preset
from amgan_cli.data.photo_source import PhotoSource
from amgan_cli.data.sources import open_labels
from amgan_cli.editing.lab import to_lab
from amgan_cli.editing.outlines.evidence import PLAINLY, ROUNDS, color_says
from amgan_cli.editing.outlines.second_look import SURE, SecondLook
from amgan_cli.editing.request import EditRequest
from amgan_cli.nets.pixels import to_network
from amgan_cli.photos.geometry import Fit

SMALL_WEIGHTS = 1e-4


@dataclass
class Seen:
    """One photo: what the networks say, its colours, and its mask, h x w."""

    first: np.ndarray
    second: np.ndarray
    lab: np.ndarray
    mask: np.ndarray
    odds: np.ndarray | None = None
    """After the rounds so far."""

    @classmethod
    def of(cls, editor: Editor, source: PhotoSource, mask: np.ndarray) -> "Seen":
        photo, model = source.read(), editor.attributes
        assert model is not None
        square = editor.fit(photo)
        request = EditRequest.of(editor.info, {"color": "navy"})
        (plan,) = replace(editor, attributes=None).plan([photo], [square], request)
        fit, near = Fit.of(photo, len(square)), Fit.of(photo, model.network.input_size)
        x = to_network(torch.from_numpy(near.to_square(photo)).permute(2, 0, 1)[None])
        first = torch.from_numpy(plan.steps[0].alpha).logit(SURE).numpy()
        second = SecondLook.of(model, x, [fit]).scores[0, 0].numpy()
        small = fit.inside(first)
        size = small.shape[::-1]
        mask = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        return cls(small, fit.inside(second), to_lab(fit.inside(square)), mask)

    def evidence(self) -> np.ndarray:
        """3 x h x w, as the next round weighs it."""
        garment = (self.first > 0) & (self.second > 0)
        ground = (self.first <= 0) & (self.second <= 0)
        if self.odds is not None:
            garment, ground = self.odds > PLAINLY, self.odds < -PLAINLY
        return np.stack([self.first, self.second, color_says(self.lab, garment, ground)])

    def iou(self) -> float:
        """Of what is found so far, the networks' mean at first, with the mask."""
        odds = (self.first + self.second) / 2 if self.odds is None else self.odds
        found, wanted = odds > 0, self.mask > 0.5
        return float((found & wanted).sum() / max(1, (found | wanted).sum()))


def fitted(photos: list[Seen]) -> np.ndarray:
    """Weights and offset of a logistic regression; each photo counts as the root of its garment."""
    evidence = [each.evidence().reshape(3, -1).T for each in photos]
    x = torch.from_numpy(np.concatenate(evidence)).double()
    y = torch.from_numpy(np.concatenate([each.mask.ravel() for each in photos])).double()
    counts = [np.full(each.mask.size, ((each.mask > 0.5).sum() + 50) ** -0.5) for each in photos]
    share = torch.from_numpy(np.concatenate(counts))
    weights = torch.tensor([0.5, 0.5, 0.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        odds = x @ weights[:3] + weights[3]
        each = F.binary_cross_entropy_with_logits(odds, y, weight=share, reduction="sum")
        total = each / share.sum() + SMALL_WEIGHTS * (weights[:3] ** 2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weights.detach().numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--weights")
    given = parser.parse_args()
    editor, by_eye = Editor.load(given.weights), read_masks_by_eye()
    labels = open_labels(given.data, load_preset("default").data)
    has_mask = np.array([Path(source.name).stem in by_eye for source in labels.photos])
    order = np.random.default_rng(0).permutation(np.flatnonzero(has_mask & ~labels.is_test))
    groups = {"kept out": order[:KEPT_OUT], "test": np.flatnonzero(has_mask & labels.is_test)}
    seen = {
        group: [
            Seen.of(editor, labels.photos[row], by_eye[Path(labels.photos[row].name).stem])
            for row in rows
        ]
        for group, rows in groups.items()
    }
    for turn in range(ROUNDS + 1):
        for group, photos in seen.items():
            ious = np.array([each.iou() for each in photos])
            print(f"{turn} rounds, {len(photos)} {group}: IoU {ious.mean():.4f}, "
                  f"under 0.85 {(ious < 0.85).sum()}")  # fmt: skip
        if turn < ROUNDS:
            weights = fitted(seen["kept out"])
            print(f"weights {weights[:3].round(2)}, offset {weights[3]:.2f}")
            for each in (each for photos in seen.values() for each in photos):
                each.odds = np.tensordot(weights[:3], each.evidence(), 1) + weights[3]


if __name__ == "__main__":
    main()
