"""A garment's new colour as a function of the photo's own colours: detail stays, prints too."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.editing.colors.dye import Dye, find_dye
from amgan_cli.editing.colors.kept import Kept, find_kept
from amgan_cli.editing.colors.main_cloth import find_main_cloth
from amgan_cli.editing.colors.shift import LabShift
from amgan_cli.editing.lab import planes_in_lab
from amgan_cli.editing.lift import (
    NOISE,
    AffineMap,
    Window,
    add_remainder,
    fit_affine,
    keep_contrast,
    lightness_of,
    share_of,
    to_picture,
    to_planes,
)
from amgan_cli.editing.outlines.matte import Matte
from amgan_cli.editing.plan import Recoloring

CONTRAST, MOST, LIGHTER = 1.0, 1.8, 0.33
"""Share of the photo's lightness contrast that a change of colour leaves at least, and as cloth
gets lighter at most; it grows with that power of how much lighter. All of it would show noise."""


@dataclass(frozen=True)
class Recolored:
    """z as the photo's own colours, changed: threads and folds stay."""

    change: AffineMap
    """z - x."""
    dye: Dye | None = None
    """Of its cloth; None where there is hardly any garment: all that changes does by `change`."""
    kept: Kept | None = None
    """Prints that keep their colour; None: nothing does."""

    def at(self, x: np.ndarray, window: Window) -> np.ndarray:
        """z (3 x rows x W) for pixels x (3 x rows x W, 0..255) at the window's corner."""
        z = self.change.at(x, window)
        z += x
        if self.dye is None and self.kept is None:
            return z
        lab = planes_in_lab(x)
        if self.dye is not None:
            z, _ = self.dye.at(x, lab, z, window)
        if self.kept is not None:
            z += self.kept.at(lab, window, self.dye.cloth.hue if self.dye else 0) * (x - z)
        return z


def recolor(
    step: Recoloring,
    squares: tuple[np.ndarray, np.ndarray, np.ndarray],
    photo: np.ndarray,
    matte: Matte,
    outline: np.ndarray,
    prints: bool,
    printed: np.ndarray | None,
) -> tuple[Recolored, float | None]:
    """z as a function of the photo's colours, and how far an exact colour is.

    `squares` x, z and alpha as the network saw them, planes without padding; `photo` 3 x h x w in
    0..255, `outline` h x w, at moderate size; `prints`: they get the garment's new colour too;
    `printed` as in `find_kept`.
    """
    x, z, alpha = squares
    z, alpha = _found_besides(x, z, alpha, outline)
    window = Window(*photo.shape[1:])
    share = share_of(matte.alpha.at(photo, window)[0])
    garment = matte.pure(photo, share, window)
    cloth = find_main_cloth(garment, share)
    kept = None
    if not prints:
        kept = find_kept(to_picture(photo), outline, printed, _lighter(step, x, z, alpha))
    stays = np.zeros_like(share)
    if kept is not None:
        stays = kept.at(planes_in_lab(photo), window)
    alpha = alpha * (1 - _in_cells(stays, alpha))
    counts = (alpha > 0.5).astype(np.float32)
    if cloth is not None and not prints:
        counts *= _in_cells(cloth.tells(share), alpha)
    change, delta_e = _shade(step, x, z, alpha, counts)
    if cloth is None:
        return Recolored(change, None, kept), delta_e
    painted = garment + change.at(garment, window)
    dye = find_dye(cloth, painted, share, prints, step.shade)
    if step.exact_rgb is not None:
        z, changes = dye.at(garment, planes_in_lab(garment), painted, window)
        shift = LabShift.to_exact(step.exact_rgb, to_picture(z), share * changes * (1 - stays))
        dye, delta_e = replace(dye, shift=shift), shift.delta_e
    return Recolored(change, dye, kept), delta_e


def _lighter(step: Recoloring, x: np.ndarray, z: np.ndarray, alpha: np.ndarray) -> float:
    """How much lighter a garment gets, CIELAB; squares as in `recolor`."""
    where = alpha > 0.5
    if not where.any():
        return 0.0
    before, after = (float(np.median(planes_in_lab(each)[0][where])) for each in (x, z))
    if step.exact_rgb is not None:
        after = float(planes_in_lab(np.array(step.exact_rgb, np.float32)[:, None, None])[0, 0, 0])
    elif step.shade is not None:
        after = step.shade[0]
    return after - before


def _found_besides(
    x: np.ndarray, z: np.ndarray, alpha: np.ndarray, outline: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """z and alpha where the outline has cloth that the network did not: it changes as the rest."""
    cloth = _in_cells(outline, alpha)
    missed = (cloth > 0.5) & (alpha < 0.5)
    if not missed.any():
        return z, alpha
    change = fit_affine(x, z - x, alpha, radius=max(alpha.shape), noise=1.5 * NOISE)
    as_rest = (x + change.at(x, Window(*alpha.shape))).clip(0, 255)
    return np.where(missed, as_rest, z), np.where(missed, cloth, alpha)


def _in_cells(plane: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """A plane of moderate size as small as alpha."""
    return cv2.resize(plane, alpha.shape[::-1], interpolation=cv2.INTER_AREA)


def _shade(
    step: Recoloring, x: np.ndarray, z: np.ndarray, alpha: np.ndarray, counts: np.ndarray
) -> tuple[AffineMap, float | None]:
    """The change of a recolouring, which leaves the cloth's detail, brought to the colour asked,
    of which each place tells as much as it `counts`, h x w in 0..1."""
    side = max(alpha.shape)
    radius, blur = side // 16, side / 64
    whole = fit_affine(x, z - x, alpha, radius, noise=1.5 * NOISE)
    whole = keep_contrast(whole, x, alpha, radius, _contrast(x, z, alpha))
    # black letters cannot get darker as their cloth does, and tell nothing of it
    light = lightness_of(x + whole.at(x, Window(*alpha.shape)))
    told = alpha * (light >= 0)
    painted = add_remainder(whole, x, z - x, told, blur)
    z = to_picture((x + painted.at(x, Window(*alpha.shape))).clip(0, 255))
    shift = LabShift.of(step.exact_rgb, step.shade, z, counts)
    further = to_planes(shift.apply(z) - z)
    fitted = fit_affine(x, further, alpha, radius, noise=1.5 * NOISE)
    fitted = add_remainder(fitted, x, further, told, blur)
    return AffineMap(painted.coefficients + fitted.coefficients), shift.delta_e


def _contrast(x: np.ndarray, z: np.ndarray, alpha: np.ndarray) -> float:
    """Share of the photo's lightness contrast that is to be there; x and z 3 x h x w, alpha h x w.

    Cloth that gives back more of the light shows its folds more.
    """
    old, new = ((lightness_of(each) * alpha).sum() for each in (x, z))
    return float(np.clip((new / max(old, 1)) ** LIGHTER, CONTRAST, MOST))
