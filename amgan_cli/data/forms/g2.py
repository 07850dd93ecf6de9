"""DeepFashion-Synthesis's pixels, `G2.h5`: rows read when asked for, upright, as uint8.

`ih` is N x 3 x 128 x 128 with `ih_mean` (3 x 128 x 128) taken away, in 0..1; `b_` is
N x 1 x 128 x 128 with parsing labels 0..6. All three have their last two axes swapped.
"""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from amgan_cli.data.table import check_file
from amgan_cli.errors import DataError, PhotoError, UsageError

EXPECTED = "HDF5 with ih (N x 3 x 128 x 128), ih_mean (3 x 128 x 128) and b_"
UPPER, LOWER = 3, 4
"""Parsing labels of upper clothes, and of lower clothes and dresses."""


@dataclass(frozen=True)
class G2:
    """The file; h5py reads only the rows that are asked for, from one thread at a time."""

    path: Path
    mean: np.ndarray
    """3 x W x H, as stored."""

    @classmethod
    def open(cls, path: Path, photos: int) -> "G2":
        """Open and check against the number of photos; raise DataError, or UsageError for h5py."""
        try:
            import h5py  # noqa: F401
        except ImportError:
            message = "needs h5py; install it with: pip install 'amgan[deepfashion]'"
            raise UsageError(f"{path}: {message}") from None
        check_file(path, EXPECTED)
        try:
            file = _opened(path)
            shape, mean = file["ih"].shape, np.asarray(file["ih_mean"], np.float32)
        except (OSError, KeyError) as error:
            message = f"cannot be read ({error}); expected {EXPECTED}; is the download whole?"
            raise DataError(f"{path}: {message}") from None
        if len(shape) != 4 or shape[0] != photos or mean.size != np.prod(shape[1:]):
            message = f"ih {shape} and ih_mean {mean.shape}, expected {photos} photos"
            raise DataError(f"{path}: {message} as in the label file; {EXPECTED}")
        return cls(path, mean.reshape(shape[1:]))

    @property
    def file(self) -> Any:
        """The open file, each process's own."""
        return _opened(self.path)

    def row(self, dataset: str, number: int) -> np.ndarray:
        """One row of a dataset as H x W x C float32: channels last, axes swapped back."""
        try:
            stored = np.asarray(self.file[dataset][number], np.float32)
        except (OSError, KeyError) as error:
            message = f"{dataset} row {number} cannot be read ({error}); is the download whole?"
            raise PhotoError(f"{self.path}: {message}") from None
        return (stored + self.mean if dataset == "ih" else stored).transpose(2, 1, 0)


@functools.lru_cache
def _opened(path: Path) -> Any:
    """Once a process: an open file cannot be handed to another, as photos are."""
    import h5py

    return h5py.File(path, "r")


@dataclass(frozen=True)
class G2Photo:
    """One row of G2.h5 as a photo."""

    name: str
    store: G2
    number: int
    with_mask: bool

    def read(self) -> np.ndarray:
        """See PhotoSource."""
        return np.rint(self.store.row("ih", self.number).clip(0, 1) * 255).astype(np.uint8)

    def read_mask(self) -> np.ndarray | None:
        """Upper clothes, or lower clothes and dresses where there are none."""
        if not self.with_mask or "b_" not in self.store.file:
            return None
        parsing = np.rint(self.store.row("b_", self.number)[..., 0])
        garment = UPPER if (parsing == UPPER).any() else LOWER
        return np.where(parsing == garment, 255, 0).astype(np.uint8)
