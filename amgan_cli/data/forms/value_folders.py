"""Folders that are the labels: color/red/1.jpg, or color/red/sleeve/long/1.jpg for two labels.

Folders alternate between an attribute and its value; `train/` or `test/` may come first. Every
file is a photo of its own; attributes that its folders do not name are unknown.
"""

from pathlib import Path

from amgan_cli.config import DataConfig
from amgan_cli.data.photo_source import PhotoFile, photos_below
from amgan_cli.data.table import Table
from amgan_cli.errors import DataError

SPLITS = ("train", "test")


def has_photos(folder: Path, config: DataConfig) -> bool:
    """Whether there are photos in folders below `folder`."""
    return bool(_photo_names(folder, config.masks))


def read_value_folders(folder: Path, config: DataConfig) -> Table:
    """Read every photo below `folder`; raise DataError for folders that do not alternate."""
    names = _photo_names(folder, config.masks)
    labels = [_labels(folder, name, config.split) for name in names]
    columns = sorted({column for row in labels for column in row})
    return Table(
        folder,
        [PhotoFile.of(folder, str(name), config.masks) for name in names],
        {column: [row.get(column, "") for row in labels] for column in columns},
    )


def _photo_names(folder: Path, masks: str) -> list[Path]:
    """Photos in subfolders, relative to `folder`, without the mask folder."""
    photos = (name for name in photos_below(folder) if len(name.parts) > 1)
    return sorted(name for name in photos if name.parts[0] != masks)


def _labels(folder: Path, name: Path, split_column: str) -> dict[str, str]:
    """{"color": "red", ...} of one photo from the folders it lies in."""
    parts = list(name.parent.parts)
    split = {split_column: parts.pop(0)} if parts[0] in SPLITS else {}
    if len(parts) % 2 or not parts:
        message = "no pair of attribute and value folders, such as color/red/1.jpg"
        raise DataError(f"{folder / name}: {message}; or put the labels into labels.csv")
    return split | dict(zip(parts[::2], parts[1::2], strict=True))
