"""Long sleeves of real garments laid close beside the torso, or on it, as most of them lie.

Where sleeves and torso touch, no mask tells them apart: here both are known, since the sleeves were
moved (ours). Photos H x W x 3 uint8, masks H x W bool; lengths in the catalogue's garment units
unless they say pixels.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.morphology import grown
from amgan_cli.own_sleeves import OwnSleeve, beside_armholes, own_sleeves, split_torso
from amgan_cli.part_view import NECK, UNIT, Bodice
from amgan_cli.ramp import ramp
from amgan_cli.sewing.sleeve_cuts import shortened_to, without
from amgan_cli.sewing.sleeve_kinds import KINDS
from amgan_cli.words import LONG

TURNS = (-0.05, 0.2)
"""Where they point, radians away from straight down."""
LEAST, MOST = 0.12, 1.0
"""How far they are turned, radians: less is as it was, and cloth that turns further tears."""
PIVOT = (0.06, 0.17)
"""How far under the neck they turn."""
BEND = (0.07, 0.22)
"""Distances from there between which cloth bends: nearer ones stay, farther ones turn."""
SEAM = 0.02
"""How far a sleeve reaches into the torso that it is sewn to."""
BEHIND = 0.3
"""Share of garments whose sleeves lie behind the torso."""
SHADE, SOFT = 0.5, (0.006, 0.03)
"""How dark shadows between sleeves and torso may be, and how wide."""


@dataclass(frozen=True)
class _Layer:
    """A sleeve where it lies now."""

    own: OwnSleeve
    color: np.ndarray
    """H x W x 3 float32."""
    alpha: np.ndarray
    """H x W float32 in 0..1."""


def hang_sleeves(
    photo: np.ndarray,
    garment: np.ndarray,
    bodice: Bodice,
    values: Iterable[str],
    random: np.random.Generator,
) -> tuple[dict[str, np.ndarray], np.ndarray] | None:
    """The photo with its long sleeves hanging (value `long`), and such with each other of `values`.

    And where the garment with hanging sleeves lies. Pictures are float32. None where its sleeves
    hang already, or cannot be turned so far.
    """
    torso, sleeves = split_torso(garment, bodice, KINDS[LONG].reach)
    hung = (_hung(photo, garment, own, random) for own in own_sleeves(torso, sleeves, bodice))
    layers = [layer for layer in hung if layer is not None]
    if len(layers) < 2:
        return None
    ground = without(photo, garment, sleeves)
    behind = random.random() < BEHIND
    shade, soft = random.uniform(0, SHADE), random.uniform(*SOFT) * bodice.unit
    bare = without(ground, torso, torso & beside_armholes(torso.shape, bodice))
    pictures = {"sleeveless": bare.astype(np.float32)}
    for value in {"long", *values} - {"sleeveless"}:
        cut = [layer if value == "long" else _cut(layer, value) for layer in layers]
        pictures[value] = _laid(ground, torso, cut, behind, shade, soft)
    whole = torso | np.any([layer.alpha > 0.5 for layer in layers], axis=0)
    return pictures, whole


def _hung(
    photo: np.ndarray, garment: np.ndarray, own: OwnSleeve, random: np.random.Generator
) -> _Layer | None:
    """A sleeve turned about its armhole; None where that is too little or too far."""
    bodice, side, unit = own.bodice, own.side, own.bodice.unit
    at = np.array([side * 0.47 * UNIT / NECK, random.uniform(*PIVOT)])
    far = np.isfinite(own.way) & (own.way > 0.6 * own.length)
    rows, columns = np.nonzero(far)
    out, down = (columns.mean() - bodice.x) / unit, (rows.mean() - bodice.y) / unit
    turn = np.arctan2(side * (out - at[0]), down - at[1]) - random.uniform(*TURNS)
    if not LEAST < turn < MOST:
        return None
    mine = np.isfinite(own.way)
    sewn = (grown(mine, round(SEAM * unit)) & garment).astype(np.uint8)
    y, x = np.mgrid[: garment.shape[0], : garment.shape[1]].astype(np.float32)
    x, y = (x - bodice.x) / unit - at[0], (y - bodice.y) / unit - at[1]
    share = ramp(np.hypot(x, y), BEND)
    angle = side * turn * share * share * (3 - 2 * share)  # where a pixel was before
    cos, sin = np.cos(angle), np.sin(angle)
    columns = ((x * cos + y * sin + at[0]) * unit + bodice.x).astype(np.float32)
    rows = ((y * cos - x * sin + at[1]) * unit + bodice.y).astype(np.float32)
    color = cv2.remap(photo, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inner = cv2.erode(sewn, np.ones((3, 3))).astype(np.float32)  # its edge is half ground
    alpha = cv2.remap(inner, columns, rows, cv2.INTER_LINEAR)
    way = np.where(sewn > 0, np.where(mine, own.way, 0), np.inf).astype(np.float32)
    way = cv2.remap(way, columns, rows, cv2.INTER_NEAREST, borderValue=np.inf)
    return _Layer(replace(own, way=way), color.astype(np.float32), alpha)


def _cut(layer: _Layer, value: str) -> _Layer:
    """The sleeve, cut off to be `value`, with a hem."""
    stays, hem = shortened_to(layer.own, value, "long")
    soft = cv2.GaussianBlur(stays.astype(np.float32), (0, 0), 0.6)
    return replace(layer, color=layer.color * hem[..., None], alpha=layer.alpha * soft)


def _laid(
    ground: np.ndarray,
    torso: np.ndarray,
    layers: list[_Layer],
    behind: bool,
    shade: float,
    soft: float,
) -> np.ndarray:
    """The sleeves on the picture without, or under its torso, with their shadows `soft` pixels
    wide."""
    picture = ground.astype(np.float32)
    for layer in layers:
        color, alpha = layer.color, layer.alpha
        if behind:
            seam = (layer.own.way < BEND[0]).astype(np.float32)
            over = cv2.GaussianBlur(torso * (1 - seam), (0, 0), 0.6)
            color = color * (1 - shade * cv2.GaussianBlur(over, (0, 0), soft))[..., None]
            alpha = alpha * (1 - over)
        else:
            picture *= (1 - shade * cv2.GaussianBlur(alpha, (0, 0), soft))[..., None]
        picture += alpha[..., None] * (color - picture)
    return picture
