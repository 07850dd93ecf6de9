"""Steps that see a part of a photo, in its place there."""

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from amgan_cli.editing.plan import Covering, PartPlan, Plan, Step, Uncovering
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
    for part in parts:
        here = _place(part, photo, len(square))
        for step in part.plan.steps:
            drawn = np.dstack([step.alpha[..., None] * step.z, step.alpha])
            *z, alpha = np.moveaxis(here.resized(drawn), 2, 0)
            where = square[here.rows, here.columns]
            where += np.stack(z, axis=2) - alpha[..., None] * where
    return square.clip(0, 255, out=square)  # which rounding leaves


def told_by_parts(size: int, photo: np.ndarray, parts: tuple[PartPlan, ...]) -> np.ndarray:
    """Where the garment is for certain after its parts were edited, in the photo's square: 1 where
    cloth was sewn on, -1 where it was cut off, near 0 where that is not told; S x S float32."""
    told = np.zeros((size, size), np.float32)
    for part in parts:
        here = _place(part, photo, size)
        where = told[here.rows, here.columns]
        for step in part.plan.steps:
            if isinstance(step, Covering):
                where += here.resized(step.alpha) * (1 - where)
            elif isinstance(step, Uncovering):
                where -= here.resized(step.alpha * step.may_go) * (1 + where)
    return told


class _Place(NamedTuple):
    """Where a part's view lies in the photo's square."""

    rows: slice
    columns: slice
    view: Fit

    def resized(self, drawn: np.ndarray) -> np.ndarray:
        """What was drawn of the view, V x V (x C), as large as there."""
        size = self.columns.stop - self.columns.start, self.rows.stop - self.rows.start
        return cv2.resize(self.view.inside(drawn), size, interpolation=cv2.INTER_AREA)


def _place(part: PartPlan, photo: np.ndarray, size: int) -> _Place:
    """That of a part of the photo in a square of any side; a pixel at least."""
    fit = Fit.of(photo, size)
    top, left, height, width = fit.box
    rows, columns = part.box
    view = Fit(rows.stop - rows.start, columns.stop - columns.start, len(part.plan.steps[0].alpha))
    y, y_end = (top + round(row * height / fit.height) for row in (rows.start, rows.stop))
    x, x_end = (left + round(at * width / fit.width) for at in (columns.start, columns.stop))
    return _Place(slice(y, max(y_end, y + 1)), slice(x, max(x_end, x + 1)), view)
