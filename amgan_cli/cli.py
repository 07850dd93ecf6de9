"""The command line: one module of `commands` a command, registered here.

Light: torch, torchvision and numpy are imported inside the commands, after their options are
checked, so that help and mistakes answer at once.
"""

import io
import sys
from typing import Annotated

import typer

from amgan_cli import __version__
from amgan_cli.commands.edit import edit
from amgan_cli.commands.evaluate import evaluate
from amgan_cli.commands.experiment import experiment
from amgan_cli.commands.prepare import prepare
from amgan_cli.commands.region_edit import region_edit
from amgan_cli.commands.render import render
from amgan_cli.commands.train import train

app = typer.Typer(
    name="amgan",
    help="Change one attribute of a garment in a photo and leave the rest alone.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(on: bool) -> None:
    if on:
        typer.echo(f"amgan {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


for command in (edit, region_edit, prepare, render, train, evaluate):
    app.command()(command)
app.add_typer(experiment, name="experiment")


def main() -> None:
    """Entry of the `amgan` command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names and Δ, whatever the terminal
    app()
