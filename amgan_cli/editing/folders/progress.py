"""How far a folder is, on standard error: a bar on a terminal, a line now and then elsewhere."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from amgan_cli.console import say
from amgan_cli.editing.folders.outcome import Outcome


class RunProgress:
    """Photos a second, time left and failures of a run over `total` photos."""

    def __init__(self, console: Console, total: int, line_seconds: float = 30) -> None:
        self._console, self._total, self._line_seconds = console, total, line_seconds
        self._start = self._last_line = time.monotonic()
        self._count = self._skipped = self._failed = 0
        columns = (
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.fields[pace]}"),
            TimeRemainingColumn(),
        )
        self._bar = Progress(
            *columns, console=console, disable=not console.is_terminal, transient=True
        )
        self._task = self._bar.add_task("", total=total, pace="")

    def __enter__(self) -> "RunProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def add(self, outcome: Outcome) -> None:
        """One photo more."""
        self._count += 1
        self._skipped += outcome.status == "skipped"  # in no time: they say nothing of the rest
        self._failed += outcome.status == "failed"
        now = time.monotonic()
        rate = (self._count - self._skipped) / max(1e-6, now - self._start)
        failed = f", {self._failed} failed" if self._failed else ""
        pace = f"{rate:.1f} photos/s{failed}"
        self._bar.update(self._task, advance=1, pace=pace)
        if not self._console.is_terminal and now - self._last_line >= self._line_seconds:
            self._last_line = now
            left = f", {(self._total - self._count) / rate / 60:.0f} min left" if rate else ""
            line = f"{self._count}/{self._total}, {pace}{left}"
            say(self._console, line)
