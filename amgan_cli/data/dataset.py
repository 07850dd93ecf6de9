"""Photos and weak masks as uint8 tensors in memory, fitted to the network's square."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from amgan_cli.data.labels import Labels
from amgan_cli.errors import DataError, PhotoError
from amgan_cli.photos.geometry import Fit
from amgan_cli.photos.photo import read_photo


@dataclass
class Dataset:
    """n labelled photos in memory."""

    labels: Labels
    images: torch.Tensor
    """n x 3 x S x S uint8."""
    masks: torch.Tensor | None
    """n x 1 x S x S uint8 (255 = garment); all zero where a photo has no mask."""

    def rows(self, test: bool) -> np.ndarray:
        """Indices of the test photos, or of the training photos."""
        return np.flatnonzero(self.labels.is_test == test)

    def to(self, device: torch.device) -> "Dataset":
        """The same photos on another device."""
        masks = None if self.masks is None else self.masks.to(device)
        return Dataset(self.labels, self.images.to(device), masks)


def load_dataset(labels: Labels, size: int, warn: Callable[[str], None]) -> Dataset:
    """Read every photo; `warn` gets a line for each unreadable one, which is left out.

    Raises DataError if no photo of the training split can be read.
    """

    def load(i: int) -> tuple[np.ndarray, np.ndarray] | str:
        try:
            pixels = read_photo(labels.paths[i]).pixels8
            mask = _read_mask(labels.masks[i], pixels.shape[:2]) if labels.masks else None
        except PhotoError as error:
            return str(error)
        fit = Fit.of(pixels, size)
        empty = np.zeros((size, size), np.uint8)
        return fit.to_square(pixels), empty if mask is None else fit.to_square(mask, pad=0)

    with ThreadPoolExecutor() as pool:  # Pillow and OpenCV release the interpreter lock
        loaded = list(pool.map(load, range(len(labels.paths))))
    for item in loaded:
        if isinstance(item, str):
            warn(f"left out: {item}")
    good = [(i, item) for i, item in enumerate(loaded) if not isinstance(item, str)]
    labels = labels.subset(np.array([i for i, _ in good], dtype=int))
    if not good or labels.is_test.all():
        raise DataError("no readable training photos; check the paths in the label file")
    images = np.stack([pixels for _, (pixels, _) in good]).transpose(0, 3, 1, 2)
    masks = np.stack([mask for _, (_, mask) in good])[:, None] if labels.masks else None
    return Dataset(
        labels,
        torch.from_numpy(np.ascontiguousarray(images)),
        None if masks is None else torch.from_numpy(masks),
    )


def to_network(images: torch.Tensor) -> torch.Tensor:
    """uint8 0..255 to float -1..1 (PAD, 128, becomes 0.004)."""
    return images.float().div(127.5).sub(1)


def _read_mask(path: Path, shape: tuple[int, int]) -> np.ndarray | None:
    """HxW uint8, 255 = garment; None if there is no such file or it has another size."""
    try:
        with Image.open(path) as file:
            mask = np.asarray(file.convert("L"))
    except (OSError, SyntaxError):
        return None
    return mask if mask.shape == shape else None
