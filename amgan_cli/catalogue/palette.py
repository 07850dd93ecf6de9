"""Colours: a colour name and a shade within it in, linear RGB inks for cloth and trims out."""

from __future__ import annotations

import colorsys

import numpy as np

from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, stream

# Hue in degrees, saturation, value (sRGB): low and high end of what shops sell under the name.
_RANGES: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "maroon": ((338, 354), (0.70, 0.90), (0.30, 0.42)),
    "black": ((200, 260), (0.00, 0.18), (0.06, 0.13)),
    "white": ((20, 60), (0.00, 0.04), (0.92, 0.98)),
    "charcoal": ((200, 240), (0.02, 0.10), (0.25, 0.32)),
    "indigo": ((229, 239), (0.50, 0.66), (0.37, 0.47)),
    "navy": ((216, 228), (0.60, 0.82), (0.18, 0.27)),
    "pink": ((330, 349), (0.28, 0.58), (0.88, 0.98)),
    "light blue": ((198, 212), (0.24, 0.42), (0.84, 0.96)),
    "blue": ((210, 222), (0.66, 0.90), (0.60, 0.82)),
    "beige": ((32, 42), (0.20, 0.32), (0.80, 0.90)),
    "orange": ((18, 27), (0.74, 0.92), (0.92, 1.00)),
    "yellow": ((46, 54), (0.58, 0.85), (0.93, 1.00)),
    "red": ((-6, 5), (0.74, 0.90), (0.72, 0.88)),
    "purple": ((274, 292), (0.45, 0.70), (0.44, 0.64)),
    "brown": ((16, 28), (0.48, 0.66), (0.32, 0.44)),
    "olive": ((57, 72), (0.42, 0.62), (0.34, 0.46)),
    "green": ((120, 158), (0.42, 0.75), (0.40, 0.62)),
    "gray": ((200, 240), (0.00, 0.05), (0.52, 0.66)),
}
_BRIGHT_HUES = (350, 20, 48, 95, 165, 200, 225, 285, 320)


def linear(srgb: np.ndarray | tuple[float, ...]) -> Array:
    """Screen values 0 to 1 to light. Gamma 2 instead of sRGB's curve: a square costs nothing."""
    return np.square(np.asarray(srgb, np.float32))


def swatch(color: str, shade: tuple[float, float, float]) -> Array:
    """Linear RGB (3,) of a colour name; `shade` says where in its range, each part 0 to 1."""
    hue, saturation, value = (
        low + t * (high - low) for (low, high), t in zip(_RANGES[color], shade, strict=True)
    )
    return linear(colorsys.hsv_to_rgb(hue / 360 % 1, saturation, value))


def inks(garment: Garment) -> Array:
    """Five linear inks (5, 3): the ground colour, a clear contrast to it, a tone of it, and two
    more accents. For "multi" all five are bright and unlike each other."""
    rng = stream(garment.seed, "inks")
    order = rng.permutation(len(_BRIGHT_HUES))
    levels = rng.uniform((0.45, 0.55), (0.80, 0.92), (5, 2))
    bright = [
        linear(colorsys.hsv_to_rgb(_BRIGHT_HUES[k] / 360, s, v))
        for k, (s, v) in zip(order[:5], levels, strict=True)
    ]
    neutral = rng.uniform(0, 1, 3)
    if garment.color == "multi":
        return np.stack(bright)
    ground = swatch(garment.color, garment.shade)
    dark = _luma(ground) < 0.28
    contrast = linear((0.93, 0.92, 0.89)) if dark else linear((0.10, 0.10, 0.15))
    contrast = contrast * (1 - 0.25 * neutral.astype(np.float32))
    tone = ground + (1 - ground) * 0.22 if dark else ground * 0.45
    return np.stack([ground, contrast, tone, bright[0], bright[1]])


def trim_ink(garment: Garment) -> Array:
    """Linear RGB (3,) of ribs and contrast collars."""
    colors = inks(garment)
    return colors[1] * 0.9 + colors[0] * 0.1 if garment.trim_contrast else colors[0] * 0.92


def bright_inks(garment: Garment) -> Array:
    """Six bright linear inks (6, 3) for prints that are colourful whatever the ground colour."""
    rng = stream(garment.seed, "bright inks")
    hues = rng.permutation(_BRIGHT_HUES)[:6]
    vivid = rng.uniform(0.55, 0.9)  # fresh from the shop, or washed for years
    return np.stack(
        [linear(colorsys.hsv_to_rgb(h / 360, vivid, rng.uniform(0.75, 0.95))) for h in hues]
    )


def _luma(ink: Array) -> float:
    return float(ink @ (0.25, 0.6, 0.15))


def light_on(ink: Array) -> bool:
    """Whether something pale shows better on this ink than something dark."""
    return _luma(ink) < 0.28
