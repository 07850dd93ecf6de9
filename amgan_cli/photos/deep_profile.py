"""16-bit pixels to sRGB and back by a matrix profile (ICC.1:2022, 8.3.3 and annex F.3).

Pillow's LittleCMS converts 8 bits only. Photos of 16 bits nearly always carry a matrix profile
(Adobe RGB, Display P3, ProPhoto) or a grey curve, which is three curves and nine numbers.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

SRGB_TO_XYZ = np.array(
    # sRGB's primaries under D50, the white of ICC profiles (IEC 61966-2-1, Bradford-adapted)
    [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]]
)
LEVELS = np.linspace(0, 1, 65536)
"""Where curves are sampled: at every 16-bit value."""


@dataclass(frozen=True)
class MatrixProfile:
    """Curves from stored to linear values at LEVELS, three or (grey) one, and linear to XYZ."""

    curves: tuple[np.ndarray, ...]
    to_xyz: np.ndarray

    def to_srgb(self, stored: np.ndarray) -> np.ndarray:
        """HxWx3 (grey: HxW) uint16 to HxWx3 sRGB uint16."""
        if len(self.curves) == 1:
            stored = np.repeat(stored[..., None], 3, axis=2)
        matrix = np.linalg.inv(SRGB_TO_XYZ) @ self.to_xyz
        return _convert(stored, self._three, matrix, (_SRGB_CURVE,) * 3)

    def from_srgb(self, pixels: np.ndarray) -> np.ndarray:
        """HxWx3 sRGB uint16 to HxWx3 (grey: HxW, from the green channel) uint16."""
        matrix = np.linalg.inv(self.to_xyz) @ SRGB_TO_XYZ
        stored = _convert(pixels, (_SRGB_CURVE,) * 3, matrix, self._three)
        return stored[..., 1] if len(self.curves) == 1 else stored

    @property
    def _three(self) -> tuple[np.ndarray, ...]:
        return self.curves * 3 if len(self.curves) == 1 else self.curves


@lru_cache(maxsize=8)
def read_matrix_profile(icc: bytes) -> MatrixProfile | None:
    """The curves and matrix of a profile; None for one with tables, or not to be understood."""
    try:
        tags = _tags(icc)
        if "A2B0" in tags:
            return None
        if "kTRC" in tags:
            return MatrixProfile((_curve(tags["kTRC"]),), SRGB_TO_XYZ)
        columns = [struct.unpack(">3i", tags[f"{c}XYZ"][8:20]) for c in "rgb"]
        curves = tuple(_curve(tags[f"{c}TRC"]) for c in "rgb")
        return MatrixProfile(curves, np.array(columns).T / 65536)
    except (KeyError, ValueError, struct.error, np.linalg.LinAlgError):
        return None


def _tags(icc: bytes) -> dict[str, bytes]:
    """The tag table: signature to data (7.3)."""
    (count,) = struct.unpack_from(">I", icc, 128)
    entries = [struct.unpack_from(">4sII", icc, 132 + 12 * i) for i in range(min(count, 100))]
    return {name.decode("latin-1"): icc[start : start + size] for name, start, size in entries}


def _curve(data: bytes) -> np.ndarray:
    """A curveType (10.6) or parametricCurveType (10.18) at LEVELS, kept from falling."""
    if data[:4] == b"curv":
        (count,) = struct.unpack_from(">I", data, 8)
        numbers = np.frombuffer(data, ">u2", count, 12)
        if count == 0:
            values = LEVELS
        elif count == 1:
            values = LEVELS ** (numbers[0] / 256)
        else:
            values = np.interp(LEVELS, np.linspace(0, 1, count), numbers / 65535)
    elif data[:4] == b"para":
        values = _parametric(struct.unpack_from(">H", data, 8)[0], data[12:])
    else:
        raise ValueError("neither curv nor para")
    return np.maximum.accumulate(np.clip(values, 0, 1)).astype(np.float32)


def _parametric(kind: int, data: bytes) -> np.ndarray:
    """Table 68: y = (a x + b)^g + e from d on, c x + f below."""
    numbers = np.frombuffer(data, ">i4", (1, 3, 4, 5, 7)[kind]) / 65536
    g, a, b, c, d, e, f = [*numbers, *[0.0] * (7 - len(numbers))]
    if kind == 0:
        a = 1.0
    elif kind in (1, 2):
        c, d, e, f = 0.0, -b / a, c, c  # from -b/a on, a constant below
    power = np.maximum(a * LEVELS + b, 0) ** g + e
    return np.where(d <= LEVELS, power, c * LEVELS + f)


def _convert(
    pixels: np.ndarray,
    curves: tuple[np.ndarray, ...],
    matrix: np.ndarray,
    target_curves: tuple[np.ndarray, ...],
) -> np.ndarray:
    """HxWx3 uint16 through its curves, the matrix, and the target's curves backwards."""
    channels = [curve[pixels[..., i]] for i, curve in enumerate(curves)]
    linear = np.stack(channels, axis=-1) @ matrix.T.astype(np.float32)
    # the root spreads the dark values, so that 65,536 steps suffice for the way back
    steps = np.rint(np.sqrt(linear.clip(0, 1)) * 65535).astype(np.uint16)
    inverses = [_inverse(curve.tobytes()) for curve in target_curves]
    return np.stack([inverse[steps[..., i]] for i, inverse in enumerate(inverses)], axis=-1)


@lru_cache(maxsize=8)
def _inverse(curve: bytes) -> np.ndarray:
    """For each root of a linear value, the uint16 that the curve (at LEVELS) takes to it."""
    values = np.interp(LEVELS**2, np.frombuffer(curve, np.float32), LEVELS)
    return np.rint(values * 65535).astype(np.uint16)


_SRGB_CURVE = np.where(LEVELS <= 0.04045, LEVELS / 12.92, ((LEVELS + 0.055) / 1.055) ** 2.4)
_SRGB_CURVE = _SRGB_CURVE.astype(np.float32)
"""sRGB to linear (IEC 61966-2-1)."""
