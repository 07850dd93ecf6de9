"""Sleeves of other lengths on real garments: their own, cut off, or longer ones of their cloth.

What is cut off follows from where the own sleeve lies. What a sleeve is longer by lay anywhere: led
back from a cut photo, a generator learns the mean of all poses. So longer ones come out of the own
in one way, and on garments without any they are the catalogue's (ours). Photos H x W x 3 uint8 or
float32 in 0..255, masks H x W bool.
"""

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np

from amgan_cli.catalogue.garment import Garment, sample_garment
from amgan_cli.catalogue.outline import Arm, arms
from amgan_cli.catalogue.trims import sleeve_ops
from amgan_cli.morphology import grown
from amgan_cli.own_sleeves import (
    ARMHOLE,
    End,
    OwnSleeve,
    own_sleeves,
    split_torso,
)
from amgan_cli.part_view import NECK, UNIT, Bodice
from amgan_cli.ramp import eased
from amgan_cli.sewing.sew import sew
from amgan_cli.sewing.sleeve_cloth import SleeveCloth, within
from amgan_cli.sewing.sleeve_cuts import HEM, shortened, without
from amgan_cli.sewing.sleeve_kinds import KINDS
from amgan_cli.words import LONG, SHORT, SLEEVELESS

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
    ribbed=False,
    wrinkles=0.6,
    fabric="jersey",
)
"""Gives the cut and the folds, the same for all; the torso's width is its chest's."""
SKIRT = 0.15
"""How much wider than the torso the garment may be under its sleeves, in the torso's widths."""
LATEST, BEFORE = 0.4, (0.03, 0.3)
"""A longer sleeve begins at most so far before the own one's end, in its length; how far before
that its edges' headings are measured, garment units and the same at most."""
BENDS = 0.25, -0.2
"""How far its upper and its lower edge go on as they were, in their way to the end."""
SWING = 0.12, 0.16
"""How much further in and further out than it begins a sleeve may end, garment units."""
RIM = 0.008
"""How far around what is seen of a sleeve its edge may lie, the same."""
JOIN = 0.05
"""Over how much of it the own cloth passes into the new, the same."""
HANGING = np.array([np.sin(0.14), np.cos(0.14)])
"""Where they point there."""
POSES = (45.0, 20.0), (30.0, 6.0), (18.0, 6.0), (9.0, -6.0)
"""Angles of upper arm and forearm at which sleeves on garments without any may hang, degrees."""
SEAM = 0.05
"""How far the seams of sleeves on garments without any lie inside their edge, with its piping."""


def draw_sleeves(
    photo: np.ndarray,
    torso: np.ndarray,
    sleeves: np.ndarray,
    bodice: Bodice,
    value: str,
    shown: str,
    pattern: str | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The photo of a garment whose `sleeves` beside its `torso` are `shown`, without what of them
    goes, and then with others, float32, the same if none are sewn on; and what cloth stays, H x W
    bool.

    A print stays on the chest; stripes and the like go on (`pattern`: if it is known). The sleeves
    end inside of the photo.
    """
    if value == shown:  # of the same length, but drawn: cut off, and longer again
        shown = SHORT if KINDS[value].length > KINDS[SHORT].length else SLEEVELESS
        photo, torso, sleeves = shortened(photo, torso, sleeves, bodice, shown, value)
    if KINDS[value].length <= KINDS[shown].length:
        bare, torso, sleeves = shortened(photo, torso, sleeves, bodice, value, shown)
        drawn, stays = bare, torso | sleeves
    elif shown == SLEEVELESS:  # what lies beside the torso is wide shoulders
        bare = without(photo, torso | sleeves, sleeves) if sleeves.any() else photo
        drawn, stays = _sewn_on(bare, torso, bodice, value, pattern), torso
    else:
        bare, drawn, ends = _longer(photo, torso, sleeves, bodice, value, pattern)
        stays = (torso | sleeves) & ~ends
    return bare.astype(np.float32), drawn.astype(np.float32), stays


def shows_sleeves(garment: np.ndarray, bodice: Bodice, shown: str) -> bool:
    """Whether the sleeves that it has (`shown`) lie beside the torso and can be taken off."""
    if shown == SLEEVELESS:
        return True
    torso, sleeves = split_torso(garment, bodice, KINDS[shown].reach)
    if len(own_sleeves(torso, sleeves, bodice)) < 2:
        return False
    under = np.flatnonzero(sleeves.any(1))
    below = garment[under[-1] + 1 : under[-1] + 2].sum()  # a skirt, or a longer sleeve, goes on
    is_end = below < (1 + SKIRT) * bodice.width
    return bool(is_end and sleeves.sum() >= KINDS[shown].least * garment.sum())


def _longer(
    photo: np.ndarray,
    torso: np.ndarray,
    sleeves: np.ndarray,
    bodice: Bodice,
    value: str,
    pattern: str | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The photo without its own sleeves' ends, and with sleeves that come out of these; and the
    ends, H x W bool."""
    both = own_sleeves(torso, sleeves, bodice)
    cut = replace(CUT, **KINDS[value].drawn)
    rooms = _rooms(photo, bodice)
    stays, ends = torso.astype(np.float32), np.zeros(torso.shape, bool)
    new: list[Arm] = []
    for own in both:
        end, is_own = own.end(), np.isfinite(own.way)
        arm = _continued(own, end, value, rooms[own.side > 0])
        beside = within(arm, torso.shape, bodice) == 0
        hem, join = (min(share, LATEST * own.length) for share in (HEM, HEM + JOIN))
        whole = grown(is_own, int(RIM * bodice.unit))
        goes = whole & ((end.beyond > -hem) | ((end.beyond > -join) & beside))
        passes = ((-hem - end.beyond) / JOIN).clip(0, 1)
        stays = np.maximum(stays, (is_own & ~goes) * passes)
        ends |= goes
        new.append(arm)
    cloth = SleeveCloth.of(photo, torso, bodice, sleeves & ~ends, pattern)
    bare = without(photo, torso | sleeves, ends)
    return bare, _under(photo, stays, _sewn(bare, torso, cloth, cut, new)), ends


def _sewn_on(
    photo: np.ndarray,
    garment: np.ndarray,
    bodice: Bodice,
    value: str,
    pattern: str | None,
) -> np.ndarray:
    """The photo of a garment without sleeves, with the catalogue's."""
    cut = replace(CUT, **KINDS[value].drawn, **_armholes(garment, bodice))
    poses = [replace(cut, arm_angle=(a, a), forearm_angle=(b, b)) for a, b in POSES]
    new = [
        _deeper(_first_inside((arms(pose)[side] for pose in poses), room))
        for side, room in enumerate(_rooms(photo, bodice))
    ]
    torso = garment & ~_seams(garment, bodice)
    cloth = SleeveCloth.of(photo, garment, bodice, pattern=pattern)
    sewn = _sewn(photo, torso, cloth, cut, new)
    return _under(photo, torso.astype(np.float32), sewn)


def _sewn(
    photo: np.ndarray, torso: np.ndarray, cloth: SleeveCloth, cut: Garment, new: list[Arm]
) -> np.ndarray:
    """The photo with sleeves of that cloth."""
    ops = [op for arm in new for op in sleeve_ops(cut, arm)]
    parts = "left_sleeve", "right_sleeve"
    return cloth.relit(sew(photo, torso, cloth.bodice, ops, parts, cloth.picture, cut), new)


def _rooms(photo: np.ndarray, bodice: Bodice) -> tuple[float, float]:
    """How far the photo reaches left and right of the garment's middle, garment units."""
    unit = bodice.unit
    return bodice.x / unit, (photo.shape[1] - bodice.x) / unit


def _seams(garment: np.ndarray, bodice: Bodice) -> np.ndarray:
    """What of a torso without sleeves lies under new ones: its piping, down to the armholes."""
    unit, place = bodice.unit, np.arange(garment.shape[1])
    down = ((np.arange(len(garment)) - bodice.y) / (ARMHOLE * unit)).clip(0, 1)
    seam = SEAM * unit * np.sqrt(1 - down**4)[:, None]
    before = np.maximum.accumulate(np.where(garment, -1, place), axis=1)
    after = np.minimum.accumulate(np.where(garment, len(place), place)[:, ::-1], axis=1)[:, ::-1]
    beside = np.where(place < bodice.x, place - before, after - place) <= seam
    return beside & (np.abs(place - bodice.x) > 1.5 * bodice.half)


def _deeper(arm: Arm) -> Arm:
    """A sleeve that reaches to its seam inside of the garment's edge."""
    outer, inner = arm.outer.copy(), arm.inner.copy()
    for edge in (outer, inner):
        edge[0, 0] -= arm.side * 0.4 * SEAM
    return replace(arm, outer=outer, inner=inner)


def _continued(own: OwnSleeve, end: End, value: str, room: float) -> Arm:
    """What an own sleeve is longer by: its edges go on, to where all of them end."""
    flip = np.array([own.side, 1], np.float32)
    back = min(HEM + JOIN, LATEST * own.length)
    piece = min(BEFORE[0], BEFORE[1] * own.length)
    edges, before = (own.edges(end, at) * flip for at in (back, back + piece))
    start, heading = edges.mean(0), end.heading * flip
    end_at = KINDS[value].end
    assert end_at is not None, f"{value} sleeves come out of none"
    out, down = end_at
    out = np.clip(out, start[0] - SWING[0], start[0] + SWING[1])
    out = min(out, room - CUT.cuff_width / 2)
    stop = np.array([out, max(down, start[1] + 2 * (HEM + JOIN))])
    # as long sleeves narrow towards the wrist, so do shorter ones, but not as far
    width = np.linalg.norm(edges[0] - edges[1])
    cuff = min(max(width, CUT.cuff_width), CUT.cuff_width * (1 + 0.3 * (value != LONG)))
    across = np.array([HANGING[1], -HANGING[0]]) * cuff / 2
    headings = [_unit(heading + _unit(e - b)) for e, b in zip(edges, before, strict=True)]
    outer, inner = (
        np.concatenate([[edge - piece * heads], _hermite(edge, bend * heads, stop + side)])
        for edge, heads, side, bend in zip(edges, headings, (across, -across), BENDS, strict=True)
    )
    line = (outer + inner) / 2
    along = np.gradient(line, axis=0)
    shapes = (line[0], line[12], _unit(along[0]), _unit(along[-1]), line, outer, inner)
    return Arm(own.side, *((shape * flip).astype(np.float32) for shape in shapes))


def _hermite(start: np.ndarray, heading: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Hermite's curve, 24 x 2: it leaves as told, and ends hanging."""
    reach = np.linalg.norm(stop - start)
    t = np.linspace(0, 1, 24)[:, None]
    leaves, ends = reach * heading, reach * HANGING
    return start + eased(t) * (stop - start) + (t - t**2) * ((1 - t) * leaves - t * ends)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / (np.linalg.norm(vector) + 1e-6)


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
    unit, widths = bodice.unit, []
    for depth in (CUT.shoulder_drop + 0.02, CUT.armhole):
        row = np.flatnonzero(garment[min(len(garment) - 1, round(bodice.y + depth * unit))])
        wide = (row[-1] - row[0]) / unit if len(row) else CUT.chest_width
        widths.append(float(np.clip(wide, 0.5 * CUT.chest_width, 1.1 * CUT.chest_width)))
    return {"shoulder_width": widths[0], "chest_width": widths[1]}
