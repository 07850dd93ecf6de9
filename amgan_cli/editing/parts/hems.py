"""What beside a torso is its own, as a skirt's side or a flared hem, and what hangs on its sleeves.

Ours. Masks H x W bool of one picture.
"""

import cv2
import numpy as np

from amgan_cli.editing.outlines.common_colors import grown
from amgan_cli.own_sleeves import ARMHOLE, own_sleeves
from amgan_cli.part_view import NECK, UNIT, Bodice
from amgan_cli.sewing.sleeves import REACHES

HEM, HUNG = 0.07, 0.5
"""How far over the garment's hem that of its sides may lie, in its height; and from which share on
of what seem to be sleeves such sides are sleeves though the hem is low, but for a dress's: sleeves
may hang so far down."""


def down_to_hem(garment: np.ndarray, bodice: Bodice) -> np.ndarray:
    """Where there is nothing but cloth below: of a wide garment no sleeves."""
    hem = round(bodice.hem - HEM * (bodice.hem - bodice.y))
    below = garment.copy()
    below[:hem] = np.logical_and.accumulate(garment[:hem][::-1])[::-1]
    return below


def has_skirt(sides: np.ndarray, sleeves: np.ndarray, bodice: Bodice, is_dress: bool) -> bool:
    """Whether the sides of what seem to be sleeves are the garment's: it is a dress, or its hem is
    lower than sleeves reach, and they are not most of them."""
    is_long = bodice.hem > bodice.y + REACHES["long"] * bodice.half / NECK
    return bool(is_dress or (is_long and sides.sum() < HUNG * sleeves.sum()))


def parted(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> tuple[np.ndarray, np.ndarray]:
    """Torso and sleeves, with what is a flared hem and what hangs on a sleeve alone where they
    belong."""
    corners = _corners(torso, sleeves, bodice)
    torso, sleeves = torso | corners, sleeves & ~corners
    cuffs = _cuffs(torso, sleeves, bodice)
    torso, sleeves = torso & ~cuffs, sleeves | cuffs
    sides = _sides(torso, sleeves, bodice)
    return torso | sides, sleeves & ~sides


def _corners(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> np.ndarray:
    """What of the sleeves goes down to the hem, begins under the armhole, and touches the torso
    more than it touches sleeves."""
    upper, corners = torso.copy(), np.zeros_like(torso)
    upper[max(0, round(bodice.y + ARMHOLE * bodice.half / UNIT)) :] = False
    for piece in _pieces(sleeves & down_to_hem(torso | sleeves, bodice)):
        if _touch(piece, torso) > _touch(piece, sleeves) and not _touch(piece, upper):
            corners |= piece
    return corners


def _cuffs(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> np.ndarray:
    """What of the torso lies under its hem and touches sleeves more than it touches the torso, or
    hangs together with it by sleeves alone."""
    low, cuffs = torso.copy(), np.zeros_like(torso)
    low[: round(bodice.hem)] = False
    for piece in _pieces(low):
        if _touch(piece, sleeves) > _touch(piece, torso):
            cuffs |= piece
    for piece in sorted(_pieces(torso & ~cuffs), key=np.sum)[:-1]:
        if _touch(piece, sleeves):
            cuffs |= piece
    return cuffs


def _sides(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> np.ndarray:
    """Pieces of the sleeves that touch the torso and do not hang together with an armhole."""
    loose, sides = sleeves.copy(), np.zeros_like(torso)
    for own in own_sleeves(torso, sleeves, bodice):
        loose &= np.isinf(own.way)
    for piece in _pieces(loose):
        if _touch(piece, torso):
            sides |= piece
    return sides


def _pieces(mask: np.ndarray) -> list[np.ndarray]:
    count, numbers = cv2.connectedComponents(mask.astype(np.uint8))
    return [numbers == i for i in range(1, count)]


def _touch(piece: np.ndarray, mask: np.ndarray) -> int:
    """Pixels of the mask right beside a piece."""
    return int((grown(piece, 1) & ~piece & mask).sum())
