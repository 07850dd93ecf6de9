"""Where on a garment a picture is printed: where there is cloth enough for it (ours).

The generator lays it in the middle, which of trousers is between their legs, and of a pair of shoes
between them.
"""

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np
import torch

from amgan_cli.nets.inks import Inked, Place

ENOUGH = 0.96
"""Share of a picture that lies on cloth if it lies well."""
SIZES, GAIN = (1.0, 0.8, 0.65, 0.5), 0.02
"""Sizes in which a place is looked for, in the picture's own; and how much more of it has to lie on
cloth for it to become smaller."""
SEEN = 0.2
"""What covers less of a pixel is no part of the picture."""


def on_cloth(inked: Inked, cloths: Iterable[np.ndarray]) -> Inked:
    """The pictures on B garments, which lie where the `cloths` are (S x S each in 0..1), moved as
    little as can be to where they fit, and made smaller where they fit nowhere."""
    places = [_best(inked.one(i), cloth > 0.5) for i, cloth in enumerate(cloths)]
    u, v, side = (torch.cat([getattr(each, key) for each in places]) for key in ("u", "v", "side"))
    return replace(inked, place=Place(u, v, side))


def _best(inked: Inked, cloth: np.ndarray) -> Place:
    """Where the picture lies on one garment, S x S bool."""
    best, most = inked.place, 0.0
    for size in SIZES:
        place, share = _moved(_placed(inked, side=size * inked.place.side), cloth)
        if share > most + GAIN:
            best, most = place, share
        if most >= ENOUGH:
            break
    return best


def _moved(inked: Inked, cloth: np.ndarray) -> tuple[Place, float]:
    """The nearest place where the picture fits, or else the best one; and which share of it lies on
    cloth there."""
    picture = _picture(inked, len(cloth))
    rows, columns = (np.flatnonzero(picture.any(axis)) for axis in (1, 0))
    if not len(rows):
        return inked.place, 0.0
    top, left = rows[0], columns[0]
    picture = picture[top : rows[-1] + 1, left : columns[-1] + 1]
    share = cv2.matchTemplate(cloth.astype(np.float32), picture, cv2.TM_CCORR) / picture.sum()
    down, across = np.arange(len(share))[:, None] - top, np.arange(share.shape[1]) - left
    far = np.where(share >= min(ENOUGH, share.max()), down**2 + across**2, np.inf)
    y, x = np.unravel_index(far.argmin(), far.shape)
    u, v = inked.place.u + (x - left) / len(cloth), inked.place.v + (y - top) / len(cloth)
    return replace(inked.place, u=u, v=v), float(share[y, x])


def _placed(inked: Inked, **place: torch.Tensor) -> Inked:
    return replace(inked, place=replace(inked.place, **place))


def _picture(inked: Inked, size: int) -> np.ndarray:
    """How much any ink covers of each pixel of a square of that size, float32 in 0..1."""
    heights = inked.at(*inked.place.coordinates(size), inked.place.pixel(size))
    covers = (inked.opacity[..., None, None] * torch.sigmoid(heights)).amax(dim=(0, 1))
    return (covers * (covers > SEEN)).float().cpu().numpy()
