"""The user's photos in; upright copies of moderate size and weak masks in the data folder out."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from amgan_cli.errors import AmganError, PhotoError
from amgan_cli.photos.geometry import at_most
from amgan_cli.photos.photo import Photo, read_photo, write_mask, write_photo
from amgan_cli.photos.strips import as_uint8
from amgan_cli.prepare.garment_mask import garment_mask
from amgan_cli.prepare.sources import Source
from amgan_cli.processes import worker_pool

LARGEST_SIDE = 512
SMALLEST_SIDE = 32
CLOCK = 2.0
"""Seconds that two times of the same file may differ: some memory cards count in twos."""


def store_all(sources: list[Source], out: Path) -> Iterator[tuple[Source, str | None]]:
    """`store` each, as they are done, with None or the line that says what is wrong with it."""
    with worker_pool(len(sources)) as pool:
        yield from zip(sources, pool.map(partial(_try_store, out=out), sources), strict=True)


def _try_store(source: Source, out: Path) -> str | None:
    try:
        store(source, out)
    except PhotoError as error:
        return str(error)
    except AmganError:
        raise  # the disk's
    except Exception as error:  # the other photos can be had
        return f"{source.path}: {type(error).__name__}: {error}"
    return None


def store(source: Source, out: Path) -> None:
    """Write images/NAME.jpg and, if a garment is found, masks/NAME.png (white = garment).

    Raises PhotoError for a photo that cannot be read, OutputError for a full disk.
    """
    if not source.path.is_file():
        raise PhotoError(f"{source.path}: is no file, or a link to none; mend or delete it")
    modified = source.path.stat().st_mtime
    photo = read_photo(source.path)
    if min(photo.pixels.shape[:2]) < SMALLEST_SIDE:
        raise PhotoError(f"{source.path}: under {SMALLEST_SIDE} pixels; use a larger photo")
    pixels = at_most(photo.pixels8, LARGEST_SIDE)
    alpha = None if photo.alpha is None else at_most(as_uint8(photo.alpha), LARGEST_SIDE)
    if alpha is not None and alpha.min() < 128:  # somebody has cut the garment out already
        pixels = _on_white(pixels, alpha)
        mask = alpha >= 128
    else:
        mask = garment_mask(pixels)
    image, mask_file = image_path(out, source.name), mask_path(out, source.name)
    if mask is None:
        mask_file.unlink(missing_ok=True)
    else:
        write_mask(mask_file, mask)
    write_photo(image, Photo(pixels))  # no EXIF: a data set needs no one's home address
    os.utime(image, (modified, modified))


def is_stored(source: Source, out: Path) -> bool:
    """Whether the copy in `out` is of the photo as it is now: it has the photo's own time."""
    copy = image_path(out, source.name)
    both = copy.is_file() and source.path.is_file()
    return both and abs(copy.stat().st_mtime - source.path.stat().st_mtime) < CLOCK


def image_path(out: Path, name: str) -> Path:
    """Where the copy lies."""
    return out / "images" / name


def mask_path(out: Path, name: str) -> Path:
    """Where training looks for its mask."""
    return (out / "masks" / name).with_suffix(".png")


def _on_white(pixels: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """What is under transparency is whatever a program left there."""
    share = alpha[..., None] / 255
    return np.rint(pixels * share + 255 * (1 - share)).astype(np.uint8)
