"""Collars of the catalogue sewn onto real garments, in their own cloth.

A neck of another photo would leave a thousand ways to be right, of which a generator learns the
mean; what is drawn here follows from the photo (ours). Photos H x W x 3 uint8 or float32 in 0..255,
masks H x W bool.
"""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from amgan_cli.catalogue.canvas import Op
from amgan_cli.catalogue.collar import collar_ops
from amgan_cli.catalogue.outline import Neck
from amgan_cli.morphology import grown
from amgan_cli.part_view import UNIT, Bodice
from amgan_cli.sewing.sew import neck_units, sew
from amgan_cli.words import EVEN, PICTURES

YOKE, SMALL_YOKE = 1.75, 1.25
"""How far from the neck's middle the old neck is covered, half neck widths; and where the cloth has
a pattern, which a network cannot go on with."""
HOOD, FLATTEST = 2.7, 0.5
"""Half neck widths that a hood needs above the neck; it is flatter where the photo has less room,
but not under this share."""
COLLARS: dict[str, Callable[[Neck], list[Op]]] = {
    "round": partial(collar_ops, "round"),
    "vneck": partial(collar_ops, "v-neck"),
    "wide": partial(collar_ops, "wide"),
    "shirt": partial(collar_ops, "kent"),
    "stand": partial(collar_ops, "stand"),
    "hood": partial(collar_ops, "hood"),
    "lapel": partial(collar_ops, "lapel"),
}
"""Value -> what draws it."""


def draw_collar(
    photo: np.ndarray, garment: np.ndarray, bodice: Bodice, value: str, pattern: str = "plain"
) -> tuple[np.ndarray, np.ndarray]:
    """The photo without what stands above the shoulders, and then with another collar, float32;
    `pattern` is its cloth's."""
    lower = _without_standing(photo, garment, bodice)
    bare, body = _bare_neck(photo, lower, garment, bodice, pattern)
    room = np.clip(bodice.y / bodice.half / HOOD, FLATTEST, 1) if value == "hood" else 1
    return lower, sew(bare, body, bodice, COLLARS[value](Neck(0.0, UNIT, room)), ("collar",))


def _over_shoulders(garment: np.ndarray, bodice: Bodice) -> np.ndarray:
    """What of a garment lies above its neck and shoulders: a hood, a stand; H x W bool."""
    u, v = neck_units(garment.shape, bodice)
    return garment & (v < _slope(u)) & (np.abs(u) < 2.4)


def _slope(u: np.ndarray) -> np.ndarray:
    """How far under the neck shoulders lie, half neck widths beside its middle."""
    return np.where(np.abs(u) < 1, 0.05 * u**2, 0.05 + 0.22 * (np.abs(u) - 1)) - 0.02


def _without_standing(photo: np.ndarray, garment: np.ndarray, bodice: Bodice) -> np.ndarray:
    """The photo with ground where a hood or a stand lies above the shoulders, float32."""
    u, v = neck_units(garment.shape, bodice)
    over = _over_shoulders(garment, bodice)
    hole = grown(over, int(bodice.half / 6)) & (v < _slope(u))
    result = photo.astype(np.float32)
    if over.any():
        unknown = (grown(garment | hole, 1) & (v < 2)).astype(np.uint8)
        ground = cv2.inpaint(np.ascontiguousarray(photo), unknown, 3, cv2.INPAINT_TELEA)
        result[hole] = ground[hole]
    return result


def _bare_neck(
    photo: np.ndarray, lower: np.ndarray, garment: np.ndarray, bodice: Bodice, pattern: str
) -> tuple[np.ndarray, np.ndarray]:
    """The photo `lower`, with nothing above the shoulders, with cloth where the neck was; and where
    cloth is."""
    u, v = neck_units(garment.shape, bodice)
    slope, result = _slope(u), lower.copy()
    over = _over_shoulders(garment, bodice)
    body = garment & ~over
    yoke = YOKE if pattern in (*EVEN, *PICTURES) else SMALL_YOKE
    # the chest mirrored upwards keeps weave, stripes and light
    rows, columns = np.mgrid[: garment.shape[0], : garment.shape[1]].astype(np.float32)
    mirrored = 2 * (bodice.y + yoke * bodice.half) - rows
    chest = cv2.remap(
        photo, columns, mirrored, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    ).astype(np.float32)
    is_cloth = cv2.remap(garment.astype(np.uint8), columns, mirrored, cv2.INTER_NEAREST) > 0
    fill = (v >= slope) & (body | (np.abs(u) < 1)) & is_cloth
    if pattern in PICTURES:
        beside = garment & (np.abs(np.abs(u) - 1.8) < 0.5) & (np.abs(v - 1) < 0.6)
        chest[:] = np.median(photo[beside if beside.any() else garment], axis=0)
    share = ((yoke - np.maximum(np.abs(u), v)) / 0.35).clip(0, 1) * fill
    share = cv2.GaussianBlur(share.astype(np.float32), (0, 0), max(0.5, bodice.half / 40))
    result += share[..., None] * (chest - result)
    return result, body | (fill & (share > 0.5))
