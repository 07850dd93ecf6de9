"""The command line: options in, one call into the core, one line out for every error.

Light: torch, torchvision and numpy are imported inside the commands, after their options are
checked, so that help and mistakes answer at once.
"""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from amgan_cli import __version__
from amgan_cli.errors import AmganError, UsageError
from amgan_cli.vocabulary import Manipulation

DEBUG = "AMGAN_DEBUG"

app = typer.Typer(
    name="amgan",
    help="Change one attribute of a garment in a photo and leave the rest alone.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _debug(on: bool) -> bool:
    if on:
        os.environ[DEBUG] = "1"
    return on


def _version(on: bool) -> None:
    if on:
        typer.echo(f"amgan {__version__}")
        raise typer.Exit


Debug = Annotated[
    bool, typer.Option("--debug", callback=_debug, is_eager=True, help="Show tracebacks.")
]
Photo = Annotated[Path, typer.Argument(metavar="PHOTO", help="The photo; it is never changed.")]
Set = Annotated[
    list[str],
    typer.Option("--set", metavar="ATTRIBUTE=VALUE", help="What to change; several in order."),
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", help="The new file; default: beside the photo, named after it."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an existing new file.")]
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
SaveMask = Annotated[
    Path | None, typer.Option("--save-mask", help="Also save the attention as a grey picture.")
]
Data = Annotated[Path, typer.Argument(metavar="DATA", help="Folder of photos with a labels.csv.")]


def one_line_errors(command: Callable) -> Callable:
    """The edge: what goes wrong inside a command ends as one line on stderr and an exit code."""

    @functools.wraps(command)
    def run(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
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
    return 1, f"unexpected {type(error).__name__}: {error}; run again with --debug and report it"


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
@one_line_errors
def edit(
    photo: Photo,
    set_: Set,
    out: Out = None,
    overwrite: Overwrite = False,
    save_mask: SaveMask = None,
    weights: Weights = None,
    device: Device = "auto",
    debug: Debug = False,
) -> None:
    """Change attributes of the garment: amgan edit shirt.jpg --set color=red"""
    from amgan_cli.model_info import find_weights, read_info

    file = find_weights(weights)
    vocabulary = read_info(file).vocabulary
    manipulations = [vocabulary.parse(text) for text in set_]
    files = _new_files(photo, out, _suffix(manipulations), save_mask, overwrite)
    _write_edit(photo, files, str(file), device, lambda editor, x: editor.edit(x, manipulations))


@app.command()
@one_line_errors
def region_edit(
    photo: Photo,
    set_: Set,
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
    out: Out = None,
    overwrite: Overwrite = False,
    save_mask: SaveMask = None,
    weights: Weights = None,
    device: Device = "auto",
    debug: Debug = False,
) -> None:
    """Change one region: amgan region-edit shirt.jpg --region sleeve --set color=red"""
    from amgan_cli.model_info import find_weights, read_info
    from amgan_cli.regions import parse_region

    file = find_weights(weights)
    vocabulary = read_info(file).vocabulary
    where = parse_region(region)
    vocabulary.check(*where.manipulation)
    manipulations = [vocabulary.parse(text) for text in set_]
    suffix = f".{region.replace('=', '-')}{_suffix(manipulations)}"
    files = _new_files(photo, out, suffix, save_mask, overwrite)
    _write_edit(
        photo,
        files,
        str(file),
        device,
        lambda editor, x: editor.region_edit(x, where, manipulations, threshold, raw),
    )


@app.command()
@one_line_errors
def train(
    data: Data,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Run folder for model, state and sheets.")
    ],
    preset: Annotated[
        str,
        typer.Option(help="default, tiny, paper-deepfashion, paper-shopping100k, or a TOML file."),
    ] = "default",
    attributes: Annotated[
        str, typer.Option(help="Label columns to learn, with commas; default: the preset's.")
    ] = "",
    attribute_init: Annotated[
        str, typer.Option(help="Start of the attribute network: imagenet, scratch or a file.")
    ] = "",
    start_from: Annotated[
        str | None, typer.Option(help="Model whose generator is the start of this one.")
    ] = None,
    image_size: Annotated[int | None, typer.Option(help="Side of the network's square.")] = None,
    steps: Annotated[int | None, typer.Option(help="Generator steps.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Photos a step.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Of all three nets.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same run on the CPU.")] = None,
    max_minutes: Annotated[float | None, typer.Option(help="Stop then; --resume goes on.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    device: Device = "auto",
    debug: Debug = False,
) -> None:
    """Train AMGAN on labelled photos: amgan train photos/ --out runs/mine"""
    from amgan_cli.config import load_preset
    from amgan_cli.model_info import find_weights

    config = load_preset(preset)
    training = {"steps": steps, "batch_size": batch_size, "learning_rate": learning_rate}
    given = {
        "data": {"attributes": tuple(attributes.split(",")) if attributes else None},
        "model": {"image_size": image_size},
        "attribute_network": {"init": attribute_init or None},
        "training": training | {"seed": seed},
    }
    for table, values in given.items():
        config = config.override(table, **{k: v for k, v in values.items() if v is not None})
    start = find_weights(start_from) if start_from else None

    from amgan_cli.train import train as run

    model = run(data, out, config, device, resume, max_minutes, start)
    typer.echo(model)


@app.command()
@one_line_errors
def evaluate(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="Model file, run folder or hub id.")
    ],
    data: Annotated[Path, typer.Option(help="Folder of photos with a labels.csv.")],
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

    from amgan_cli.evaluate import evaluate as run

    run(file, data, judge, config, device, json_file, photos)


def _suffix(manipulations: list[Manipulation]) -> str:
    return "".join(f".{attribute}-{value}" for attribute, value in manipulations)


def _new_files(
    photo: Path, out: Path | None, suffix: str, mask: Path | None, overwrite: bool
) -> tuple[Path, Path | None]:
    """Names of the new picture and mask; UsageError if one may not be written, before any work."""
    from amgan_cli.formats import check_format

    target = out or photo.with_name(f"{photo.stem}{suffix}{photo.suffix}")
    for new in (target, mask):
        if new is None:
            continue
        check_format(new)
        if new.exists() and photo.exists() and new.samefile(photo):
            raise UsageError(f"{new}: is the photo itself, which is never changed; name another")
        if new.exists() and not overwrite:
            raise UsageError(f"{new}: exists; give --overwrite or another name")
    if mask and mask.absolute() == target.absolute():
        raise UsageError(f"--save-mask {mask}: is the new picture's name; give another")
    return target, mask


def _write_edit(
    photo: Path, files: tuple[Path, Path | None], weights: str, device: str, apply: Callable
) -> None:
    """Read the photo, `apply` (editor, pixels) -> Edited to it, write the new files, say so."""
    from amgan_cli.edit import Editor
    from amgan_cli.photo import read_photo, write_mask, write_photo

    original = read_photo(photo)
    edited = apply(Editor.load(weights, device), original.pixels)
    target, mask = files
    write_photo(target, original.with_pixels(edited.pixels))
    if mask:
        write_mask(mask, edited.attention)
    typer.echo(f"{target}  ({(edited.attention == 0).mean():.0%} of the pixels untouched)")


def main() -> None:
    """Entry of the `amgan` command."""
    app()
