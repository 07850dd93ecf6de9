"""`amgan edit` and `amgan region-edit`."""

from pathlib import Path
from typing import Annotated

import typer

from amgan_cli.commands.common import (
    Debug,
    Device,
    Out,
    Overwrite,
    Photo,
    SaveMask,
    Set,
    Weights,
    one_line_errors,
)
from amgan_cli.editing.request import EditRequest
from amgan_cli.errors import UsageError


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
    info = read_info(file)
    request = EditRequest.of(info, [info.parse(text) for text in set_])
    _write_edit(photo, out, save_mask, overwrite, request, file, device)


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
    from amgan_cli.editing.regions import parse_region
    from amgan_cli.model_info import find_weights, read_info

    file = find_weights(weights)
    info = read_info(file)
    where = parse_region(region)
    info.check(*where.manipulation)
    manipulations = [info.parse(text) for text in set_]
    options = {"region": where, "threshold": threshold, "raw": raw}
    request = EditRequest.of(info, manipulations, **options)
    _write_edit(photo, out, save_mask, overwrite, request, file, device)


def _new_files(
    photo: Path, out: Path | None, suffix: str, mask: Path | None, overwrite: bool
) -> tuple[Path, Path | None]:
    """Names of the new picture and mask; UsageError if one may not be written, before any work."""
    from amgan_cli.photos.formats import check_format

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
    photo: Path,
    out: Path | None,
    mask: Path | None,
    overwrite: bool,
    request: EditRequest,
    weights: Path,
    device: str,
) -> None:
    """Read the photo, carry out the request, write the new files, say so."""
    target, mask = _new_files(photo, out, request.suffix, mask, overwrite)

    from amgan_cli.editing.edit import Editor
    from amgan_cli.photos.photo import read_photo, write_mask, write_photo

    original = read_photo(photo)
    edited = Editor.load(str(weights), device).carry_out(original.pixels, request)
    write_photo(target, original.with_pixels(edited.pixels))
    if mask:
        write_mask(mask, edited.attention)
    typer.echo(f"{target}  ({(edited.attention == 0).mean():.0%} of the pixels untouched)")
