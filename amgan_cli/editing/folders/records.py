"""The lines of a results folder's memory (`manifest.py`): written with names as seen from their own
folder, so that it can be moved; in memory all names are whole. Light."""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from amgan_cli.editing.folders.files_in import PIPE, Found, whole

NAME = "amgan"
"""amgan.jsonl; shards, which may run at the same time, write amgan-3of8.jsonl and read all."""
OWN = re.compile(rf"{NAME}(-\d+of\d+)?\.jsonl")


def whole_name(file: Path) -> str:
    """As `whole`, in words."""
    return str(whole(file))


def made_of_others(found: Iterable[Found], results: Path | None) -> set[Found]:
    """Those of the photos that an earlier run made of others of them: their results, which may lie
    among them or in a folder below. `results`: a folder that may tell of more."""
    photos = {whole_name(photo.path): photo for photo in found}
    folders = {
        folder.resolve()
        for photo in photos.values()
        for folder in photo.path.parents[: len(photo.relative.parts)]
    }
    folders |= {results.resolve()} if results and results.is_dir() else set()
    made: set[Found] = set()
    for folder in folders:
        with suppress(OSError):  # of another user
            for record in records_in(folder):
                source = whole_name(Path(record.get("source_path", record["source"])))
                if source in photos:
                    told = record["files"].keys() & photos.keys()
                    made |= {photos[name] for name in told - {source}}
    return made


def folder_with_records(file: Path) -> Path | None:
    """The nearest folder above a new file that earlier runs left lines in, and where more can be
    written; None if there is none."""
    for folder in () if file == PIPE else file.absolute().parents:
        with suppress(OSError):  # of another user
            if _files(folder) and os.access(folder, os.W_OK):
                return folder
    return None


def seen_from(folder: Path, record: dict) -> dict:
    """A record with names as seen from a folder."""
    return _renamed(record, lambda name: os.path.relpath(name, folder))


def records_in(folder: Path) -> Iterator[dict]:
    """What the lines in a folder tell, with whole names."""
    for file in _files(folder):
        for line in file.read_text(errors="replace").splitlines():
            if record := _record(line):
                yield _renamed(record, lambda name: os.path.normpath(folder / name))


def _files(folder: Path) -> list[Path]:
    """The files of lines in a folder, of one process and of shards."""
    files = sorted(folder.glob(f"{NAME}*.jsonl"))
    return [file for file in files if OWN.fullmatch(file.name) and file.is_file()]


def _renamed(record: dict, name: Callable[[str], str]) -> dict:
    """A record with other names for its files."""
    files = {name(file): stat for file, stat in record["files"].items()}
    review = [*map(name, record["review"])]
    return {**record, "place": name(record["place"]), "files": files, "review": review}


def _record(line: str) -> dict | None:
    """What a line tells; None if it is torn: that photo is done again."""
    try:
        record = json.loads(line)
        told = {name: str(record[name]) for name in ("place", "source", "status", "key")}
        files = dict(record["files"]).items()
        stats = {str(name): [int(n) for n in stat] for name, stat in files}
        review = [str(name) for name in record.get("review", ())]
        more = {"files": stats, "review": review, "time": float(record.get("time", 0))}
        return {**record, **told, **more}
    except (ValueError, KeyError, TypeError):
        return None
