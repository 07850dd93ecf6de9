"""`amgan prepare`."""

from pathlib import Path
from typing import Annotated

import typer

from amgan_cli.commands.common import Debug, Device, one_line_errors


@one_line_errors
def prepare(
    photos: Annotated[
        Path, typer.Argument(metavar="PHOTOS", help="Folder of photos; nothing in it is changed.")
    ],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Data folder to make, or to bring up to date.")
    ],
    attributes_from: Annotated[
        Path | None,
        typer.Option(help="Attribute network or run folder that proposes labels; or the shipped."),
    ] = None,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Proposals less sure than this are left blank.")
    ] = 0.6,
    again: Annotated[
        bool, typer.Option("--again", help="Propose anew every label that nobody has checked.")
    ] = False,
    device: Device = "auto",
    debug: Debug = False,
) -> None:
    """Make unlabelled photos ready for training: amgan prepare photos/ --out data/"""
    from rich.console import Console

    from amgan_cli.prepare.prepare import prepare as run

    console = Console(stderr=True, soft_wrap=True)
    typer.echo(run(photos, out, attributes_from, threshold, again, device, console))
