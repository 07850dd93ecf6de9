"""The results folder's memory: a JSON line for each photo done or failed, so that runs resume.

A photo's line is written before its files get their final names: if a line is there but the files
are not as it says, the run was killed between, and the photo is done again. Light.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from amgan_cli.editing.folders.files_in import PIPE
from amgan_cli.editing.folders.jobs import Job
from amgan_cli.editing.folders.outcome import Outcome, Result
from amgan_cli.errors import OutputError, PhotoError, UsageError

NAME = "amgan"
"""amgan.jsonl; shards, which may run at the same time, write amgan-3of8.jsonl and read all."""

Stat = list[int]
"""Size in bytes and time of change in nanoseconds: enough to see that a file is another one."""


class Existing(StrEnum):
    """What to do where a new file's name is taken."""

    SKIP = "skip"
    OVERWRITE = "overwrite"
    FAIL = "fail"


class Manifest:
    """The lines of a results folder; without a folder it knows nothing and keeps nothing."""

    def __init__(self, folder: Path | None, decides: Mapping[str, object], shard: str = "") -> None:
        """`decides`: what makes results differ beside photo and request, such as the weights."""
        self.folder = folder
        self._decides = decides
        self._file = folder and folder / f"{NAME}{shard and '-' + shard.replace('/', 'of')}.jsonl"
        self._lock = threading.Lock()
        self._records: dict[str, dict] = {}
        self._ours: set[tuple[str, int, int]] = set()
        for file in sorted(folder.glob(f"{NAME}*.jsonl")) if folder else ():
            for line in file.read_text(errors="replace").splitlines():
                self._remember(line)

    def settle(self, job: Job, existing: Existing) -> Outcome | None:
        """Skipped or failed, if that is clear without work; None if the photo is to be done.

        `skip` skips what was made by the same edit of the same photo, and makes anew what amgan
        made otherwise; a file that amgan did not make is kept, and the photo fails.
        Raises UsageError for any existing file under `fail`.
        """
        if existing is Existing.OVERWRITE:
            return None
        record = self._records.get(self._place(job))
        if existing is Existing.SKIP and record and self._is_done(record, job):
            results = tuple(Result.from_dict(result) for result in record["results"])
            return Outcome(job.source, "skipped", results)
        in_place = job.source.resolve()
        for file in (file for file in job.files if file not in (PIPE, in_place)):
            if not os.path.lexists(file):
                continue
            if existing is Existing.FAIL:
                hint = "give --existing overwrite or another name"
                raise UsageError(f"{file}: exists; {hint}")
            if not self._made(file):
                message = f"{file}: exists and is not amgan's; --existing overwrite replaces it"
                return Outcome(job.source, "failed", error=PhotoError(message))
        return None

    def add(self, job: Job, outcome: Outcome, files: Mapping[Path, Path]) -> None:
        """Append a line for a photo whose new files (name -> where it lies until renamed) wait.

        Raises OutputError if the folder or the disk refuses.
        """
        if self._file is None:
            return
        stats = {self._relative(file): stat_of(waiting) for file, waiting in files.items()}
        record = outcome.to_dict() | {
            "place": self._place(job),
            "key": self._key(job),
            "files": stats,
        }
        if job.source != PIPE:
            source = files.get(job.source.resolve(), job.source)  # in place: as it will be
            record["source_stat"] = _stat_or_none(source)
        line = json.dumps(record)
        with self._lock:
            self._append(line)
            self._remember(line)

    def _append(self, line: str) -> None:
        assert self._file is not None
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab+") as file:
                torn = file.seek(0, os.SEEK_END) > 0 and not self._ends_a_line(file)
                file.write(f"{chr(10) if torn else ''}{line}\n".encode())
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"{self._file}: cannot be written ({reason})") from None

    @staticmethod
    def _ends_a_line(file) -> bool:
        """Was the last line written whole? A full disk or a kill leaves it torn."""
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"

    def _remember(self, line: str) -> None:
        try:
            record = json.loads(line)
            self._records[record["place"]] = record
            self._ours |= {(name, *stat) for name, stat in record["files"].items()}
        except (ValueError, KeyError, TypeError):
            return  # a torn line: that photo is done again

    def _is_done(self, record: dict, job: Job) -> bool:
        targets = {output.target for output in job.outputs}  # may lie in the review folder
        asked = {self._relative(file) for file in job.files if file not in targets}
        return (
            record["status"] == "done"
            and record["key"] == self._key(job)
            and asked.issubset(record["files"])
            and record.get("source_stat") == _stat_or_none(job.source)
            and all(self._made(self.folder / name) for name in record["files"])  # type: ignore[operator]
        )

    def _made(self, file: Path) -> bool:
        """Is this file one that a line tells of, unchanged since?"""
        stat = _stat_or_none(file)
        return stat is not None and (self._relative(file), *stat) in self._ours

    def _key(self, job: Job) -> str:
        """One word for all that decides what the new files look like but the photo itself."""
        decides = {
            "requests": [asdict(output.request) for output in job.outputs],
            "mask": job.may_change and _stat_or_none(job.may_change),
            "garment": job.garment and _stat_or_none(job.garment),
            **self._decides,
        }
        plain = json.dumps(decides, sort_keys=True, default=str)
        return hashlib.sha256(plain.encode()).hexdigest()[:16]

    def _place(self, job: Job) -> str:
        return self._relative(job.outputs[0].target)

    def _relative(self, file: Path) -> str:
        """So that the results folder can be moved."""
        return os.path.relpath(file, self.folder) if self.folder else str(file)


def digest(file: Path) -> str:
    """SHA-256 of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def stat_of(file: Path) -> Stat:
    """Size and time of change."""
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _stat_or_none(file: Path) -> Stat | None:
    try:
        return stat_of(file)
    except OSError:
        return None


def common_folder(photos: Iterable[Path]) -> Path:
    """The nearest folder above all photos: where the manifest of an edit in place lies."""
    return Path(os.path.commonpath([photo.absolute().parent for photo in photos]))
