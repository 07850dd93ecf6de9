"""Shopping100k: `Attributes/color.txt` and the like, one label a photo, -1 = missing.

Nobody has published the layout of these files, so it is found out and stated. A line is a number,
a photo's path and a number, or a one-hot row (all 0 = missing). Values count from 0 if any file
has a 0, else from 1, unless `data.first_label` says so. Where lines hold no paths, another text
file names the photos, or else they are taken in the order of their names (2.jpg before 10.jpg).
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amgan_cli.config import DataConfig
from amgan_cli.data.forms.adde import FILES, PLACES, read_adde
from amgan_cli.data.forms.shopping100k_values import (
    COLUMN_NAMES,
    PAPER_ATTRIBUTES,
    VALUE_COUNTS,
    value_words,
)
from amgan_cli.data.photo_source import PhotoFile, photos_below
from amgan_cli.data.table import Table, find_file, read_lines
from amgan_cli.errors import DataError
from amgan_cli.photos.formats import READABLE

EXPECTED = "one label a line: a number, a path and a number, or a one-hot row"
MISSING = -1


@dataclass(frozen=True)
class LabelFile:
    """One attribute's text file."""

    path: Path
    layout: str
    names: list[str] | None
    """The photos' paths where the lines hold them."""
    numbers: np.ndarray
    """n labels as written, or a one-hot row's position; MISSING where there is none."""

    @property
    def one_hot(self) -> bool:
        """Whether `numbers` count from 0 whatever the data set's first label is."""
        return self.layout == "one-hot rows"


def read_shopping100k(folder: Path, config: DataConfig) -> Table:
    """Read the label files below `folder`, or ADDE's split files where they are there."""
    for place in PLACES:
        if find_file(folder / place, FILES):
            return read_adde(folder, folder / place, config)
    label_folder = folder / "Attributes" if (folder / "Attributes").is_dir() else folder
    paths = [label_folder / f"{attribute}.txt" for attribute in VALUE_COUNTS]
    files = [_read_label_file(path) for path in paths if path.is_file()]
    if not files:
        known = ", ".join(f"{attribute}.txt" for attribute in VALUE_COUNTS)
        raise DataError(f"{label_folder}: no label file of Shopping100k; expected {known}")
    for file in files[1:]:
        if len(file.numbers) != len(files[0].numbers):
            wanted = f"{len(files[0].numbers)} as in {files[0].path.name}"
            message = f"{len(file.numbers)} labels, expected {wanted}; is the download whole?"
            raise DataError(f"{file.path}: {message}")
    first = config.first_label if config.first_label is not None else _first_label(files)
    names, origin = _photo_names(folder, label_folder, files)
    columns = {
        COLUMN_NAMES.get(file.path.stem, file.path.stem): _words(file, names, first)
        for file in files
    }
    layouts = {file.path.name: file.layout for file in files}
    kinds = " and ".join(sorted(set(layouts.values())))
    return Table(
        label_folder,
        [PhotoFile.of(folder, name, config.masks) for name in names],
        columns,
        tuple(name for name in PAPER_ATTRIBUTES if name in columns),
        {"layout": layouts, "first_label": first, "photos": origin},
        [f"Shopping100k: {kinds}, first value {first}, -1 missing; photos: {origin}"],
    )


def _read_label_file(path: Path) -> LabelFile:
    """Tell the layout from the first line and hold all others to it."""
    lines = read_lines(path, EXPECTED)
    cells = lines[0].split()
    if len(cells) == 1:
        return LabelFile(path, "one number a line", None, _numbers(path, lines))
    if re.search(r"[./]", cells[0]):
        numbers = _numbers(path, [line.split()[-1] for line in lines])
        names = [line.rsplit(maxsplit=1)[0] for line in lines]
        return LabelFile(path, "path and number", names, numbers)
    return LabelFile(path, "one-hot rows", None, _one_hot(path, lines))


def _numbers(path: Path, texts: list[str]) -> np.ndarray:
    for number, text in enumerate(texts, start=1):
        if not re.fullmatch(r"-1|\d+", text):
            raise DataError(f"{path}: label {number} is '{text[:40]}'; expected a number or -1")
    return np.array(texts, np.int64)


def _one_hot(path: Path, lines: list[str]) -> np.ndarray:
    width = VALUE_COUNTS[path.stem]
    for number, line in enumerate(lines, start=1):
        cells = line.split()
        if len(cells) != width or not {*cells} <= {"0", "1"} or cells.count("1") > 1:
            raise DataError(f"{path}: row {number} is not one-hot; expected {width} times 0 or 1")
    return np.array([line.split().index("1") if "1" in line else MISSING for line in lines])


def _first_label(files: list[LabelFile]) -> int:
    return 0 if any((file.numbers == 0).any() for file in files if not file.one_hot) else 1


def _words(file: LabelFile, names: list[str], first: int) -> list[str]:
    """The file's labels in words, in the order of `names`."""
    attribute = file.path.stem
    first = 0 if file.one_hot else first
    last = first + VALUE_COUNTS[attribute] - 1
    known = file.numbers[file.numbers != MISSING]
    outside = known[(known < first) | (known > last)]
    if len(outside):
        message = f"label {outside[0]}, expected {first} to {last} or -1"
        raise DataError(f"{file.path}: {message}; data.first_label sets the first")
    indices = np.where(file.numbers == MISSING, MISSING, file.numbers - first).tolist()
    words = value_words(attribute, indices)
    if file.names is None:
        return words
    by_name = dict(zip(file.names, words, strict=True))
    return [by_name.get(name, "") for name in names]


def _photo_names(folder: Path, label_folder: Path, files: list[LabelFile]) -> tuple[list[str], str]:
    """The photos' paths relative to `folder`, and in words where they come from."""
    for file in files:
        if file.names is not None:
            return file.names, f"named in {file.path.name}"
    count = len(files[0].numbers)
    labels = {file.path for file in files}
    for path in sorted({*folder.glob("*.txt"), *label_folder.glob("*.txt")} - labels):
        names = read_lines(path, "a photo's path a line")
        if names and Path(names[0]).suffix.lower() in READABLE:
            if len(names) != count:
                message = f"{len(names)} photos, expected {count} as in {files[0].path.name}"
                raise DataError(f"{path}: {message}; is the download whole?")
            return names, f"named in {path.name}"
    names = sorted(map(str, photos_below(folder)), key=_natural)
    if len(names) != count:
        message = f"{len(names)} photos, expected {count} as in {files[0].path.name}"
        raise DataError(f"{folder}: {message}; unpack them, or list their paths in images.txt")
    return names, "in the order of their names"


def _natural(name: str) -> list[tuple[str, int]]:
    """Sort key that puts 2.jpg before 10.jpg."""
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", name)]
