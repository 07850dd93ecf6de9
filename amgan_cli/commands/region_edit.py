"""`amgan region-edit`."""

from typing import Annotated

import typer

from amgan_cli.commands.common import one_line_errors
from amgan_cli.commands.options import Photos, RunOptions, takes_run_options
from amgan_cli.commands.run_edit import run_edit
from amgan_cli.editing.regions import parse_region


@one_line_errors
@takes_run_options
def region_edit(
    photos: Photos,
    region: Annotated[
        str,
        typer.Option("--region", help="sleeve, torso, or attribute=value whose attention it is."),
    ],
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Attention under this is no part of the region.")
    ] = 0.9,
    raw: Annotated[
        bool, typer.Option("--raw", help="Blend z itself, as the paper writes Eq. 12 and 13.")
    ] = False,
    *,
    options: RunOptions,
) -> None:
    """Change one region: amgan region-edit shirt.jpg --region sleeve --set color=red"""
    run_edit(photos, options, region=parse_region(region), threshold=threshold, raw=raw)
