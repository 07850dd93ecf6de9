"""A Photo into the bytes of a file of the same kind as it came from, or of another format."""

import io

import numpy as np
from PIL import Image

from amgan_cli.errors import PhotoError
from amgan_cli.photos.deep import encode_png
from amgan_cli.photos.formats import SaveOptions
from amgan_cli.photos.photo import Photo
from amgan_cli.photos.profile import SRGB, ColourSpace, as_image
from amgan_cli.photos.strips import as_uint8, strips
from amgan_cli.photos.tiff import encode_tiff

MODES = {
    "JPEG": ("L", "RGB", "CMYK"),
    "PNG": ("L", "RGB"),
    "WEBP": ("RGB",),
    "TIFF": ("L", "RGB", "CMYK"),
    "AVIF": ("RGB",),
}
"""What each format holds; other photos are written as the sRGB that they look like."""
WITHOUT_ALPHA = ("JPEG",)
DEEP = ("PNG", "TIFF")
QUALITY = {"JPEG": 95, "WEBP": 90, "AVIF": 85}
"""Where the photo's own is not known."""


def encode_photo(photo: Photo, file_format: str, options: SaveOptions | None = None) -> bytes:
    """The bytes of a JPEG, PNG, WEBP, TIFF or AVIF file; `lost_in` says what it cannot hold.

    Raises PhotoError if the format refuses the photo (a JPEG of 70,000 pixels' width).
    """
    options = options or SaveOptions()
    stored, space = _as_held(photo, file_format)
    alpha = photo.alpha
    if alpha is not None and file_format in WITHOUT_ALPHA:
        stored, alpha = _on_white(stored, alpha, space), None
    metadata = photo.metadata.private if options.strip else photo.metadata.held_by(file_format)
    if file_format == "TIFF":
        raw = photo.source.compression == "raw"
        return encode_tiff(stored, alpha, space.mode, space.icc, metadata, raw)
    if file_format == "PNG" and stored.dtype == np.uint16:
        return encode_png(stored, alpha, space.icc, metadata)
    image = as_image(as_uint8(stored), space.mode)
    if alpha is not None:
        image.putalpha(Image.fromarray(as_uint8(alpha)))
    saving = metadata.save_options(file_format) | compression(photo, file_format, options)
    if space.icc:
        saving["icc_profile"] = space.icc
    try:
        return _saved(image, file_format, saving)
    except (OSError, ValueError) as error:
        raise PhotoError(f"the photo cannot be written as {file_format} ({error})") from None


def lost_in(photo: Photo, file_format: str, options: SaveOptions | None = None) -> tuple[str, ...]:
    """What a file of this format cannot hold of the photo, or of what was asked, a line each."""
    lost, options = [], options or SaveOptions()
    if options.quality and file_format not in QUALITY:
        lost.append(f"{file_format} has no loss and so no --quality")
    if photo.alpha is not None and file_format in WITHOUT_ALPHA:
        lost.append(f"{file_format} has no transparency: it is laid on white")
    if photo.pixels.dtype == np.uint16 and file_format not in DEEP:
        lost.append(f"{file_format} has 8 bits a channel here: 16 are rounded")
    if photo.space.mode not in MODES[file_format]:
        lost.append(f"{file_format} has no {photo.space.mode}: it is written as sRGB")
    elif _is_deep_grey_with_alpha(photo) and file_format in DEEP:
        lost.append("16-bit grey with transparency is written as sRGB")
    own, held = photo.metadata, photo.metadata.held_by(file_format)
    if not options.strip and (own.exif, own.xmp) != (held.exif, held.xmp):
        lost.append(f"{file_format} has no room for so much EXIF or XMP: it is left out")
    if not options.strip and (own.iptc, own.texts) != (held.iptc, held.texts):
        lost.append(f"{file_format} has no place for IPTC, comments or texts: they are left out")
    return tuple(lost)


def compression(photo: Photo, file_format: str, options: SaveOptions) -> dict:
    """Pillow's options to compress as the photo was, or as `options` ask (not for TIFF)."""
    source = photo.source
    same = source.format == file_format
    quality = options.quality or QUALITY.get(file_format)
    if file_format == "JPEG" and same and source.tables and not options.quality:
        # 4:2:0 blurs an edited colour by a pixel, but 4:4:4 would change every untouched block
        # Pillow gives the second table to the second ink and those after it
        is_cmyk = photo.space.mode == "CMYK"
        return {
            "qtables": (min(source.tables, key=sum),) if is_cmyk else source.tables,
            "subsampling": source.subsampling,
            "progressive": source.progressive,
            "optimize": True,
        }
    if file_format == "JPEG":
        return {
            "quality": quality,
            "subsampling": 0,
            "progressive": same and source.progressive,
            "optimize": True,
        }
    if file_format == "WEBP":
        if same and source.lossless and not options.quality:
            return {"lossless": True, "exact": True}
        return {"quality": quality, "use_sharp_yuv": True}
    if file_format == "AVIF":
        return {"quality": quality, "subsampling": "4:4:4"}
    return {}


def _saved(image: Image.Image, file_format: str, saving: dict) -> bytes:
    file = io.BytesIO()
    try:
        image.save(file, file_format, **saving)
    except OSError:
        if not saving.get("optimize"):
            raise
        # Pillow reserves 2 bytes a pixel for an optimised JPEG; strong noise takes more
        return _saved(image, file_format, saving | {"optimize": False, "progressive": False})
    return file.getvalue()


def _as_held(photo: Photo, file_format: str) -> tuple[np.ndarray, ColourSpace]:
    """The numbers to write and what they mean: the file's own where the format has their like."""
    if photo.space.mode not in MODES[file_format] or _is_deep_grey_with_alpha(photo):
        return photo.pixels, SRGB
    return photo.pixels if photo.stored is None else photo.stored, photo.space


def _is_deep_grey_with_alpha(photo: Photo) -> bool:
    """Which OpenCV does not write."""
    is_deep_grey = photo.space.mode == "L" and photo.pixels.dtype == np.uint16
    return is_deep_grey and photo.alpha is not None


def _on_white(stored: np.ndarray, alpha: np.ndarray, space: ColourSpace) -> np.ndarray:
    """Transparent parts on white, HxW or HxWxC of the same dtype."""
    top = np.iinfo(stored.dtype).max
    white = 0 if space.mode == "CMYK" else top
    flat = np.empty_like(stored)
    for rows in strips(len(stored)):
        cover = alpha[rows] / np.float32(top)
        cover = cover if stored.ndim == 2 else cover[..., None]
        flat[rows] = np.rint(white + cover * (stored[rows] - np.float32(white)))
    return flat
