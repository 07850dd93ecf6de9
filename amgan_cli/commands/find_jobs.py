"""From the words after `amgan edit` to the list of jobs, or one line that says what is wrong."""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer

from amgan_cli.commands.options import RunOptions
from amgan_cli.editing.folders.files_in import PIPE, WILD, Found, find_photos
from amgan_cli.editing.folders.jobs import Job, Naming, check_files, named_as_edits
from amgan_cli.editing.folders.manifest import Existing
from amgan_cli.editing.folders.marks import marked
from amgan_cli.editing.folders.records import made_of_others
from amgan_cli.editing.folders.wanted import Wanted, plain_name
from amgan_cli.errors import UsageError
from amgan_cli.photos.formats import FORMATS, SUFFIXES, check_format

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
    results = options.out, options.save_mask, options.compare
    found = find_photos(photos, leave_out=(*results, options.mask, options.garment))
    made = marked(found) | made_of_others(found, options.out) | named_as_edits(found, wanted.info)
    made = {photo for photo in made if photo.path not in photos}
    if made and not options.quiet:
        few = min(made, key=lambda photo: photo.relative).relative
        line = f"{len(made)} pictures left out that amgan made of the others, such as {few}"
        typer.echo(line, err=True)
    requests = {photo: wanted.of(photo) for photo in found if photo not in made}
    jobs = [naming.job(photo, edits) for photo, edits in requests.items() if edits]
    if options.in_place:  # two names of one file are one photo
        jobs = list({job.source.resolve(): job for job in reversed(jobs)}.values())[::-1]
    if wanted.targets is not None:
        _tell_mismatches(options, wanted, requests)
    if options.garment is not None:
        _check_garments(options.garment, jobs, wanted, options.quiet)
    check_files(jobs, options.in_place)
    return _shard(jobs, options.shard) if options.shard else jobs


def _naming(photos: Sequence[Path], options: RunOptions) -> Naming:
    """How results are named; UsageError for options that contradict each other."""
    one, out = is_one_photo(photos), options.out
    one_picture = one and not options.variants
    names_file = bool(out and out != PIPE and one_picture and Naming.names_file(out))
    suffix = SUFFIXES[options.save.format] if options.save.format else None
    if options.in_place:
        _check_in_place(photos, options)
    elif not (one or out):
        raise UsageError("several photos: give -o FOLDER or --in-place")
    _check_pipes(photos, options, one_picture, names_file)
    for name, mask in (("--mask", options.mask), ("--garment", options.garment)):
        if mask and not mask.exists():
            raise UsageError(f"{name} {mask}: no such file or folder")
    places = ("--save-mask", options.save_mask), ("--compare", options.compare), ("-o", out)
    for name, place in places:
        if place == PIPE and name != "-o":
            raise UsageError(f"{name} -: standard output is for the picture; name a file")
        names_one = place and place.suffix.lower() in FORMATS and not place.is_dir()
        if names_one and not one_picture:
            raise UsageError(f"{name} {place}: names one picture, and there are several")
    if options.report and options.report.suffix.lower() not in PAGES:
        raise UsageError(f"--report {options.report}: is a page; name it so, such as report.html")
    if out and names_file and options.save.format_of(out) != check_format(out):
        raise UsageError(f"--format {options.format} and -o {out}: contradict each other")
    return Naming(
        out,
        one_picture=one_picture,
        in_place=options.in_place,
        variants=bool(options.variants),
        suffix=suffix,
        save_mask=options.save_mask,
        compare=options.compare,
        may_change=options.mask,
        garment=options.garment,
        review=options.accept > 0,
    )


def _check_in_place(photos: Sequence[Path], options: RunOptions) -> None:
    """Refuse what needs another place than the photo's."""
    if options.out:
        raise UsageError("--in-place and --out: give one of them")
    others = {
        "--variants": options.variants,
        "--accept": options.accept,
        "--format": options.save.format,
    }
    for name, given in others.items():
        if given:
            raise UsageError(f"--in-place and {name}: give --out")
    if options.existing is Existing.FAIL:
        raise UsageError("--in-place and --existing fail: the photos are there; leave one out")
    if PIPE in photos:
        raise UsageError("-: standard input has no place; give --out")


def _check_pipes(
    photos: Sequence[Path], options: RunOptions, one_picture: bool, names_file: bool
) -> None:
    """Refuse what standard input and output cannot be."""
    out, from_stdin = options.out, PIPE in photos
    if from_stdin and not one_picture:
        raise UsageError("-: standard input is one photo, for one picture")
    if from_stdin and out and out != PIPE and not names_file:
        raise UsageError(f"-o {out}: name the new file, such as {out}/shirt.jpg")
    if from_stdin and not (names_file or options.save.format):
        raise UsageError("-o -: give --format, such as --format jpeg")
    if out != PIPE and not (from_stdin and out is None):
        return
    if not one_picture:
        raise UsageError("-o -: standard output takes one picture")
    if options.accept:
        raise UsageError("--accept: moves files; name one with --out")
    if options.json:
        raise UsageError("--json and -o -: both want standard output")
    if sys.stdout.isatty() and not options.dry_run:
        raise UsageError("-o -: standard output is a terminal; redirect it or name a file")


def _check_garments(given: Path, jobs: list[Job], wanted: Wanted, quiet: bool) -> None:
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
    if left and not quiet:
        line = f"{len(left)} files in {given} are of no photo here, such as {left[0].name}"
        typer.echo(line, err=True)


def _shard(jobs: list[Job], shard: str) -> list[Job]:
    """Every n-th job: the same part on every machine."""
    numbers = re.fullmatch(r"(\d+)/(\d+)", shard)
    part, parts = (int(number) for number in numbers.groups()) if numbers else (0, 0)
    if not 1 <= part <= parts:
        raise UsageError(f"--shard {shard}: write 1/8 to 8/8 for the eight parts of eight")
    return jobs[part - 1 :: parts]


def _tell_mismatches(options: RunOptions, wanted: Wanted, requests: dict[Found, tuple]) -> None:
    """Say which photos the table leaves out, and which of its lines are of no photo here."""
    assert wanted.targets is not None
    table = options.targets
    left_out = [photo.relative for photo in requests if wanted.named(photo) is None]
    if len(left_out) == len(requests):
        raise UsageError(f"--targets {table}: none of its lines is of a photo given")
    if not any(requests.values()):
        raise UsageError(f"--targets {table}: names no value for any photo given")
    if options.quiet:
        return
    here = {plain_name(photo.relative) for photo in requests}
    here |= {plain_name(photo.path.name) for photo in requests}
    blank = [photo.relative for photo in requests if wanted.named(photo) == ()]
    strangers = [name for name in wanted.targets if name not in here]
    if left_out:
        typer.echo(f"{len(left_out)} photos not in {table}, such as {left_out[0]}", err=True)
    if blank:
        line = f"{len(blank)} photos left as they are: no value in {table}, such as {blank[0]}"
        typer.echo(line, err=True)
    if strangers:
        line = f"{len(strangers)} lines of {table} are of no photo given, such as {strangers[0]}"
        typer.echo(line, err=True)
