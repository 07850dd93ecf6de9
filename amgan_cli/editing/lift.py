"""From the network's square to the photo's own pixels, with the photo as guide.

Attention and change are written as local affine functions of the photo's colour, fitted where the
network saw both (the guided filter of He et al. 2013 with three guide channels), and these
functions are applied to the photo's own pixels: edges are the photo's edges, threads stay threads.

Pictures are planes here, C x rows x columns: every step is then a few passes over whole planes.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from amgan_cli.means import local_mean

UNTOUCHED = 0.02
"""Attention under this counts as 0: those pixels stay the original's, bit for bit."""
NOISE = 4.0
"""Colour differences (0..255) that the guided filters take for noise."""
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Share of the channels in lightness."""


@dataclass(frozen=True)
class Window:
    """A part of a picture of `height` x `width` pixels: right of `left`, under `top`."""

    height: int
    width: int
    top: int = 0
    left: int = 0


@dataclass(frozen=True)
class AffineMap:
    """For every cell K functions of the colour there: (r, g, b) -> p . (r, g, b) + q."""

    coefficients: np.ndarray
    """K x 4 x h x w float32: p and q; colours in 0..255."""

    def at(self, x: np.ndarray, window: Window) -> np.ndarray:
        """Values (K x rows x W) for pixels x (3 x rows x W float32) at the window's corner."""
        functions, numbers, *cells = self.coefficients.shape
        p = between_cells(self.coefficients.reshape(-1, *cells), x.shape[1:], window)
        p = p.reshape(functions, numbers, *x.shape[1:])
        values = p[:, 3]
        for channel in range(3):
            p[:, channel] *= x[channel]
            values += p[:, channel]
        return values


def between_cells(planes: np.ndarray, shape: tuple[int, ...], window: Window) -> np.ndarray:
    """K x h x w float32 planes at the pixels of a part of a picture, K x rows x W, bilinear.

    `shape` is (rows, W), at the window's corner.
    """
    (count, h, w), (rows, columns) = planes.shape, shape
    if h == 1:  # a second row to lie between
        planes = planes.repeat(2, axis=1)
    y = (window.top + np.arange(rows) + 0.5) * (h / window.height) - 0.5
    y = y.clip(0, h - 1)
    above = np.minimum(y.astype(int), max(h - 2, 0))
    share = (y - above).astype(np.float32)[:, None]
    cells = np.ascontiguousarray(planes[:, above[0] : above[-1] + 2])
    wide = cv2.resize(
        cells.reshape(-1, w), (window.width, cells.size // w), interpolation=cv2.INTER_LINEAR
    )
    wide = wide[:, window.left : window.left + columns].reshape(count, -1, 1, columns)
    down = wide[:, 1:] - wide[:, :-1]
    between = np.empty((count, rows, columns), np.float32)
    # cell by cell, not as a product of matrices: NumPy's would keep all cores spinning
    starts = np.flatnonzero(np.diff(above, prepend=-1))
    for start, end in pairwise([*starts, rows]):
        cell, part = above[start] - above[0], between[:, start:end]
        np.multiply(share[start:end], down[:, cell], out=part)
        part += wide[:, cell]
    return between


def unit_of(pixels: np.ndarray) -> np.float32:
    """What one of the lift's 255 steps is in the photo's own numbers, uint8 or uint16."""
    return np.float32(257 if pixels.dtype == np.uint16 else 1)


def to_planes(picture: np.ndarray) -> np.ndarray:
    """h x w x C to C x h x w float32."""
    return np.ascontiguousarray(np.moveaxis(picture, 2, 0), dtype=np.float32)


def to_picture(planes: np.ndarray) -> np.ndarray:
    """C x h x w to h x w x C."""
    return np.ascontiguousarray(np.moveaxis(planes, 0, 2))


def sharpened(share: np.ndarray, cells: int, window: Window) -> np.ndarray:
    """A mask of soft cells, `cells` of them in a row, with an outline a pixel or two wide in the
    photo: rows x W in 0..1 both."""
    slope = max(2.0, 0.7 * window.width / cells)
    return ((share - 0.5) * slope + 0.5).clip(0, 1)


def lightness_of(planes: np.ndarray) -> np.ndarray:
    """Of 3 x h x w, h x w."""
    return np.tensordot(LUMA, planes, 1)


def share_of(alpha: np.ndarray) -> np.ndarray:
    """Bring what the filters overshot back into 0..1."""
    return np.where(alpha < UNTOUCHED, 0, alpha.clip(0, 1))


def constants(planes: np.ndarray) -> AffineMap:
    """K x h x w planes as functions that do not look at the colour."""
    coefficients = np.zeros((len(planes), 4, *planes.shape[1:]), np.float32)
    coefficients[:, 3] = planes
    return AffineMap(coefficients)


def instead(planes: np.ndarray) -> AffineMap:
    """The change that puts 3 x h x w planes in the place of whatever colour is there."""
    change = constants(planes)
    change.coefficients[np.arange(3), np.arange(3)] = -1
    return change


def fit_affine(
    guide: np.ndarray, values: np.ndarray, weight: np.ndarray, radius: int, noise: float
) -> AffineMap:
    """Weighted ridge regression of values on the guide's colours, around each cell.

    guide 3 x h x w in 0..255, values K x h x w, weight h x w >= 0. Colour differences under
    `noise` do not count.
    """

    def mean(planes: np.ndarray) -> np.ndarray:
        return local_mean(planes, weight, radius)

    mean_g, mean_v = mean(guide), mean(values)
    cov_gg = {
        (i, j): mean(guide[i : i + 1] * guide[j])[0] - mean_g[i] * mean_g[j]
        for i in range(3)
        for j in range(i, 3)
    }
    for i in range(3):
        cov_gg[i, i] += noise**2
    fitted = np.empty((len(values), 4, *weight.shape), np.float32)
    for k, value in enumerate(values):
        cov_gv = mean(guide * value) - mean_g * mean_v[k]
        fitted[k, :3] = solve_symmetric(cov_gg, cov_gv)
        fitted[k, 3] = mean_v[k] - (fitted[k, :3] * mean_g).sum(axis=0)
    return AffineMap(mean(fitted.reshape(-1, *weight.shape)).reshape(fitted.shape))


def solve_symmetric(a: dict[tuple[int, int], np.ndarray], b: np.ndarray) -> np.ndarray:
    """x with A x = b in every cell; A's upper triangle as planes, b and x 3 x h x w (Cramer)."""
    xx, xy, xz, yy, yz, zz = (a[i, j].astype(np.float64) for i in range(3) for j in range(i, 3))
    cx, cy, cz = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    inner_y, inner_z, inner_yz = xx * zz - xz * xz, xx * yy - xy * xy, xy * xz - xx * yz
    rows = ((cx, cy, cz), (cy, inner_y, inner_yz), (cz, inner_yz, inner_z))
    determinant = xx * cx + xy * cy + xz * cz
    return np.stack([(r[0] * b[0] + r[1] * b[1] + r[2] * b[2]) / determinant for r in rows])


def keep_contrast(
    change: AffineMap, guide: np.ndarray, weight: np.ndarray, radius: int, share: float
) -> AffineMap:
    """Let at least `share` of the photo's lightness contrast survive a change of colours.

    A network that was trained by mean distances flattens what it is unsure of: prints, knit.
    """
    coefficients = change.coefficients.copy()
    response = 1 + np.tensordot(LUMA, coefficients[:, :3].sum(axis=1), 1)  # lightness to lightness
    lack = (share - response).clip(0)
    coefficients[:, :3] += LUMA[:, None, None] * lack
    coefficients[:, 3] -= lack * lightness_of(local_mean(guide, weight, radius))
    return AffineMap(coefficients)


def add_remainder(
    fitted: AffineMap, guide: np.ndarray, values: np.ndarray, weight: np.ndarray, blur: float
) -> AffineMap:
    """Let the map also carry what it does not explain at the cells, smoothed over `blur` cells."""
    remainder = values - fitted.at(guide, Window(*weight.shape))
    if blur:
        weight = weight.astype(np.float32) + 1e-4
        share = cv2.GaussianBlur(weight, (0, 0), blur)
        remainder = [cv2.GaussianBlur(r * weight, (0, 0), blur) / share for r in remainder]
    coefficients = fitted.coefficients.copy()
    coefficients[:, 3] += remainder
    return AffineMap(coefficients)


def guided(guide: np.ndarray, mask: np.ndarray, radius: int) -> AffineMap:
    """A mask (h x w) as a function of the guide's colours, exact at the guide's own cells."""
    even = np.ones(mask.shape, np.float32)
    fitted = fit_affine(guide, mask[None], even, radius, 1.5 * NOISE)
    return add_remainder(fitted, guide, mask[None], even, blur=0)
