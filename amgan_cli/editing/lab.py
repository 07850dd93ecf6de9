"""sRGB in 0..255 to CIELAB and back."""

import cv2
import numpy as np

from amgan_cli.editing.lift import to_picture, to_planes


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """h x w x 3 in 0..255 to CIELAB, float32."""
    return cv2.cvtColor((rgb / 255).astype(np.float32), cv2.COLOR_RGB2Lab)


def planes_in_lab(planes: np.ndarray) -> np.ndarray:
    """3 x h x w in 0..255, what leaves it clipped, to CIELAB, float32."""
    return to_planes(to_lab(to_picture(planes.clip(0, 255))))


def planes_in_rgb(lab: np.ndarray) -> np.ndarray:
    """3 x h x w in CIELAB to 0..255."""
    return to_planes(to_rgb(to_picture(lab)))


def to_rgb(lab: np.ndarray) -> np.ndarray:
    """h x w x 3 in CIELAB to 0..255; colours outside sRGB are clipped."""
    return cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_Lab2RGB).clip(0, 1) * 255
