"""A plan at the photo's full size: lift each step, blend (Eq. 1), keep the rest bit for bit."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.editing.colors.recolor import Recolored, recolor
from amgan_cli.editing.lift import (
    NOISE,
    AffineMap,
    Window,
    add_remainder,
    constants,
    fit_affine,
    guided,
    instead,
    share_of,
    to_planes,
    unit_of,
)
from amgan_cli.editing.outlines.matte import Matte, cut_out
from amgan_cli.editing.outlines.outline import SIDE, outline_on
from amgan_cli.editing.parts.cloth import Cloth, find_cloth
from amgan_cli.editing.parts.ground import CELLS, Ground, find_ground
from amgan_cli.editing.parts.mend import find_mend
from amgan_cli.editing.patterns.bare import find_grain
from amgan_cli.editing.patterns.drape import find_drape
from amgan_cli.editing.patterns.printed_cloth import PrintedCloth
from amgan_cli.editing.plan import Plan, Step
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import blend, region_mask
from amgan_cli.errors import UsageError
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


@dataclass(frozen=True)
class Lifted:
    """One step as functions of the photo's own colours."""

    matte: Matte
    z: Recolored | PrintedCloth
    """z of a pixel that is all garment."""
    ground: Ground | None
    """What shows where parts of the garment go."""
    cloth: Cloth | None
    """What shows where the garment grows."""
    seen: np.ndarray
    """Where alpha is not 0, at moderate size."""
    delta_e: float | None = None
    """As in `Edited`."""

    def at(self, x: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """z (3 x rows x W) and alpha (rows x W) for the rows x of the photo, 0..255.

        At the edge z is x with the whole change of the garment's own colour there, of which a
        pixel gets its share in Eq. 1; there it can leave 0..255.
        """
        alpha = share_of(self.matte.alpha.at(x, window)[0])
        garment = self.matte.pure(x, alpha, window)
        z = self.z.at(garment, window)
        if self.cloth is not None:
            z, alpha = self.cloth.on(z, alpha, window)
        np.clip(z, 0, 255, out=z)
        z = z + x - garment
        return (z, alpha) if self.ground is None else self.ground.under(z, alpha, window)

    def reaches(self, rows: slice, height: int) -> bool:
        """Whether it may change a pixel in these rows of the photo, which has `height`."""
        share = len(self.seen) / height
        near = slice(max(0, int(rows.start * share) - 2), math.ceil(rows.stop * share) + 2)
        return bool(self.seen[near].any())


def apply_plan(
    pixels: np.ndarray, plan: Plan, request: EditRequest, may_change: np.ndarray | None = None
) -> Edited:
    """Carry out `plan` on HxWx3 pixels, uint8 or uint16 (0..65535).

    `may_change` (HxW in 0..1) multiplies the attention. Raises UsageError if the request's region
    nowhere reaches its threshold.
    """
    height, width = pixels.shape[:2]
    attention = np.zeros((height, width), np.float32)
    for part in plan.parts:
        allowed = None if may_change is None else may_change[part.box]
        edited = apply_plan(pixels[part.box], part.plan, request, allowed)
        pixels = pixels.copy()
        pixels[part.box] = edited.pixels
        attention[part.box] = np.maximum(attention[part.box], edited.attention)
    if not plan.steps:
        return Edited(pixels, attention)
    region = _lift_region(pixels, plan, request)
    steps = list(_lift_steps(pixels, plan, request.prints))
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
        raise UsageError(
            f"--region {request.region.name}: attention reaches {alpha.max():.2f} at most on this "
            f"photo, nowhere the threshold {request.threshold:g}; lower --threshold"
        )
    if request.raw:
        return guided(x, cv2.dilate(mask, np.ones((3, 3))), radius=1)
    # x* already holds the edit's own attention, which ends the region at the garment's edge: so
    # two cells more, and where the region ends in cloth a smooth border, no staircase of cells
    wide = cv2.dilate((mask > 0).astype(np.float32), np.ones((5, 5)))
    smooth = cv2.GaussianBlur(wide, (0, 0), 1.5)
    return guided(x, 5 * smooth - 2.5, radius=1)  # clipped after the lift


def _lift_steps(pixels: np.ndarray, plan: Plan, prints: bool) -> Iterator[Lifted]:
    """Each step of the plan, with outlines found on a picture of moderate size.

    `prints`: they get the garment's new colour too.
    """
    fit = Fit.of(pixels, plan.steps[0].x.shape[0])
    finer = Fit.of(pixels, min(SIDE, max(pixels.shape[:2])))
    small = finer.inside(finer.to_square(pixels))
    photo = to_planes(small) / unit_of(pixels)
    window = Window(*small.shape[:2])
    everywhere = np.ones(small.shape[:2], bool)
    known = plan.garment
    if known is not None:
        known = cv2.resize(known, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    for step in plan.steps:
        matte, z, delta_e = _lift_step(step, fit, photo, prints, known)
        lifted = Lifted(matte, z, *_reshaped(pixels, step, fit), everywhere, delta_e)
        z, alpha = lifted.at(photo, window)
        lifted = replace(lifted, seen=alpha > 0)
        yield lifted
        photo = blend(alpha, z, photo)


def _lift_step(
    step: Step, fit: Fit, photo: np.ndarray, prints: bool, known: np.ndarray | None
) -> tuple[Matte, Recolored | PrintedCloth, float | None]:
    """Attention, z, and how far an exact colour is; `photo` before, at moderate size, and what is
    `known` of the garment's outline there."""
    x, z = (to_planes(fit.inside(square)) for square in (step.x, step.z))
    alpha = fit.inside(step.alpha)
    if step.replaces:
        return Matte(constants(alpha[None]), np.zeros_like(x)), Recolored(instead(z)), None
    outline = None
    if step.fills:
        found = alpha if step.found is None else fit.inside(step.found)
        outline = outline_on(photo, x, found) if known is None else known
        matte = cut_out(photo, outline, guided(photo, 2 * outline - 0.2, 2))
    else:
        matte = Matte(guided(x, alpha, 1), np.zeros_like(x))
    if step.recolors:
        printed = step.printed
        if printed is not None:
            printed = Fit(fit.height, fit.width, len(printed)).inside(printed)
            printed = cv2.resize(printed, photo.shape[:0:-1], interpolation=cv2.INTER_AREA)
        return matte, *recolor(step, (x, z, alpha), photo, matte, outline, prints, printed)
    if step.inked is not None:
        assert outline is not None
        inked, spared = step.inked, step.spared
        is_plain = spared is not None and not step.figured
        drape = find_drape(photo, outline, fit, inked.place, is_plain, step.turns)
        if spared is not None:
            spared = Fit(fit.height, fit.width, len(spared)).inside(spared)
        if spared is not None and is_plain:
            return matte, PrintedCloth.on_own(x, alpha, inked, fit, spared, drape), None
        return matte, PrintedCloth.of(x, z, alpha, inked, fit, drape, spared), None
    near = fit_affine(x, z - x, alpha, radius=2, noise=NOISE)
    change = add_remainder(near, x, z - x, alpha, 0.7)  # what the network drew
    return matte, Recolored(change), None


def _reshaped(pixels: np.ndarray, step: Step, fit: Fit) -> tuple[Ground | None, Cloth | None]:
    """Ground where a new shape takes cloth away, and cloth where it covers ground."""
    if step.garment is None:
        return None, None
    if step.replaces:
        z, cloth, alpha = (fit.inside(square) for square in (step.z, step.garment, step.alpha))
        return find_grain(pixels, to_planes(z), cloth, alpha), None
    squares = step.x, step.z, step.garment, step.alpha
    x, z, garment, alpha = (_at_most(fit.inside(square), CELLS) for square in squares)
    may_go = None if step.may_go is None else _at_most(fit.inside(step.may_go), CELLS)
    if step.mends:
        return find_mend(pixels, to_planes(x), garment, alpha), None
    seen = to_planes(x), to_planes(z), garment, alpha
    ground = find_ground(pixels, *seen, may_go, step.uncovers)
    return ground, None if step.uncovers else find_cloth(pixels, *seen)


def _at_most(picture: np.ndarray, side: int) -> np.ndarray:
    """The picture, made smaller if its longer side is over `side`."""
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
