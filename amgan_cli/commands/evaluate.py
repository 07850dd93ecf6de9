"""`amgan evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from amgan_cli.commands.common import DATA_HELP, Debug, Device, one_line_errors


@one_line_errors
def evaluate(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="Model file, run folder or hub id.")
    ],
    data: Annotated[str, typer.Option(help=DATA_HELP)],
    judge: Annotated[
        Path, typer.Option(help="Attribute network that judges; trained there if it is missing.")
    ] = Path("judge.safetensors"),
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the figures as JSON.")
    ] = None,
    photos: Annotated[
        int | None, typer.Option(min=1, help="Edit only so many test photos, to be quicker.")
    ] = None,
    preset: Annotated[str, typer.Option(help="Preset with the data's columns.")] = "default",
    device: Device = "auto",
    debug: Debug = False,
) -> None:
    """Measure a model: amgan evaluate runs/mine --data photos/ --judge judge.safetensors"""
    from amgan_cli.config import load_preset
    from amgan_cli.model_info import find_weights

    file, config = find_weights(model), load_preset(preset)

    from amgan_cli.evaluation.evaluate import evaluate as run

    run(file, data, judge, config, device, json_file, photos)
