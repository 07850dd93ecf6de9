"""A folder of photos in; the files worth reading out, each with the name of its copy."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from amgan_cli.editing.folders.files_in import find_photos
from amgan_cli.editing.folders.marks import marked
from amgan_cli.errors import UsageError

WRITTEN = "images", "masks"
"""What a data folder has of its photos."""


@dataclass(frozen=True)
class Source:
    """One photo of the user's; it is only read."""

    path: Path
    name: str
    """Of the stored copy: the same in every run, and no other photo's."""


def find_sources(photos: Path, out: Path) -> list[Source]:
    """All photo files below `photos` in a fixed order; hidden ones and `out` are left alone.

    Raises UsageError if there is no such folder or no photo in it.
    """
    if not photos.is_dir():
        raise UsageError(f"{photos}: no such folder; give a folder of photos")
    if photos.resolve() in (out.resolve(), *((out / name).resolve() for name in WRITTEN)):
        raise UsageError(f"--out {out}: would write into the folder of the photos; choose another")
    found = find_photos([photos], leave_out=[out])
    others = marked(found)
    return [Source(p.path, stored_name(p.relative)) for p in found if p not in others]


def stored_name(relative: Path) -> str:
    """`tops/IMG 1.png` -> `tops-IMG-1-1c0ffee1.jpg`: readable, flat, and unique by the digits.

    The digits come from the path, since label and mask must find the photo again in a later run.
    """
    digest = hashlib.sha1(relative.as_posix().encode(errors="surrogateescape")).hexdigest()
    return f"{slug(relative.with_suffix('').as_posix())[-60:]}-{digest[:8]}.jpg"


def is_stored_name(name: str) -> bool:
    """Whether `stored_name` may have given a name."""
    return bool(re.fullmatch(r"[\w.-]+-[0-9a-f]{8}\.jpg", name, flags=re.ASCII))


def slug(text: str) -> str:
    """Only letters, digits, `.`, `_` and `-`, which every file system takes; never empty."""
    return re.sub(r"[^\w.]+", "-", text, flags=re.ASCII).strip("-.") or "photo"
