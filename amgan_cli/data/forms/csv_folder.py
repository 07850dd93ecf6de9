"""A folder of photos with a CSV: one row a photo, one column an attribute, blank = unknown."""

import csv
from collections import Counter
from pathlib import Path

from amgan_cli.config import DataConfig
from amgan_cli.data.photo_source import PhotoFile
from amgan_cli.data.table import Table, check_file
from amgan_cli.errors import DataError, suggest
from amgan_cli.spreadsheet import read_csv

HUGGING_FACE = "metadata.csv"
"""The label file of Hugging Face's `imagefolder`; its column of names is `file_name`."""


def read_csv_folder(csv_file: Path, config: DataConfig) -> Table:
    """Read photos and columns of `csv_file`; photos lie beside it or in `images/`.

    Raises DataError for a file that is none, or names a column or a photo twice or a photo not.
    """
    columns, rows = _read_rows(csv_file)
    file_column = "file_name" if csv_file.name == HUGGING_FACE else config.file
    if file_column not in columns:
        raise DataError(f"{csv_file}: no column '{file_column}'; {suggest(file_column, columns)}")
    for number, row in enumerate(rows, start=1):
        if not Path(row[file_column]).name:
            raise DataError(f"{csv_file}: photo {number} has no '{file_column}'; name its file")
    names = Counter(row[file_column] for row in rows)
    for name, count in names.most_common(1):
        if count > 1:
            raise DataError(f"{csv_file}: {name} is there {count} times; leave one line of it")
    folder = csv_file.parent
    return Table(
        csv_file,
        [PhotoFile.of(folder, row[file_column], config.masks) for row in rows],
        {name: [row[name] for row in rows] for name in columns if name != file_column},
    )


def _read_rows(csv_file: Path) -> tuple[list[str], list[dict[str, str]]]:
    check_file(csv_file, "a CSV with a row of column names")
    try:
        reader = read_csv(csv_file.read_bytes())
        rows = [{key: (row.get(key) or "").strip() for key in row if key} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = f"cannot be read ({error}); save it as CSV UTF-8"
        raise DataError(f"{csv_file}: {message}") from None
    columns = [name for name in reader.fieldnames or [] if name]
    for name in columns:
        if columns.count(name) > 1:
            raise DataError(f"{csv_file}: two columns are named '{name}'; rename or delete one")
    return columns, rows
