"""`amgan train`."""

from pathlib import Path
from typing import Annotated

import typer

from amgan_cli.commands.common import DATA_HELP, Debug, Device, one_line_errors
from amgan_cli.files import only_run_in


@one_line_errors
def train(
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Run folder for model, state and sheets.")
    ],
    data: Annotated[str, typer.Argument(metavar="DATA", help=DATA_HELP, show_default=False)] = "",
    data_option: Annotated[
        str, typer.Option("--data", metavar="DATA", help="DATA, as `amgan evaluate` takes it.")
    ] = "",
    preset: Annotated[
        str,
        typer.Option(
            help="default, five, small, tiny, paper-deepfashion, paper-shopping100k or a TOML file."
        ),
    ] = "default",
    method: Annotated[
        str, typer.Option(help="amgan, stargan, ganimation or sagan; over the preset.")
    ] = "amgan",
    without: Annotated[
        list[str] | None,
        typer.Option(help="crop-discriminator, perceptual or attention-loss; several add up."),
    ] = None,
    attention: Annotated[
        str, typer.Option(help="own, or cam: CAMs as alpha (an ablation).")
    ] = "own",
    attributes: Annotated[
        str, typer.Option(help="Label columns to learn, with commas; default: the preset's.")
    ] = "",
    attribute_init: Annotated[
        str, typer.Option(help="Start of the attribute network: imagenet, scratch or a file.")
    ] = "",
    start_from: Annotated[
        str | None, typer.Option(help="Model whose generator is the start of this one.")
    ] = None,
    only: Annotated[
        str,
        typer.Option(help="What may learn; edits of others stay as --start-from has them."),
    ] = "",
    image_size: Annotated[int | None, typer.Option(help="Side of the network's square.")] = None,
    steps: Annotated[int | None, typer.Option(help="Generator steps.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Photos a step.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Of all three nets.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same run on the CPU.")] = None,
    max_minutes: Annotated[
        float | None,
        typer.Option(min=0, help="Stop then, once the attribute network is whole; see --resume."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    device: Device = "auto",
    debug: Debug = False,
) -> None:
    """Train on labelled photos: amgan train photos/ --out runs/mine"""
    from amgan_cli.config import load_preset
    from amgan_cli.errors import UsageError
    from amgan_cli.methods import choose_method
    from amgan_cli.model_info import find_weights

    if bool(data) == bool(data_option):
        raise UsageError("give the data once: amgan train photos/ --out runs/mine")
    config = choose_method(load_preset(preset), method, without or (), attention)
    training = {"steps": steps, "batch_size": batch_size, "learning_rate": learning_rate}
    given = {
        "data": {"attributes": _names(attributes)},
        "model": {"image_size": image_size},
        "attribute_network": {"init": attribute_init or None},
        "training": training | {"seed": seed, "only": _names(only)},
    }
    for table, values in given.items():
        config = config.override(table, **{k: v for k, v in values.items() if v is not None})
    start = find_weights(start_from, "--start-from") if start_from else None

    from amgan_cli.training.train import train as run

    with only_run_in(out):
        model = run(data or data_option, out, config, device, resume, max_minutes, start)
    typer.echo(model)


def _names(text: str) -> tuple[str, ...] | None:
    """`color, sleeve` as two names, each once; None for nothing."""
    names = (name.strip() for name in text.split(","))
    return tuple(dict.fromkeys(filter(None, names))) or None
