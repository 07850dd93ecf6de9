"""Sleeves that go, or are cut off to be shorter ones."""

import cv2
import numpy as np

from amgan_cli.morphology import grown
from amgan_cli.own_sleeves import OwnSleeve, beside_armholes, own_sleeves
from amgan_cli.part_view import Bodice
from amgan_cli.sewing.sew import inpainted
from amgan_cli.sewing.sleeve_kinds import KINDS
from amgan_cli.words import SLEEVELESS

HEM = 0.03
"""How broad the hem at a sleeve's end is, garment units."""
FOLDED = 0.12
"""How far behind the end of a shortened sleeve what lies beside it goes too, the same."""
BESIDE = 32
"""What is no farther from a part that goes than this part of the side goes with it: its shadow, and
edges in another colour that an outline misses."""


def shortened(
    photo: np.ndarray,
    torso: np.ndarray,
    sleeves: np.ndarray,
    bodice: Bodice,
    value: str,
    shown: str,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The photo, torso and sleeves without what sleeves (`shown`) have more than `value`."""
    if not sleeves.any():
        return photo, torso, sleeves
    gone, garment = sleeves.copy(), torso | sleeves
    if value == SLEEVELESS:
        gone |= torso & beside_armholes(torso.shape, bodice)
        return without(photo, garment, gone), torso & ~gone, sleeves & ~gone
    stitched = photo.astype(np.float32)
    for own in own_sleeves(torso, sleeves, bodice):
        stays, hem = shortened_to(own, value, shown)
        gone &= ~stays
        stitched *= hem[..., None]
    photo = np.rint(stitched).astype(np.uint8)
    return without(photo, garment, gone), torso, sleeves & ~gone


def shortened_to(own: OwnSleeve, value: str, shown: str) -> tuple[np.ndarray, np.ndarray]:
    """What stays of a sleeve (`shown`) that is cut off to be `value`, H x W bool, and by what its
    hem darkens pixels, H x W float32."""
    length = KINDS[value].length / KINDS[shown].own_length * own.length
    beyond = own.cut(length)
    near = (own.way > 0.4 * length) & (own.way < length + FOLDED)
    hem = (near & (np.abs(beyond + 0.8 * HEM) < 0.2 * HEM)).astype(np.float32)
    stays = (own.way <= 0.4 * length) | (near & (beyond <= 0))
    return stays, 1 - 0.1 * cv2.GaussianBlur(hem, (0, 0), 0.6)


def without(photo: np.ndarray, garment: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """The photo with ground where a part of its garment lay, uint8."""
    hole = grown(gone, max(photo.shape[:2]) // BESIDE) & ~(garment & ~gone)
    ground = inpainted(photo, garment | hole)
    soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 0.6)[..., None]
    return np.rint(photo + soft * (ground.astype(np.float32) - photo)).astype(np.uint8)
