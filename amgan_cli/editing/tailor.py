"""Sleeves cut and sewn on the photo itself, where the garment's own ones can be told.

The network tells where the garment lies and, where they lie close to the torso, which of it are
sleeves; but what it draws has soft, round ends. Cut off or sewn on they are as its training showed
it (`amgan_cli.sewing`), at any size (ours).
"""

from collections.abc import Callable

import cv2
import numpy as np

from amgan_cli.editing.ground import color_distance
from amgan_cli.editing.lift import to_planes
from amgan_cli.editing.outline import find_outline
from amgan_cli.editing.plan import Step
from amgan_cli.own_sleeves import own_sleeves, split_torso
from amgan_cli.part_view import Bodice, View, view_of
from amgan_cli.photos.geometry import Fit, resized
from amgan_cli.sewing.sleeve_cloth import shows_cloth
from amgan_cli.sewing.sleeves import LENGTHS, REACHES, draw_sleeves, shows_sleeves
from amgan_cli.vocabulary import Manipulation

SLEEVELESS = "sleeveless"
OUTLINED = 512
"""Pixels of the photo's longer side on which the garment's outline is searched."""
CUT, SEWN = 512, 1024
"""Pixels of the view in which sleeves are cut off, and sewn on, at most."""
SHORT = 0.18
"""Under this length (garment units) own sleeves are short."""
CHANGED = 3.0
"""Differences (0..255) from which on something was sewn."""

Look = Callable[[np.ndarray, Manipulation], Step]
"""What the network would do to a view of the arms, V x V x 3 in 0..255."""


def tailored(
    photo: np.ndarray,
    garment: np.ndarray,
    manipulation: Manipulation,
    shown: str | None,
    size: int,
    look: Look,
) -> tuple[Step, View] | None:
    """The step that gives a photo (H x W x 3 uint8) sleeves of another length, and its view.

    None where that is the network's. `garment` (S x S in 0..1) is where it lies in the network's
    square, `shown` what sleeves it has, None if that is not known; views that the network looks at
    are `size` pixels wide.
    """
    attribute, value = manipulation
    outline = _outline(photo, garment)
    bodice = Bodice.of(outline > 0.5)
    if bodice is None or value not in LENGTHS:
        return None
    beside = _beside(outline > 0.5, bodice, value, shown)
    shown = beside or shown
    if shown not in LENGTHS or LENGTHS[shown] == LENGTHS[value]:
        return None
    is_longer = LENGTHS[value] > LENGTHS[shown]
    bodice = bodice.moved(len(photo) / len(outline), 0, 0)
    view = view_of(bodice, "arms", photo.shape)
    side = min(SEWN if is_longer else CUT, max(size, view.side))
    cloth = view.cut(resized(outline, photo.shape[1::-1]), side, pad=0).clip(0, 1)
    square, place = view.cut(photo, side), view.place(photo.shape, side)
    picture, here = np.ascontiguousarray(square[place]), cloth[place] > 0.5
    scale, (rows, columns) = side / view.side, place
    right, down = -scale * view.left - columns.start, -scale * view.top - rows.start
    bodice = bodice.moved(scale, right, down)
    if beside is not None:
        torso, sleeves = split_torso(here, bodice, REACHES[shown])
    elif value == SLEEVELESS:  # just what the network draws then
        return None
    else:
        step = look(view.cut(photo, size), (attribute, SLEEVELESS))
        goes = resized(_goes(step, resized(cloth, (size, size))), (side, side))[place] > 0.5
        torso, sleeves = here & ~goes, here & goes
        if len(own_sleeves(torso, sleeves, bodice)) < 2:
            return None
    z, x = square.astype(np.float32), square.astype(np.float32)
    z[place] = draw_sleeves(picture, torso, sleeves, bodice, value, shown)
    alpha = _changed(z, x)
    if not is_longer:
        step = Step(x, z, alpha, False, False, garment=cloth, may_go=np.ones_like(cloth))
        return step, view
    plain = np.zeros_like(cloth)
    plain[place] = shows_cloth(picture, here, bodice)
    step = Step(x, z, alpha, False, False, garment=plain * (alpha == 0), replaces=True)
    return step, view


def _outline(photo: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """Where the garment is, h x w in 0..1, at moderate size."""
    coarse, fine = (Fit.of(photo, side) for side in (len(garment), OUTLINED))
    small = fine.inside(fine.to_square(photo))
    inside = cv2.resize(coarse.inside(garment), small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return find_outline(small, inside)


def _beside(garment: np.ndarray, bodice: Bodice, value: str, shown: str | None) -> str | None:
    """What the sleeves are that lie beside the torso; None if that cannot be told."""
    if shown is None:
        both = own_sleeves(*split_torso(garment, bodice, max(REACHES.values())), bodice)
        if len(both) < 2:
            return None
        is_short = np.mean([own.length for own in both]) < SHORT
        shown = "short" if is_short else "threequarter" if value == "long" else "long"
    return shown if shown in REACHES and shows_sleeves(garment, bodice, shown) else None


def _goes(step: Step, garment: np.ndarray) -> np.ndarray:
    """Where a step draws ground in the garment's place, V x V float32."""
    x, z = to_planes(step.x), to_planes(step.z)
    kept = (garment > 0.7) & (step.alpha < 0.3)
    as_ground = color_distance(z, x, garment < 0.1) < color_distance(z, x, kept)
    goes = ((garment > 0.5) & (step.alpha > 0.5) & as_ground).astype(np.uint8)
    return cv2.morphologyEx(goes, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).astype(np.float32)


def _changed(z: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Attention to what differs, h x w in 0..1, without specks."""
    differs = (np.abs(z - x).max(axis=2) > CHANGED).astype(np.uint8)
    whole = cv2.morphologyEx(differs, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    whole = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    whole = cv2.dilate(whole, np.ones((3, 3), np.uint8))
    return cv2.GaussianBlur(whole.astype(np.float32), (0, 0), 0.8)
