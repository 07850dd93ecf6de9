"""Sleeves of the catalogue sewn onto real garments, in their own cloth.

Sleeves that were cut off lay anywhere: led back from a cut photo, a generator learns the mean of
all poses. These hang as the garment's own short sleeves point (ours). Photos H x W x 3 uint8 or
float32 in 0..255, masks H x W bool.
"""

from dataclasses import replace

import cv2
import numpy as np

from amgan_cli.catalogue.canvas import Op
from amgan_cli.catalogue.garment import sample_garment
from amgan_cli.catalogue.outline import arms
from amgan_cli.catalogue.trims import sleeve_ops
from amgan_cli.part_view import NECK, Bodice
from amgan_cli.training.part_drawing import UNIT, sew

SLEEVES = {"long": "long", "threequarter": "3/4", "short": "short", "sleeveless": ""}
"""Value -> the catalogue's sleeve; none for sleeveless."""
CUT = sample_garment(
    0,
    category="jumper",
    shoulder_width=0.40,
    shoulder_drop=0.045,
    chest_width=UNIT / NECK,
    armhole=0.19,
    arm_length=0.5,
    cuff_width=0.095,
    sleeve_slack=0.0,
    forearm_angle=(6.0, 6.0),
    ribbed=True,
)
"""Gives the cut; the torso's width is its chest's."""
ANGLES = 18.0, 50.0
"""Smallest and largest angle of an arm from the vertical, degrees."""
SIDE = 0.3
"""How far from its middle the torso's cloth is mirrored, in widths of the torso."""
SHORT = 0.65
"""How far under the neck a short sleeve may reach, in the same."""


def draw_sleeves(
    photo: np.ndarray,
    garment: np.ndarray,
    bodice: Bodice,
    value: str,
    is_bare: bool,
    is_printed: bool,
) -> np.ndarray:
    """The photo of a garment with short sleeves or (`is_bare`) without, with others, float32.

    A print stays on the chest (`is_printed`); stripes and the like go on.
    """
    torso, sleeves = split_torso(garment, bodice)
    if is_bare:
        torso, sleeves = garment, np.zeros_like(sleeves)
    ground = _without(photo, garment, sleeves) if sleeves.any() else photo.astype(np.float32)
    if not SLEEVES[value]:
        return ground
    cut = replace(CUT, sleeve=SLEEVES[value], arm_angle=_angles(sleeves, bodice))
    if is_bare:
        cut = replace(cut, **_armholes(garment, bodice))
    ops: list[Op] = [op for arm in arms(cut) for op in sleeve_ops(cut, arm)]
    cloth = _plain_side(photo, torso, bodice) if is_printed else _continued(photo, bodice)
    sewn = sew(ground, torso, bodice, ops, ("left_sleeve", "right_sleeve"), cloth)
    over = cv2.GaussianBlur(torso.astype(np.float32), (0, 0), 0.5)[..., None]
    return sewn + over * (photo - sewn)


def split_torso(garment: np.ndarray, bodice: Bodice) -> tuple[np.ndarray, np.ndarray]:
    """The garment between the torso's sides, and what of its upper part lies outside."""
    rows, columns = np.mgrid[: garment.shape[0], : garment.shape[1]]
    width = bodice.half / NECK
    # the sides lean in towards the shoulders
    lean = (0.5 - 0.35 * (rows - bodice.y) / width).clip(0, 0.5) * 0.12 * width
    inside = np.abs(columns - bodice.x) < width / 2 - lean
    upper = rows < bodice.y + SHORT * width
    return garment & (inside | ~upper), garment & ~inside & upper


def _armholes(garment: np.ndarray, bodice: Bodice) -> dict[str, float]:
    """Widths of the cut at shoulders and chest, where a garment without sleeves has its sides."""
    unit, widths = bodice.half / UNIT, []
    for depth in (CUT.shoulder_drop + 0.02, CUT.armhole):
        row = np.flatnonzero(garment[min(len(garment) - 1, round(bodice.y + depth * unit))])
        wide = (row[-1] - row[0]) / unit if len(row) else CUT.chest_width
        widths.append(float(np.clip(wide, 0.5 * CUT.chest_width, 1.1 * CUT.chest_width)))
    return {"shoulder_width": widths[0], "chest_width": widths[1]}


def _angles(sleeves: np.ndarray, bodice: Bodice) -> tuple[float, float]:
    """Where the photo's own sleeves point, left and right, degrees from the vertical."""
    width, found = bodice.half / NECK, []
    rows, columns = np.mgrid[: sleeves.shape[0], : sleeves.shape[1]]
    for side in (-1, 1):
        mine = sleeves & ((columns - bodice.x) * side > 0)
        if mine.sum() < 0.01 * width**2:
            found.append(30.0)
            continue
        x = side * (columns[mine].mean() - bodice.x) - 0.42 * width
        y = rows[mine].mean() - bodice.y - 0.17 * width
        found.append(float(np.degrees(np.arctan2(max(x, 0.0), max(y, 1e-3))).clip(*ANGLES)))
    return found[0], found[1]


def _without(photo: np.ndarray, garment: np.ndarray, sleeves: np.ndarray) -> np.ndarray:
    """The photo with ground where the sleeves lay."""
    reach = 2 * (max(photo.shape[:2]) // 50) + 1  # with the soft shadow beside them
    hole = cv2.dilate(sleeves.astype(np.uint8), np.ones((reach, reach))) > 0
    hole &= ~(garment & ~sleeves)
    unknown = cv2.dilate((garment | hole).astype(np.uint8), np.ones((3, 3)))
    ground = cv2.inpaint(np.ascontiguousarray(photo), unknown, 3, cv2.INPAINT_TELEA)
    soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 0.6)[..., None]
    return photo + soft * (ground.astype(np.float32) - photo)


def _plain_side(photo: np.ndarray, torso: np.ndarray, bodice: Bodice) -> np.ndarray:
    """The colour of the torso's sides everywhere, beside what is printed on it."""
    columns = np.arange(photo.shape[1])[None]
    width = bodice.half / NECK
    side = torso & (np.abs(np.abs(columns - bodice.x) - 0.4 * width) < 0.07 * width)
    color = np.median(photo[side if side.any() else torso], axis=0)
    return np.broadcast_to(color.astype(np.float32), photo.shape).copy()


def _continued(photo: np.ndarray, bodice: Bodice) -> np.ndarray:
    """The torso's cloth mirrored at its sides, so that stripes go on; float32."""
    rows, columns = np.mgrid[: photo.shape[0], : photo.shape[1]].astype(np.float32)
    width = bodice.half / NECK
    away = columns - bodice.x
    inner = np.minimum(np.abs(away), (2 * SIDE * width - np.abs(away)).clip(-SIDE * width))
    low = bodice.hem - 0.1 * width
    rows = np.where(rows > low, 2 * low - rows, rows).clip(bodice.y + 0.4 * width, low)
    mirrored = cv2.remap(
        photo,
        bodice.x + np.sign(away) * inner,
        rows,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return mirrored.astype(np.float32)
