"""The camera: linear light in, the 8-bit RGB photo that a phone would have made of it out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, lattice, smooth_field, stream


def room_light(garment: Garment, width: int, height: int) -> Array:
    """Brightness (H, W) around 1 of a room lit from one side, with the lens's dark corners."""
    rng = stream(garment.seed, "room light")
    knots = lattice(rng, 3, 3) * 0.5
    knots += np.linspace(-1, 1, 3, dtype=np.float32) * np.float32(np.cos(rng.uniform(0, 6.3)))
    knots[1, 1] += 0.6  # the middle of the picture is seldom the darkest place
    light = 1 + smooth_field(knots, width, height) * garment.unevenness
    if rng.random() < 0.35:
        # Whoever holds the phone stands in the light.
        person = (
            np.maximum(lattice(rng, 5, 4), 0) * np.linspace(-0.3, 1, 5, dtype=np.float32)[:, None]
        )
        light -= np.clip(smooth_field(person, width, height), 0, 1) * 0.28
    return np.maximum(light, 0.3)


def develop(garment: Garment, light: Array) -> NDArray[np.uint8]:
    """White balance, exposure, focus, tone, grain and JPEG: linear (H, W, 3) to uint8 RGB."""
    height, width = light.shape[:2]
    red, blue = garment.white_balance
    gains = np.array([red, 1.0, blue], np.float32) * np.float32(2.0**garment.exposure)
    # Shop photos are corrected by the shop.
    if garment.background == "shop":
        gains = np.sqrt(np.sqrt(gains))
    focused = _blur(light * gains, garment.blur * 0.001 * min(height, width))
    grain = _grain(garment, height, width)
    noisy = _tone(focused) * 255 + grain
    return _jpeg(np.clip(noisy + 0.5, 0, 255).astype(np.uint8), garment.jpeg_quality)


def _blur(light: Array, spread: float) -> Array:
    return light if spread < 0.3 else cv2.GaussianBlur(light, (0, 0), spread)


def _tone(light: Array) -> Array:
    """Square root, with a shoulder so that highlights roll off instead of clipping."""
    tone = np.clip(light, 0, 0.8)
    over = np.maximum(light - tone, 0)
    tone += over / (1 + 2.2 * over)
    return cv2.sqrt(tone)


def _grain(garment: Garment, height: int, width: int) -> Array:
    rng = stream(garment.seed, "grain")
    luma = rng.standard_normal((height, width, 1), dtype=np.float32)
    return luma * np.float32(garment.grain)


def _jpeg(picture: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None, "OpenCV could not read its own JPEG"
    return np.ascontiguousarray(decoded[..., ::-1], np.uint8)
