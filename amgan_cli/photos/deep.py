"""16 bits a channel, which Pillow would silently read as 8 bits and cannot write."""

import io
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image, TiffImagePlugin

from amgan_cli.photos.metadata import Metadata
from amgan_cli.photos.strips import strips

BITS_PER_SAMPLE, PLANAR, PHOTOMETRIC, SAMPLE_FORMAT = 258, 284, 262, 339
MIN_IS_WHITE, MIN_IS_BLACK, RGB = 0, 1, 2
EXTRA_SAMPLES, ASSOCIATED, UNASSOCIATED = 338, 1, 2
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # our error is one line
IHDR_END = 33
"""Bytes of a PNG before its second chunk."""


def is_deep(image: Image.Image, data: bytes) -> bool:
    """Whether the file has 16-bit grey or RGB that OpenCV reads faithfully."""
    if image.format == "PNG":
        return data[24] == 16  # IHDR's bit depth
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    tags = image.tag_v2
    return (
        set(tags.get(BITS_PER_SAMPLE, ())) == {16}
        and set(tags.get(SAMPLE_FORMAT, (1,))) == {1}
        and tags.get(PLANAR, 1) == 1
        and tags.get(PHOTOMETRIC) in (MIN_IS_WHITE, MIN_IS_BLACK, RGB)
    )


def has_fourth(image: Image.Image) -> bool:
    """Whether a TIFF has a channel beside its three colours."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    return len(image.tag_v2.get(BITS_PER_SAMPLE, ())) > 3


def decode(data: bytes, image: Image.Image) -> tuple[np.ndarray, np.ndarray | None]:
    """HxW or HxWx3 uint16 and HxW alpha of a file that `is_deep`; OSError if it is broken."""
    png = image.format == "PNG"
    if png:
        Image.open(io.BytesIO(data)).verify()  # OpenCV would write about a broken one on stderr
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise OSError(error.err) from None
    if pixels is None or pixels.dtype != np.uint16:
        raise OSError("broken 16-bit picture")
    if pixels.ndim == 2:
        if isinstance(image, TiffImagePlugin.TiffImageFile) and not image.tag_v2[PHOTOMETRIC]:
            np.subtract(65535, pixels, out=pixels)  # 0 was white
        return pixels, None
    alpha = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
    if alpha is not None and isinstance(image, TiffImagePlugin.TiffImageFile):
        (kind, *_) = image.tag_v2.get(EXTRA_SAMPLES, (UNASSOCIATED,))
        if kind == ASSOCIATED:
            pixels = _divided_by(alpha, pixels)
        elif kind != UNASSOCIATED:  # a mask, or nobody knows what
            return cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB), None
    if png and data[25] in (0, 4):  # IHDR's colour type: grey
        return np.ascontiguousarray(pixels[..., 0]), alpha
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if alpha is None else cv2.COLOR_BGRA2RGB), alpha


def _divided_by(alpha: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """HxWx4 uint16 whose colours were multiplied by `alpha` (HxW), as they were before."""
    whole = pixels.copy()
    for rows in strips(len(pixels)):
        share = alpha[rows, :, None].clip(1) / np.float32(65535)
        whole[rows, :, :3] = np.rint(pixels[rows, :, :3] / share).clip(0, 65535)
    return whole


def encode_png(
    pixels: np.ndarray, alpha: np.ndarray | None, icc: bytes, metadata: Metadata
) -> bytes:
    """A 16-bit PNG of HxW or HxWx3 uint16; with alpha HxWx3 only."""
    if alpha is not None:
        pixels = np.dstack([pixels[..., ::-1], alpha])
    elif pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    png = cv2.imencode(".png", pixels)[1].tobytes()
    beside = io.BytesIO()  # Pillow writes the metadata of a 1 x 1 picture, which is then left out
    options = metadata.save_options("PNG")
    Image.new("L", (1, 1)).save(beside, "PNG", icc_profile=icc or None, **options)
    own = {b"IHDR", b"IDAT", b"IEND"}
    extra = b"".join(chunk for name, chunk in _chunks(beside.getvalue()) if name not in own)
    return b"".join([png[:IHDR_END], extra, memoryview(png)[IHDR_END:]])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and whole bytes of each chunk."""
    start = 8
    while start < len(png):
        end = start + 12 + int.from_bytes(png[start : start + 4])
        yield png[start + 4 : start + 8], png[start:end]
        start = end
