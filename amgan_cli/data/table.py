"""What every form of data set is brought into, and the checks of the files it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amgan_cli.data.photo_source import PhotoSource
from amgan_cli.errors import DataError

LFS_POINTER = b"version https://git-lfs"


@dataclass(frozen=True)
class Table:
    """n photos and their labels in words: a column an attribute, split, group or the like."""

    origin: Path
    """File or folder that messages name."""
    photos: Sequence[PhotoSource]
    columns: Mapping[str, Sequence[str]]
    """n texts a column; "" is unknown."""
    attributes: tuple[str, ...] = ()
    """Columns to learn where the preset names none; empty: every column without another role."""
    findings: Mapping[str, object] = field(default_factory=dict)
    """What was found out about the files, for the run's record; JSON values."""
    notes: Sequence[str] = ()
    """The same in lines to show."""


def check_file(path: Path, expected: str) -> Path:
    """Return `path` if it is a file with contents; raise DataError that says what was `expected`.

    Git LFS leaves small text pointers where nobody fetched the contents.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(LFS_POINTER))
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"{path}: cannot be read ({reason}); expected {expected}") from None
    if start == LFS_POINTER:
        message = "a Git LFS pointer, not the file; fetch it with `git lfs pull`"
        raise DataError(f"{path}: {message}; expected {expected}")
    if not start:
        raise DataError(f"{path}: empty; expected {expected}; download it again")
    return path


def read_lines(path: Path, expected: str) -> list[str]:
    """Lines of a text file, without blank ones; errors as `check_file`."""
    check_file(path, expected)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); expected {expected}") from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def find_file(folder: Path, places: Sequence[str]) -> Path | None:
    """The first of `places` in `folder` that is a file, or None."""
    return next((folder / place for place in places if (folder / place).is_file()), None)
