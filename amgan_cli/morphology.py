"""Masks grown and shrunk: the shapes that OpenCV takes for it."""

import cv2
import numpy as np


def disc(across: int) -> np.ndarray:
    """A disc so many pixels across, uint8."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))


def grown(where: np.ndarray, reach: int) -> np.ndarray:
    """h x w bool with what is no farther than `reach` pixels, in rows and columns."""
    return cv2.dilate(where.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8)) > 0
