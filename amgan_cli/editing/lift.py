"""From the network's square to the photo's own pixels, with the photo as guide.

Attention and change are written as local affine functions of the photo's colour, fitted where the
network saw both (the guided filter of He et al. 2013 with three guide channels), and these
functions are applied to the photo's own pixels: edges are the photo's edges, threads stay threads.
"""

from dataclasses import dataclass

import cv2
import numpy as np

CHANNELS = 4
"""Most channels that OpenCV warps at once; also the numbers of one affine function of RGB."""


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
    """h x w x K x 4 float32: p and q; colours in 0..255."""

    def at(self, x: np.ndarray, window: Window) -> np.ndarray:
        """Values (rows x W x K) for pixels x (rows x W x 3 float32) at the window's corner."""
        rows, columns, functions, _ = self.coefficients.shape
        scale_y, scale_x = rows / window.height, columns / window.width
        place = np.array(
            [
                [scale_x, 0, (window.left + 0.5) * scale_x - 0.5],
                [0, scale_y, (window.top + 0.5) * scale_y - 0.5],
            ]
        )
        values = []
        for k in range(functions):
            p = cv2.warpAffine(
                self.coefficients[:, :, k],
                place,
                (x.shape[1], x.shape[0]),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
            values.append(np.einsum("yxc,yxc->yx", p[..., :3], x) + p[..., 3])
        return np.stack(values, axis=2)


def fit_affine(
    guide: np.ndarray, values: np.ndarray, weight: np.ndarray, radius: int, noise: float
) -> AffineMap:
    """Weighted ridge regression of values on the guide's colours, around each cell.

    guide h x w x 3 in 0..255, values h x w x K, weight h x w >= 0. Colour differences under
    `noise` do not count.
    """

    def mean(array: np.ndarray) -> np.ndarray:
        return local_mean(array, weight, radius)

    mean_g, mean_v = mean(guide), mean(values)
    around_g, around_v = guide[..., None], values[..., None, :]
    cov_gg = mean(around_g * guide[..., None, :]) - mean_g[..., None] * mean_g[..., None, :]
    cov_gv = mean(around_g * around_v) - mean_g[..., None] * mean_v[..., None, :]
    p = np.linalg.solve(cov_gg + noise**2 * np.eye(3, dtype=np.float32), cov_gv)  # h x w x 3 x K
    q = mean_v - np.einsum("yxc,yxck->yxk", mean_g, p)
    together = np.concatenate([p, q[..., None, :]], axis=2).swapaxes(2, 3)
    return AffineMap(np.ascontiguousarray(mean(together), dtype=np.float32))


def local_mean(array: np.ndarray, weight: np.ndarray, radius: int) -> np.ndarray:
    """Weighted mean of h x w x ... values over each cell's window."""
    weight = weight.astype(np.float32) + 1e-4  # somewhere to stand where nothing counts
    window = (2 * radius + 1,) * 2
    planes = np.moveaxis(array.reshape(*weight.shape, -1), 2, 0) * weight
    blurred = [cv2.blur(plane, window) for plane in planes.astype(np.float32)]
    return (np.stack(blurred, axis=2) / cv2.blur(weight, window)[..., None]).reshape(array.shape)


def keep_contrast(
    change: AffineMap, guide: np.ndarray, weight: np.ndarray, radius: int, share: float
) -> AffineMap:
    """Let at least `share` of the photo's lightness contrast survive a change of colours.

    A network that was trained by mean distances flattens what it is unsure of: prints, knit.
    """
    p = change.coefficients[..., :3]  # h x w x out x in
    response = 1 + np.einsum("yxkc,k->yx", p, LUMA)  # of lightness to lightness
    lack = (share - response).clip(0)[..., None]
    coefficients = change.coefficients.copy()
    coefficients[..., :3] += (lack * LUMA)[..., None, :]
    coefficients[..., 3] -= lack * (local_mean(guide, weight, radius) @ LUMA)[..., None]
    return AffineMap(coefficients)


def add_remainder(
    fitted: AffineMap, guide: np.ndarray, values: np.ndarray, weight: np.ndarray, blur: float
) -> AffineMap:
    """Let the map also carry what it does not explain at the cells, smoothed over `blur` cells."""
    explained = fitted.at(guide, Window(*guide.shape[:2]))
    remainder = values - explained
    if blur:
        weight = weight.astype(np.float32) + 1e-4
        share = cv2.GaussianBlur(weight, (0, 0), blur)[..., None]
        smooth = cv2.GaussianBlur(remainder * weight[..., None], (0, 0), blur)
        remainder = smooth.reshape(remainder.shape) / share
    coefficients = fitted.coefficients.copy()
    coefficients[..., 3] += remainder
    return AffineMap(coefficients)
