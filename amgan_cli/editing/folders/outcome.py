"""What became of a photo, and of all of them. Light."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHOWN = 20
"""Lines of one kind in a summary; the manifest has them all."""


@dataclass(frozen=True)
class Result:
    """One picture made of a photo."""

    file: Path
    edit: str
    """`color=red`, several with blanks between."""
    untouched: float
    """Share of the pixels that are the photo's, bit for bit where the format is lossless."""
    attention: float
    """Mean over the photo, 0..1."""
    probability: float | None = None
    """That the photo now has what was asked for, as the attribute network sees it."""
    delta_e: float | None = None
    """CIEDE2000 between the garment and the exact colour, where one was asked for last."""
    remark: str = ""
    """What was left undone, why it went to the review folder, or that hardly anything changed."""
    thumbnails: tuple[bytes, ...] = ()
    """Small JPEGs of before, after and attention, for the report."""

    def to_dict(self) -> dict:
        """For JSON: all but the pictures."""
        figures = {
            name: getattr(self, name)
            for name in ("untouched", "attention", "probability", "delta_e")
        }
        rounded = {name: round(value, 4) for name, value in figures.items() if value is not None}
        plain = {"file": str(self.file), "edit": self.edit} | rounded
        return plain | ({"remark": self.remark} if self.remark else {})

    @classmethod
    def from_dict(cls, plain: Mapping) -> "Result":
        """The inverse, as read from a manifest."""
        return cls(**{**plain, "file": Path(plain["file"])})


@dataclass(frozen=True)
class Outcome:
    """A photo that is done, skipped or failed."""

    source: Path
    status: str
    """`done`, `skipped` or `failed`."""
    results: tuple[Result, ...] = ()
    error: Exception | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Of each stage: read, network, lift, write."""

    def to_dict(self) -> dict:
        """For JSON: one line a photo."""
        plain: dict = {"source": str(self.source), "status": self.status}
        if self.results:
            plain["results"] = [result.to_dict() for result in self.results]
        if self.error:
            plain["error"] = one_line(self.error)
        if self.seconds:
            plain["seconds"] = {stage: round(spent, 4) for stage, spent in self.seconds.items()}
        return plain


class Summary:
    """Counts the outcomes of so many photos and keeps the lines worth reading at the end."""

    def __init__(self, photos: int, record: Path | None = None) -> None:
        """`record`: the file that tells of all of them."""
        self.photos, self.record = photos, record
        self.counts = Counter(done=0, skipped=0, failed=0)
        self.error: Exception | None = None
        """Of the first photo that failed."""
        self.failures: list[str] = []
        self.remarks: list[str] = []

    def add(self, outcome: Outcome) -> None:
        """Count one photo."""
        self.counts[outcome.status] += 1
        if outcome.error:
            self.error = self.error or outcome.error
            is_named = str(outcome.source) in str(outcome.error)
            name = "" if is_named else f"{outcome.source}: "
            self.failures.append(one_line(f"failed: {name}{outcome.error}"))
        self.remarks += [
            one_line(f"{result.file}: {result.remark}")
            for result in outcome.results
            if result.remark and outcome.status == "done"
        ]

    def lines(self, quiet: bool) -> Iterator[str]:
        """What went wrong, for people, and unless they want it `quiet` what they should look at."""
        for kept in ([] if quiet else self.remarks, self.failures):
            yield from kept[:SHOWN]
            if len(kept) > SHOWN:
                where = f", all in {self.record}" if self.record else ""
                yield f"... and {len(kept) - SHOWN} more{where}"

    def counted(self, seconds: float) -> str:
        """The end of a run, which took so many seconds."""
        pace = f" ({self.counts['done'] / seconds:.1f} photos/s)" if seconds else ""
        left = self.photos - self.counts.total()
        counts = [f"{count} {status}" for status, count in self.counts.items()]
        counts += [f"{left} left for the same command"] if left else []
        return f"{', '.join(counts)} in {seconds:.0f} s{pace}"


def one_line(text: object) -> str:
    """Printable on one line whatever a file is named: blanks run together, odd bytes escaped."""
    return " ".join(str(text).split()).encode("utf-8", "backslashreplace").decode()
