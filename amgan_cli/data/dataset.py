"""Photos and weak masks as uint8 tensors in memory, fitted to the network's square."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from amgan_cli.data.labels import Labels
from amgan_cli.data.photo_source import as_large_as
from amgan_cli.errors import DataError, PhotoError
from amgan_cli.photos.geometry import Fit


@dataclass
class Dataset:
    """n labelled photos in memory."""

    labels: Labels
    images: torch.Tensor
    """n x 3 x S x S uint8."""
    masks: torch.Tensor | None
    """n x 1 x S x S uint8 (255 = garment), all zero where there is none; None if none has one."""

    def rows(self, test: bool) -> np.ndarray:
        """Indices of the test photos, or of the training photos."""
        return np.flatnonzero(self.labels.is_test == test)

    def to(self, device: torch.device) -> "Dataset":
        """The same photos on another device."""
        masks = None if self.masks is None else self.masks.to(device)
        return Dataset(self.labels, self.images.to(device), masks)


def load_dataset(labels: Labels, size: int, warn: Callable[[str], None]) -> Dataset:
    """Read every photo; `warn` gets a line for each unreadable one, which is left out, and one
    for the masks that do not fit.

    Only the uint8 squares are kept: 100,000 photos of 128 pixels are 5 GB. Raises DataError if no
    photo of the training split can be read.
    """
    n = len(labels.photos)
    images = np.empty((n, 3, size, size), np.uint8)
    masks = np.zeros((n, 1, size, size), np.uint8)  # takes memory only where a mask is written
    unfit = np.zeros(n, bool)

    def load(i: int) -> tuple[bool, str]:
        """Fill row `i`; return whether it has a mask, and the error."""
        try:
            pixels = labels.photos[i].read()
            mask = labels.photos[i].read_mask()
        except PhotoError as error:
            return False, str(error)
        fit = Fit.of(pixels, size)
        images[i] = fit.to_square(pixels).transpose(2, 0, 1)
        fitting = as_large_as(pixels, mask)
        if fitting is None:
            unfit[i] = mask is not None
            return False, ""
        masks[i, 0] = fit.to_square(fitting, pad=0)
        return True, ""

    with ThreadPoolExecutor() as pool:  # Pillow and OpenCV release the interpreter lock
        loaded = list(pool.map(load, range(n)))
    for _, error in loaded:
        if error:
            warn(f"left out: {error}")
    if unfit.any():
        first = labels.photos[np.flatnonzero(unfit)[0]].name
        warn(f"{unfit.sum()} masks left out: of other proportions than their photos ({first})")
    good = np.flatnonzero([not error for _, error in loaded])
    if len(good) < n:
        labels = labels.subset(good)
        for place, row in enumerate(good):  # here, because a copy would need the memory twice
            images[place], masks[place] = images[row], masks[row]
        images, masks = images[: len(good)], masks[: len(good)]
    if labels.is_test.all():  # or none at all
        raise DataError("no readable training photos; check the paths in the label file")
    has_masks = any(has_mask for has_mask, _ in loaded)
    return Dataset(labels, torch.from_numpy(images), torch.from_numpy(masks) if has_masks else None)
