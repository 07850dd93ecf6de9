"""What the commands share: options, and the edge where every error becomes one line."""

import functools
import os
from collections.abc import Callable
from typing import Annotated

import typer

from amgan_cli.errors import AmganError
from amgan_cli.files import printable

DEBUG = "AMGAN_DEBUG"


def _debug(on: bool) -> bool:
    if on:
        os.environ[DEBUG] = "1"
    return on


Debug = Annotated[
    bool, typer.Option("--debug", callback=_debug, is_eager=True, help="Show tracebacks.")
]
Weights = Annotated[
    str | None,
    typer.Option(
        "-w", "--weights", help="Model file, run folder or hub id; default: the shipped model."
    ),
]
Device = Annotated[
    str,
    typer.Option("-d", "--device", envvar="AMGAN_DEVICE", help="auto, cpu, cuda, cuda:1 or mps."),
]
DATA_HELP = (
    "Folder of photos with labels, a CSV or list file, shopping100k:DIR, deepfashion:DIR, "
    "or catalogue[:COUNT] (rendered)."
)


def one_line_errors(command: Callable) -> Callable:
    """The edge: what goes wrong inside a command ends as one line on stderr and an exit code."""

    @functools.wraps(command)
    def run(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise  # typer ends quietly where the reader of a pipe has left
        except (Exception, KeyboardInterrupt) as error:
            if os.environ.get(DEBUG):
                raise
            code, text = _explain(error)
            typer.echo(f"amgan: {' '.join(text.split())}", err=True)
            raise typer.Exit(code) from None

    return run


def _explain(error: BaseException) -> tuple[int, str]:
    """Exit code and line for what went wrong."""
    if isinstance(error, AmganError):
        return error.exit_code, str(error)
    if isinstance(error, KeyboardInterrupt):
        return 130, "interrupted"
    if isinstance(error, MemoryError):
        return 1, "out of memory; close other programs or use a smaller photo"
    if isinstance(error, OSError) and error.filename:
        name = printable(str(error.filename))
        return 1, f"{name}: cannot be used ({error.strerror}); check name and rights"
    if isinstance(error, OSError) and error.strerror:
        return 1, f"the system refuses ({error.strerror}); check disk and memory, then run again"
    return 1, f"unexpected {type(error).__name__}: {error}; run again with --debug and report it"
