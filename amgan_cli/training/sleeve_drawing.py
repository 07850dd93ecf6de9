"""Sleeves of other lengths on real garments: their own, cut off, or longer ones of their cloth.

What is cut off follows from where the own sleeve lies. What a sleeve is longer by lay anywhere: led
back from a cut photo, a generator learns the mean of all poses. So longer ones come out of the own
in one way, and on garments without any they are the catalogue's (ours). Photos H x W x 3 uint8 or
float32 in 0..255, masks H x W bool.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from amgan_cli.catalogue.canvas import Op
from amgan_cli.catalogue.garment import sample_garment
from amgan_cli.catalogue.outline import Arm, arms
from amgan_cli.catalogue.trims import sleeve_ops
from amgan_cli.own_sleeves import (
    ARMHOLE,
    End,
    OwnSleeve,
    beside_armholes,
    own_sleeves,
    split_torso,
)
from amgan_cli.part_view import NECK, UNIT, Bodice
from amgan_cli.training.part_drawing import sew

SLEEVES: dict[str, dict[str, Any]] = {
    "long": {"sleeve": "long", "arm_length": 0.5},
    "threequarter": {"sleeve": "3/4", "arm_length": 0.43},
    "short": {"sleeve": "short", "arm_length": 0.48},
    "sleeveless": {},
}
"""Value -> the catalogue's sleeve; none for sleeveless."""
LENGTHS = {"sleeveless": 0.0, "short": 0.135, "threequarter": 0.28, "long": 0.49}
"""Value -> to what its longer ones are cut off, garment units: plainly above the elbow, a little
below it."""
OWN_LENGTHS = {"sleeveless": 0.0, "short": 0.17, "threequarter": 0.4, "long": 0.53}
"""Value -> how long such sleeves of real garments are, the same."""
CUT = sample_garment(
    0,
    category="jumper",
    shoulder_width=0.40,
    shoulder_drop=0.045,
    chest_width=UNIT / NECK,
    armhole=ARMHOLE,
    cuff_width=0.095,
    sleeve_slack=0.0,
    arm_angle=(30.0, 30.0),
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
HEM = 0.03
"""What of an own sleeve's end makes way for a longer one, garment units."""
FOLDED = 0.12
"""How far behind the end of a shortened sleeve what lies beside it goes too, the same."""
JOIN = 0.05
"""Over how much of it the own cloth passes into the new, the same."""
ENDS = {"threequarter": (0.38, 0.37), "long": (0.38, 0.52)}
"""Value -> where sleeves that come out of own ones end, out and down from the neck's middle, the
same: in one place, which a generator can learn sharply."""
HANGING = np.array([np.sin(0.14), np.cos(0.14)])
"""Where they point there."""
POSES = (45.0, 20.0), (30.0, 6.0), (18.0, 6.0), (9.0, -6.0)
"""Angles of upper arm and forearm at which sleeves on garments without any may hang, degrees."""
SEAM = 0.05
"""How far the seams of sleeves on garments without any lie inside their edge, with its piping."""
OTHER = 90.0
"""Distance of the colours of sleeves and torso in 0..255 from which on these are no sleeves."""
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

    A print stays on the chest (`is_printed`); stripes and the like go on. `columns` are those of
    the photo, beside which lies padding: the sleeves end inside of them.
    """
    if value == shown:  # of the same length, but drawn: cut off, and longer again
        shown = "short" if LENGTHS[value] > LENGTHS["short"] else "sleeveless"
        photo, garment = _shortened(photo, garment, bodice, shown, value)
    if LENGTHS[value] <= LENGTHS[shown]:
        return _shortened(photo, garment, bodice, value, shown)[0].astype(np.float32)
    unit = bodice.half / UNIT
    rooms = (bodice.x - columns.start) / unit, (columns.stop - bodice.x) / unit
    if shown == "sleeveless":
        return _sewn_on(photo, garment, bodice, value, is_printed, rooms)
    return _longer(photo, garment, bodice, value, shown, is_printed, rooms)


def shows_sleeves(garment: np.ndarray, bodice: Bodice, shown: str) -> bool:
    """Whether the sleeves that it has (`shown`) lie beside the torso and can be taken off."""
    if shown == "sleeveless":
        return True
    torso, sleeves = split_torso(garment, bodice, REACHES[shown])
    if len(own_sleeves(torso, sleeves, bodice)) < 2:
        return False
    under = np.flatnonzero(sleeves.any(1))
    below = garment[under[-1] + 1 : under[-1] + 2].sum()  # a skirt, or a longer sleeve, goes on
    is_end = below < (1 + SKIRT) * bodice.half / NECK
    return bool(is_end and sleeves.sum() >= LEAST[shown] * garment.sum())


def _shortened(
    photo: np.ndarray, garment: np.ndarray, bodice: Bodice, value: str, shown: str
) -> tuple[np.ndarray, np.ndarray]:
    """The photo and its garment without what its sleeves (`shown`) have more than `value`."""
    torso, sleeves = split_torso(garment, bodice, REACHES[shown])
    if not sleeves.any():
        return photo, garment
    if value == "sleeveless":
        gone = garment & (sleeves | (torso & beside_armholes(garment.shape, bodice)))
        return without(photo, garment, gone), garment & ~gone
    gone, stitched = sleeves.copy(), photo.astype(np.float32)
    for own in own_sleeves(torso, sleeves, bodice):
        stays, hem = shortened_to(own, value, shown)
        gone &= ~stays
        stitched *= hem[..., None]
    return without(np.rint(stitched).astype(np.uint8), garment, gone), garment & ~gone


def shortened_to(own: OwnSleeve, value: str, shown: str) -> tuple[np.ndarray, np.ndarray]:
    """What stays of a sleeve (`shown`) that is cut off to be `value`, H x W bool, and by what its
    hem darkens pixels, H x W float32."""
    length = LENGTHS[value] / OWN_LENGTHS[shown] * own.length
    beyond = own.cut(length)
    near = (own.way > 0.4 * length) & (own.way < length + FOLDED)
    hem = (near & (np.abs(beyond + 0.8 * HEM) < 0.2 * HEM)).astype(np.float32)
    stays = (own.way <= 0.4 * length) | (near & (beyond <= 0))
    return stays, 1 - 0.2 * cv2.GaussianBlur(hem, (0, 0), 0.6)


def _longer(
    photo: np.ndarray,
    garment: np.ndarray,
    bodice: Bodice,
    value: str,
    shown: str,
    is_printed: bool,
    rooms: tuple[float, float],
) -> np.ndarray:
    """The photo with sleeves that come out of its own; `rooms` left and right of the garment's
    middle, garment units."""
    torso, sleeves = split_torso(garment, bodice, REACHES[shown])
    both = own_sleeves(torso, sleeves, bodice)
    cut = replace(CUT, **SLEEVES[value])
    stays, ends = torso.astype(np.float32), np.zeros(garment.shape, bool)
    ops: list[Op] = []
    for own in both:
        end, is_own = own.end(), np.isfinite(own.way)
        stays = np.maximum(stays, is_own * ((-HEM - end.beyond) / JOIN).clip(0, 1))
        ends |= is_own & (end.beyond > -HEM)
        ops += sleeve_ops(cut, _continued(own.side, end, value, rooms[own.side > 0]))
    ground = without(photo, garment, ends)
    cloth = _cloth(photo, torso, bodice, is_printed, sleeves & ~ends)
    sewn = sew(ground, torso, bodice, ops, ("left_sleeve", "right_sleeve"), cloth, cut)
    return _under(photo, stays, sewn)


def _sewn_on(
    photo: np.ndarray,
    garment: np.ndarray,
    bodice: Bodice,
    value: str,
    is_printed: bool,
    rooms: tuple[float, float],
) -> np.ndarray:
    """The photo of a garment without sleeves, with the catalogue's; `rooms` as above."""
    cut = replace(CUT, **SLEEVES[value], **_armholes(garment, bodice))
    poses = [replace(cut, arm_angle=(a, a), forearm_angle=(b, b)) for a, b in POSES]
    ops: list[Op] = []
    for side, room in enumerate(rooms):
        arm = _first_inside((arms(pose)[side] for pose in poses), room)
        ops += sleeve_ops(cut, _deeper(arm))
    unit = bodice.half / UNIT
    rows, columns = np.mgrid[: garment.shape[0], : garment.shape[1]]
    beside = (rows < bodice.y + ARMHOLE * unit) & (np.abs(columns - bodice.x) > 1.5 * bodice.half)
    across = np.ones((1, 2 * round(SEAM * unit) + 1), np.uint8)
    torso = garment & ((cv2.erode(garment.astype(np.uint8), across) > 0) | ~beside)
    cloth = _cloth(photo, garment, bodice, is_printed)
    sewn = sew(photo, torso, bodice, ops, ("left_sleeve", "right_sleeve"), cloth, cut)
    return _under(photo, torso.astype(np.float32), sewn)


def _deeper(arm: Arm) -> Arm:
    """A sleeve that reaches to its seam inside of the garment's edge."""
    outer, inner = arm.outer.copy(), arm.inner.copy()
    for edge in (outer, inner):
        edge[0, 0] -= arm.side * 0.4 * SEAM
    return replace(arm, outer=outer, inner=inner)


def _continued(side: int, end: End, value: str, room: float) -> Arm:
    """What an own sleeve is longer by: from its end, with its width, to where all of them end."""
    flip = np.array([side, 1], np.float32)
    start, heading = (end.middle - (HEM + JOIN) * end.heading) * flip, end.heading * flip
    out, down = ENDS[value]
    out = min(np.clip(out, start[0] - 0.12, start[0] + 0.08), room - CUT.cuff_width / 2)
    stop = np.array([out, max(down, start[1] + 2 * (HEM + JOIN))])
    reach = np.linalg.norm(stop - start)
    turns = 0.7 * reach * heading, reach * HANGING
    # Hermite's curve: it leaves and ends as told
    t = np.linspace(0, 1, 24)[:, None]
    late = t * t * (3 - 2 * t)
    line = start + late * (stop - start) + (t - t**2) * ((1 - t) * turns[0] - t * turns[1])
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    width = float(np.clip(end.width, CUT.cuff_width, 2.5 * CUT.cuff_width))
    # as long sleeves narrow towards the wrist, so do shorter ones, but not as far
    cuff = min(width, CUT.cuff_width * (1 + 0.3 * (value != "long")))
    half = (width + (cuff - width) * t**0.8) / 2
    normal = np.stack([along[:, 1], -along[:, 0]], 1)
    shapes = (line[0], line[12], along[0], along[-1], line)
    outer, inner = line + normal * half, line - normal * half
    return Arm(side, *((shape * flip).astype(np.float32) for shape in (*shapes, outer, inner)))


def _under(photo: np.ndarray, stays: np.ndarray, sewn: np.ndarray) -> np.ndarray:
    """The photo where it `stays` (H x W in 0..1) over what is sewn under it."""
    inner = cv2.erode(stays, np.ones((3, 3), np.uint8))  # its edge is half ground
    over = cv2.GaussianBlur(inner, (0, 0), 0.5)[..., None]
    return sewn + over * (photo - sewn)


def _first_inside(ways: Iterable[Arm], room: float) -> Arm:
    """The first of some sleeves that ends inside of the photo, or the last."""
    for arm in ways:
        if np.abs(arm.outline[:, 0]).max() < room:
            break
    return arm


def _armholes(garment: np.ndarray, bodice: Bodice) -> dict[str, float]:
    """Widths of the cut at shoulders and chest, where a garment without sleeves has its sides."""
    unit, widths = bodice.half / UNIT, []
    for depth in (CUT.shoulder_drop + 0.02, CUT.armhole):
        row = np.flatnonzero(garment[min(len(garment) - 1, round(bodice.y + depth * unit))])
        wide = (row[-1] - row[0]) / unit if len(row) else CUT.chest_width
        widths.append(float(np.clip(wide, 0.5 * CUT.chest_width, 1.1 * CUT.chest_width)))
    return {"shoulder_width": widths[0], "chest_width": widths[1]}


def without(photo: np.ndarray, garment: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """The photo with ground where a part of its garment lay, uint8."""
    reach = 2 * (max(photo.shape[:2]) // 50) + 1  # with the soft shadow beside it
    hole = cv2.dilate(gone.astype(np.uint8), np.ones((reach, reach))) > 0
    hole &= ~(garment & ~gone)
    unknown = cv2.dilate((garment | hole).astype(np.uint8), np.ones((3, 3)))
    ground = cv2.inpaint(np.ascontiguousarray(photo), unknown, 3, cv2.INPAINT_TELEA)
    soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 0.6)[..., None]
    return np.rint(photo + soft * (ground.astype(np.float32) - photo)).astype(np.uint8)


def _cloth(
    photo: np.ndarray,
    torso: np.ndarray,
    bodice: Bodice,
    is_printed: bool,
    sleeves: np.ndarray | None = None,
) -> np.ndarray:
    """What new sleeves are cut from, float32: the torso's sides, in the colour of the own ones."""
    columns = np.arange(photo.shape[1])[None]
    width = bodice.half / NECK
    side = torso & (np.abs(np.abs(columns - bodice.x) - 0.4 * width) < 0.07 * width)
    of_torso = np.median(photo[side if side.any() else torso], axis=0)
    color = of_torso
    if sleeves is not None and sleeves.any():
        own = np.median(photo[sleeves], axis=0)
        color = own if np.linalg.norm(own - of_torso) < OTHER else of_torso  # or the mask is wrong
    if is_printed:
        return np.broadcast_to(color.astype(np.float32), photo.shape).copy()
    return _mirrored(photo, bodice) + (color - of_torso).astype(np.float32)


def _mirrored(photo: np.ndarray, bodice: Bodice) -> np.ndarray:
    """The torso's cloth mirrored at its sides, so that stripes go on; float32."""
    rows, columns = np.mgrid[: photo.shape[0], : photo.shape[1]].astype(np.float32)
    width = bodice.half / NECK
    away, side = columns - bodice.x, SIDE * width
    inner = side - np.abs((np.abs(away) + side) % (4 * side) - 2 * side)
    top, low = bodice.y + 0.4 * width, bodice.hem - 0.1 * width
    rows = np.where(rows > low, 2 * low - rows, np.where(rows < top, 2 * top - rows, rows))
    rows = rows.clip(min(top, low), low)
    mirrored = cv2.remap(
        photo,
        bodice.x + np.sign(away) * inner,
        rows,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return mirrored.astype(np.float32)
