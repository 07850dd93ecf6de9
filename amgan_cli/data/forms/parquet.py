"""Local Parquet as Hugging Face's `datasets` writes it: a column of pictures, columns of labels.

The split is the first word of a file's name (train-00000-of-00002.parquet); where no file is named
`test`, `validation` is the test split. Class numbers become the names that the file's own
description gives them.
"""

import functools
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from amgan_cli.config import DataConfig
from amgan_cli.data.table import Table, check_file
from amgan_cli.errors import DataError, PhotoError, UsageError
from amgan_cli.photos.decode import decode_photo

if TYPE_CHECKING:
    import pyarrow.parquet as pq

EXPECTED = "Parquet with a column of pictures (bytes and path) and columns of labels"
VALIDATION = "validation", "valid", "val", "dev"
"""Names of a split beside `train` and `test`."""
_one_reader = threading.Lock()


@dataclass(frozen=True)
class ParquetPhoto:
    """A picture in row `number` of a row group."""

    name: str
    path: Path
    column: str
    group: int
    number: int

    def read(self) -> np.ndarray:
        """See PhotoSource."""
        try:
            with _one_reader:  # rows come in order, so that one group serves all threads
                cell = _read_group(self.path, self.group, self.column)[self.number].as_py()
            data = cell["bytes"]
        except (OSError, ValueError, TypeError) as error:
            message = f"photo {self.name} cannot be read ({error})"
            raise PhotoError(f"{self.path}: {message}") from None
        return decode_photo(data or b"", f"{self.path}: photo {self.name}").pixels8

    def read_mask(self) -> None:
        """Parquet files hold none."""


@functools.lru_cache(maxsize=2)
def _read_group(path: Path, group: int, column: str):
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return file.read_row_group(group, columns=[column]).column(column)


def read_parquet(files: Sequence[Path], config: DataConfig) -> Table:
    """Read photos and labels of all files of a data set; labels at once, pictures when asked."""
    parts = [_read_file(path) for path in files]
    names = list(dict.fromkeys(name for _, columns in parts for name in columns))
    columns = {
        name: [text for photos, found in parts for text in found.get(name, [""] * len(photos))]
        for name in names
    }
    photos, notes = [photo for photos, _ in parts for photo in photos], []
    if config.split not in columns:
        words = [path.stem.partition("-")[0] for path in files]
        test = next((word for word in ("test", *VALIDATION) if word in words), None)
        sizes = [len(photos) for photos, _ in parts]
        if test:  # else one is drawn
            columns[config.split] = [
                "test" if word == test else "train"
                for word, n in zip(words, sizes, strict=True)
                for _ in range(n)
            ]
        both = sorted({word for word in words if word in VALIDATION})
        if both:
            to = "the test photos" if test != "test" else "training photos"
            notes.append(f"{', '.join(both)}: taken for {to}")
    return Table(files[0].parent, photos, columns, notes=notes)


def _read_file(path: Path) -> tuple[list[ParquetPhoto], dict[str, list[str]]]:
    try:
        import pyarrow.parquet as pq
    except ImportError:
        message = "needs pyarrow; install it with: pip install 'amgan[parquet]'"
        raise UsageError(f"{path}: {message}") from None
    check_file(path, EXPECTED)
    try:
        with pq.ParquetFile(path) as file:
            return _read_open(path, file)
    except (OSError, ValueError) as error:  # pyarrow's errors are these two
        message = f"cannot be read ({error}); expected {EXPECTED}; is the download whole?"
        raise DataError(f"{path}: {message}") from None


def _read_open(
    path: Path, file: "pq.ParquetFile"
) -> tuple[list[ParquetPhoto], dict[str, list[str]]]:
    """Photos, and the columns of words and class numbers."""
    import pyarrow as pa

    schema = file.schema_arrow
    structs = [column for column in schema if pa.types.is_struct(column.type)]
    pictures = [c.name for c in structs if {"bytes", "path"} <= {part.name for part in c.type}]
    if not pictures:
        raise DataError(f"{path}: no column of pictures; expected {EXPECTED}")
    picture, photos = pictures[0], []
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        for number in range(rows):
            name = f"{path.name}:{len(photos)}"
            photos.append(ParquetPhoto(name, path, picture, group, number))
    told = pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary, pa.types.is_integer
    words = [column.name for column in schema if any(kind(column.type) for kind in told)]
    for name in words:
        if words.count(name) > 1:
            raise DataError(f"{path}: column '{name}' comes twice; leave one of them")
    classes = _class_names(schema.metadata)
    table = file.read(columns=words)
    try:
        columns = {name: _texts(table[name].to_pylist(), classes.get(name)) for name in words}
    except IndexError:
        raise DataError(f"{path}: a class number has no name in the file's own list") from None
    return photos, columns


def _class_names(metadata: dict[bytes, bytes] | None) -> dict[str, list[str]]:
    """{column: names by number} from the description that `datasets` puts into its files."""
    features = json.loads((metadata or {}).get(b"huggingface", b"{}")).get("info", {})
    features = features.get("features", {})
    return {name: kind["names"] for name, kind in features.items() if "names" in kind}


def _texts(cells: list, classes: list[str] | None) -> list[str]:
    """Words of a column; None and the class number -1 are unknown."""
    if classes:
        return ["" if cell is None or cell < 0 else classes[cell] for cell in cells]
    return ["" if cell is None else str(cell).strip() for cell in cells]
