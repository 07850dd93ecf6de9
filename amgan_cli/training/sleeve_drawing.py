"""Sleeves of the catalogue sewn onto real garments, in their own cloth.

Sleeves that were cut off lay anywhere: led back from a cut photo, a generator learns the mean of
all poses. These hang as the garment's own sleeves point (ours). Photos H x W x 3 uint8 or
float32 in 0..255, masks H x W bool.
"""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from amgan_cli.catalogue.canvas import Op
from amgan_cli.catalogue.garment import Garment, sample_garment
from amgan_cli.catalogue.outline import ELBOW, SLEEVE_REACH, arms
from amgan_cli.catalogue.trims import sleeve_ops
from amgan_cli.part_view import NECK, Bodice
from amgan_cli.training.part_drawing import UNIT, sew

SLEEVES: dict[str, dict[str, Any]] = {
    "long": {"sleeve": "long", "arm_length": 0.5},
    "threequarter": {"sleeve": "3/4", "arm_length": 0.38},  # plainly no long one
    "short": {"sleeve": "short", "arm_length": 0.42},  # and well above the elbow
    "sleeveless": {},
}
"""Value -> the catalogue's sleeve; none for sleeveless."""
CUT = sample_garment(
    0,
    category="jumper",
    shoulder_width=0.40,
    shoulder_drop=0.045,
    chest_width=UNIT / NECK,
    armhole=0.19,
    cuff_width=0.095,
    sleeve_slack=0.0,
    forearm_angle=(6.0, 6.0),
    ribbed=True,
    wrinkles=1.3,
    fabric="jersey",
)
"""Gives the cut and the folds, the same for all; the torso's width is its chest's."""
LEAST = {"sleeveless": 0.0, "short": 0.03, "threequarter": 0.09, "long": 0.14}
"""Value -> share of the garment that is such sleeves, at least; if less, they lie on the torso."""
SKIRT = 0.15
"""How much wider than the torso the garment may be under its sleeves, in the torso's widths."""
DRAWN = 2.0
"""Grey levels by which a drawing differs where it is, at least."""
RIM = 0.1
"""How much of a new sleeve's edge is drawn over its old cloth, in half neck widths."""
ANGLES = 18.0, 50.0
"""Smallest and largest angle of an arm from the vertical, degrees."""
INWARDS = -6.0
"""Angle of a forearm where there is no room, the same."""
SIDE = 0.3
"""How far from its middle the torso's cloth is mirrored, in widths of the torso."""
REACHES = {"sleeveless": 0.0, "short": 0.65, "threequarter": 1.2, "long": 1.6}
"""Value -> how far under the neck its sleeves may reach, in the same; what is lower is a skirt."""


def draw_sleeves(
    photo: np.ndarray,
    garment: np.ndarray,
    bodice: Bodice,
    value: str,
    shown: str,
    is_printed: bool,
    columns: slice,
) -> np.ndarray:
    """The photo of a garment whose sleeves are `shown`, with others, float32.

    A print stays on the chest (`is_printed`); stripes and the like go on. Where the new sleeves lie
    on the old ones the cloth with its folds is the photo's; longer ones come out of the old.
    `columns` are those of the photo, beside which lies padding: the sleeves end inside of them.
    """
    torso, sleeves = split_torso(garment, bodice, REACHES[shown])
    grows = REACHES[value] > REACHES[shown]
    ground = photo.astype(np.float32)
    if sleeves.any() and not grows:
        ground = _without(photo, garment, sleeves)
    if not SLEEVES[value]:
        return ground
    cut = replace(CUT, **SLEEVES[value])
    if shown == "sleeveless":
        cut = replace(cut, **_armholes(garment, bodice))
    cut = replace(cut, arm_angle=_angles(sleeves, bodice))
    cut = _turned_in(cut, (bodice.x - columns.start, columns.stop - bodice.x), bodice)
    ops: list[Op] = [op for arm in arms(cut) for op in sleeve_ops(cut, arm)]
    cloth = _plain_side(photo, torso, bodice) if is_printed else _continued(photo, bodice)
    sewn = sew(ground, torso, bodice, ops, ("left_sleeve", "right_sleeve"), cloth, cut)
    drawn = (np.abs(sewn - ground).max(2) > DRAWN).astype(np.uint8)
    drawn = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    rim = 2 * round(RIM * bodice.half) + 1
    own = sleeves & (grows | (cv2.erode(drawn, np.ones((rim, rim), np.uint8)) > 0))
    over = cv2.GaussianBlur((torso | own).astype(np.float32), (0, 0), 0.5)[..., None]
    return sewn + over * (photo - sewn)


def shows_sleeves(garment: np.ndarray, bodice: Bodice, shown: str) -> bool:
    """Whether the sleeves that it has (`shown`) lie beside the torso and can be taken off."""
    _, sleeves = split_torso(garment, bodice, REACHES[shown])
    under = np.flatnonzero(sleeves.any(1))
    if not len(under):
        return LEAST[shown] == 0
    below = garment[under[-1] + 1 : under[-1] + 2].sum()  # a skirt, or a longer sleeve, goes on
    is_end = below < (1 + SKIRT) * bodice.half / NECK
    return bool(is_end and sleeves.sum() >= LEAST[shown] * garment.sum())


def split_torso(garment: np.ndarray, bodice: Bodice, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """The garment between the torso's sides, and what lies outside as low as `reach`, its sleeves.

    Without sleeves (0) all is torso.
    """
    rows, columns = np.mgrid[: garment.shape[0], : garment.shape[1]]
    width = bodice.half / NECK
    # the sides lean in towards the shoulders
    lean = (0.5 - 0.35 * (rows - bodice.y) / width).clip(0, 0.5) * 0.12 * width
    inside = np.abs(columns - bodice.x) < width / 2 - lean
    upper = (rows < bodice.y + reach * width) & (reach > 0)
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


def _turned_in(cut: Garment, rooms: tuple[float, float], bodice: Bodice) -> Garment:
    """Arms at smaller angles where the photo's border would cut them; `rooms` left and right of the
    garment's middle, pixels."""
    root = (cut.shoulder_width + cut.chest_width) / 4 + cut.cuff_width / 2
    reach = SLEEVE_REACH[cut.sleeve] * cut.arm_length
    upper = min(reach, ELBOW * cut.arm_length)
    arms, forearms = [], []
    for own, own_fore, room in zip(cut.arm_angle, cut.forearm_angle, rooms, strict=True):
        spare = room * UNIT / bodice.half - root
        needed = (reach - upper) * np.sin(np.radians(own_fore))
        widest = np.degrees(np.arcsin(np.clip((spare - needed) / upper, 0, 1)))
        arms.append(float(min(own, max(widest, ANGLES[0] / 2))))
        forearms.append(float(min(own_fore, INWARDS)) if widest < ANGLES[0] / 2 else own_fore)
    return replace(cut, arm_angle=(arms[0], arms[1]), forearm_angle=(forearms[0], forearms[1]))


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
