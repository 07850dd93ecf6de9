"""Photos and pictures between files, pipes and pixels, for the folder pipeline."""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from amgan_cli.editing.apply import Edited
from amgan_cli.editing.files_in import PIPE
from amgan_cli.editing.save_options import SaveOptions
from amgan_cli.errors import PhotoError, UsageError
from amgan_cli.photos.formats import FORMATS
from amgan_cli.photos.photo import Photo, read_photo


def read(source: Path) -> Photo:
    """Read a photo, from standard input for `-`; PhotoError if it is none."""
    if source != PIPE:
        return read_photo(source)
    data = io.BytesIO(sys.stdin.buffer.read())
    return read_photo(data)  # type: ignore[arg-type]  # Pillow reads both


def encode(photo: Photo, edited: Edited, file: Path, options: SaveOptions) -> bytes:
    """The bytes of the edited photo, as they are to be in `file`."""
    file_format = options.format_of(file)
    image = Image.fromarray(edited.pixels)
    if photo.alpha is not None and file_format != "JPEG":
        image.putalpha(Image.fromarray(photo.alpha))
    how: dict = {}
    if file_format in ("JPEG", "WEBP"):
        how["quality"] = options.quality or 95
    if file_format == "JPEG":
        how["subsampling"] = 0  # 4:2:0 would bleed an edited colour over the garment's edge
    kept = {name: value for name, value in photo.info.items() if not options.strip or "icc" in name}
    return _encoded(image, file_format, **kept, **how)


def encode_picture(pixels: np.ndarray, suffix: str, quality: int = 90) -> bytes:
    """The bytes of a sheet (HxWx3 uint8) or mask (HxW uint8), which carry nothing of a photo."""
    return _encoded(Image.fromarray(pixels), FORMATS[suffix.lower()], quality=quality)


def read_mask(file: Path, height: int, width: int) -> np.ndarray:
    """A grey picture as HxW float32 in 0..1; PhotoError if it is none or of another size."""
    grey = read_photo(file).pixels.mean(axis=2, dtype=np.float32) / 255
    if grey.shape != (height, width):
        have, want = f"{grey.shape[1]}x{grey.shape[0]}", f"{width}x{height}"
        raise PhotoError(f"--mask {file}: is {have} pixels, the photo {want}; make them the same")
    return grey


def write_out(data: bytes) -> None:
    """Write a picture to standard output; UsageError if that is a terminal."""
    if sys.stdout.isatty():
        raise UsageError("-o -: standard output is a terminal; redirect it or name a file")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _encoded(image: Image.Image, file_format: str, **how) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=file_format, **how)
    return buffer.getvalue()
