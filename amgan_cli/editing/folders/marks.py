"""Pictures that tell of edits (masks, comparisons, sheets) say so in their files, so that no later
run takes them for photos. Light."""

from collections.abc import Iterable
from pathlib import Path

from amgan_cli.editing.folders.files_in import Found

MARK = "amgan: tells of an edit, no photo"
"""Their description in Exif."""
ENDS = 1024
"""Bytes at a file's beginning and end in one of which each format has it."""


def marked(found: Iterable[Found]) -> set[Found]:
    """Those of the photos that are none, but were written to tell of edits."""
    return {photo for photo in found if _is_marked(photo.path)}


def _is_marked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(ENDS)
            file.seek(max(0, path.stat().st_size - ENDS))
            return MARK.encode() in start + file.read()
    except OSError:
        return False  # told of when it is read
