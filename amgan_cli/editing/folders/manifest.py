"""The results folder's memory: a JSON line for each photo done or failed, so that runs resume.

A photo's line is written before its files get their final names: if a line is there but the files
are not as it says, the run was killed between, and the photo is done again. Light.
"""

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from amgan_cli.editing.folders.files_in import PIPE, root_of
from amgan_cli.editing.folders.jobs import Job, Output
from amgan_cli.editing.folders.outcome import Outcome, Result
from amgan_cli.editing.folders.records import NAME, records_in, seen_from, whole_name
from amgan_cli.errors import OutputError, PhotoError, UsageError

Stat = list[int]
"""Size in bytes and time of change in nanoseconds: enough to see that a file is another one."""


class Existing(StrEnum):
    """What to do where a new file's name is taken."""

    SKIP = "skip"
    OVERWRITE = "overwrite"
    FAIL = "fail"


class Manifest:
    """The lines of a results folder; without a folder it knows nothing and keeps nothing."""

    def __init__(
        self,
        folder: Path | None,
        decides: Mapping[str, object],
        part: str = "",
        besides: Iterable[Path] = (),
        alone: bool = False,
    ) -> None:
        """`decides`: what makes results differ beside photo and request, such as the weights;
        `part`: how a shard's own file ends, `-3of8`;
        `besides`: other folders whose lines count too; `alone`: a photo is done by itself, with
        options of its own, and later runs of its folder leave it so."""
        self.folder = folder and folder.resolve()
        self._decides, self._alone = decides, alone
        self.file = folder and folder / f"{NAME}{part}.jsonl"
        self._lock = threading.Lock()
        self._records: dict[str, dict] = {}
        self._makers: dict[tuple[str, tuple[int, ...]], dict] = {}
        """The line that tells of a file as it was then."""
        records = [*records_in(self.folder)] if self.folder else []
        for place in {each.resolve() for each in besides} - {self.folder}:
            with suppress(OSError):  # of another user
                records += records_in(place)
        for record in sorted(records, key=lambda each: each["time"]):
            self._remember(record)

    def settle(self, job: Job, existing: Existing) -> Outcome | None:
        """Skipped or failed, if that is clear without work; None if the photo is to be done.

        `skip` skips what was made by the same edit of the same photo (of one done alone whatever
        the options were), and makes anew what amgan made otherwise; a file that amgan did not make
        is kept, and the photo fails. A photo done alone is skipped whatever is there.
        Raises UsageError for any existing file under `fail`.
        """
        if existing is Existing.OVERWRITE:
            return None
        record = self._records.get(_place(job))
        if existing is Existing.SKIP and record and self._is_done(record, job):
            told = zip(record["results"], job.outputs, strict=True)
            results = (
                Result.from_dict(result | {"file": self._place_of(output, record)})
                for result, output in told
            )
            return Outcome(job.source, "skipped", tuple(results))
        not_new = PIPE, job.source.resolve()
        new = [file for file in job.files if file not in not_new]
        if existing is Existing.SKIP and self._alone and new and all(map(os.path.lexists, new)):
            return Outcome(job.source, "skipped")
        for file in (file for file in job.places if file not in not_new):
            if not os.path.lexists(file):
                continue
            if existing is Existing.FAIL:
                hint = "give --existing overwrite or another name"
                raise UsageError(f"{file}: exists; {hint}")
            maker = self._maker(file)
            other = maker and _other_photo(maker, job)
            if maker is None or other:
                unknown = "exists and is not amgan's, or was changed since"
                whose = f"was made of {other}" if other else unknown
                message = f"{file}: {whose}; --existing overwrite replaces it"
                return Outcome(job.source, "failed", error=PhotoError(message))
        return None

    def add(self, job: Job, outcome: Outcome, files: Mapping[Path, Path]) -> None:
        """Append a line for a photo whose new files (name -> where it lies until renamed) wait.

        Raises OutputError if the folder or the disk refuses.
        """
        if self.file is None:
            return
        stats = {whole_name(file): stat_of(waiting) for file, waiting in files.items()}
        held_back = [file for o in job.outputs for file in (o.review, o.reason) if file]
        for_review = {whole_name(file) for file in held_back}
        record = outcome.to_dict() | {
            "place": _place(job),
            "review": sorted(for_review & stats.keys()),
            "key": self._key(job),
            "files": stats,
            "alone": self._alone,
            "time": time.time(),
        }
        if job.source != PIPE:
            source = files.get(job.source.resolve(), job.source)  # in place: as it will be
            record["source_stat"] = _stat_or_none(source)
            record["source_path"] = str(job.source.absolute())
        line = json.dumps(seen_from(self.file.parent.resolve(), record))
        with self._lock:
            self._append(line)
            self._remember(record)

    def _append(self, line: str) -> None:
        assert self.file is not None
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("ab+") as file:
                torn = file.seek(0, os.SEEK_END) > 0 and not self._ends_a_line(file)
                file.write(f"{chr(10) if torn else ''}{line}\n".encode())
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"{self.file}: cannot be written ({reason})") from None

    @staticmethod
    def _ends_a_line(file) -> bool:
        """Was the last line written whole? A full disk or a kill leaves it torn."""
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"

    def _remember(self, record: dict) -> None:
        if record["status"] != "done":
            return  # a photo that failed lies there as it did before
        self._records[record["place"]] = record
        self._makers |= {(name, tuple(stat)): record for name, stat in record["files"].items()}

    def _is_done(self, record: dict, job: Job) -> bool:
        targets = {output.target for output in job.outputs}  # may lie in the review folder
        asked = {whole_name(file) for file in job.files if file not in targets}
        same = record["key"] == self._key(job) and asked.issubset(record["files"])
        edits = [result["edit"] for result in record.get("results", ())]
        by_hand = record.get("alone") and edits == [output.request.text for output in job.outputs]
        return (
            bool(same or by_hand)
            and record.get("source_stat") == _stat_or_none(job.source)
            and all(_stat_or_none(Path(name)) == stat for name, stat in record["files"].items())
        )

    def _place_of(self, output: Output, record: dict) -> Path:
        """Where an output's picture lies now that a line tells of, wherever the folder was then."""
        is_target = whole_name(output.target) in record["files"]
        return output.target if is_target or output.review is None else output.review

    def pictures(self, job: Job) -> set[Path]:
        """The files for review and under the job's own names that the last line of its place tells
        of, those unchanged since."""
        record = self._records.get(_place(job), {"files": {}, "review": ()})
        own = {whole_name(file) for output in job.outputs for file in output.places}
        told = {n: record["files"][n] for n in record["files"].keys() & {*own, *record["review"]}}
        return {Path(name) for name, stat in told.items() if _stat_or_none(Path(name)) == stat}

    def _maker(self, file: Path) -> dict | None:
        """The line that tells of this file, if it is unchanged since."""
        stat = _stat_or_none(file)
        return None if stat is None else self._makers.get((whole_name(file), tuple(stat)))

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


def _place(job: Job) -> str:
    return whole_name(job.outputs[0].target)


def _other_photo(record: dict, job: Job) -> Path | None:
    """The photo, which is still there, that a line is of, if it is another one than the job's."""
    other = Path(record.get("source_path", record["source"]))
    if PIPE in (other, job.source) or not other.exists() or not job.source.exists():
        return None
    return None if other.samefile(job.source) else other


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


def common_folder(names: Iterable[Path], jobs: Iterable[Job]) -> Path:
    """The nearest folder above all photos that are named, or may be in a later run, and above what
    links among them lead to: where the manifest of an edit in place lies."""
    roots = {root_of(name).resolve() for name in names}
    roots |= {job.source.resolve().parent for job in jobs}
    return Path(os.path.commonpath(sorted(roots)))


def folders_above(jobs: Iterable[Job]) -> set[Path]:
    """Every folder that may have been named for these photos in a run before."""
    nearest = {job.source.resolve().parent for job in jobs if job.source != PIPE}
    return {folder for each in nearest for folder in (each, *each.parents)}
