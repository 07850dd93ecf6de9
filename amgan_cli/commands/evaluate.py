"""`amgan evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amgan_cli.commands.common import DATA_HELP, Debug, Device, one_line_errors
from amgan_cli.errors import AmganError, UsageError
from amgan_cli.files import check_writable
from amgan_cli.model_info import JUDGE_FILE

if TYPE_CHECKING:
    from amgan_cli.evaluation.report import Report
    from amgan_cli.evaluation.setup import Setup


@one_line_errors
def evaluate(
    runs: Annotated[
        list[str],
        typer.Argument(metavar="MODEL...", help="Model files, run folders or hub ids."),
    ],
    data: Annotated[str, typer.Option(help=DATA_HELP)] = "",
    judge: Annotated[
        Path | None,
        typer.Option(
            help="Attribute network that judges; trained there if it is missing. "
            f"Default: {JUDGE_FILE}"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Folder for tables, JSON, CSV and figures.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures as JSON.")
    ] = None,
    photos: Annotated[
        int | None, typer.Option(min=1, help="Edit only so many test photos, to be quicker.")
    ] = None,
    rendered: Annotated[
        int | None,
        typer.Option(min=0, help="Also edit so many rendered garments with known results."),
    ] = None,
    study: Annotated[
        Path | None, typer.Option(help="Write a blind user study of the runs (HTML), no figures.")
    ] = None,
    votes: Annotated[
        bool, typer.Option("--votes", help="Tally a study; the arguments are its key and votes.")
    ] = False,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=1, help="Exit 1 if a run's accuracy is lower.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of photos, study and intervals.")] = 0,
    preset: Annotated[str, typer.Option(help="Preset with the data's columns.")] = "default",
    device: Device = "auto",
    debug: Debug = False,
) -> None:
    """Measure models: amgan evaluate runs/a runs/b --data photos/ --judge judge.safetensors"""
    if votes or study:
        of_figures = {"--json": json_file, "--out": out, "--fail-under": fail_under}
        of_figures |= {"--judge": judge, "--rendered": rendered}
        _refuse(of_figures, "is of figures, which --study and --votes do not measure")
    if votes:
        of_runs = {"--study": study, "--data": data or None, "--photos": photos}
        _refuse(of_runs, "is not for --votes, which counts votes of a study")
        _print_votes(runs, seed)
        return
    if not data:
        raise UsageError("--data is missing; name the data set, for example --data photos/")
    names = list(dict.fromkeys(runs))
    if study and len(names) < 2:
        raise UsageError("--study: give two or more models to choose between")

    from amgan_cli.config import load_preset
    from amgan_cli.model_info import find_weights

    config = load_preset(preset)
    files = [(name, find_weights(name, "model")) for name in names]

    from rich.console import Console

    from amgan_cli.evaluation.setup import set_up

    judge_file = judge or Path(JUDGE_FILE)
    _check_places(study, out, json_file, None if study or judge_file.is_file() else judge_file)
    console = Console(stderr=True, soft_wrap=True)
    setup = set_up(files, data, config, device, photos, seed, console)
    if study:
        typer.echo(_write_study(study, setup, seed))
        return

    from amgan_cli.evaluation.evaluate import evaluate as run
    from amgan_cli.evaluation.outputs.console import print_table
    from amgan_cli.evaluation.outputs.folder import write_folder
    from amgan_cli.evaluation.outputs.json_file import write_json
    from amgan_cli.evaluation.tables import paper_tables, value_tables

    report = run(setup, data, judge_file, config, rendered or 0, seed, console)
    if json_file:
        write_json(json_file, report)
    if out:
        write_folder(out, report, setup, seed)
    for table in (*paper_tables(report), *value_tables(report)):
        print_table(table, Console())
    if out:
        typer.echo(out)
    _check_accuracy(report, fail_under)


def _refuse(options: dict[str, object], why: str) -> None:
    """UsageError for the first of these that was given."""
    for option, value in options.items():
        if value is not None:
            raise UsageError(f"{option} {why}")


def _check_places(study: Path | None, out: Path | None, *others: Path | None) -> None:
    """Refuse before hours of work what cannot be written at the end, and another study's page;
    OutputError, UsageError."""
    for file in (study, *others):
        if file and file.is_dir():
            raise UsageError(f"{file}: is a folder; name a file")
        if file:
            check_writable(file.parent)
    if out:
        check_writable(out)
    if study:
        from amgan_cli.evaluation.study import key_of

        if (key := key_of(study)).exists():
            what = f"has a key, {key}, by which its votes are told"
            raise UsageError(f"--study {study}: {what}; keep both and name another page")


def _write_study(page: Path, setup: "Setup", seed: int) -> str:
    from amgan_cli.evaluation.choice import choose_edits
    from amgan_cli.evaluation.study import QUESTIONS, write_study

    choices = choose_edits(setup.largest.labels, setup.rows, QUESTIONS, seed)
    key = write_study(page, setup, choices, seed)
    return f"{page}  ({len(choices)} questions; keep {key} to yourself)"


def _print_votes(files: list[str], seed: int) -> None:
    from rich.console import Console

    from amgan_cli.evaluation.outputs.console import print_table
    from amgan_cli.evaluation.votes import tally, tally_table

    print_table(tally_table(tally([Path(file) for file in files], seed)), Console())


def _check_accuracy(report: "Report", fail_under: float | None) -> None:
    """Raise AmganError, exit code 1, for the first run whose average accuracy is too low."""
    for run in report.runs:
        found = run.mean("accuracy")
        if fail_under is not None and not found >= fail_under:
            raise AmganError(f"{run.name}: accuracy {found:.3f} is under --fail-under {fail_under}")
