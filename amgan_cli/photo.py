"""A photo file into upright RGB pixels, and pixels into a file that is whole or not there."""

import os
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from amgan_cli.errors import PhotoError, UsageError

FORMATS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}


@dataclass(frozen=True)
class Photo:
    """Upright RGB pixels (HxWx3 uint8, sRGB) with what the file carried beside them."""

    pixels: np.ndarray
    alpha: np.ndarray | None = None
    """HxW uint8 transparency, given back by formats that have it."""
    info: dict = field(default_factory=dict)
    """Pillow's save options: `icc_profile`, `exif` (orientation reset), `dpi`."""

    def with_pixels(self, pixels: np.ndarray) -> "Photo":
        """The same photo with other pixels of the same size."""
        return replace(self, pixels=pixels)


def read_photo(path: Path) -> Photo:
    """Read a file upright; raise PhotoError in one line when it is no readable photo."""
    try:
        with Image.open(path) as file:
            file.load()
            image = ImageOps.exif_transpose(file)
            exif, icc, dpi = image.getexif(), file.info.get("icc_profile"), file.info.get("dpi")
            has_alpha = "A" in image.getbands() or "transparency" in image.info
            alpha = np.asarray(image.convert("RGBA").getchannel("A")) if has_alpha else None
            pixels = np.array(image.convert("RGB"))
    except FileNotFoundError:
        raise PhotoError(f"{path}: no such file; check the name") from None
    except UnidentifiedImageError:
        raise PhotoError(f"{path}: not an image that can be read; use JPEG, PNG or WebP") from None
    except Image.DecompressionBombError as error:
        raise PhotoError(f"{path}: too many pixels ({error})") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise PhotoError(f"{path}: cannot be read ({error}); is the file whole?") from None
    info = {"icc_profile": icc, "exif": exif.tobytes() if len(exif) else None, "dpi": dpi}
    return Photo(pixels, alpha, {name: value for name, value in info.items() if value})


def check_format(path: Path) -> str:
    """Return Pillow's name of the format that the suffix asks for, or raise UsageError."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise UsageError(f"{path}: unknown suffix; use one of {', '.join(FORMATS)}") from None


def write_photo(path: Path, photo: Photo) -> None:
    """Write beside `path` and rename; raise PhotoError when the folder or disk refuses."""
    file_format = check_format(path)
    image = Image.fromarray(photo.pixels)
    if photo.alpha is not None and file_format != "JPEG":
        image.putalpha(Image.fromarray(photo.alpha))
    quality = {"quality": 95} if file_format in ("JPEG", "WEBP") else {}
    if file_format == "JPEG":
        quality["subsampling"] = 0  # 4:2:0 would bleed an edited colour over the garment's edge
    with atomic(path) as temporary:
        image.save(temporary, format=file_format, **photo.info, **quality)


class atomic:  # noqa: N801 - used as a statement, like `open`
    """`with atomic(path) as temporary`: what is written to `temporary` becomes `path`, or nothing.

    Raises PhotoError if the folder cannot be written or the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Path:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".amgan-", dir=self.path.parent)
            os.close(handle)
        except OSError as error:
            raise PhotoError(f"{self.path}: cannot be written ({error.strerror})") from None
        self.temporary = Path(name)
        return self.temporary

    def __exit__(self, kind, error, trace) -> None:
        if kind is None:
            self.temporary.chmod(0o666 & ~_umask())  # mkstemp's 0600 would hide it from others
            self.temporary.replace(self.path)
            return
        self.temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise PhotoError(f"{self.path}: cannot be written ({error})") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
