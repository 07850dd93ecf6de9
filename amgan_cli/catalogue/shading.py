"""Light on relief: height field in, brightness, gloss and cast shadow out."""

from __future__ import annotations

import cv2
import numpy as np

from amgan_cli.catalogue.frame import Frame
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array

EDGE = 0.0035  # radius of cloth edges, garment units


def soften(frame: Frame, field: Array, spread: float) -> Array:
    """Gaussian blur of `spread` garment units."""
    pixels = spread * frame.unit
    if pixels < 0.3:
        return field
    return cv2.GaussianBlur(field, (0, 0), pixels)


def slopes(frame: Frame, height: Array) -> tuple[Array, Array]:
    """Slopes in x and y of a height in garment units, each (H, W)."""
    scale = frame.unit / 8
    across = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=scale)
    along = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=scale)
    return across, along


def lit(garment: Garment, across: Array, along: Array) -> Array:
    """Brightness (H, W) of matt cloth of these slopes; level cloth is 1."""
    x, y, z = _light(garment)
    level = (z - x * across - y * along) / (np.sqrt(1 + across * across + along * along) * z)
    return garment.ambient + (1 - garment.ambient) * np.maximum(level, 0)


def highlight(garment: Garment, across: Array, along: Array, gloss: float) -> Array:
    """Light (H, W) that glossy cloth adds where a fold faces half-way between eye and light."""
    x, y, z = _light(garment)
    half = np.array([x, y, z + 1])
    half = (half / np.linalg.norm(half)).tolist()
    facing = (half[2] - half[0] * across - half[1] * along) / np.sqrt(1 + across**2 + along**2)
    return gloss * 0.3 * np.maximum(facing, 0).astype(np.float32) ** 24


def cast_shadow(garment: Garment, frame: Frame, lift: Array) -> Array:
    """Share of light (H, W) left where higher pieces stand in the way, 0.35 to 1."""
    x, y, z = _light(garment)
    reach = 0.011 / max(z, 0.45)
    near = soften(frame, lift, 0.006)
    far = _shifted(soften(frame, lift, 0.016), -x * reach * frame.unit, -y * reach * frame.unit)
    return np.clip(1 - 24 * np.maximum(near - lift, 0) - 48 * np.maximum(far - lift, 0), 0.35, 1)


def _shifted(field: Array, dx: float, dy: float) -> Array:
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    size = (field.shape[1], field.shape[0])
    return cv2.warpAffine(field, matrix, size, borderMode=cv2.BORDER_REPLICATE)


def _light(garment: Garment) -> tuple[float, float, float]:
    """Unit vector towards the light: x right, y down, z off the cloth."""
    angle, height = np.radians(garment.light_angle), np.radians(garment.light_height)
    flat = np.cos(height)
    return float(flat * np.cos(angle)), float(flat * np.sin(angle)), float(np.sin(height))
