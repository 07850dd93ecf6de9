"""Where things land: garment units in, pixels out, and back again for every pixel.

Three planes follow each other: garment units, the ground (shorter side of the picture = 1,
origin in its middle) and pixels. Nothing else in the renderer knows the picture's size, so a
garment looks the same at all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amgan_cli.catalogue.curves import Points
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array, stream

HEADROOM = 0.12  # space kept above the neck for collars, garment units


@dataclass(frozen=True)
class Frame:
    """A picture of `width` x `height` pixels and the two planes in it."""

    width: int
    height: int
    from_ground: Array  # (3, 3) ground to pixels
    from_garment: Array  # (3, 3) garment units to pixels
    waves: Array  # (4, 2, 4) direction, phase and size of the outline's wobble
    unit: float  # pixels in a garment unit, at the garment's middle

    def project(self, shape: Points) -> Points:
        """Outline (N, 2) in garment units to pixels, with the wobble of soft cloth."""
        soft = shape + _wobble(shape, self.waves)
        ends = soft @ self.from_garment[:2, :2].T + self.from_garment[:2, 2]
        depth = soft @ self.from_garment[2, :2] + self.from_garment[2, 2]
        return ends / depth[:, None]

    def garment_maps(self) -> tuple[Array, Array]:
        """Garment units x, y of every pixel, each (height, width)."""
        return _inverse_maps(self.from_garment, self.width, self.height)

    def ground_maps(self) -> tuple[Array, Array]:
        """Ground x, y of every pixel, each (height, width)."""
        return _inverse_maps(self.from_ground, self.width, self.height)

    @property
    def short_side(self) -> int:
        return min(self.width, self.height)


def make_frame(garment: Garment, width: int, height: int) -> Frame:
    side = min(width, height)
    to_pixels = np.array(
        [[side, 0, (width - 1) / 2], [0, side, (height - 1) / 2], [0, 0, 1]], np.float64
    )
    camera = np.eye(3)
    camera[2, :2] = garment.tilt
    from_ground = to_pixels @ camera
    from_garment = from_ground @ _pose(garment)
    unit = side * garment.scale
    waves = _draw_waves(garment)
    matrices = (from_ground / from_ground[2, 2], from_garment / from_garment[2, 2])
    ground, cloth = (matrix.astype(np.float32) for matrix in matrices)
    return Frame(width, height, ground, cloth, waves, unit)


def upright_frame(shape: tuple[int, ...], x: float, y: float, unit: float) -> Frame:
    """A frame of H x W pixels whose garment hangs straight: neck at pixel (x, y), `unit` pixels a
    garment unit, outlines as they are cut."""
    place = np.array([[unit, 0, x], [0, unit, y], [0, 0, 1]], np.float32)
    return Frame(shape[1], shape[0], place, place, np.zeros((4, 2, 4), np.float32), unit)


def _pose(garment: Garment) -> np.ndarray:
    """Garment units to ground: middle to origin, scale, turn, shift."""
    turn = np.radians(garment.rotation)
    cos, sin = garment.scale * np.cos(turn), garment.scale * np.sin(turn)
    pose = np.array([[cos, -sin, garment.offset[0]], [sin, cos, garment.offset[1]], [0, 0, 1]])
    middle = np.eye(3)
    middle[1, 2] = -(garment.body_length - HEADROOM) / 2
    return pose @ middle


def _draw_waves(garment: Garment) -> Array:
    rng = stream(garment.seed, "wobble")
    lengths = np.array([0.75, 0.42, 0.21, 0.11])
    turns = rng.uniform(0, 2 * np.pi, (2, 4))
    phases = rng.uniform(0, 2 * np.pi, (2, 4))
    sizes = np.broadcast_to(garment.wobble * lengths / 0.6, (2, 4))
    steps = 2 * np.pi / lengths
    waves = np.stack([np.cos(turns) * steps, np.sin(turns) * steps, phases, sizes])
    return waves.astype(np.float32)


def _wobble(shape: Points, waves: Array) -> Points:
    kx, ky, phase, size = waves[:, None]
    angle = shape[:, :1, None] * kx + shape[:, 1:, None] * ky + phase
    return (np.sin(angle) * size).sum(2)


def _inverse_maps(matrix: Array, width: int, height: int) -> tuple[Array, Array]:
    back = np.linalg.inv(matrix.astype(np.float64)).astype(np.float32)
    x = np.arange(width, dtype=np.float32)[None]
    y = np.arange(height, dtype=np.float32)[:, None]
    depth = 1 / (back[2, 0] * x + (back[2, 1] * y + back[2, 2]))
    return (
        (back[0, 0] * x + (back[0, 1] * y + back[0, 2])) * depth,
        (back[1, 0] * x + (back[1, 1] * y + back[1, 2])) * depth,
    )
