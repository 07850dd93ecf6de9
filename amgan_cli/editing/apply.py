"""A plan at the photo's full size: lift the network's squares, blend (Eq. 1), keep the rest."""

from dataclasses import dataclass

import numpy as np

from amgan_cli.editing.plan import Plan
from amgan_cli.editing.request import EditRequest
from amgan_cli.equations import blend, inside_region, outside_region, region_mask
from amgan_cli.errors import UsageError
from amgan_cli.photos.geometry import Fit

UNTOUCHED = 0.02
"""Attention under this counts as 0: those pixels stay the original's, bit for bit."""


@dataclass(frozen=True)
class Edited:
    """An edited photo."""

    pixels: np.ndarray
    """HxWx3 uint8, the size of the photo given."""
    attention: np.ndarray
    """HxW float32 in 0..1: how much of each pixel was up for change; 0 where nothing was."""


def apply_plan(
    pixels: np.ndarray, plan: Plan, request: EditRequest, may_change: np.ndarray | None = None
) -> Edited:
    """Carry out `plan` on HxWx3 uint8 pixels; `may_change` (HxW in 0..1) multiplies the attention.

    Raises UsageError if the request's region nowhere reaches its threshold.
    """
    fit = Fit.of(pixels, plan.steps[0].x.shape[0])
    x = pixels.astype(np.float32)
    attention = np.zeros(x.shape[:2], np.float32)
    allowed = request.strength * (1 if may_change is None else may_change)
    within, mask = inside_region, None
    if request.region is not None and plan.region is not None:
        within = outside_region if request.region.outside else inside_region  # Eq. 13, Eq. 12
        mask = region_mask(fit.from_square(plan.region), request.threshold)  # alpha_1*
        if not mask.any():
            raise UsageError(
                f"--region {request.region.name}: attention reaches {plan.region.max():.2f} at "
                f"most on this photo, nowhere the threshold {request.threshold:g}; lower "
                "--threshold"
            )
    for step in plan.steps:
        z = x + fit.from_square(step.z - step.x)
        alpha = fit.from_square(step.alpha)
        weight = np.where(alpha < UNTOUCHED, 0, alpha) * allowed
        manipulated = z if request.raw else blend(weight[..., None], z, x)  # Eq. 1
        if mask is None:
            x = manipulated.clip(0, 255)
        else:
            x = within(mask[..., None], manipulated, x).clip(0, 255)
            outside = request.region is not None and request.region.outside
            weight = (1 - mask if outside else mask) * (1 if request.raw else weight)
        attention = np.maximum(attention, weight)
    return Edited(np.rint(x).astype(np.uint8), attention)
