"""Large pictures in strips of rows, so that no temporary copy is as large as the picture."""

from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

ROWS = 128


def strips(height: int) -> Iterator[slice]:
    """Slices of at most ROWS rows that cover `height`."""
    return (slice(top, min(top + ROWS, height)) for top in range(0, height, ROWS))


def as_array(image: Image.Image) -> np.ndarray:
    """HxW or HxWxC pixels of a Pillow picture (np.asarray holds two more copies on its way)."""
    first = np.asarray(image.crop((0, 0, image.width, 1)))
    pixels = np.empty((image.height, *first.shape[1:]), first.dtype)
    for rows in strips(image.height):
        pixels[rows] = np.asarray(image.crop((0, rows.start, image.width, rows.stop)))
    return pixels


def as_uint8(pixels: np.ndarray) -> np.ndarray:
    """8 bits of 8 or 16, rounded."""
    if pixels.dtype == np.uint8:
        return pixels
    return cv2.convertScaleAbs(pixels, alpha=1 / 257).reshape(pixels.shape)


def as_uint16(pixels: np.ndarray) -> np.ndarray:
    """0..255 of uint8 spread over 0..65535."""
    return pixels.astype(np.uint16) * np.uint16(257)


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turn HxW or HxWxC pixels by an EXIF orientation (1 to 8)."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)
