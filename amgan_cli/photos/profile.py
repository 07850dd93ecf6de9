"""From the colours of a photo file to sRGB and back, by its embedded ICC profile."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from amgan_cli.photos.deep_profile import MatrixProfile, read_matrix_profile
from amgan_cli.photos.strips import as_uint8, as_uint16, strips

Convert = Callable[[np.ndarray], np.ndarray]
CHANNELS = {"L": 1, "RGB": 3, "CMYK": 4}
NOT_SRGB = 1
"""A profile that moves no 8-bit colour by more than this is sRGB under another name."""


@dataclass(frozen=True)
class ColourSpace:
    """What the numbers in a photo file mean."""

    mode: str = "RGB"
    """L (grey), RGB or CMYK (0 = no ink)."""
    icc: bytes = b""
    """The embedded profile as it was, given back with the pixels."""
    known: bool = True
    """False where the profile cannot be used: the numbers then count as sRGB."""

    @classmethod
    def of(cls, mode: str, icc: bytes) -> "ColourSpace":
        """The space of a file with this profile; `known` says whether the profile can be used."""
        try:
            for back in (False, True) if icc else ():  # a scanner's leads to sRGB, and not back
                _transform(icc, mode, back)
        except (ImageCms.PyCMSError, OSError):
            return cls(mode, icc, known=False)
        return cls(mode, icc)

    def is_srgb(self) -> bool:
        """Whether the file's numbers are the sRGB pixels themselves."""
        if self.mode != "RGB" or not self.icc or not self.known:
            return self.mode == "RGB"
        steps = np.arange(0, 256, 17, dtype=np.uint8)
        colours = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(16, -1, 3)
        moved = self.to_srgb(colours).astype(int) - colours
        return bool(np.abs(moved).max() <= NOT_SRGB)

    def keeps_16_bit(self) -> bool:
        """Whether 16-bit pixels are converted in 16 bits; else changed pixels get 8-bit steps."""
        return not self.icc or not self.known or self._matrix is not None

    def to_srgb(self, stored: np.ndarray) -> np.ndarray:
        """HxWxC (HxW if grey) of the file to HxWx3 sRGB of the same dtype, uint8 or uint16."""
        return self._convert(stored, back=False)

    def from_srgb(self, pixels: np.ndarray) -> np.ndarray:
        """HxWx3 sRGB to what the file would hold, HxWxC or HxW, of the same dtype."""
        return self._convert(pixels, back=True)

    def _convert(self, pixels: np.ndarray, back: bool) -> np.ndarray:
        channels = CHANNELS[self.mode] if back else 3
        shape = pixels.shape[:2] + ((channels,) if channels > 1 else ())
        converted = np.empty(shape, pixels.dtype)
        convert = self._converter(pixels.dtype == np.uint16, back)
        for rows in strips(len(pixels)):
            converted[rows] = convert(pixels[rows])
        return converted

    def _converter(self, deep: bool, back: bool) -> Convert:
        if not self.icc or not self.known:
            return _plain(self.mode, back)
        if deep and self._matrix is not None:
            return self._matrix.from_srgb if back else self._matrix.to_srgb
        transform, mode = _transform(self.icc, self.mode, back), "RGB" if back else self.mode
        if deep:
            return lambda strip: as_uint16(_through(transform, as_uint8(strip), mode))
        return lambda strip: _through(transform, strip, mode)

    @property
    def _matrix(self) -> MatrixProfile | None:
        return read_matrix_profile(self.icc)


SRGB = ColourSpace()


def as_image(pixels: np.ndarray, mode: str) -> Image.Image:
    """A Pillow picture of HxW or HxWxC uint8 pixels."""
    height, width = pixels.shape[:2]
    return Image.frombytes(mode, (width, height), np.ascontiguousarray(pixels).data)


def _plain(mode: str, back: bool) -> Convert:
    """Without a profile: grey is R = G = B, RGB is sRGB, CMYK is Pillow's 255 minus ink."""
    if mode == "CMYK":
        source, target = ("RGB", "CMYK") if back else ("CMYK", "RGB")
        return lambda strip: np.asarray(as_image(strip, source).convert(target))
    if mode == "L":
        return lambda strip: strip[..., 0] if back else np.repeat(strip[..., None], 3, axis=2)
    return lambda strip: strip


def _through(transform: ImageCms.ImageCmsTransform, strip: np.ndarray, mode: str) -> np.ndarray:
    return np.asarray(transform.apply(as_image(strip, mode)))


@lru_cache(maxsize=16)
def _transform(icc: bytes, mode: str, back: bool) -> ImageCms.ImageCmsTransform:
    """LittleCMS' conversion; raises PyCMSError or OSError for a profile that does not fit."""
    profile, srgb = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("sRGB")
    ends = (srgb, profile, "RGB", mode) if back else (profile, srgb, mode, "RGB")
    return ImageCms.buildTransform(
        *ends,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
