"""From the command line's files, folders and patterns to the photos they name. Light."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from amgan_cli.errors import UsageError
from amgan_cli.files import printable
from amgan_cli.photos.formats import READABLE

PIPE = Path("-")
"""Standard input among the photos, standard output as the new file."""
WILD = re.compile(r"[*?[]")


@dataclass(frozen=True)
class Found:
    """A photo to edit, which may turn out to be none."""

    path: Path
    relative: Path
    """Its place below the folder or pattern that named it: the tree to mirror."""


def whole(file: Path) -> Path:
    """A file's one name, whichever links lead to its folder, and whether it is there or not; it may
    be a link itself. Standard input and output stay what they are."""
    return file if file == PIPE else file.parent.resolve() / file.name


def find_photos(names: Iterable[Path], leave_out: Iterable[Path | None] = ()) -> list[Found]:
    """List the photos sorted by place, each once; folders give all that they hold at any depth.

    Hidden files and folders, linked folders and the folders `leave_out` (results, masks) are left
    alone, where one is not all that is named. A file given by name is taken whatever it is; one
    that is named with a folder too has its place in that. Raises UsageError for a folder or pattern
    without a photo.
    """
    found: dict[Path, Found] = {}
    names = list(names)
    others = [folder for folder in leave_out if folder is not None and folder.is_dir()]
    for name in names:
        if len(names) > 1 and name.is_dir() and _is_one_of(name, others):
            continue  # a shell's photos/* names the results too
        photos = list(_find(name, others))
        if not photos:
            raise UsageError(f"{name}: no photos there; suffixes known: {', '.join(READABLE)}")
        for photo in photos:
            place = whole(photo.path)
            known = found.setdefault(place, photo)
            if len(photo.relative.parts) > len(known.relative.parts):
                found[place] = photo
    return sorted(found.values(), key=lambda photo: (photo.relative, photo.path))


def _find(name: Path, leave_out: list[Path]) -> Iterator[Found]:
    if name.is_dir():
        yield from _walk(name, name, leave_out)
    elif WILD.search(str(name)) and not name.exists():
        root = _fixed_part(name)
        for match in _matches(root, name):
            place = match.relative_to(root)
            if any(part.startswith(".") for part in place.parts):
                continue
            if any(_is_one_of(root / folder, leave_out) for folder in (place, *place.parents[:-1])):
                continue
            if match.is_dir():
                yield from _walk(match, root, leave_out)
            elif match.suffix.lower() in READABLE:
                yield Found(match, place)
    elif name == PIPE or name.suffix or name.exists() or name.is_symlink():
        yield Found(name, Path(name.name))
    else:
        raise UsageError(f"{name}: no such file or folder")


def _matches(root: Path, pattern: Path) -> list[Path]:
    try:
        return list(root.glob(str(pattern.relative_to(root))))
    except ValueError as error:
        raise UsageError(f"{pattern}: {str(error).lower()}") from None


def _walk(folder: Path, root: Path, leave_out: list[Path]) -> Iterator[Found]:
    """All photos below `folder`, placed relative to `root`."""
    for here, folders, files in os.walk(folder, onerror=_refuse):
        kept = (name for name in folders if not name.startswith("."))
        folders[:] = (name for name in kept if not _is_one_of(Path(here, name), leave_out))
        for path in (Path(here, name) for name in files if not name.startswith(".")):
            # a dangling link is kept: the user should hear of it
            if path.suffix.lower() in READABLE and (path.is_file() or path.is_symlink()):
                yield Found(path, path.relative_to(root))


def _refuse(error: OSError) -> None:
    """A folder that is passed over would be missed later, if at all."""
    reason = f"cannot be read ({error.strerror}); check its rights"
    raise UsageError(f"{printable(error.filename)}: {reason}") from None


def _is_one_of(folder: Path, others: list[Path]) -> bool:
    """Is this folder one of the others, whatever its name?"""
    return folder.exists() and any(folder.samefile(other) for other in others)


def root_of(name: Path) -> Path:
    """The folder in which all photos of this name lie, whichever they are now."""
    if name.is_dir():
        return name
    return _fixed_part(name) if WILD.search(str(name)) and not name.exists() else name.parent


def _fixed_part(pattern: Path) -> Path:
    """The folders before the first one with a wildcard: `photos` of `photos/*/front.jpg`."""
    fixed = Path(pattern.anchor)
    for part in pattern.relative_to(pattern.anchor).parts[:-1]:
        if WILD.search(part):
            break
        fixed /= part
    return fixed
