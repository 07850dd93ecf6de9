"""A garment's new colour as a function of the photo's own colours: detail stays, prints too."""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.editing.dye import dye
from amgan_cli.editing.kept import find_kept
from amgan_cli.editing.lift import (
    NOISE,
    AffineMap,
    Window,
    add_remainder,
    fit_affine,
    guided,
    keep_contrast,
    share_of,
    to_picture,
    to_planes,
)
from amgan_cli.editing.matte import Matte
from amgan_cli.editing.plan import Step
from amgan_cli.editing.shift import LabShift

CONTRAST = 0.95
"""Share of the photo's lightness contrast that a change of colour leaves at least."""
FINE = 4
"""Cells of the moderate size around which a dyed colour is a function of the photo's."""


@dataclass(frozen=True)
class Recolored:
    """z as the photo's own colours, changed: threads and folds stay."""

    change: AffineMap
    """z - x."""
    kept: AffineMap | None = None
    """Share of a pixel that keeps its colour, 0..1: prints; None: nothing does."""

    def at(self, x: np.ndarray, window: Window) -> np.ndarray:
        """z (3 x rows x W) for pixels x (3 x rows x W, 0..255) at the window's corner."""
        z = self.change.at(x, window)
        if self.kept is not None:
            z *= 1 - self.kept.at(x, window)[0].clip(0, 1)
        z += x
        return z


def recolor(
    step: Step,
    squares: tuple[np.ndarray, np.ndarray, np.ndarray],
    photo: np.ndarray,
    matte: Matte,
    outline: np.ndarray | None,
    prints: bool,
) -> tuple[Recolored, float | None]:
    """z as a function of the photo's colours, and how far an exact colour is.

    `squares` x, z and alpha as the network saw them, planes without padding; `photo` 3 x h x w in
    0..255, `outline` h x w, at moderate size; `prints`: they get the garment's new colour too.
    """
    x, z, alpha = squares
    if outline is None:
        change, delta_e = _shade(step, x, z, alpha)
        return Recolored(change), delta_e
    z, alpha = _found_besides(x, z, alpha, outline)
    kept = None if prints else find_kept(to_picture(photo), outline)
    if kept is not None:
        alpha = alpha * (1 - cv2.resize(kept, alpha.shape[::-1], interpolation=cv2.INTER_AREA))
    change, delta_e = _shade(step, x, z, alpha)
    change, delta_e = _dye(step, photo, matte, change, kept, delta_e, prints)
    return Recolored(change, None if kept is None else guided(photo, kept, 1)), delta_e


def _found_besides(
    x: np.ndarray, z: np.ndarray, alpha: np.ndarray, outline: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """z and alpha where the outline has cloth that the network did not: it changes as the rest."""
    cloth = cv2.resize(outline, alpha.shape[::-1], interpolation=cv2.INTER_AREA)
    missed = (cloth > 0.5) & (alpha < 0.5)
    if not missed.any():
        return z, alpha
    change = fit_affine(x, z - x, alpha, radius=max(alpha.shape), noise=1.5 * NOISE)
    as_rest = (x + change.at(x, Window(*alpha.shape))).clip(0, 255)
    return np.where(missed, as_rest, z), np.where(missed, cloth, alpha)


def _shade(
    step: Step, x: np.ndarray, z: np.ndarray, alpha: np.ndarray
) -> tuple[AffineMap, float | None]:
    """The change of a recolouring, which leaves the cloth's detail, brought to the colour asked."""
    side = max(alpha.shape)
    radius, blur = side // 16, side / 64
    whole = fit_affine(x, z - x, alpha, radius, noise=1.5 * NOISE)
    whole = keep_contrast(whole, x, alpha, radius, CONTRAST)
    painted = add_remainder(whole, x, z - x, alpha, blur)
    z = to_picture((x + painted.at(x, Window(*alpha.shape))).clip(0, 255))
    shift = LabShift.of(step.exact_rgb, step.shade, z, alpha)
    further = to_planes(shift.apply(z) - z)
    fitted = fit_affine(x, further, alpha, radius, noise=1.5 * NOISE)
    fitted = add_remainder(fitted, x, further, alpha, blur)
    return AffineMap(painted.coefficients + fitted.coefficients), shift.delta_e


def _dye(
    step: Step,
    photo: np.ndarray,
    matte: Matte,
    change: AffineMap,
    kept: np.ndarray | None,
    delta_e: float | None,
    prints: bool,
) -> tuple[AffineMap, float | None]:
    """The change for coloured cloth alone, where that can be told; `photo` at moderate size."""
    window = Window(*photo.shape[1:])
    alpha = share_of(matte.alpha.at(photo, window)[0])
    garment = matte.pure(photo, alpha, window)
    painted = garment + change.at(garment, window)
    dyed = dye(to_picture(garment), to_picture(painted), alpha, prints)
    if dyed is None:
        return change, delta_e
    z = dyed.picture
    if step.exact_rgb is not None:
        cloth = dyed.cloth if kept is None else dyed.cloth * (1 - kept)
        shift = LabShift.to_exact(step.exact_rgb, z, alpha * cloth)
        z, delta_e = z + cloth[..., None] * (shift.apply(z) - z), shift.delta_e
    further = to_planes(z) - garment
    fitted = fit_affine(garment, further, alpha, FINE, noise=NOISE)
    return add_remainder(fitted, garment, further, alpha, blur=0), delta_e
