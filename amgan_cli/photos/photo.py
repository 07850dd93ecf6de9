"""A photo file into upright RGB pixels, and pixels into a file that is whole or not there."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from amgan_cli.errors import PhotoError
from amgan_cli.files import atomic
from amgan_cli.photos.formats import check_format


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


def write_photo(path: Path, photo: Photo) -> None:
    """Write beside `path` and rename; raise OutputError when the folder or disk refuses."""
    file_format = check_format(path)
    image = Image.fromarray(photo.pixels)
    if photo.alpha is not None and file_format != "JPEG":
        image.putalpha(Image.fromarray(photo.alpha))
    quality = {"quality": 95} if file_format in ("JPEG", "WEBP") else {}
    if file_format == "JPEG":
        quality["subsampling"] = 0  # 4:2:0 would bleed an edited colour over the garment's edge
    with atomic(path) as temporary:
        image.save(temporary, format=file_format, **photo.info, **quality)


def write_mask(path: Path, mask: np.ndarray) -> None:
    """Save an attention mask (HxW in 0..1) as a grey picture; errors as `write_photo`."""
    file_format = check_format(path)
    image = Image.fromarray(np.rint(mask * 255).astype(np.uint8))
    with atomic(path) as temporary:
        image.save(temporary, format=file_format)
