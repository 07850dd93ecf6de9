"""A data folder's label file: CSV in, photos with known and unknown labels out.

The file has one row a photo: its path, one column an attribute, optional split, group and match
columns. A blank is an unknown label; every later step leaves it out.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amgan_cli.config import DataConfig
from amgan_cli.errors import DataError, suggest
from amgan_cli.vocabulary import Vocabulary

UNKNOWN = -1
CONFIDENCE = "_confidence"
"""End of the name of a column that says how sure the label beside it is; no attribute."""
MOST_VALUES = 200
"""A column with more different values is a name or a number, not an attribute."""


@dataclass(frozen=True)
class Labels:
    """n labelled photos; pixels are not read yet."""

    vocabulary: Vocabulary
    paths: list[Path]
    values: np.ndarray
    """n x M int64: index into the attribute's values, or UNKNOWN."""
    match: np.ndarray
    """n x K int64: codes of the match columns, or UNKNOWN."""
    is_test: np.ndarray
    """n bool."""
    masks: list[Path] | None
    """Weak garment masks, one a photo (which may not exist), or None."""

    def subset(self, rows: np.ndarray) -> "Labels":
        """Keep the given rows, in the given order."""
        masks = [self.masks[i] for i in rows] if self.masks else None
        paths = [self.paths[i] for i in rows]
        arrays = self.values[rows], self.match[rows], self.is_test[rows]
        return Labels(self.vocabulary, paths, *arrays, masks)


def read_labels(folder: Path, config: DataConfig, vocabulary: Vocabulary | None = None) -> Labels:
    """Read the label file of `folder` (or the CSV file given); raise DataError in one line.

    With a `vocabulary` (a checkpoint's) the labels must be among its values.
    """
    csv_file = find_label_file(folder)
    columns, rows = _read_rows(csv_file)
    names = list(vocabulary.names) if vocabulary else _attribute_columns(columns, config)
    for column in (config.file, *names):
        if column not in columns:
            raise DataError(f"{csv_file}: no column '{column}'; {suggest(column, columns)}")
    keep = {key: value for key, value in config.keep.items() if key in columns}
    rows = [row for row in rows if all(row[key] == value for key, value in keep.items())]
    if not rows:
        raise DataError(f"{csv_file}: no photos left; check the file and data.keep")
    for attribute, dropped in config.drop_values.items():
        for row in rows:
            if row.get(attribute) in dropped:
                row[attribute] = ""
    vocabulary = vocabulary or _vocabulary(csv_file, rows, names, config)
    values = [[_value_index(csv_file, row, name, vocabulary) for name in names] for row in rows]
    match = np.array([[_code(row.get(key, "")) for key in config.match] for row in rows], np.int64)
    paths = _photo_paths(csv_file.parent, [row[config.file] for row in rows])
    mask_folder = csv_file.parent / config.masks if config.masks else None
    masks = None
    if mask_folder and mask_folder.is_dir():
        masks = [(mask_folder / path.name).with_suffix(".png") for path in paths]
    return Labels(vocabulary, paths, np.array(values), match, _is_test(rows, config), masks)


def find_label_file(folder: Path) -> Path:
    """Return `folder` if it is a CSV, else its `labels.csv` or its only CSV file."""
    if folder.suffix == ".csv" and folder.is_file():
        return folder
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; give a folder of photos with a labels.csv")
    if (folder / "labels.csv").is_file():
        return folder / "labels.csv"
    found = sorted(folder.glob("*.csv"))
    if len(found) != 1:
        what = "no CSV file" if not found else f"{len(found)} CSV files"
        raise DataError(f"{folder}: {what}; put the labels into labels.csv")
    return found[0]


def count_values(labels: Labels) -> dict[str, Counter]:
    """Training photos per attribute and value."""
    counts = {}
    for m, (name, values) in enumerate(labels.vocabulary.attributes.items()):
        known = labels.values[~labels.is_test, m]
        found = Counter(dict.fromkeys(values, 0))
        found.update(values[index] for index in known if index != UNKNOWN)
        counts[name] = found
    return counts


def _read_rows(csv_file: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with csv_file.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [{key: (row.get(key) or "").strip() for key in row if key} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{csv_file}: cannot be read as UTF-8 CSV ({error})") from None
    return [name for name in reader.fieldnames or [] if name], rows


def _attribute_columns(columns: list[str], config: DataConfig) -> list[str]:
    if config.attributes:
        return list(config.attributes)
    roles = {config.file, config.split, config.group, *config.match, *config.keep}
    names = [c for c in columns if c not in roles and not c.endswith(CONFIDENCE)]
    if not names:
        raise DataError("the label file has no attribute column; name one column per attribute")
    return names


def _vocabulary(csv_file: Path, rows: list, names: list[str], config: DataConfig) -> Vocabulary:
    attributes = {}
    for name in names:
        values = tuple(sorted({row[name] for row in rows} - {""}))
        if len(values) < 2:
            raise DataError(f"{csv_file}: column '{name}' needs at least two different values")
        if len(values) > MOST_VALUES:
            message = f"column '{name}' has {len(values)} different values, which is no attribute"
            raise DataError(f"{csv_file}: {message}; list the attributes in data.attributes")
        attributes[name] = values
    return Vocabulary(attributes, dict(config.source_only))


def _value_index(csv_file: Path, row: dict, name: str, vocabulary: Vocabulary) -> int:
    values = vocabulary.attributes[name]
    if not row[name]:
        return UNKNOWN
    if row[name] not in values:
        raise DataError(f"{csv_file}: unknown {name} '{row[name]}'; {suggest(row[name], values)}")
    return values.index(row[name])


def _code(text: str) -> int:
    """A number for a match column's text, the same in every run; blank is UNKNOWN."""
    return int.from_bytes(text.encode()[:7], "big") if text else UNKNOWN


def _photo_paths(folder: Path, names: list[str]) -> list[Path]:
    images = folder / "images"
    return [folder / name if (folder / name).is_file() else images / name for name in names]


def _is_test(rows: list[dict], config: DataConfig) -> np.ndarray:
    if any(row.get(config.split) for row in rows):
        return np.array([row[config.split] == "test" for row in rows])
    # No split column: a tenth of the groups (or photos), the same in every run.
    groups = [row.get(config.group) or row[config.file] for row in rows]
    names = sorted(set(groups))
    chosen = np.random.default_rng(0).permutation(len(names))[: max(1, len(names) // 10)]
    test = {names[i] for i in chosen}
    return np.array([group in test for group in groups])
