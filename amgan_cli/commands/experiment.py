"""`amgan experiment paper`."""

from pathlib import Path
from typing import Annotated

import typer

from amgan_cli.commands.common import DATA_HELP, Debug, Device, one_line_errors
from amgan_cli.files import only_run_in

experiment = typer.Typer(
    help="Whole experiments: many trainings and their evaluation.", no_args_is_help=True
)


@experiment.command()
@one_line_errors
def paper(
    data: Annotated[str, typer.Option(help=DATA_HELP)],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for all runs.")],
    scale: Annotated[
        str, typer.Option(help="Preset whose sizes and budget all rows share, or a TOML file.")
    ] = "small",
    rows: Annotated[
        str, typer.Option(help="Only these rows of Table 1, with commas; default: all eight.")
    ] = "",
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each row.")] = 2,
    photos: Annotated[
        int | None, typer.Option(min=1, help="Edit only so many test photos.")
    ] = None,
    max_minutes: Annotated[
        float | None,
        typer.Option(
            min=0, help="Stop then, once an attribute network is whole; run again to go on."
        ),
    ] = None,
    device: Device = "auto",
    debug: Debug = False,
) -> None:
    """Train and judge Table 1: amgan experiment paper --data photos/ --out runs/paper"""
    from amgan_cli.config import load_preset
    from amgan_cli.experiment.rows import choose_rows

    options = load_preset(scale, "--scale")
    chosen = choose_rows(name.strip() for name in rows.split(",") if name.strip())

    from amgan_cli.experiment.run import run_experiment

    with only_run_in(out):
        runs = run_experiment(data, out, options, chosen, seeds, device, max_minutes, photos)
    for run in runs:
        typer.echo(run.folder)
