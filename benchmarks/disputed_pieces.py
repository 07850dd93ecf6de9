"""Fits what decides pieces that one of two networks takes for garment and the other for ground.

python benchmarks/disputed_pieces.py DATA [--weights FILE]

DATA is a folder as `amgan train` takes it. Pieces of the training photos that have a mask by eye
(masks_by_eye.py) are learned by logistic regression, each counted by its size; prints the constants
of `amgan_cli/editing/outlines/disputed.py` and the share that is wrong, of test photos too.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from masks_by_eye import read_masks_by_eye

from amgan_cli import Editor
from amgan_cli.config import load_preset
from amgan_cli.data.sources import open_labels
from amgan_cli.editing.outlines.disputed import disputed
from amgan_cli.editing.outlines.second_look import SURE, SecondLook
from amgan_cli.editing.request import EditRequest
from amgan_cli.photos.geometry import Fit

MOST = 0.3
"""Of a garment's area: a larger piece counts as one of this size."""
SMALL_WEIGHTS = 1e-3


def pieces(editor: Editor, photo: np.ndarray, mask: np.ndarray) -> list[list[float]]:
    """Of each piece: evidence (3), how much of it is garment, its size, who says that it is."""
    alone = replace(editor, attributes=None)
    request = EditRequest.of(editor.info, {"color": "navy"})
    (plan,) = alone.plan([photo], [editor.fit(photo)], request)
    assert editor.attributes is not None
    side, fit = editor.attributes.network.input_size, Fit.of(photo, editor.info.model.image_size)
    seen = torch.from_numpy(Fit.of(photo, side).to_square(photo)).permute(2, 0, 1)[None]
    look = SecondLook.of(editor.attributes, seen.float() / 127.5 - 1, [fit])
    alpha = torch.from_numpy(plan.steps[0].alpha).logit(SURE).numpy()
    one, other = (fit.inside(scores) for scores in (alpha, look.scores[0, 0].numpy()))
    true = cv2.resize(mask.astype(np.float32), one.shape[::-1], interpolation=cv2.INTER_AREA)
    agreed = ((one > 0) & (other > 0)).sum()
    return [
        [*evidence, true[piece].mean(), min(MOST, piece.sum() / agreed), float(evidence[0] > 0)]
        for piece, evidence in disputed(one, other, fit.inside(editor.fit(photo)))
    ]


def fitted(rows: np.ndarray) -> np.ndarray:
    """Weights and offset of a logistic regression."""
    evidence, true, size = (
        torch.from_numpy(part) for part in (rows[:, :3], rows[:, 3], rows[:, 4])
    )
    weights = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=300)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        odds = evidence @ weights[:3] + weights[3]
        each = F.binary_cross_entropy_with_logits(odds, true, weight=size, reduction="sum")
        total = each / size.sum() + SMALL_WEIGHTS * (weights[:3] ** 2).sum()
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
    found = {True: [], False: []}
    for source, is_test in zip(labels.photos, labels.is_test, strict=True):
        mask = by_eye.get(Path(source.name).stem)
        if mask is not None:
            found[bool(is_test)] += pieces(editor, source.read(), mask)
    train, test = (np.array(found[is_test], np.float64) for is_test in (False, True))
    for name, says in (("FIRST_SAYS", 1.0), ("SECOND_SAYS", 0.0)):
        weights = fitted(train[train[:, 5] == says])
        rows = test[test[:, 5] == says]
        odds = rows[:, :3] @ weights[:3] + weights[3]
        wrong = np.average(np.abs((odds > 0) - rows[:, 3]), weights=rows[:, 4])
        before = np.average(np.abs((rows[:, :2].sum(1) > 0) - rows[:, 3]), weights=rows[:, 4])
        print(f"{name} = {', '.join(f'{w:.2f}' for w in weights)}  ({len(rows)} test pieces: "
              f"{wrong:.1%} wrong, by the surer network {before:.1%})")  # fmt: skip


if __name__ == "__main__":
    main()
