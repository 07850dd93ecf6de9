"""A plan at the photo's full size: lift each step, blend (Eq. 1), keep the rest bit for bit."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.editing.lift import AffineMap, Window, guided, share_of, to_planes, unit_of
from amgan_cli.editing.lifted import Lifted, Scene, lift
from amgan_cli.editing.outlines.outline import OUTLINE_SIDE
from amgan_cli.editing.plan import Plan
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import blend, region_mask
from amgan_cli.errors import PhotoError
from amgan_cli.photos.geometry import Fit

STRIP = 1 << 17
"""Pixels lifted at a time, whatever the photo's size: few enough for the processor's cache."""


@dataclass(frozen=True)
class Edited:
    """An edited photo."""

    pixels: np.ndarray
    """HxWx3, size and type of the pixels given."""
    attention: np.ndarray
    """HxW float32 in 0..1: how much of each pixel was up for change; 0 where nothing was."""
    delta_e: float | None = None
    """CIEDE2000 between the garment's mean colour and the exact colour, if that is asked for last;
    None where only a share or a part of it is to get that."""


def apply_plan(
    pixels: np.ndarray, plan: Plan, request: EditRequest, may_change: np.ndarray | None = None
) -> Edited:
    """Carry out `plan` on HxWx3 pixels, uint8 or uint16 (0..65535).

    `may_change` (HxW in 0..1) multiplies the attention. Raises PhotoError if the request's region
    nowhere reaches its threshold.
    """
    height, width = pixels.shape[:2]
    attention = np.zeros((height, width), np.float32)
    delta_e = None
    if plan.parts:
        pixels = pixels.copy()
    for part in plan.parts:
        allowed = None if may_change is None else may_change[part.box]
        edited = apply_plan(pixels[part.box], part.plan, request, allowed)
        pixels[part.box] = edited.pixels
        attention[part.box] = np.maximum(attention[part.box], edited.attention)
        delta_e = edited.delta_e
    if not plan.steps:
        return Edited(pixels, attention, delta_e)
    region = _lift_region(pixels, plan, request)
    steps = list(_lift_steps(pixels, plan, request))
    result = pixels.copy()
    unit = unit_of(pixels)
    for part in _strips(height, width, None if request.raw else steps):
        window = Window(height, width, part[0].start, part[1].start)
        photo = x = to_planes(pixels[part]) / unit
        mask = None if region is None else share_of(region.at(photo, window)[0])
        for step in steps:
            if not (request.raw or step.reaches(part[0], height)):
                continue
            z, alpha = step.at(x, window)
            weight = request.strength * (alpha if mask is None else _within(mask, alpha, request))
            if may_change is not None:
                weight = weight * may_change[part]
            x = blend(weight, z, x).clip(0, 255)  # Eq. 1
            attention[part] = np.maximum(attention[part], weight)
        # where the attention is 0, x is still the photo's own whole number
        result[part] = cv2.merge(list(np.rint(x * unit).astype(pixels.dtype)))
    is_whole = request.strength == 1 and request.region is None and may_change is None
    return Edited(result, attention, steps[-1].delta_e if is_whole and attention.any() else None)


def _strips(height: int, width: int, steps: list[Lifted] | None) -> Iterator[tuple[slice, slice]]:
    """Parts of moderate size that together hold every pixel which a step may change."""
    top, bottom, left, right = 0.0, 1.0, 0.0, 1.0
    if steps is not None:
        seen = np.any([step.seen for step in steps], axis=0)
        rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
        if not len(rows):
            return
        top, bottom = (rows[0] - 2) / len(seen), (rows[-1] + 3) / len(seen)
        left, right = (columns[0] - 2) / seen.shape[1], (columns[-1] + 3) / seen.shape[1]
    across = slice(max(0, int(left * width)), min(width, math.ceil(right * width)))
    stride = max(1, STRIP // (across.stop - across.start))
    end = min(height, math.ceil(bottom * height))
    for start in range(max(0, int(top * height)), end, stride):
        yield slice(start, min(end, start + stride)), across


def _within(mask: np.ndarray, alpha: np.ndarray, request: EditRequest) -> np.ndarray:
    """The weight of z in a region: Eq. 12, or 13 outside; alpha too unless z is taken raw."""
    outside = request.region is not None and request.region.outside
    share = 1 - mask if outside else mask
    return share if request.raw else share_of(share * alpha)


def _lift_region(pixels: np.ndarray, plan: Plan, request: EditRequest) -> AffineMap | None:
    """alpha_1* (Sec. 4) as a function of the photo's colours; None without a region."""
    if request.region is None or plan.region is None:
        return None
    fit = Fit.of(pixels, plan.region.shape[0])
    alpha, x = fit.inside(plan.region), to_planes(fit.inside(plan.steps[0].x))
    mask = region_mask(alpha, request.threshold)
    if not mask.any():
        raise PhotoError(
            f"--region {request.region.name}: attention reaches {alpha.max():.4f} at most on this "
            f"photo, nowhere the threshold {request.threshold:g}; lower --threshold"
        )
    if request.raw:
        return guided(x, cv2.dilate(mask, np.ones((3, 3))), radius=1)
    # x* already holds the edit's own attention, which ends the region at the garment's edge: so
    # two cells more, and where the region ends in cloth a smooth border, no staircase of cells
    wide = cv2.dilate((mask > 0).astype(np.float32), np.ones((5, 5)))
    smooth = cv2.GaussianBlur(wide, (0, 0), 1.5)
    return guided(x, 5 * smooth - 2.5, radius=1)  # clipped after the lift


def _lift_steps(pixels: np.ndarray, plan: Plan, request: EditRequest) -> Iterator[Lifted]:
    """Each step of the plan, with outlines found on a picture of moderate size."""
    finer = Fit.of(pixels, min(OUTLINE_SIDE, max(pixels.shape[:2])))
    small = finer.small(pixels)
    garment_mask = plan.garment_mask
    if garment_mask is not None:
        garment_mask = cv2.resize(garment_mask, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    fit, photo = Fit.of(pixels, len(plan.steps[0].x)), to_planes(small) / unit_of(pixels)
    scene = Scene(pixels, fit, photo, request.prints, garment_mask)
    for step in plan.steps:
        lifted = lift(step, scene)
        z, alpha = lifted.at(scene.photo, Window(*small.shape[:2]))
        yield replace(lifted, seen=alpha > 0)
        scene = replace(scene, photo=blend(alpha, z, scene.photo))
