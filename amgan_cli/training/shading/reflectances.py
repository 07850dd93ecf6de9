"""Patterns of chance as what they are on cloth: how much of the light each place gives back.

A `Reflectance` is one. Pictures S x S x 3 float32 in linear light, 0..1, those of bright photos a
little over: stripes, checks, dots, zigzags, blossoms, clouds, blocks and prints, drawn, or the
cloth of a patterned photo (ours).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.training.shading.printed_figures import figures

PERIODS = 4.0, 80.0
"""Pixels from one stripe to the next."""
GAMMA = 2.2
PATCH, WHOLE = (40, 130), 0.97
"""Pixels of a photo that make a pattern, and how much of them the garment is, at least."""
PICTURES = 90, 300
"""Pixels of a photo that make a picture as wide as the square."""
TRIES = 6
KINDS = {
    "stripes": 0.17,
    "checks": 0.17,
    "dots": 0.1,
    "blots": 0.1,
    "blossoms": 0.08,
    "zigzag": 0.04,
    "clouds": 0.03,
    "blocks": 0.03,
    "figures": 0.28,
}
"""How often each kind is drawn."""
EDGE, SOFT = 0.7, (0.2, 0.6)
"""Pixels over which an ink ends, and shares of a period over which those of clouds do."""
PHOTOGRAPHED = 0.45
"""How often a pattern is a photo's."""
FILLED, PICTURED = 0.4, 0.2
"""How often a figure has a pattern in it, and how often a picture; else it has one colour."""

MaskedPixels = tuple[np.ndarray, np.ndarray]
"""h x w x 3 uint8, and where the garment is, h x w uint8 (255 = garment)."""


def to_linear(picture: np.ndarray) -> np.ndarray:
    """0..255 to linear light, 0..1."""
    return (picture.astype(np.float32) / 255) ** GAMMA


def from_linear(light: np.ndarray) -> np.ndarray:
    """Linear light to 0..255."""
    return 255 * light.clip(0, 1) ** (1 / GAMMA)


@dataclass(frozen=True)
class Reflectance:
    """What a garment is to look like in even light."""

    picture: np.ndarray
    """S x S x 3 in linear light."""
    printed: np.ndarray | None
    """How much of each place is a print, which stands on cloth here and there; S x S in 0..1; None
    where that is a matter of taste, as of a few large dots."""


def reflectance(
    random: np.random.Generator,
    size: int,
    patterned: Sequence[MaskedPixels],
    kinds: Mapping[str, float] = KINDS,
) -> Reflectance:
    """A pattern, from one of the photos of `patterned` garments or drawn, in one of these `kinds`,
    each with what it counts."""
    if patterned and random.random() < PHOTOGRAPHED:
        found = _photographed(random, size, patterned)
        if found is not None:
            return Reflectance(found, np.zeros((size, size), np.float32))
    return _drawn(random, size, patterned, kinds)


def _drawn(
    random: np.random.Generator,
    size: int,
    patterned: Sequence[MaskedPixels],
    kinds: Mapping[str, float],
) -> Reflectance:
    """Of two to four colours, in one of these `kinds`, each with what it counts."""
    u, v = _on_cloth(random, size)
    period = np.exp(random.uniform(*np.log(PERIODS)))
    ground, *inks = (_color(random) for _ in range(random.integers(2, 5)))
    share = np.array([*kinds.values()])
    kind = random.choice(list(kinds), p=share / share.sum())
    opacity = random.uniform(0.4, 1) if kind == "checks" else 1.0
    edge = random.uniform(*SOFT) * period if kind == "clouds" else EDGE
    if kind == "stripes":
        bands = _bands(random, v, period, inks)
    elif kind == "zigzag":
        bend = random.uniform(0.3, 1.2) * np.abs(_around(u, period))
        bands = _bands(random, v + bend, period, inks)
    elif kind == "checks":
        other = period * random.choice([1, random.uniform(0.6, 1.6)])
        bands = [*_bands(random, u, period, inks), *_bands(random, v, other, inks)]
    elif kind == "dots":
        bands = _dots(random, u, v, period, inks)
    elif kind == "blocks":
        bands = [(_side(random, size, u, v), ink) for ink in inks]
    elif kind == "figures":
        bands = [(each, _filling(random, size, patterned, inks)) for each in figures(random, size)]
    else:
        waves = sum(np.cos(2 * np.pi * at / period) for at in (u, v)) - random.uniform(0.3, 1)
        bands = []
        for ink in inks:
            height = _noise_at(random, u, v, period * random.uniform(0.25, 1))
            if kind == "blossoms":
                height = 0.6 * height + waves
            else:
                height = height - random.uniform(-0.2, 1)
            slope = np.abs(np.gradient(height)).sum(axis=0)
            bands.append((height / np.maximum(slope, 0.05), ink))
    picture = np.broadcast_to(ground, (size, size, 3)).astype(np.float32)
    covered = np.zeros((size, size, 1), np.float32)
    for height, ink in bands:
        cover = opacity * (height / edge + 0.5).clip(0, 1)[..., None]
        picture = picture + cover * (ink - picture)
        covered = np.maximum(covered, cover)
    is_print = covered[..., 0] * (kind == "figures")
    told = kind in ("figures", "stripes", "checks", "zigzag")
    return Reflectance(picture.astype(np.float32), is_print if told else None)


def _filling(
    random: np.random.Generator,
    size: int,
    patterned: Sequence[MaskedPixels],
    inks: Sequence[np.ndarray],
) -> np.ndarray:
    """What is in a figure: one of the inks, or a pattern or picture, S x S x 3."""
    luck = random.random()
    if luck < FILLED:
        others = {kind: share for kind, share in KINDS.items() if kind != "figures"}
        return reflectance(random, size, patterned, others).picture
    if luck < FILLED + PICTURED and patterned:
        photo, _ = patterned[int(random.integers(len(patterned)))]
        side = min(int(random.integers(*PICTURES)), *photo.shape[:2])
        top, left = (int(random.integers(0, n - side + 1)) for n in photo.shape[:2])
        piece = photo[top : top + side, left : left + side]
        return to_linear(cv2.resize(piece, (size, size), interpolation=cv2.INTER_LINEAR))
    return inks[int(random.integers(len(inks)))]


def _dots(
    random: np.random.Generator,
    u: np.ndarray,
    v: np.ndarray,
    period: float,
    inks: Sequence[np.ndarray],
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows of dots of up to two inks, one in the other."""
    radius = random.uniform(0.12, 0.45) * period
    shift = (np.floor(v / period) % 2) * period / 2 * random.integers(0, 2)
    away = np.hypot(_around(u + shift, period), _around(v, period))
    return [(radius / (k + 1) - away, ink) for k, ink in enumerate(inks[:2])]


def _side(random: np.random.Generator, size: int, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Pixels inside of the edge of one side of the cloth, which is across or along."""
    at = u if random.random() < 0.5 else v
    edge = np.percentile(at, random.uniform(20, 80))
    return (at - edge) * random.choice([-1, 1])


def _photographed(
    random: np.random.Generator, size: int, patterned: Sequence[MaskedPixels]
) -> np.ndarray | None:
    """Of a piece of a garment, mirrored over and over, without its light; None if none is found."""
    for _ in range(TRIES):
        photo, mask = patterned[int(random.integers(len(patterned)))]
        rows, columns = np.nonzero(mask > 200)
        if not len(rows):
            continue
        at, side = random.integers(len(rows)), random.integers(*PATCH)
        top, left = max(0, rows[at] - side // 2), max(0, columns[at] - side // 2)
        box = slice(top, top + side), slice(left, left + side)
        if min(mask[box].shape) < PATCH[0] - 10 or (mask[box] > 200).mean() < WHOLE:
            continue
        piece = to_linear(photo[box])
        light = np.log(piece.mean(axis=2) + 0.02)
        deviation = max(light.shape) / 3
        light = cv2.GaussianBlur(light, (0, 0), deviation, borderType=cv2.BORDER_REFLECT)
        piece = piece * np.exp(np.median(light) - light)[..., None]
        if random.random() < 0.5:
            piece = piece * random.uniform(0.6, 1.3)
        if random.random() < 0.4:
            piece = piece[..., random.permutation(3)]
        piece = np.concatenate([piece, piece[:, ::-1]], axis=1)
        piece = np.concatenate([piece, piece[::-1]], axis=0).astype(np.float32)
        scale = random.uniform(0.6, 1.4)
        u, v = (
            (scale * at) % (n - 1)
            for at, n in zip(_on_cloth(random, size), piece.shape[1::-1], strict=True)
        )
        return cv2.remap(piece, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR)
    return None


def _on_cloth(random: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Where on its cloth each pixel lies: garments are sewn of several panels, and cloth is warped.

    Columns and rows, S x S each.
    """
    rows, columns = np.mgrid[:size, :size].astype(np.float32)

    def panel() -> tuple[np.ndarray, np.ndarray]:
        turn = random.choice([0, np.pi / 2, random.uniform(0, np.pi)]) + random.normal(0, 0.08)
        right, down = random.uniform(-200, 200, 2)
        cosine, sine = np.cos(turn), np.sin(turn)
        return cosine * columns - sine * rows + right, sine * columns + cosine * rows + down

    u, v = panel()
    for _ in range(random.choice([0, 0, 1, 2])):
        turn, (x, y) = random.uniform(0, 2 * np.pi), random.uniform(0.2, 0.8, 2) * size
        side = np.cos(turn) * (columns - x) + np.sin(turn) * (rows - y)
        if random.random() < 0.5:
            side = side + _noise(random, (size, size), size / 3) * size / 12
        other = panel()
        u, v = np.where(side > 0, other[0], u), np.where(side > 0, other[1], v)
    warped = random.choice([0, 1, 2, 4, 8])
    if warped:
        cell = random.uniform(16, 70)
        u, v = (at + warped * _noise(random, (size, size), cell) for at in (u, v))
    return u.astype(np.float32), v.astype(np.float32)


def _color(random: np.random.Generator) -> np.ndarray:
    """As often pale as dark as neither; linear light."""
    luck, hue = random.random(), random.uniform(0, 2 * np.pi)
    if luck < 0.25:
        lightness, chroma = random.uniform(80, 98), random.uniform(0, 8)
    elif luck < 0.5:
        lightness, chroma = random.uniform(8, 28), random.uniform(0, 14)
    else:
        lightness, chroma = random.uniform(25, 85), random.uniform(0, 55)
    lab = np.array([[[lightness, chroma * np.cos(hue), chroma * np.sin(hue)]]], np.float32)
    return to_linear(255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)[0, 0])


def _bands(
    random: np.random.Generator, at: np.ndarray, period: float, inks: Sequence[np.ndarray]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """One of each ink in a period: pixels inside its edge (S x S), and the ink."""
    bands = []
    for ink in inks:
        middle, width = random.uniform(0, period), max(1.0, random.uniform(0.06, 0.5) * period)
        bands.append((width / 2 - np.abs(_around(at - middle, period)), ink))
    return bands


def _around(at: np.ndarray, period: float) -> np.ndarray:
    """How far from the nearest multiple of the period."""
    return (at + period / 2) % period - period / 2


def _noise(random: np.random.Generator, shape: tuple[int, int], cell: float) -> np.ndarray:
    """Smooth noise with a bump about every `cell` pixels."""
    height, width = shape
    cells = max(2, int(height / cell) + 2), max(2, int(width / cell) + 2)
    values = random.normal(size=cells).astype(np.float32)
    return cv2.resize(values, (width, height), interpolation=cv2.INTER_CUBIC)


def _noise_at(random: np.random.Generator, u: np.ndarray, v: np.ndarray, cell: float) -> np.ndarray:
    """Such noise at places on the cloth."""
    noise = _noise(random, (420, 420), max(2.0, cell))
    return cv2.remap(noise, u % 400 + 4, v % 400 + 4, cv2.INTER_LINEAR)
