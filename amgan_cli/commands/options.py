"""Options that `edit` and `region-edit` share, written once."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, get_type_hints

import typer

from amgan_cli.commands.common import Debug, Device, Weights
from amgan_cli.editing.folders.manifest import Existing
from amgan_cli.photos.formats import SaveOptions

Photos = Annotated[
    list[Path],
    typer.Argument(
        metavar="PHOTO...", help="Files, folders, 'patterns*', or - for standard input."
    ),
]


@dataclass(frozen=True)
class RunOptions:
    """What to do to the photos, where the new files go and how they are written."""

    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="ATTRIBUTE=VALUE", help="What to change; several, parts first."
        ),
    ] = None
    variants: Annotated[
        str | None,
        typer.Option(
            metavar="ATTRIBUTE=VALUE,...", help="One new file for each value, and a sheet of all."
        ),
    ] = None
    targets: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="A line a photo: file, and the attributes to set."),
    ] = None
    strength: Annotated[float, typer.Option(min=0, max=1, help="How much of the change.")] = 1.0
    prints: Annotated[
        bool,
        typer.Option("--prints", help="A new colour is for prints too, which else keep theirs."),
    ] = False
    mask: Annotated[
        Path | None,
        typer.Option(help="Grey picture, white may change; a folder of them for many photos."),
    ] = None
    garment: Annotated[
        Path | None,
        typer.Option(
            help="Mask of the photo's size, white = garment, for colours and patterns whose "
            "outline was found wrong; or a folder of PNGs named as their photos."
        ),
    ] = None

    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", help="New file, or folder; - for standard output; default: beside."
        ),
    ] = None
    in_place: Annotated[bool, typer.Option("--in-place", help="Replace the photos.")] = False
    existing: Annotated[
        Existing | None,
        typer.Option(
            help="New file's name is taken: skip what the same edit made (default for folders; one "
            "photo: whatever made it), overwrite, or fail (default for one photo)."
        ),
    ] = None
    save_mask: Annotated[
        Path | None, typer.Option(help="Also save the attention; a folder for many photos.")
    ] = None
    compare: Annotated[
        Path | None,
        typer.Option(help="Also input, output, attention in one; a folder for many photos."),
    ] = None
    format: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="jpeg, png, webp, tiff or avif; default: as it was."),
    ] = None
    quality: Annotated[
        int | None,
        typer.Option(min=1, max=100, help="Of JPEG, WebP, AVIF; default: a JPEG's own, 90, 85."),
    ] = None
    strip: Annotated[bool, typer.Option("--strip", help="Leave out EXIF, XMP, IPTC and texts.")] = (
        False
    )

    accept: Annotated[
        float,
        typer.Option(min=0, max=1, help="Less probable results go to OUT/review with the reason."),
    ] = 0.0
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway",
            help="Also sleeves for shoes or of unknown length, or a collar that is there.",
        ),
    ] = False
    report: Annotated[
        Path | None, typer.Option(metavar="HTML", help="Also a page of all results.")
    ] = None
    preview: Annotated[bool, typer.Option("--preview", help="Show it in the terminal.")] = False
    json: Annotated[bool, typer.Option("--json", help="A JSON line a photo on stdout.")] = False
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors on stderr.")] = False

    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Only say what would be written.")
    ] = False
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first photo that fails.")
    ] = False
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Only the I-th of N parts of the photos.")
    ] = None
    weights: Weights = None
    device: Device = "auto"
    debug: Debug = False

    @property
    def part(self) -> str:
        """How files end that each shard has for itself: `-3of8`, blank without shards."""
        return f"-{self.shard.replace('/', 'of')}" if self.shard else ""

    @property
    def page(self) -> Path | None:
        """Where the report goes."""
        return self.report and self.report.with_stem(f"{self.report.stem}{self.part}")

    @property
    def save(self) -> SaveOptions:
        """How new pictures are written; UsageError for an unknown format."""
        return SaveOptions(self.format, self.quality, self.strip)


def takes_run_options(command: Callable) -> Callable:
    """Give `command(..., options: RunOptions)` the fields of RunOptions as options of its own."""
    names = [option.name for option in fields(RunOptions)]
    hints = get_type_hints(RunOptions, include_extras=True)

    @functools.wraps(command)
    def run(**given):
        options = RunOptions(**{name: given.pop(name) for name in names})
        return command(**given, options=options)

    own = [p for p in inspect.signature(command).parameters.values() if p.name != "options"]
    shared = [
        inspect.Parameter(
            option.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=option.default,
            annotation=hints[option.name],
        )
        for option in fields(RunOptions)
    ]
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in (*own, *shared)}
    return run
