"""From the words after `amgan edit` to the list of jobs, or one line that says what is wrong."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer

from amgan_cli.commands.options import RunOptions
from amgan_cli.editing.folders.files_in import PIPE, WILD, Found, find_photos
from amgan_cli.editing.folders.jobs import Job, Naming, check_files
from amgan_cli.editing.folders.wanted import Wanted
from amgan_cli.errors import UsageError
from amgan_cli.photos.formats import SUFFIXES, check_format

PAGES = ".html", ".htm"


def is_one_photo(photos: Sequence[Path]) -> bool:
    """Was one photo named, not a folder or a pattern?"""
    if len(photos) != 1 or photos[0].is_dir():
        return False
    return not WILD.search(str(photos[0])) or photos[0].exists()


def find_jobs(photos: Sequence[Path], options: RunOptions, wanted: Wanted) -> list[Job]:
    """Every photo's job, or those of one shard; all names are checked before.

    Raises UsageError for options that contradict each other and for files that would be lost.
    """
    naming = _naming(photos, options)
    found = find_photos(photos, leave_out=(options.out, options.mask, options.garment))
    requests = {photo: wanted.of(photo) for photo in found}
    jobs = [naming.job(photo, edits) for photo, edits in requests.items() if edits]
    if wanted.targets is not None:
        _tell_mismatches(options.targets, wanted, requests)
    if options.garment is not None:
        _check_garments(options.garment, jobs, wanted)
    check_files(jobs, options.in_place)
    return _shard(jobs, options.shard) if options.shard else jobs


def _naming(photos: Sequence[Path], options: RunOptions) -> Naming:
    one, out = is_one_photo(photos), options.out
    suffix = SUFFIXES[options.save.format] if options.save.format else None
    one_picture = one and not options.variants
    names_file = bool(out and out != PIPE and one_picture and Naming.names_file(out))
    for name, mask in (("--mask", options.mask), ("--garment", options.garment)):
        _refuse((mask and not mask.exists(), f"{name} {mask}: no such file or folder"))
    _refuse(
        (options.in_place and out, "--in-place and --out: give one of them"),
        (options.in_place and options.variants, "--in-place and --variants: give --out"),
        (options.in_place and options.accept, "--in-place and --accept: give --out"),
        (options.in_place and suffix, "--in-place and --format: give --out"),
        (PIPE in photos and not one_picture, "-: standard input is one photo, for one picture"),
        (PIPE in photos and options.in_place, "-: standard input has no place; give --out"),
        (out == PIPE and not one_picture, "-o -: standard output takes one picture"),
        (out == PIPE and options.accept, "--accept: moves files; name one with --out"),
        (
            options.report and options.report.suffix.lower() not in PAGES,
            f"--report {options.report}: is a page; name it so, such as report.html",
        ),
        (out == PIPE and options.json, "--json and -o -: both want standard output"),
        (not (one or out or options.in_place), "several photos: give -o FOLDER or --in-place"),
        (
            PIPE in photos and out and out != PIPE and not names_file,
            f"-o {out}: name the new file, such as {out}/shirt.jpg",
        ),
        (
            PIPE in photos and not (names_file or suffix),
            "-o -: give --format, such as --format jpeg",
        ),
        (
            out and names_file and options.save.format_of(out) != check_format(out),
            f"--format {options.format} and -o {out}: contradict each other",
        ),
    )
    return Naming(
        out,
        one_picture,
        options.in_place,
        bool(options.variants),
        suffix,
        options.save_mask,
        options.compare,
        options.mask,
        options.garment,
        review=options.accept > 0,
    )


def _check_garments(given: Path, jobs: list[Job], wanted: Wanted) -> None:
    """Refuse masks of garments that are of no photo, of two, or of no use; say which are left."""
    told = [job for job in jobs if job.garment]
    if not told:
        raise UsageError(f"--garment {given}: no PNG in it is named as a photo to be edited")
    for job in told:
        try:
            for output in job.outputs:
                output.request.check_garment_known(wanted.info)
        except UsageError as error:
            raise UsageError(f"{job.source}: {error}") from None
    if not given.is_dir():
        return
    used = Counter(job.garment for job in told)
    twice = next((mask for mask, count in used.items() if count > 1), None)
    if twice:
        raise UsageError(f"--garment {twice}: two photos are named so; edit one after the other")
    files = {file for file in given.rglob("[!.]*") if file.is_file()}
    left = sorted(files - used.keys())
    if left:
        line = f"{len(left)} files in {given} are of no photo here, such as {left[0].name}"
        typer.echo(line, err=True)


def _refuse(*rules: tuple[object, str]) -> None:
    for broken, message in rules:
        if broken:
            raise UsageError(message)


def _shard(jobs: list[Job], shard: str) -> list[Job]:
    """Every n-th job: the same part on every machine."""
    numbers = re.fullmatch(r"(\d+)/(\d+)", shard)
    part, parts = (int(number) for number in numbers.groups()) if numbers else (0, 0)
    if not 1 <= part <= parts:
        raise UsageError(f"--shard {shard}: write 1/8 to 8/8 for the eight parts of eight")
    return jobs[part - 1 :: parts]


def _tell_mismatches(table: Path | None, wanted: Wanted, requests: dict[Found, tuple]) -> None:
    """Say which photos the table leaves out, and which of its lines are of no photo here."""
    assert wanted.targets is not None
    left_out = [photo.relative for photo, edits in requests.items() if not edits]
    if len(left_out) == len(requests):
        raise UsageError(f"--targets {table}: none of its lines is of a photo given")
    here = {photo.relative.as_posix() for photo in requests}
    here |= {photo.path.name for photo in requests}
    strangers = [name for name in wanted.targets if name not in here]
    if left_out:
        typer.echo(f"{len(left_out)} photos not in {table}, such as {left_out[0]}", err=True)
    if strangers:
        line = f"{len(strangers)} lines of {table} are of no photo given, such as {strangers[0]}"
        typer.echo(line, err=True)
