"""Patterns of chance as what they are on cloth: how much of the light each place gives back.

Pictures S x S x 3 float32 in linear light, 0..1, those of bright photos a little over: drawn
stripes, checks, dots, zigzags and blossoms, or the cloth of a patterned photo (ours).
"""

from collections.abc import Sequence

import cv2
import numpy as np

PERIODS = 4.0, 80.0
"""Pixels from one stripe to the next."""
GAMMA = 2.2
PATCH, WHOLE = (40, 130), 0.97
"""Pixels of a photo that make a pattern, and how much of them the garment is, at least."""
TRIES = 6
KINDS = {
    "stripes": 0.27,
    "checks": 0.27,
    "dots": 0.14,
    "blots": 0.14,
    "blossoms": 0.12,
    "zigzag": 0.06,
}
"""How often each kind is drawn."""
EDGE = 0.7
"""Pixels over which an ink ends."""

Photo = tuple[np.ndarray, np.ndarray]
"""h x w x 3 uint8, and where the garment is, h x w uint8 (255 = garment)."""


def to_linear(picture: np.ndarray) -> np.ndarray:
    """0..255 to linear light, 0..1."""
    return (picture.astype(np.float32) / 255) ** GAMMA


def from_linear(light: np.ndarray) -> np.ndarray:
    """Linear light to 0..255."""
    return 255 * light.clip(0, 1) ** (1 / GAMMA)


def reflectance(random: np.random.Generator, size: int, patterned: Sequence[Photo]) -> np.ndarray:
    """A pattern of either kind; `patterned` are photos of patterned garments."""
    found = _photographed(random, size, patterned) if patterned and random.random() < 0.5 else None
    return _drawn(random, size) if found is None else found


def _drawn(random: np.random.Generator, size: int) -> np.ndarray:
    """Of two to four colours."""
    u, v = _on_cloth(random, size)
    period = np.exp(random.uniform(*np.log(PERIODS)))
    ground, *inks = (_color(random) for _ in range(random.integers(2, 5)))
    picture = np.broadcast_to(ground, (size, size, 3)).astype(np.float32)
    kind = random.choice(list(KINDS), p=list(KINDS.values()))
    if kind == "checks":
        opacity = random.uniform(0.4, 1)
        other = period * random.choice([1, random.uniform(0.6, 1.6)])
        bands = [*_bands(random, u, period, inks), *_bands(random, v, other, inks)]
    elif kind == "dots":
        opacity, radius = 1.0, random.uniform(0.12, 0.45) * period
        shift = (np.floor(v / period) % 2) * period / 2 * random.integers(0, 2)
        away = np.hypot(_around(u + shift, period), _around(v, period))
        bands = [(radius / (k + 1) - away, ink) for k, ink in enumerate(inks[:2])]
    elif kind in ("blots", "blossoms"):
        opacity, bands = 1.0, []
        waves = sum(np.cos(2 * np.pi * at / period) for at in (u, v)) - random.uniform(0.3, 1)
        for ink in inks:
            height = _noise_at(random, u, v, period * random.uniform(0.25, 1))
            height = (
                0.6 * height + waves if kind == "blossoms" else height - random.uniform(-0.2, 1)
            )
            slope = np.abs(np.gradient(height)).sum(axis=0)
            bands.append((height / np.maximum(slope, 0.05), ink))
    else:
        zigzag = random.uniform(0.3, 1.2) * np.abs(_around(u, period)) * (kind == "zigzag")
        opacity, bands = 1.0, _bands(random, v + zigzag, period, inks)
    for height, ink in bands:
        cover = opacity * (height / EDGE + 0.5).clip(0, 1)[..., None]
        picture = picture + cover * (ink - picture)
    return picture.astype(np.float32)


def _photographed(
    random: np.random.Generator, size: int, patterned: Sequence[Photo]
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
