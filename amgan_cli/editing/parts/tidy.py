"""Sleeves without rags: new cloth, and what stays where old cloth goes, ends in a smooth line.

A network that is unsure of a sleeve's edge draws shreds of cloth and ground there (ours).
"""

from dataclasses import replace

import cv2
import numpy as np

from amgan_cli.editing.lift import to_planes
from amgan_cli.editing.parts.cloth import find_parts
from amgan_cli.editing.plan import Reshaping
from amgan_cli.means import gaussian_mean
from amgan_cli.morphology import grown
from amgan_cli.patches import Patches

SMOOTH = 64
"""What is finer than the side over this is no outline of a sleeve."""
CUT = 46
"""The same where old cloth goes: the network is less sure there."""
FIRM = 4.0
"""How steeply the attention passes there from nothing to all."""
CRUMB = 0.15
"""A piece of less than this share of the largest is none."""
MOST = 0.99
"""Share of the photo whose colours are no stronger than the strongest that an edit may draw."""
SURELY = 0.95
"""Attention over which what is drawn is all ground."""
NEAR = 3
"""How far around new cloth shreds are looked for, beside that fineness."""


def tidied(step: Reshaping) -> Reshaping:
    """The step, which knows its garment, with new cloth in whole pieces of one smooth outline.

    Cloth goes on into holes and notches; ground that was drawn beside it is left as it is.
    """
    deviation = len(step.alpha) / SMOOTH
    kept, drawn, new = find_parts(to_planes(step.x), to_planes(step.z), step.garment, step.alpha)
    if not new.any():
        return step
    cloth = _without_crumbs(drawn & (new > 0))
    zone = grown(new, round(NEAR * deviation)) & (step.garment < 0.3)
    zone = cv2.GaussianBlur(zone.astype(np.float32), (0, 0), 1) * (step.garment < 0.5)
    beside = (kept | drawn) & (step.garment >= 0.3)
    is_cloth = ((cloth > 0) | beside).astype(np.float32)
    outline = _outline(is_cloth, deviation)
    inner = cv2.erode(cloth, np.ones((3, 3), np.uint8)).astype(np.float32)  # edges are half ground
    weight = cv2.GaussianBlur(inner, (0, 0), deviation)[..., None]
    around = gaussian_mean(step.z, inner, deviation, 1e-4)
    share = (zone * (1 - cv2.GaussianBlur(inner, (0, 0), 0.7)) * (weight[..., 0] > 1e-2))[..., None]
    alpha = step.alpha + zone * (outline - step.alpha)
    z = step.z + share * (around - step.z)
    return replace(step, alpha=alpha.astype(np.float32), z=z.clip(0, 255).astype(np.float32))


def trimmed(step: Reshaping) -> Reshaping:
    """The step, which knows its garment, with one smooth outline of what stays where some goes.

    Shreds of the old sleeve go too, and notches in the torso show its own cloth again. A step that
    draws more new cloth than it takes away is left alone.
    """
    deviation = len(step.alpha) / CUT
    _, drawn, new = find_parts(to_planes(step.x), to_planes(step.z), step.garment, step.alpha)
    cloth = step.garment > 0.5
    gone = cloth & (step.alpha > 0.5) & ~drawn
    if gone.sum() <= new.sum():
        return step
    stays = _without_crumbs(cloth & ~gone).astype(np.float32)
    outline = _outline(stays, deviation)
    zone = grown(gone, round(NEAR * deviation)) & cloth
    zone = cv2.GaussianBlur(zone.astype(np.float32), (0, 0), 1) * cloth
    surely = (gone & (step.alpha > SURELY)).astype(np.float32)
    weight = cv2.GaussianBlur(surely, (0, 0), 2 * deviation)[..., None]
    ground = gaussian_mean(step.z, surely, 2 * deviation, 1e-4)
    share = (zone * (1 - surely))[..., None] * (weight > 1e-2)
    alpha = step.alpha + zone * (1 - outline - step.alpha)
    z = step.z + share * (ground - step.z)
    return replace(step, alpha=alpha.astype(np.float32), z=z.clip(0, 255).astype(np.float32))


def unstained(step: Reshaping) -> Reshaping:
    """The step with no stronger colours than the photo has: unsure networks draw rainbows."""
    grey = step.z.mean(axis=2, keepdims=True)
    photo = step.x - step.x.mean(axis=2, keepdims=True)
    most = float(np.quantile(np.linalg.norm(photo, axis=2), MOST))
    strength = np.linalg.norm(step.z - grey, axis=2, keepdims=True)
    return replace(step, z=grey + (step.z - grey) * np.minimum(1, most / strength.clip(1e-3)))


def _outline(is_cloth: np.ndarray, deviation: float) -> np.ndarray:
    """Attention to what is cloth (h x w, 0 or 1), its border smoothed."""
    smooth = cv2.GaussianBlur(is_cloth, (0, 0), deviation)
    return ((smooth - 0.5) * FIRM * deviation + 0.5).clip(0, 1)


def _without_crumbs(cloth: np.ndarray) -> np.ndarray:
    """The large pieces of h x w bool, uint8."""
    pieces = Patches(cloth)
    is_large = pieces.area >= CRUMB * pieces.area[1:].max(initial=0)
    return pieces.only(is_large).astype(np.uint8)
