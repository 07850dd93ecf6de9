"""Photos and pictures between files, pipes and pixels, for the folder pipeline."""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from amgan_cli.editing.folders.files_in import PIPE
from amgan_cli.editing.folders.marks import MARK
from amgan_cli.errors import OutputError, PhotoError, UsageError
from amgan_cli.photos.decode import decode_photo
from amgan_cli.photos.encode import encode_photo, lost_in
from amgan_cli.photos.formats import FORMATS, SaveOptions
from amgan_cli.photos.geometry import at_most
from amgan_cli.photos.photo import Photo, read_photo

MOST_PIXELS = {"JPEG": 65_500, "WEBP": 16_383, "AVIF": 65_500}
"""Of a picture's longer side."""


def read(source: Path) -> Photo:
    """Read a photo, from standard input for `-`; PhotoError if it is none."""
    if source != PIPE:
        return read_photo(source)
    return decode_photo(sys.stdin.buffer.read(), "standard input")


def encode(photo: Photo, file: Path, options: SaveOptions) -> tuple[bytes, tuple[str, ...]]:
    """The photo's bytes as they are to be in `file`, and what is lost in its format."""
    file_format = options.format_of(file)
    return encode_photo(photo, file_format, options), lost_in(photo, file_format, options)


def encode_picture(pixels: np.ndarray, suffix: str, quality: int = 90) -> bytes:
    """The bytes of a sheet (HxWx3 uint8) or mask (HxW uint8), which carry nothing of a photo; of
    three wide photos side by side smaller, if the format holds no such picture. It says that it is
    no photo."""
    buffer, file_format = io.BytesIO(), FORMATS[suffix.lower()]
    longest = MOST_PIXELS.get(file_format) or max(pixels.shape)
    held = Image.fromarray(at_most(pixels, longest))
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = MARK
    held.save(buffer, format=file_format, quality=quality, exif=exif)
    return buffer.getvalue()


def read_mask(option: str, file: Path | None, height: int, width: int) -> np.ndarray | None:
    """A grey picture as HxW float32 in 0..1; PhotoError if it is none or of another size.

    Of a cut-out, which is transparent somewhere, what is opaque counts as white. `option` is what
    it was given by; None where it was not.
    """
    if file is None:
        return None
    if not file.exists():
        raise PhotoError(f"{option} {file}: no such file; masks are PNGs named as their photos")
    picture = read_photo(file)
    grey = picture.pixels8.mean(axis=2, dtype=np.float32) / 255
    if picture.alpha is not None and picture.alpha.min() < picture.alpha.max():
        grey = picture.alpha.astype(np.float32) / np.iinfo(picture.alpha.dtype).max
    if grey.shape != (height, width):
        have, want = f"{grey.shape[1]}x{grey.shape[0]}", f"{width}x{height}"
        raise PhotoError(f"{option} {file}: is {have} pixels, the photo {want}; make them the same")
    return grey


def write_out(data: bytes) -> None:
    """Write a picture to standard output; UsageError if that is a terminal, OutputError if it takes
    no more."""
    if sys.stdout.isatty():
        raise UsageError("-o -: standard output is a terminal; redirect it or name a file")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # its reader left
    except OSError as error:
        raise OutputError(f"standard output: cannot be written ({error.strerror})") from None
