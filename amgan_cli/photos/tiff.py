"""TIFF out, 8 or 16 bits (TIFF 6.0): Pillow writes no 16-bit colour and, compressed, no EXIF."""

import io
import zlib

import numpy as np
from PIL import TiffImagePlugin as Tiff
from PIL import TiffTags

from amgan_cli.photos.metadata import Metadata, tiff_tags
from amgan_cli.photos.strips import ROWS, strips

PHOTOMETRIC = {"L": 1, "RGB": 2, "CMYK": 5}
RAW, DEFLATE, DIFFERENCES = 1, 8, 2


def encode_tiff(
    pixels: np.ndarray,
    alpha: np.ndarray | None,
    mode: str,
    icc: bytes,
    metadata: Metadata,
    raw: bool = False,
) -> bytes:
    """A TIFF of HxW or HxWxC uint8 or uint16 in L, RGB or CMYK: deflate, or `raw`."""
    height, width = pixels.shape[:2]
    data = []
    for rows in strips(height):
        colours = pixels[rows].reshape(-1, width, 1 if pixels.ndim == 2 else pixels.shape[2])
        strip = colours if alpha is None else np.dstack([colours, alpha[rows]])
        data.append(_packed(strip, raw))
    channels = (1 if pixels.ndim == 2 else pixels.shape[2]) + (alpha is not None)
    ifd = _directory(metadata, icc)
    ifd[Tiff.IMAGEWIDTH], ifd[Tiff.IMAGELENGTH] = width, height
    ifd[Tiff.BITSPERSAMPLE] = (8 * pixels.itemsize,) * channels
    ifd[Tiff.SAMPLESPERPIXEL] = channels
    ifd[Tiff.PHOTOMETRIC_INTERPRETATION] = PHOTOMETRIC[mode]
    ifd[Tiff.COMPRESSION] = RAW if raw else DEFLATE
    if not raw:
        ifd[Tiff.PREDICTOR] = DIFFERENCES
    if alpha is not None:
        ifd[Tiff.EXTRASAMPLES] = 2  # alpha that the colours are not multiplied by
    ifd[Tiff.ROWSPERSTRIP] = min(ROWS, height)
    sizes = [len(strip) for strip in data]
    ifd[Tiff.STRIPBYTECOUNTS] = tuple(sizes)
    ifd[Tiff.STRIPOFFSETS] = tuple(sum(sizes[:i]) for i in range(len(sizes)))
    ifd.tagtype[Tiff.STRIPOFFSETS] = TiffTags.LONG  # Pillow adds the directory's end to them
    file = io.BytesIO()
    ifd.save(file)
    return b"".join([file.getvalue(), *data])


def _packed(strip: np.ndarray, raw: bool) -> bytes:
    """A strip little-endian; compressed as horizontal differences (section 14)."""
    numbers = strip.astype(strip.dtype.newbyteorder("<"))
    if raw:
        return numbers.tobytes()
    numbers[:, 1:] -= strip[:, :-1]
    return zlib.compress(numbers.data, 6)


def _directory(metadata: Metadata, icc: bytes) -> Tiff.ImageFileDirectory_v2:
    """A TIFF directory with the metadata and no picture yet."""
    ifd = Tiff.ImageFileDirectory_v2()
    tags = tiff_tags(metadata)
    for tag in tags:
        ifd[tag] = tags.get_ifd(tag) if tag in TiffTags.TAGS_V2_GROUPS else tags[tag]
    if icc:
        ifd[Tiff.ICCPROFILE] = icc
    if metadata.dpi:
        ifd[Tiff.RESOLUTION_UNIT] = 2  # inch
        ifd[Tiff.X_RESOLUTION], ifd[Tiff.Y_RESOLUTION] = metadata.dpi
    return ifd
