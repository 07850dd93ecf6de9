"""What is woven into or printed all over the cloth: cloth coordinates in, linear albedo out.

Every pattern is a function of cloth coordinates, so it follows sleeves and folds by itself and
is as sharp as the picture allows. Chest prints and photos lie in `graphic.py`, drawn motifs in
`motifs.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from amgan_cli.catalogue import motifs
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, noise_tile, sample_tile, stream
from amgan_cli.catalogue.palette import bright_inks, inks, light_on
from amgan_cli.ramp import rise


@dataclass(frozen=True)
class Cloth:
    """Cloth to be coloured. `u` (across), `v` (along) and `pixel` are in garment units."""

    u: Array  # (H, W)
    v: Array  # (H, W)
    pixel: float  # side of a pixel: what is thinner than this must fade, not flicker
    inks: Array  # (5, 3) linear
    bright: Array  # (6, 3) linear
    size: float  # print_scale
    multi: bool  # the garment's colour is "multi"
    rng: np.random.Generator


def paint_cloth(garment: Garment, u: Array, v: Array, pixel: float) -> Array:
    """Linear albedo (H, W, 3) of the garment's cloth at coordinates u, v."""
    cloth = Cloth(
        u,
        v,
        pixel,
        inks(garment),
        bright_inks(garment),
        garment.print_scale,
        garment.color == "multi",
        # The name of the pattern is part of the stream: a new colour repeats the same drawing.
        stream(garment.seed, garment.pattern),
    )
    return _PATTERNS[garment.pattern](cloth)


def mix(below: Array, above: Array, cover: Array) -> Array:
    """`above` over `below` (each (3,) or (H, W, 3)) where `cover` (H, W) is 1."""
    return below + (above - below) * cover[..., None]


def bands(phase: Array, share: float, blur: float) -> Array:
    """1 in the middle `share` of every whole step of `phase`, edges `blur` steps wide."""
    away = np.abs(phase - np.floor(phase) - 0.5)
    blur = max(blur, 1e-3)
    # Below one pixel a step the bands fade into their mean instead of beating.
    fade = min(max(1.6 - blur, 0.0), 1.0)
    cover = np.clip((share / 2 - away) / blur + 0.5, 0, 1)
    return share + (cover - share) * fade if fade < 1 else cover


def _ground(cloth: Cloth) -> Array:
    """The ground colour; for "multi" the panels of a colour-blocked garment."""
    if not cloth.multi:
        return np.broadcast_to(cloth.inks[0], (*cloth.u.shape, 3)).copy()
    edges = np.cumsum(cloth.rng.uniform(0.10, 0.20, 8))
    panels = np.searchsorted(edges, cloth.v - 0.05) % 5
    return cloth.inks[panels]


def _plain(cloth: Cloth) -> Array:
    return _ground(cloth)


def _striped(cloth: Cloth) -> Array:
    period = cloth.rng.uniform(0.042, 0.085) * cloth.size
    share = cloth.rng.uniform(0.32, 0.48)
    phase = cloth.v / period
    cover = bands(phase, share, cloth.pixel / period)
    if cloth.multi:
        return mix(cloth.inks[np.floor(phase + 0.5).astype(int) % 5], cloth.inks[1], cover)
    return mix(cloth.inks[0], cloth.inks[1], cover)


def _pinstriped(cloth: Cloth) -> Array:
    period = cloth.rng.uniform(0.025, 0.035) * cloth.size
    cover = bands(cloth.u / period, max(0.12, 0.9 * cloth.pixel / period), cloth.pixel / period)
    line = np.float32(1) if light_on(cloth.inks[0]) else np.float32(0.02)
    return mix(_ground(cloth), np.full(3, line, np.float32), cover * 0.9)


def _checked(cloth: Cloth) -> Array:
    period = cloth.rng.uniform(0.05, 0.095) * cloth.size
    share, tartan = cloth.rng.uniform(0.36, 0.5), cloth.rng.random() < 0.6
    across = bands(cloth.u / period, share, cloth.pixel / period)
    along = bands(cloth.v / period, share, cloth.pixel / period)
    # Warp and weft each show half: crossings are full, single bands half as strong.
    cloth_color = mix(_ground(cloth), cloth.inks[1], (across + along) * 0.5)
    if tartan:
        lines = np.maximum(
            bands(cloth.u / period + 0.5, 0.1, cloth.pixel / period),
            bands(cloth.v / period + 0.5, 0.1, cloth.pixel / period),
        )
        cloth_color = mix(cloth_color, cloth.inks[3], lines * 0.75)
    return cloth_color


def _herringbone(cloth: Cloth) -> Array:
    column = cloth.rng.uniform(0.036, 0.048) * cloth.size
    period = column * 0.55
    zigzag = np.abs(cloth.u / column - np.floor(cloth.u / column) - 0.5) * 2 * column
    cover = bands((cloth.v + zigzag * 0.9) / period, 0.42, 1.3 * cloth.pixel / period)
    return mix(_ground(cloth), cloth.inks[1], cover * 0.65)


def _polka_dot(cloth: Cloth) -> Array:
    period = cloth.rng.uniform(0.052, 0.085) * cloth.size
    radius = cloth.rng.uniform(0.19, 0.25)
    u, v = cloth.u / period, cloth.v / period
    # Two square grids, one shifted by half a step, make the usual diagonal grid.
    first = np.hypot(u - np.round(u), v - np.round(v))
    second = np.hypot(u - np.floor(u) - 0.5, v - np.floor(v) - 0.5)
    away = np.minimum(first, second)
    cover = np.clip((radius - away) * period / cloth.pixel + 0.5, 0, 1)
    return mix(_ground(cloth), cloth.inks[1], cover)


def _camouflage(cloth: Cloth) -> Array:
    period, blur = 0.62 * cloth.size, cloth.pixel * 14
    ground = cloth.inks[0]
    dark = ground * 0.25
    pale = ground * 0.55 + 0.28
    third = (
        cloth.inks[1] if cloth.multi else ground * 0.5 + np.array([0.09, 0.06, 0.02], np.float32)
    )
    result = _ground(cloth)
    for ink, level in ((pale, 0.55), (third, 0.55), (dark, 0.65)):
        hills = sample_tile(noise_tile(cloth.rng, 9), cloth.u, cloth.v * 1.4, period)
        result = mix(result, ink, np.clip((hills - level) / blur + 0.5, 0, 1))
    return result


def _marl(cloth: Cloth) -> Array:
    tile = noise_tile(cloth.rng, 128)
    # Fibres run across: stretched grain, coarse and fine, dark and pale.
    grain = sample_tile(tile, cloth.u * 0.6, cloth.v * 1.9, 0.62)
    fine = sample_tile(tile, cloth.u * 1.3 + 0.3, cloth.v * 3.6, 0.62)
    flecks = grain * 0.7 + fine * 0.5
    ground = mix(_ground(cloth), np.full(3, 0.95, np.float32), np.clip(flecks - 0.1, 0, 1) * 0.34)
    return mix(ground, cloth.inks[0] * 0.25, np.clip(-flecks - 0.2, 0, 1) * 0.4)


def _gradient(cloth: Cloth) -> Array:
    start, end = cloth.rng.uniform(0.20, 0.28), cloth.rng.uniform(0.46, 0.56)
    t = rise(cloth.v, (start, end))
    if cloth.multi:
        spot = np.clip(t * 3.999, 0, 3.999)
        step = spot.astype(int)
        return mix(cloth.inks[step], cloth.inks[step + 1], spot - step)
    return mix(cloth.inks[0], cloth.inks[1], t)


def _burnout(cloth: Cloth) -> Array:
    """Devore: acid takes the pile away in patches, and the sheer rest shows what lies behind."""
    tile = motifs.leaves(cloth.rng, cloth.pixel, 0.17 * cloth.size)
    patch = sample_tile(tile, cloth.u, cloth.v, 0.17 * cloth.size).astype(np.float32) / 255
    worn = sample_tile(noise_tile(cloth.rng, 96), cloth.u, cloth.v, 0.5)
    cover = np.clip(patch * 1.25 + worn * 0.3 - 0.25, 0, 1)
    ground = _ground(cloth)
    sheer = cloth.inks[0] * 0.4 + (0.25 if light_on(cloth.inks[0]) else 0.10)
    return mix(ground, sheer, cover * 0.7)


def _zebra(cloth: Cloth) -> Array:
    bend = sample_tile(noise_tile(cloth.rng, 7), cloth.u, cloth.v, 0.6)
    width = sample_tile(noise_tile(cloth.rng, 16), cloth.u, cloth.v, 0.6)
    wave = np.sin((cloth.v + 0.045 * bend) * (2 * np.pi / (0.062 * cloth.size)))
    cover = np.clip((wave - 0.15 - 0.45 * width) * 0.0045 / cloth.pixel + 0.5, 0, 1)
    return mix(_ground(cloth), cloth.inks[1], cover)


def _animal(cloth: Cloth) -> Array:
    ground, dark = cloth.inks[0], light_on(cloth.inks[0])
    # Pale rings on dark cloth look like flowers: there it is mostly a zebra.
    if cloth.rng.random() < (0.75 if dark else 0.3):
        return _zebra(cloth)
    ring = ground * 0.6 + 0.20 if dark else np.full(3, 0.012, np.float32)
    heart = ground * 0.35 if dark else ground * 0.5 + 0.02
    return _tiled(cloth, motifs.leopard, 0.30, (heart, ring))


def _floral(cloth: Cloth) -> Array:
    pale = np.array([0.95, 0.93, 0.8], np.float32)
    petals = pale if light_on(cloth.inks[0]) else cloth.inks[3]
    leaf = np.array([0.06, 0.25, 0.07], np.float32)
    return _tiled(cloth, motifs.flowers, 0.26, (petals, cloth.inks[4], leaf))


def _paisley(cloth: Cloth) -> Array:
    return _tiled(cloth, motifs.paisley, 0.22, (cloth.inks[1], cloth.inks[2], cloth.inks[3]))


def _colourful(cloth: Cloth) -> Array:
    return _tiled(cloth, motifs.shapes, 0.34, tuple(cloth.bright))


def _tiled(cloth: Cloth, draw: motifs.Drawing, period: float, colors: tuple[Array, ...]) -> Array:
    """A drawn repeat of side `period`, on the ground colour."""
    period *= cloth.size
    tile = draw(cloth.rng, cloth.pixel, period, (cloth.inks[0], *colors))
    drawn = np.square(sample_tile(tile, cloth.u, cloth.v, period).astype(np.float32) / 255)
    if not cloth.multi:
        return drawn
    # Only the ground changes from panel to panel: what the drawing added is kept.
    covered = np.clip(np.abs(drawn - cloth.inks[0]).sum(2) * 4, 0, 1)
    return mix(_ground(cloth), drawn, covered)


_PATTERNS: dict[str, Callable[[Cloth], Array]] = {
    "animal": _animal,
    "burnout": _burnout,
    "camouflage": _camouflage,
    "checked": _checked,
    "colour gradient": _gradient,
    "colourful": _colourful,
    "floral": _floral,
    "herringbone": _herringbone,
    "marl": _marl,
    "paisley": _paisley,
    "photo": _plain,  # the picture on the chest is added by graphic.py
    "pinstriped": _pinstriped,
    "plain": _plain,
    "polka dot": _polka_dot,
    "print": _plain,  # likewise
    "striped": _striped,
}
