"""Means around each pixel of a picture in which pixels count by a weight."""

import cv2
import numpy as np

SOMEWHERE = 1e-4
"""Weight that every cell has: somewhere to stand where nothing counts."""
FAR = 1e-3
"""What all that counts, together, does beside what is around."""


def local_mean(planes: np.ndarray, weight: np.ndarray, radius: int) -> np.ndarray:
    """Of each of n x h x w planes over each cell's square window, `radius` cells to each side."""
    weight = weight.astype(np.float32) + SOMEWHERE
    window = (2 * radius + 1,) * 2
    total = cv2.blur(weight, window)
    return np.stack([cv2.blur(plane * weight, window) / total for plane in planes])


def gaussian_mean(
    picture: np.ndarray, weight: np.ndarray, deviation: float, floor: float
) -> np.ndarray:
    """Of h x w (x C), by a weight h x w float32; where little weight is around it goes to 0, as
    `floor` is added to that."""
    total = cv2.GaussianBlur(weight, (0, 0), deviation) + floor
    if picture.ndim == 3:
        weight, total = weight[..., None], total[..., None]
    return cv2.GaussianBlur(picture * weight, (0, 0), deviation) / total


def mean_and_weight(
    picture: np.ndarray, weight: np.ndarray, deviation: float
) -> tuple[np.ndarray, np.ndarray]:
    """Of h x w x C by a weight h x w, and how much weight there is around."""
    total = blurred(weight, deviation)
    mean = blurred(picture * weight[..., None], deviation) / np.maximum(total, 1e-4)[..., None]
    return mean, total


def mean_or_overall(planes: np.ndarray, where: np.ndarray, deviation: float) -> np.ndarray:
    """Of 3 x h x w at the cells `where` (h x w bool) around each cell; far from them, of all of
    them."""
    share = cv2.GaussianBlur(where.astype(np.float32), (0, 0), deviation) + FAR
    means = [
        (cv2.GaussianBlur(plane * where, (0, 0), deviation) + FAR * plane[where].mean()) / share
        for plane in planes
    ]
    return np.stack(means)


def blurred(picture: np.ndarray, deviation: float) -> np.ndarray:
    """A Gaussian blur; of a smaller picture where that shows no difference."""
    scale = int(deviation // 4)
    if scale < 2:
        return cv2.GaussianBlur(picture, (0, 0), deviation).reshape(picture.shape)
    height, width = picture.shape[:2]
    size = max(1, width // scale), max(1, height // scale)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), deviation / scale)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return large.reshape(picture.shape)  # OpenCV drops a last axis of one channel
