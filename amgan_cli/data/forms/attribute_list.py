"""A CelebA-style list: number of photos, names of the columns, then a file and +-1s a line.

A family of columns that share the word before the first underscore, such as color_red and
color_light_blue, is an attribute (color: red, light_blue); a column alone is none. A photo with
exactly one +1 in a family has that value; with none or several its label is unknown.
"""

from pathlib import Path

import numpy as np

from amgan_cli.config import DataConfig
from amgan_cli.data.photo_source import PhotoFile
from amgan_cli.data.table import Table, read_lines
from amgan_cli.errors import DataError

EXPECTED = "the number of photos, a line of column names, then a file name and +-1s a line"


def read_attribute_list(file: Path, config: DataConfig) -> Table:
    """Read photos and families of columns; raise DataError for a line that does not fit."""
    lines = read_lines(file, EXPECTED)
    if len(lines) < 3 or not lines[0].isdigit():
        raise DataError(f"{file}: no CelebA-style list; expected {EXPECTED}")
    names, signs = _read_signs(file, lines)
    families = _families(lines[1].split())
    if not families:
        message = "no family of columns such as color_red and color_blue"
        raise DataError(f"{file}: {message}; name the columns attribute_value")
    return Table(
        file,
        [PhotoFile.of(file.parent, name, config.masks) for name in names],
        {name: _values(signs, family) for name, family in families.items()},
    )


def _read_signs(file: Path, lines: list[str]) -> tuple[list[str], np.ndarray]:
    """File names and n x columns of whether it is +1."""
    count, width = int(lines[0]), len(lines[1].split())
    rows = [line.split() for line in lines[2:]]
    for number, row in enumerate(rows, start=1):
        if len(row) != width + 1 or not {*row[1:]} <= {"-1", "0", "1", "+1"}:
            raise DataError(f"{file}: photo {number} is not a file name and {width} times +-1")
    if len(rows) != count:
        message = f"{len(rows)} photos, expected {count} as its first line says"
        raise DataError(f"{file}: {message}; is the download whole?")
    signs = np.array([[cell in ("1", "+1") for cell in row[1:]] for row in rows])
    return [row[0] for row in rows], signs


def _families(columns: list[str]) -> dict[str, dict[str, int]]:
    """{attribute: {value: column number}} of every family with at least two columns."""
    families: dict[str, dict[str, int]] = {}
    for number, column in enumerate(columns):
        attribute, underscore, value = column.partition("_")
        if underscore and attribute and value:
            families.setdefault(attribute, {})[value] = number
    return {name: family for name, family in families.items() if len(family) > 1}


def _values(signs: np.ndarray, family: dict[str, int]) -> list[str]:
    inside = signs[:, list(family.values())]
    words = np.array(list(family), dtype=object)[inside.argmax(axis=1)]
    return np.where(inside.sum(axis=1) == 1, words, "").tolist()
