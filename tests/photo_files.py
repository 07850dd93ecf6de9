"""Small photo files for the tests, made in memory."""

import io
import struct
import zlib
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

ADOBE_RGB = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}
"""Primaries of Adobe RGB (1998) under D50, the white of profiles."""


def noise(channels: int = 3, dtype: type = np.uint8) -> np.ndarray:
    """37 x 53 random pixels, HxWxC, or HxW for one channel."""
    shape = (37, 53, channels) if channels > 1 else (37, 53)
    return np.random.default_rng(channels).integers(0, np.iinfo(dtype).max + 1, shape, dtype)


def file_bytes(pixels: np.ndarray, file_format: str, mode: str | None = None, **options) -> bytes:
    """An 8-bit file as Pillow writes it."""
    image = Image.fromarray(pixels)
    return image_bytes(image.convert(mode) if mode else image, file_format, **options)


def image_bytes(image: Image.Image, file_format: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@lru_cache  # LittleCMS writes the time of day into it
def wide_profile() -> bytes:
    """sRGB's curve with Adobe RGB's primaries."""
    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for i in range(struct.unpack_from(">I", icc, 128)[0]):
        name, start, _ = struct.unpack_from(">4sII", icc, 132 + 12 * i)
        if name in ADOBE_RGB:
            struct.pack_into(">3i", icc, start + 8, *(round(v * 65536) for v in ADOBE_RGB[name]))
    return bytes(icc)


def png_16(pixels: np.ndarray, colour_type: int, icc: bytes = b"") -> bytes:
    """A 16-bit PNG by the letter of the specification; 0 grey, 2 RGB, 4 grey + alpha, 6 RGBA."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, colour_type, 0, 0, 0)
    profile = _chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc)) if icc else b""
    data = _chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + profile + data + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
