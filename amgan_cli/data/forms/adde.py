"""ADDE's split files of Shopping100k: paths and one-hot rows, for training and test apart.

`imgs_train.txt` has a path a line, `labels_train.txt` a row of 151 times 0 or 1 (a block of zeros
is a missing label), `attr_num.txt` the width of each attribute's block; `_test` likewise.
"""

from pathlib import Path

import numpy as np

from amgan_cli.config import DataConfig
from amgan_cli.data.forms.shopping100k_values import (
    COLUMN_NAMES,
    PAPER_ATTRIBUTES,
    VALUE_COUNTS,
    value_words,
)
from amgan_cli.data.photo_source import PhotoFile
from amgan_cli.data.table import Table, check_file, read_lines
from amgan_cli.errors import DataError

SPLITS = ("train", "test")
FILES = tuple(f"{kind}_{split}.txt" for kind in ("imgs", "labels") for split in SPLITS)
PLACES = ("", "splits/Shopping100k", "splits")
"""Folders of the data folder in which the files may lie."""


def read_adde(folder: Path, splits: Path, config: DataConfig) -> Table:
    """Read the split files in `splits`; the photos' paths start at `folder`.

    Raises DataError for a missing, cut or pointer file, with what was expected.
    """
    _check_widths(splits / "attr_num.txt")
    names, rows, split = [], [], []
    for part in SPLITS:
        paths = read_lines(splits / f"imgs_{part}.txt", "a photo's path a line")
        names += paths
        rows.append(_read_rows(splits / f"labels_{part}.txt", len(paths)))
        split += [part] * len(paths)
    one_hot, columns, start = np.concatenate(rows), {}, 0
    for attribute, width in VALUE_COUNTS.items():
        block = one_hot[:, start : start + width]
        indices = np.where(block.any(axis=1), block.argmax(axis=1), -1).tolist()
        columns[COLUMN_NAMES.get(attribute, attribute)] = value_words(attribute, indices)
        start += width
    return Table(
        splits,
        [PhotoFile.of(folder, name, config.masks) for name in names],
        columns | {config.split: split},
        PAPER_ATTRIBUTES,
        {"layout": "ADDE split files"},
        ["Shopping100k: ADDE's split files with their own training and test photos"],
    )


def _check_widths(path: Path) -> None:
    expected = f"{' '.join(map(str, VALUE_COUNTS.values()))}, one a line"
    found = " ".join(read_lines(path, expected)).split()
    if found != [str(width) for width in VALUE_COUNTS.values()]:
        raise DataError(f"{path}: {' '.join(found)[:60]}; expected {expected}")


def _read_rows(path: Path, count: int) -> np.ndarray:
    """`count` x 151 int8."""
    width = sum(VALUE_COUNTS.values())
    expected = f"{count} rows of {width} times 0 or 1"
    check_file(path, expected)
    try:
        rows = np.loadtxt(path, dtype=np.int8, ndmin=2)
    except ValueError as error:
        raise DataError(f"{path}: {error}; expected {expected}; is the download whole?") from None
    if rows.shape != (count, width) or ((rows != 0) & (rows != 1)).any():
        found = f"{rows.shape[0]} rows of {rows.shape[1]} numbers"
        raise DataError(f"{path}: {found}; expected {expected}; is the download whole?")
    return rows
