"""Guided lift against plain enlarging, on rendered pairs whose true result is known.

python benchmarks/lift_quality.py [--pairs 16]

A perfect network of 128 px (the true pair, shrunk) is lifted to 900 x 1200 pixels; the error to
the true picture is the mean CIELAB distance inside the garment, in a band of 12 pixels on either
side of its outline, and outside. Then the shipped model's own attention for colours is compared
with the exact masks.
"""

import argparse

import cv2
import numpy as np

from amgan_cli import Editor
from amgan_cli.catalogue import counterfactual, render, sample_garment
from amgan_cli.editing.apply import apply_plan
from amgan_cli.editing.plan import Plan, Printing, Recoloring
from amgan_cli.editing.request import EditRequest
from amgan_cli.photos.geometry import Fit

SIZE, NETWORK, BAND = (900, 1200), 128, np.ones((25, 25), np.uint8)
VALUES = {
    "color": ("red", "navy", "white", "green"),
    "sleeve": ("long", "short", "sleeveless", "spaghetti"),
}


def to_lab(pixels: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(pixels.astype(np.float32).clip(0, 255) / 255, cv2.COLOR_RGB2Lab)


def errors(edited: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> list[float]:
    """Mean CIELAB distance inside, along the edge, outside."""
    distance = np.linalg.norm(to_lab(edited) - to_lab(truth), axis=2)
    inside, reached = cv2.erode(mask, BAND) > 0.5, cv2.dilate(mask, BAND) > 0.5
    return [distance[where].mean() for where in (inside, reached & ~inside, ~reached)]


def compare(attribute: str, pairs: int) -> None:
    rows = []
    for i in range(pairs):
        garment = sample_garment(9000 + i)
        values = VALUES[attribute]
        before = render(garment, SIZE)
        after = render(counterfactual(garment, attribute, values[i % len(values)]), SIZE)
        mask = np.maximum(before.masks["garment"], after.masks["garment"]) / np.float32(255)
        fit = Fit.of(before.image, NETWORK)
        x, z = (fit.to_square(image).astype(np.float32) for image in (before.image, after.image))
        kind = Recoloring if attribute == "color" else Printing
        step = kind(x, z, fit.to_square(mask, pad=0))
        request = EditRequest(((attribute, ""),))
        guided = apply_plan(before.image, Plan((step,)), request).pixels
        alpha = fit.from_square(step.alpha)[..., None]
        enlarged = before.image + alpha * fit.from_square(z - x)
        rows.append([errors(picture, after.image, mask) for picture in (enlarged, guided)])
    for name, row in zip(("enlarged", "guided"), np.mean(rows, axis=0), strict=True):
        inside, edge, outside = row
        print(
            f"{attribute:7} {name:9} inside {inside:5.2f}  edge {edge:5.2f}  outside {outside:.3f}"
        )


def compare_attention(pairs: int) -> None:
    editor, scores = Editor.load(), []
    for i in range(pairs):
        garment = render(sample_garment(9000 + i), SIZE)
        truth = garment.masks["garment"] > 127
        request = EditRequest((("color", VALUES["color"][i % 4]),))
        (plan,) = editor.plan([garment.image], [editor.fit(garment.image)], request)
        enlarged = Fit.of(garment.image, plan.steps[0].alpha.shape[0]).from_square(
            plan.steps[0].alpha
        )
        found = apply_plan(garment.image, plan, request).attention
        scores.append(
            [((m > 0.5) & truth).sum() / ((m > 0.5) | truth).sum() for m in (enlarged, found)]
        )
    for name, values in zip(("enlarged", "guided"), np.transpose(scores), strict=True):
        print(f"attention IoU, {name:9} mean {values.mean():.3f}  median {np.median(values):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=16)
    pairs = parser.parse_args().pairs
    compare("color", pairs)
    compare("sleeve", pairs)
    compare_attention(pairs)
