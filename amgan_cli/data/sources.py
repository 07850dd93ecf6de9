"""A data set as the command line names it into Labels: the one way in for every form.

FOLDER, file.csv                a folder of photos and labels; see `read_folder` for its forms
shopping100k:DIR                Shopping100k's label files, or ADDE's split files
deepfashion:DIR                 DeepFashion-Synthesis
catalogue, catalogue:COUNT      garments rendered into the user's cache (2,000 unless told)
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from amgan_cli import __version__
from amgan_cli.catalogue.values import ATTRIBUTES
from amgan_cli.config import DataConfig
from amgan_cli.console import say
from amgan_cli.data.forms.attribute_list import read_attribute_list
from amgan_cli.data.forms.csv_folder import HUGGING_FACE, read_csv_folder
from amgan_cli.data.forms.deepfashion import read_deepfashion
from amgan_cli.data.forms.parquet import read_parquet
from amgan_cli.data.forms.shopping100k import read_shopping100k
from amgan_cli.data.forms.value_folders import has_photos, read_value_folders
from amgan_cli.data.labels import Labels, build_labels
from amgan_cli.data.table import Table
from amgan_cli.errors import DataError, UsageError, suggest
from amgan_cli.vocabulary import Vocabulary

NAMED: dict[str, Callable[[Path, DataConfig], Table]] = {
    "shopping100k": read_shopping100k,
    "deepfashion": read_deepfashion,
}
CATALOGUE = "catalogue"
CATALOGUE_PHOTOS = 2_000
CATALOGUE_SEED = 0


def open_labels(
    spec: str | Path,
    config: DataConfig,
    vocabulary: Vocabulary | None = None,
    console: Console | None = None,
) -> Labels:
    """Read the labels of the data set `spec`; `console` gets what was found out about its files.

    With a `vocabulary` (a checkpoint's) the labels must be among its values. Raises DataError or
    UsageError in one line.
    """
    name, colon, rest = spec.partition(":") if isinstance(spec, str) else ("", "", "")
    if name in NAMED:
        folder = Path(rest)
        if not rest or not folder.is_dir():
            raise DataError(f"{spec}: no such folder; write {name}:FOLDER")
        table = NAMED[name](folder, config)
    elif name == CATALOGUE:
        table = read_folder(_render(str(spec), rest if colon else None, console), config)
        table = replace(table, attributes=tuple(ATTRIBUTES))
    else:
        if colon and len(name) > 1 and not Path(spec).exists():  # one letter is a Windows drive
            raise UsageError(f"{spec}: unknown data set; {suggest(name, [*NAMED, CATALOGUE])}")
        table = read_folder(Path(spec), config)
    labels = build_labels(table, config, vocabulary)
    if console:
        for note in labels.notes:
            say(console, note)
    return labels


def read_folder(path: Path, config: DataConfig) -> Table:
    """Read a label file, or the folder `path` by the first of these that is in it.

    `labels.csv`; `list_attr*.txt` (CelebA); `metadata.csv` or Parquet files (Hugging Face), also
    in `data/`; its only CSV file; photos in attribute/value folders such as color/red.
    """
    if path.is_file():
        return _read_file(path, config)
    if not path.is_dir():
        raise DataError(f"{path}: no such folder; give a folder of photos with a labels.csv")
    lists = sorted(path.glob("list_attr*.txt"))
    for file in (path / "labels.csv", *lists, path / HUGGING_FACE):
        if file.is_file():
            return _read_file(file, config)
    parquet = sorted([*path.glob("*.parquet"), *path.glob("data/*.parquet")])
    if parquet:
        return read_parquet(parquet, config)
    found = sorted(path.glob("*.csv"))
    if len(found) == 1:
        return read_csv_folder(found[0], config)
    if not found and has_photos(path, config):
        return read_value_folders(path, config)
    what = "no CSV file" if not found else f"{len(found)} CSV files"
    raise DataError(f"{path}: {what}; put the labels into labels.csv")


def _read_file(path: Path, config: DataConfig) -> Table:
    readers = {".csv": read_csv_folder, ".txt": read_attribute_list}
    if path.suffix == ".parquet":
        return read_parquet([path], config)
    if path.suffix not in readers:
        raise DataError(f"{path}: no label file; give a .csv, .txt or .parquet, or their folder")
    return readers[path.suffix](path, config)


def _render(spec: str, count: str | None, console: Console | None) -> Path:
    """The cached catalogue of `count` garments, rendered or finished if need be."""
    if count is not None and not (count.isdecimal() and int(count)):
        raise UsageError(f"{spec}: write catalogue or catalogue:COUNT with 1 or more pictures")
    number = int(count) if count else CATALOGUE_PHOTOS
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "amgan"
    from amgan_cli.catalogue.dataset import render_catalogue

    folder = cache / f"catalogue-{number}-{CATALOGUE_SEED}-{__version__}"  # draws its own pictures
    return render_catalogue(folder, number, CATALOGUE_SEED, console=console)
