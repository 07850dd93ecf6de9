"""What pieces are made of: garment and its cloth in, a colour or picture for each material out."""

from __future__ import annotations

import cv2

from amgan_cli.catalogue.curves import points
from amgan_cli.catalogue.frame import Frame
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, noise_tile, sample_tile, stream
from amgan_cli.catalogue.outline import neck
from amgan_cli.catalogue.palette import inks, light_on, linear, trim_ink

_QUIET = ("plain", "print", "photo", "marl")
"""Patterns that leave a collar's edge clear; on others the leaves are faded, or none would show."""
_WITH_LEAVES = ("buttondown", "cutaway", "kent", "polo", "shirt", "turndown")
"""Collars cut on the slant; turning the cloth for others would cost time and show nowhere."""


def materials(garment: Garment, frame: Frame, cloth: Array) -> dict[str, Array]:
    """All that pieces can be made of: linear colours (3,) or whole pictures (H, W, 3)."""
    colors = inks(garment)
    rng = stream(garment.seed, "trims")
    trim = trim_ink(garment)
    # Busy cloth often gets a plain collar, as plain cloth gets a contrasting one.
    plain = rng.random() < 0.45 and garment.pattern not in _QUIET
    sewn_on = trim if garment.trim_contrast or plain else None
    left = right = cloth if sewn_on is None else sewn_on
    if sewn_on is None and (garment.collar in _WITH_LEAVES or garment.fastening == "covered"):
        leaf = cloth if garment.pattern in _QUIET else cloth * 0.3 + colors[0] * 0.6
        left, right = (_turned(frame, leaf, garment, degrees) for degrees in (35, -35))
    buttons = ((0.93, 0.91, 0.86), (0.10, 0.09, 0.09), (0.45, 0.30, 0.18), (0.80, 0.78, 0.74))
    dark_cloth = light_on(colors[0])
    button = linear(buttons[0 if dark_cloth else int(rng.choice((1, 1, 2)))])
    return {
        "cloth": cloth,
        "trim_cloth": cloth if sewn_on is None else sewn_on,
        "lapel": cloth if sewn_on is None else sewn_on,
        "leaf_left": left,
        "leaf_right": right,
        "petal": colors[1],
        "trim": trim,
        "contrast": colors[1],
        "inside": colors[0] * 0.30 + 0.004,
        "label": linear((0.9, 0.9, 0.88)),
        "shade": colors[0] * 0.28,
        "button": button,
        "metal": linear((0.74, 0.72, 0.66)),
        "zip_tape": linear((0.09, 0.09, 0.10)) if not dark_cloth else linear((0.34, 0.34, 0.36)),
        "cord": linear((0.92, 0.90, 0.85)) if dark_cloth else linear((0.16, 0.13, 0.12)),
        "belt": linear(
            ((0.30, 0.18, 0.11), (0.09, 0.08, 0.08), (0.62, 0.42, 0.26))[int(rng.integers(3))]
        ),
        "fleece": _fleece(garment, frame) if garment.collar == "lined" else trim,
    }


def _turned(frame: Frame, cloth: Array, garment: Garment, degrees: float) -> Array:
    """The cloth turned about the neck: a collar's leaves are cut on the slant."""
    middle = frame.project(points((0, neck(garment).y)))[0]
    matrix = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), degrees, 1.0)
    size = (frame.width, frame.height)
    return cv2.warpAffine(cloth, matrix, size, borderMode=cv2.BORDER_REFLECT)


def _fleece(garment: Garment, frame: Frame) -> Array:
    """Cream-coloured curly pile (H, W, 3)."""
    x, y = frame.garment_maps()
    curls = sample_tile(noise_tile(stream(garment.seed, "fleece"), 64), x, y, 0.6)
    return (0.82 + 0.20 * curls)[..., None] * linear((0.93, 0.90, 0.82))
