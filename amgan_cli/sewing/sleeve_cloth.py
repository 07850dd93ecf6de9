"""What new sleeves are cut from: the garment's own colour beside them, with its weave or pattern.

Photos H x W x 3 uint8, masks H x W bool; lengths in garment units unless they say otherwise.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.catalogue.outline import Arm
from amgan_cli.means import gaussian_mean
from amgan_cli.part_view import NECK, Bodice
from amgan_cli.words import EVEN, PICTURES

OTHER = 90.0
"""Distance of the colours of sleeves and torso in 0..255 from which on they are of two cloths."""
OWN = 0.9
"""How much the own sleeve's colour counts beside the torso's."""
SIDE = 0.3
"""How far from its middle the torso's cloth is mirrored, in widths of the torso."""
STRIP = 0.33, 0.47
"""Between which distances from its middle the torso's sides lie, in the same."""
FINE, COARSE = 0.003, 0.02
"""Between these sizes lie figures: what is finer is weave, what is coarser shadow."""
FIGURED = 10.8
"""By how much (0..255, median) cloth with a pattern differs from what is around."""
WEAVE, PRINTED = 12.0, 22.0
"""Most by which weave is lighter or darker than its cloth, and from what on it is a print."""
RELIT = 1.4
"""Most by which a sewn sleeve is made lighter or darker, to be as light as its cloth."""


@dataclass(frozen=True)
class SleeveCloth:
    """Cloth for both sleeves."""

    picture: np.ndarray
    """Wherever a sleeve may be, H x W x 3 float32 in 0..255."""
    bodice: Bodice

    @classmethod
    def of(
        cls,
        photo: np.ndarray,
        torso: np.ndarray,
        bodice: Bodice,
        own: np.ndarray | None = None,
        pattern: str | None = None,
    ) -> "SleeveCloth":
        """Of a garment's `torso` and its `own` sleeves, which stay or become longer.

        A print on the chest stays there; stripes and the like go on, but not where the `pattern` is
        known to be no such.
        """
        sides, unit = _sides(torso, bodice), bodice.unit
        of_torso, mirrored = np.median(photo[sides], axis=0), _mirrored(photo, bodice)
        color = np.zeros((1, photo.shape[1], 3), np.float32)
        left = np.arange(photo.shape[1])[None] < bodice.x
        for half in (left, ~left):  # light may come from one side
            color[half] = _color(photo, sides & half, own if own is None else own & half, of_torso)
        seen = own if own is not None and own.any() else sides
        if pattern not in (*EVEN, *PICTURES) and _figure(photo, seen, unit) > FIGURED:
            picture = mirrored + color - of_torso
        else:
            weave = mirrored - cv2.GaussianBlur(mirrored, (0, 0), max(1.0, 4 * FINE * unit))
            picture = color + weave.clip(-WEAVE, WEAVE) * ~_printed(mirrored, of_torso, unit)
        return cls(picture.clip(0, 255).astype(np.float32), bodice)

    def relit(self, sewn: np.ndarray, arms: list[Arm]) -> np.ndarray:
        """The picture `sewn` with its sleeves as light as their cloth: folds make them darker."""
        for arm in arms:
            sleeve = within(arm, sewn.shape[:2], self.bodice)
            inside = sleeve > 0
            if not inside.any():
                continue
            is_now, was = (np.median(each[inside], axis=0) for each in (sewn, self.picture))
            gain = (was / is_now.clip(1)).clip(1 / RELIT, RELIT)
            sewn = sewn * (1 + cv2.GaussianBlur(sleeve, (0, 0), 0.7)[..., None] * (gain - 1))
        return sewn.clip(0, 255)


def within(arm: Arm, shape: tuple[int, ...], bodice: Bodice) -> np.ndarray:
    """1 where a sleeve lies on that bodice, else 0; H x W float32."""
    sleeve = np.zeros(shape, np.float32)
    outline = arm.outline * (bodice.unit) + (bodice.x, bodice.y)
    cv2.fillPoly(sleeve, [np.rint(outline).astype(np.int32)], 1.0)
    return sleeve


def _color(
    photo: np.ndarray, torso: np.ndarray, own: np.ndarray | None, otherwise: np.ndarray
) -> np.ndarray:
    """Of a sleeve: that of the own one and the torso's side, if both are of one cloth."""
    of_torso = np.median(photo[torso], axis=0) if torso.any() else otherwise
    if own is None or not own.any():
        return of_torso
    of_sleeve = np.median(photo[own], axis=0)
    if np.linalg.norm(of_sleeve - otherwise) > OTHER:
        return of_sleeve
    return OWN * of_sleeve + (1 - OWN) * of_torso


def shows_cloth(photo: np.ndarray, torso: np.ndarray, bodice: Bodice) -> np.ndarray:
    """Where a torso shows its cloth and no print, H x W bool."""
    of_torso = np.median(photo[_sides(torso, bodice)], axis=0)
    return torso & ~_printed(photo, of_torso, bodice.unit)[..., 0]


def _sides(torso: np.ndarray, bodice: Bodice) -> np.ndarray:
    """What of it lies beside where prints are, H x W bool."""
    across = np.abs(np.arange(torso.shape[1])[None] - bodice.x) * NECK / bodice.half
    sides = torso & (across > STRIP[0]) & (across < STRIP[1])
    return sides if sides.any() else torso


def _figure(photo: np.ndarray, where: np.ndarray, unit: float) -> float:
    """By how much (0..255, median) the cloth in `where` differs from what is around it."""
    inner = cv2.erode(where.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    if not inner.any():
        return 0.0
    fine, around = (
        gaussian_mean(photo, inner, max(0.5, size * unit), 1e-4) for size in (FINE, COARSE)
    )
    return float(np.median(np.abs(fine - around).max(2)[inner > 0]))


def _printed(photo: np.ndarray, cloth: np.ndarray, unit: float) -> np.ndarray:
    """Where cloth of that colour has a print, or is close to one; H x W x 1 bool."""
    strange = (np.abs(photo - cloth).max(2) > PRINTED).astype(np.float32)
    return (cv2.GaussianBlur(strange, (0, 0), 0.02 * unit) > 0.3)[..., None]


def _mirrored(photo: np.ndarray, bodice: Bodice) -> np.ndarray:
    """The torso's cloth mirrored at its sides, so that stripes go on; float32."""
    rows, columns = np.mgrid[: photo.shape[0], : photo.shape[1]].astype(np.float32)
    width = bodice.width
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
