"""Steps that see a part of a photo, in its place there."""

from dataclasses import replace

import cv2
import numpy as np

from amgan_cli.editing.plan import PartPlan, Plan, Step
from amgan_cli.equations import blend
from amgan_cli.part_view import Bodice, View
from amgan_cli.photos.geometry import Fit

FADE = 4.0
"""Pixels of its view over which the attention to a part ends at its box."""


def in_photo(bodice: Bodice | None, photo: np.ndarray, size: int) -> Bodice | None:
    """A bodice found in the square, in the photo's own pixels."""
    fit = Fit.of(photo, size)
    top, left, height, _ = fit.box
    scale = fit.height / height
    return None if bodice is None else bodice.moved(scale, -scale * left, -scale * top)


def in_its_box(steps: tuple[Step, ...], view: View, photo: np.ndarray) -> PartPlan:
    """The steps as those of the photo cut to what the view shows of it."""
    size, shape = len(steps[0].alpha), photo.shape
    box, (rows, columns) = view.box(shape), view.place(shape, size)
    at, soft = np.arange(size, dtype=np.float32) + 0.5, np.ones((size, size), np.float32)
    for is_inside, away in (
        (box[0].start > 0, (at - rows.start)[:, None]),
        (box[0].stop < shape[0], (rows.stop - at)[:, None]),
        (box[1].start > 0, at - columns.start),
        (box[1].stop < shape[1], columns.stop - at),
    ):
        if is_inside:  # the attention ends softly inside the photo
            soft *= ((away - 1) / FADE).clip(0, 1)
    fit = Fit(box[0].stop - box[0].start, box[1].stop - box[1].start, size)

    def boxed(square: np.ndarray) -> np.ndarray:
        return fit.placed(square[rows, columns])

    placed = (replace(step, alpha=step.alpha * soft).moved(boxed) for step in steps)
    return PartPlan(box, Plan(tuple(placed)))


def with_parts(square: np.ndarray, photo: np.ndarray, parts: tuple[PartPlan, ...]) -> np.ndarray:
    """The photo's square, S x S x 3, after its parts were edited, in float32."""
    square = square.astype(np.float32)
    fit = Fit.of(photo, len(square))
    top, left, height, width = fit.box
    for part in parts:
        step = part.plan.steps[-1]  # its x is what those before it made
        rows, columns = part.box
        view = Fit(rows.stop - rows.start, columns.stop - columns.start, len(step.alpha))
        y, y_end = (top + round(row * height / fit.height) for row in (rows.start, rows.stop))
        x, x_end = (left + round(at * width / fit.width) for at in (columns.start, columns.stop))
        if y_end > y and x_end > x:
            edited = view.inside(blend(step.alpha[..., None], step.z, step.x))
            where = square[y:y_end, x:x_end]
            where[:] = cv2.resize(edited, (x_end - x, y_end - y), interpolation=cv2.INTER_AREA)
    return square
