"""A patterned garment as if it was of one plain cloth: its main colour in its own light and shade.

Where a pattern is all over there is no cloth beside it to copy. The shading network tells folds,
seams, collars and buttons from the pattern (ours).
"""

import cv2
import numpy as np

from amgan_cli.editing.lab import to_lab, to_rgb
from amgan_cli.editing.patterns.evened import main_color
from amgan_cli.editing.plan import Covering
from amgan_cli.means import mean_and_weight
from amgan_cli.nets.shading_network import OFFSET, ShadingNetwork
from amgan_cli.photos.geometry import resized
from amgan_cli.ramp import rise

SIDES = 224, 448, 896
"""Sides of the squares in which the network sees a garment, the last one of large photos."""
LARGE = 672
"""Pixels of the longer side from which on photos are large."""
DARK, LIGHT = -1.2, 0.8
"""Logarithms of how much darker and lighter than its cloth a part of it is, at most."""
WIDE = 8.0
"""Pixels of each square over which shade is wide."""
SMOOTH, EDGE = 2.0, (0.2, 0.5)
"""Pixels of the middle square over which the outline, which follows the pattern's pieces, becomes
smooth, and shares of the garment there from which on it is covered, and wholly: a little more than
half, so that no rim of the pattern stays."""
SHARP = 0.4
"""What the sharp outline counts beside that of the networks: where pieces of a pattern have the
ground's colour it has nicks, and where ground has theirs it takes gaps for garment."""


def side_for(photo: np.ndarray) -> int:
    """Side of the square in which a photo H x W x 3 gets plain cloth."""
    return SIDES[1] if max(photo.shape[:2]) < LARGE else SIDES[2]


def plain_cloth(
    picture: np.ndarray,
    garment: np.ndarray,
    found: np.ndarray,
    network: ShadingNetwork,
) -> Covering | None:
    """The step that gives a garment plain cloth; None without a garment.

    `picture` S x S x 3 in 0..255, `garment` where it is, S x S in 0..1, with a sharp outline, and
    `found` the same as networks say, with a soft one.
    """
    scale = max(1, len(picture) // SIDES[1])
    inside = SHARP * garment + (1 - SHARP) * found > 0.5
    if not inside.any():
        return None
    mask = inside.astype(np.float32)
    lab = to_lab(picture.clip(0, 255))
    color, shade = main_color(lab[inside][:: scale**2]), _shading(picture, mask, network)
    beyond = mean_and_weight(shade[..., None], mask, scale * SMOOTH)[0][..., 0]
    shade = np.where(inside, shade, beyond) - np.median(shade[inside])
    lightness = (color[0] + OFFSET) * np.exp(shade.clip(DARK, LIGHT)) - OFFSET
    drawn = np.empty_like(lab)
    drawn[..., 0] = lightness.clip(0, 100)
    drawn[..., 1:] = color[1:] * (lightness / max(color[0], 1.0)).clip(0, 1)[..., None]
    z = to_rgb(drawn)
    alpha = rise(cv2.GaussianBlur(mask, (0, 0), scale * SMOOTH), EDGE)
    return Covering(picture, z, alpha)


def _shading(picture: np.ndarray, garment: np.ndarray, network: ShadingNetwork) -> np.ndarray:
    """The logarithm of how light each place is, S x S: wide shade as the network sees it in the
    next smaller size, where large checks are no shade, with what is finer in this one."""
    said = network.see(picture, garment).shading
    size = len(picture) // 2, len(picture) // 2
    if size[0] < SIDES[0]:
        return said
    wide = _shading(resized(picture, size), resized(garment, size), network)
    more = said - cv2.resize(wide, said.shape, interpolation=cv2.INTER_CUBIC)
    return said - mean_and_weight(more[..., None], garment, WIDE)[0][..., 0]
