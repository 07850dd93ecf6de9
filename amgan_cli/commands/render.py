"""`amgan render`."""

from pathlib import Path
from typing import Annotated

import typer

from amgan_cli.commands.common import Debug, one_line_errors
from amgan_cli.errors import UsageError


@one_line_errors
def render(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="New folder, or a stopped run's.")],
    count: Annotated[int, typer.Option("--count", "-n", help="Garments to draw.")],
    seed: Annotated[int, typer.Option(help="Same seed, same pictures.")] = 0,
    size: Annotated[int, typer.Option(help="Pixels of the longer side.")] = 256,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ATTRIBUTE=VALUE", help="The same in every picture."),
    ] = None,
    counterfactual: Annotated[
        str | None,
        typer.Option(metavar="ATTRIBUTE", help="Draw each garment in every value of it."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Draw labelled photos of garments with exact masks: amgan render photos/ --count 1000"""
    from amgan_cli.catalogue.values import CHOICES
    from amgan_cli.vocabulary import Vocabulary

    vocabulary = Vocabulary(CHOICES)
    fixed: dict[str, str] = {}
    for text in set_ or ():
        attribute, value = vocabulary.check(*vocabulary.split(text))
        if attribute in fixed:
            raise UsageError(f"--set {attribute}: given twice; a catalogue holds one value or all")
        fixed[attribute] = value

    from amgan_cli.catalogue.dataset import render_catalogue

    render_catalogue(out, count, seed, size, fixed=fixed, counterfactual=counterfactual)
    typer.echo(out)
