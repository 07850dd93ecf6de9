"""What a training run tells: progress, metrics.jsonl, TensorBoard, picture sheets, alarms."""

import json
import math
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from amgan_cli.console import say
from amgan_cli.errors import TrainingError
from amgan_cli.files import write_whole

WINDOW = 20
"""Steps over which the shown losses and speed are averaged."""


class Monitor:
    """Collects every step's loss parts; used as a context manager around the training loop."""

    def __init__(
        self, folder: Path, steps: int, first_step: int, batch_size: int, console: Console
    ):
        self.folder, self.steps, self.console = folder, steps, console
        self.images_per_step = batch_size
        self.recent: deque[dict[str, float]] = deque(maxlen=WINDOW)
        self.times: deque[float] = deque([time.monotonic()], maxlen=WINDOW)
        self.alarms: set[str] = set()
        self.waiting: tuple[int, Mapping[str, float | torch.Tensor]] | None = None
        self.log = folder / "metrics.jsonl"
        _drop_after(self.log, first_step)
        self.board = _tensorboard(folder)
        self.progress = Progress(
            TextColumn("step {task.completed}/{task.total}"),
            BarColumn(bar_width=20),
            TimeRemainingColumn(),
            TextColumn("{task.fields[text]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self.task = self.progress.add_task("train", total=steps, completed=first_step, text="")

    def __enter__(self) -> "Monitor":
        self.progress.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_) -> None:
        try:
            if error is None:
                self.read()
        finally:
            self.progress.stop()
            if self.board:
                self.board.close()

    def step(self, step: int, parts: Mapping[str, float | torch.Tensor]) -> None:
        """Record step number `step`, once the next one is under way: a GPU has work meanwhile.

        Raises TrainingError if a part of the step before is not finite.
        """
        self.read()
        self.waiting = step, parts

    def read(self) -> None:
        """Record the step that is waiting; raise TrainingError if a part is not finite."""
        if self.waiting is None:
            return
        step, parts = self.waiting[0], {name: float(v) for name, v in self.waiting[1].items()}
        self.waiting = None
        bad = [name for name, value in parts.items() if not math.isfinite(value)]
        if bad:
            raise TrainingError(
                f"step {step}: {', '.join(bad)} is not finite; stopped, {self.folder} stays as it "
                "is; begin again in another folder with a lower training.learning_rate"
            )
        self.times.append(time.monotonic())
        self.recent.append(parts)
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **parts}) + "\n")
        if self.board:
            for name, value in parts.items():
                self.board.add_scalar(name, value, step)
        self.progress.update(self.task, completed=step, text=self._text())
        if not self.console.is_terminal and (step % WINDOW == 0 or step == self.steps):
            self.say(f"step {step}/{self.steps}  {self._text()}")
        if len(self.recent) == WINDOW:
            self._say_alarms(step)

    def say(self, text: str) -> None:
        """Print a line above the progress bar."""
        say(self.progress.console, text)

    def _text(self) -> str:
        pace = (self.times[-1] - self.times[0]) / max(1, len(self.times) - 1)
        means = " ".join(f"{name} {value:.3g}" for name, value in self._means().items())
        if not pace:
            return means
        return f"{1 / pace:.2f} steps/s {self.images_per_step / pace:.0f} images/s  {means}"

    def _means(self) -> dict[str, float]:
        names = {name: None for parts in self.recent for name in parts}
        values = {name: [p[name] for p in self.recent if name in p] for name in names}
        return {name: sum(found) / len(found) for name, found in values.items()}

    def _say_alarms(self, step: int) -> None:
        means = self._means()
        conditions = {
            "attention has collapsed to 0: nothing is edited; raise loss.att or train longer": (
                means.get("alpha_max", 1) < 0.05
            ),
            "attention has collapsed to 1: the whole photo is edited; raise loss.att": (
                means.get("alpha_min", 0) > 0.95
            ),
            "the output equals the input: no edit happens; lower loss.cyc or train longer": (
                means["change"] < 1e-3
            ),
        }
        for text, holds in conditions.items():
            if holds and text not in self.alarms:
                self.say(f"ALARM at step {step}: {text}")
        self.alarms = {text for text, holds in conditions.items() if holds}


def _drop_after(log: Path, step: int) -> None:
    """A resumed run repeats the steps since its checkpoint; their old lines go."""
    if log.exists():
        lines = log.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if _is_up_to(line, step)]
        if kept != lines:
            write_whole(log, "".join(line + "\n" for line in kept))


def _is_up_to(line: str, step: int) -> bool:
    try:
        return json.loads(line)["step"] <= step
    except (json.JSONDecodeError, KeyError):  # cut off by a kill
        return False


def _tensorboard(folder: Path):
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(folder))
