"""Where a photo's pixels come from: a file here, a row of an HDF5 or Parquet file in `forms`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from PIL import Image

from amgan_cli.errors import PhotoError
from amgan_cli.photos.formats import READABLE
from amgan_cli.photos.photo import read_photo

IMAGE_FOLDERS = ("images", "Images")
"""Folders in which the photos may lie without the label file saying so."""

ROUNDED = 0.02
"""How far a mask's sides may be from the photo's own proportions."""


def as_large_as(photo: np.ndarray, mask: np.ndarray | None) -> np.ndarray | None:
    """A photo's mask (HxW uint8) in the photo's size; None if it has another shape."""
    if mask is None:
        return None
    (height, width), (rows, columns) = photo.shape[:2], mask.shape
    if abs(rows * width - columns * height) > ROUNDED * max(rows * width, columns * height):
        return None
    return np.asarray(Image.fromarray(mask).resize((width, height), Image.Resampling.BILINEAR))


def photos_below(folder: Path) -> list[Path]:
    """All photos at any depth, relative to `folder`; what is hidden, or a Mac's notes of files in
    an archive, is left alone."""
    names = (path.relative_to(folder) for path in folder.rglob("*"))
    return [
        name
        for name in names
        if name.suffix.lower() in READABLE
        and not any(part.startswith(".") or part == "__MACOSX" for part in name.parts)
    ]


class PhotoSource(Protocol):
    """One photo of a data set, not read yet."""

    @property
    def name(self) -> str:
        """What the label file calls it."""
        ...

    def read(self) -> np.ndarray:
        """Upright pixels, HxWx3 uint8; raise PhotoError in one line when they are unreadable."""
        ...

    def read_mask(self) -> np.ndarray | None:
        """Weak garment mask of any size, uint8 (255 = garment), or None."""
        ...


@dataclass(frozen=True)
class PhotoFile:
    """A photo in a file of its own, its weak mask in another."""

    name: str
    path: Path
    mask: Path | None = None

    @classmethod
    def of(cls, folder: Path, name: str, masks: str = "") -> "PhotoFile":
        """The photo `name` of the data `folder`; its mask has the same place under `masks`."""
        places = [folder / name, *(folder / images / name for images in IMAGE_FOLDERS)]
        path = next((place for place in places if place.is_file()), folder / name)
        inner = Path(name)
        if inner.is_absolute() or ".." in inner.parts:
            inner = Path(inner.name)
        elif inner.parts[0] in IMAGE_FOLDERS:
            inner = Path(*inner.parts[1:])
        return cls(name, path, (folder / masks / inner).with_suffix(".png") if masks else None)

    def read(self) -> np.ndarray:
        """See PhotoSource."""
        return read_photo(self.path).pixels8

    def read_mask(self) -> np.ndarray | None:
        """See PhotoSource; a file that is no picture is no mask."""
        if self.mask is None:
            return None
        try:
            return cv2.cvtColor(read_photo(self.mask).pixels8, cv2.COLOR_RGB2GRAY)
        except PhotoError:
            return None
