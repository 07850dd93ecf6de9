"""`amgan experiment paper`: every row of Table 1 trained and evaluated; read it downwards.

One folder a run, `OUT/ROW/SEED`, and `OUT/report` of all that are finished. What is finished is
never done again; what was interrupted goes on.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from amgan_cli.config import Config
from amgan_cli.console import say
from amgan_cli.data.record import place_of
from amgan_cli.data.sources import open_labels
from amgan_cli.errors import TrainingError, UsageError
from amgan_cli.evaluation.evaluate import evaluate
from amgan_cli.evaluation.outputs.console import print_table
from amgan_cli.evaluation.outputs.folder import write_folder
from amgan_cli.evaluation.outputs.json_file import write_json
from amgan_cli.evaluation.report import Report
from amgan_cli.evaluation.setup import set_up
from amgan_cli.experiment.report import merge_reports, rows_table
from amgan_cli.experiment.rows import Row
from amgan_cli.files import only_run_in, write_whole
from amgan_cli.model_info import JUDGE_FILE, MODEL_FILE, read_info
from amgan_cli.nets.attribute_model import RUN_FILE
from amgan_cli.training.train import STATE_FILE, train

FIGURES_FILE = "figures.json"


@dataclass(frozen=True)
class Run:
    """One row with one seed."""

    row: Row
    seed: int
    folder: Path
    config: Config

    @property
    def title(self) -> str:
        """For the reader: the row as the paper calls it, and the seed."""
        return f"{self.row.title}, seed {self.seed}"

    @property
    def trained(self) -> bool:
        """Whether its model has had all its steps."""
        model = self.folder / MODEL_FILE
        return model.exists() and read_info(model).steps == self.config.training.steps

    @property
    def evaluated(self) -> bool:
        """Whether its figures are there."""
        return (self.folder / FIGURES_FILE).exists()


def run_experiment(
    data: str,
    out: Path,
    scale: Config,
    rows: Sequence[Row],
    seeds: int,
    device: str = "auto",
    max_minutes: float | None = None,
    photos: int | None = None,
    console: Console | None = None,
) -> list[Run]:
    """Train and evaluate what of `rows` x `seeds` is not finished in `out`; return the finished.

    `photos` limits the edits that are judged to those of that many test photos.

    Those are all runs, or fewer once `max_minutes` are over. Raises UsageError if `out` was begun
    with another scale, TrainingError at the end if a run had to stop, and what `train` and
    `evaluate` raise.
    """
    console = console or Console(stderr=True)
    deadline = float("inf") if max_minutes is None else time.monotonic() + 60 * max_minutes
    open_labels(data, scale.data)  # a mistyped DATA begins no experiment
    keep_settings(out, scale, data, photos, console)
    runs, failed = list_runs(out, scale, rows, seeds), []
    for number, run in enumerate(runs, start=1):
        minutes = (deadline - time.monotonic()) / 60
        if minutes <= 0:
            break
        if not run.trained:
            say(console, f"{number}/{len(runs)} {run.title}: training")
            try:
                train_run(run, runs, data, device, minutes, console)
            except TrainingError as error:  # the others still can be had
                failed.append(f"{run.title}: {error}")
        if run.trained and not run.evaluated:
            say(console, f"{number}/{len(runs)} {run.title}: evaluating")
            evaluate_run(run.folder, data, out / JUDGE_FILE, scale, device, photos, console)
    finished = [run for run in runs if run.trained and run.evaluated]
    say(console, f"{len(finished)} of {len(runs)} runs are finished in {out}")
    if finished:
        report_runs(finished, data, out / "report", scale, device, photos, console)
    if failed:
        raise TrainingError("; ".join(failed))
    if len(finished) < len(runs):
        say(console, "the same command goes on with the others")
    return finished


def list_runs(out: Path, scale: Config, rows: Sequence[Row], seeds: int) -> list[Run]:
    """Seed by seed, so that the first whole table is there after half of the time."""
    return [
        Run(row, seed, out / row.name / f"seed{seed}", row.config(scale, seed))
        for seed in range(seeds)
        for row in rows
    ]


def keep_settings(
    out: Path, scale: Config, data: str, photos: int | None, console: Console
) -> None:
    """Write what all rows share into a new experiment; UsageError if an old one has another. Data
    may have moved: that is said only."""
    path, settings = out / "scale.json", {"data": place_of(data), "photos": photos}
    if not path.exists():
        write_whole(path, json.dumps({"settings": settings, **scale.to_dict()}, indent=1))
        return
    known = json.loads(path.read_text(encoding="utf-8"))
    before = known.pop("settings", settings)  # which those from before 0.38 do not tell
    if before["photos"] != photos or Config.from_dict(known) != scale:
        raise UsageError(
            f"{path}: the experiment was begun with another scale or --photos; choose another --out"
        )
    if before["data"] != settings["data"]:
        say(console, f"{out}: begun with {before['data']}; its rows are of those data")


def train_run(
    run: Run, runs: Sequence[Run], data: str, device: str, minutes: float, console: Console
) -> None:
    """Begin a run or go on with it; runs of one seed share their attribute network."""
    own = run.folder / RUN_FILE
    others = (other.folder / RUN_FILE for other in runs if other.seed == run.seed)
    shared = next((file for file in others if file.exists()), None)
    if shared and not own.exists():
        write_whole(own, shared.read_bytes())
    resume = (run.folder / STATE_FILE).exists()
    limit = None if minutes == float("inf") else minutes
    with only_run_in(run.folder):  # `amgan train` may be at work in it
        train(data, run.folder, run.config, device, resume, limit, console=console)


def evaluate_run(
    folder: Path,
    data: str,
    judge_file: Path,
    scale: Config,
    device: str,
    photos: int | None,
    console: Console,
) -> Report:
    """Measure a finished run, write its FIGURES_FILE and return the figures.

    One judge judges all runs: it is trained at the first with the scale's options and seed.
    """
    seed = scale.training.seed
    setup = set_up(
        [(folder.parent.name, folder / MODEL_FILE)], data, scale, device, photos, seed, console
    )
    report = evaluate(setup, data, judge_file, scale, rendered=0, seed=seed, console=console)
    write_json(folder / FIGURES_FILE, report)
    return report


def report_runs(
    runs: Sequence[Run],
    data: str,
    folder: Path,
    scale: Config,
    device: str,
    photos: int | None,
    console: Console,
) -> None:
    """Write the report of the finished runs; its pictures are made with those of the first seed."""
    seed = scale.training.seed
    report = merge_reports({run.title: run.folder / FIGURES_FILE for run in runs})
    rows: dict[str, list[str]] = {}
    for run in runs:
        rows.setdefault(run.row.title, []).append(run.title)
    table = rows_table(report, rows)
    files = [(r.row.title, r.folder / MODEL_FILE) for r in runs if r.seed == runs[0].seed]
    setup = set_up(files, data, scale, device, photos, seed, console)
    write_folder(folder, report, setup, seed, [table])
    print_table(table, console)
