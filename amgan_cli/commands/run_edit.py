"""What `edit` and `region-edit` do: find the photos, say or do the work, tell how it went."""

import contextlib
import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path

import typer

from amgan_cli import __version__
from amgan_cli.commands.find_jobs import find_jobs, is_one_photo
from amgan_cli.commands.options import RunOptions
from amgan_cli.editing.folders.files_in import PIPE
from amgan_cli.editing.folders.jobs import Job
from amgan_cli.editing.folders.leftovers import remove_leftovers
from amgan_cli.editing.folders.manifest import (
    Existing,
    Manifest,
    common_folder,
    digest,
    folders_above,
)
from amgan_cli.editing.folders.outcome import Outcome, Summary, one_line
from amgan_cli.editing.folders.records import folder_with_records
from amgan_cli.editing.folders.wanted import Wanted, parse_variants, read_targets
from amgan_cli.editing.judge import shipped_judge
from amgan_cli.errors import AmganError, CheckpointError, OutputError, PhotoError, UsageError
from amgan_cli.files import check_writable, printable
from amgan_cli.model_info import ATTRIBUTES_FILE, ModelInfo, attributes_beside, shading_beside
from amgan_cli.photos.formats import SaveOptions
from amgan_cli.stopping import stop_on_ctrl_c

INTERRUPTED = "finishing the photos in hand; Ctrl-C again stops at once"
Sink = Callable[[Outcome], None]


def run_edit(photos: list[Path], options: RunOptions, **region_options) -> None:
    """Run one command; `region_options` are EditRequest's. Ends by typer.Exit unless all is well.

    Raises AmganError for wrong usage and where the only photo fails.
    """
    from amgan_cli.model_info import find_weights, read_info

    # what is wanted, and that it can be had: nothing heavy is loaded yet
    weights = find_weights(options.weights)
    wanted = _wanted(options, read_info(weights), region_options)
    jobs = find_jobs(photos, options, wanted)
    one = is_one_photo(photos)
    manifest = _manifest(photos, jobs, one, options, weights)
    is_new = one and not options.in_place
    existing = options.existing or (Existing.FAIL if is_new else Existing.SKIP)
    settled = {job: manifest.settle(job, existing) for job in jobs}
    if options.shard and not jobs and not options.quiet:
        typer.echo(f"--shard {options.shard}: no photo is in this part", err=True)
    if options.dry_run:
        if not options.quiet:
            typer.echo(f"with {weights}", err=True)
        return _say_what_would_be_done(settled, options)

    # the work
    todo = [job for job, outcome in settled.items() if outcome is None]
    known = [outcome for outcome in settled.values() if outcome is not None]
    _check_places(options, todo)
    remove_leftovers(file.parent for job in todo for file in job.places)
    start, summary = time.monotonic(), Summary(len(jobs), manifest.file)
    lost: OutputError | None = None
    with stop_on_ctrl_c("" if options.quiet else INTERRUPTED) as stop:
        try:
            _work(known, todo, options, weights, one, manifest, summary, stop)
        except OutputError as error:
            lost = error  # of the report; the photos are told of all the same

    # how it went
    if one and summary.error and not options.json:
        raise summary.error
    for line in summary.lines(options.quiet):
        typer.echo(line, err=True)
    if not (one or options.quiet):
        typer.echo(summary.counted(time.monotonic() - start), err=True)
    if lost:
        raise lost
    if stop.is_set() and not summary.counts.total():
        typer.echo("interrupted; nothing was written", err=True)
    if stop.is_set() and not (options.fail_fast and summary.error):
        raise typer.Exit(130)
    if summary.error:
        raise typer.Exit(1)


def _work(
    known: list[Outcome],
    todo: list[Job],
    options: RunOptions,
    weights: Path,
    one: bool,
    manifest: Manifest,
    summary: Summary,
    stop: threading.Event,
) -> None:
    """Do what there is to do; tell everybody of all outcomes, the known ones first."""
    with ExitStack() as closing:
        sinks = [summary.add, *_sinks(options, weights, one, summary.photos, closing)]
        outcomes: Iterable[Outcome] = ()
        if todo:
            editing = _edit_all(todo, options, weights, manifest, stop)
            outcomes = closing.enter_context(contextlib.closing(editing))
        for outcome in itertools.chain(known, outcomes):
            for sink in sinks:
                sink(outcome)
            if options.fail_fast and outcome.error:
                stop.set()


def _wanted(options: RunOptions, info: ModelInfo, region_options: dict) -> Wanted:
    """Check every word asked for."""
    if "region" in region_options:
        region_options = region_options | {"region": region_options["region"].checked(info)}
    return Wanted(
        info,
        tuple(info.parse(text) for text in options.set_ or ()),
        parse_variants(options.variants, info) if options.variants else (),
        read_targets(options.targets, info) if options.targets else None,
        {
            "strength": options.strength,
            "prints": options.prints,
            "even_unmeasured": options.anyway,
            **region_options,
        },
    )


def _manifest(
    photos: list[Path], jobs: list[Job], one: bool, options: RunOptions, weights: Path
) -> Manifest:
    """What earlier runs did; in place what others may have told of the same photos counts too,
    whichever folder was named for them. One photo alone adds to what is told of its new place."""
    known = folder_with_records(jobs[0].outputs[0].target) if one and jobs else None
    if one and known is None:
        return Manifest(None, {}, alone=True)
    networks = weights, attributes_beside(weights), shading_beside(weights)
    decides = {
        "version": __version__,
        "weights": [digest(file) for file in networks if file],
        "save": asdict(options.save),
        "accept": options.accept,
        "anyway": options.anyway,
    }
    if one:
        return Manifest(known, decides, alone=True)
    if options.out:
        return Manifest(options.out, decides, options.part)
    folder, besides = common_folder(photos, jobs), folders_above(jobs)
    return Manifest(folder, decides, options.part, besides)


def _check_places(options: RunOptions, todo: list[Job]) -> None:
    """Refuse before hours of work what cannot be written at the end; OutputError, UsageError."""
    for folder in {place.parent for job in todo for place in job.places if place != PIPE}:
        check_writable(folder)
    if options.page:
        check_writable(options.page.parent)
        if _holds_else(options.page) and options.existing is not Existing.OVERWRITE:
            raise UsageError(
                f"--report {options.page}: exists and is not amgan's; --existing overwrite "
                "replaces it"
            )


def _holds_else(page: Path) -> bool:
    """Whether there is a file with something in it that is no report."""
    if not page.is_file():
        return False
    with page.open("rb") as file:
        start = file.read(2000)  # reports are as large as their pictures
    return bool(start) and b"<title>amgan" not in start


def _say_what_would_be_done(settled: dict[Job, Outcome | None], options: RunOptions) -> None:
    """A line a photo; exit code 1 if one would fail, as far as its name tells. Files that are there
    are told of as replaced, but not photos in place."""
    failed = False
    for job, outcome in settled.items():
        error = outcome.error if outcome else None
        if outcome is None:
            error = _error_by_name(job, options.save)
        status = "fail" if error else "skip" if outcome else "edit"
        taken = [str(f) for f in job.files if f != job.source.resolve() and os.path.lexists(f)]
        replaced = taken if status == "edit" else []
        failed = failed or bool(error)
        if options.json:
            files = [*map(str, job.files)]
            edits = [output.request.text for output in job.outputs]
            line = {"source": str(job.source), "status": status, "files": files, "edits": edits}
            line |= {"replaced": replaced} if replaced else {}
            typer.echo(json.dumps(line | ({"error": one_line(error)} if error else {})))
        elif error:
            typer.echo(f"fail  {one_line(error)}")
        else:
            edits = " | ".join(output.request.text for output in job.outputs)
            files = ", ".join(map(str, job.files))
            end = f"  replaces {', '.join(replaced)}" if replaced else ""
            typer.echo(one_line(f"{status}  {job.source} -> {files}  ({edits}){end}"))
    if failed:
        raise typer.Exit(1)


def _error_by_name(job: Job, save: SaveOptions) -> AmganError | None:
    """Why a photo would fail, as far as names tell."""
    if job.source != PIPE and not job.source.exists():
        return PhotoError(f"{printable(job.source)}: no such file; check the name")
    if job.may_change and not job.may_change.exists():
        return PhotoError(f"{printable(job.source)}: --mask has no {job.may_change}")
    try:
        for file in job.files:
            save.format_of(job.source if file == PIPE else file)
    except UsageError as error:
        return error
    return None


def _edit_all(todo, options: RunOptions, weights: Path, manifest: Manifest, stop):
    """Load the network and everything heavy; yield the outcomes."""
    from amgan_cli.editing.edit import Editor
    from amgan_cli.editing.folders.pipeline import edit_all
    from amgan_cli.editing.folders.workbench import Workbench
    from amgan_cli.editing.judge import judge_by, load_judge

    editor = Editor.load(str(weights), options.device)
    judge, file = None, shipped_judge()
    if options.accept or options.report or needs_judge(todo, editor.info):
        if editor.attributes:
            judge = judge_by(editor.attributes)
        elif file:
            judge = load_judge(file, options.device)
        elif options.accept:
            raise CheckpointError(f"--accept: weights/{ATTRIBUTES_FILE} is not installed")
    bench = Workbench(
        editor,
        manifest,
        options.save,
        judge,
        options.accept,
        options.anyway,
        thumbnails=bool(options.report or options.preview),
    )
    return edit_all(todo, bench, stop)


def needs_judge(jobs: Iterable[Job], info: ModelInfo) -> bool:
    """Whether more than colours is asked for: a colour is reached by construction, a shape not,
    and a region may not be there."""
    asked = {name for job in jobs for out in job.outputs for name in out.request.attributes}
    return not asked <= {info.color_attribute}


def _sinks(
    options: RunOptions, weights: Path, one: bool, total: int, closing: ExitStack
) -> list[Sink]:
    """Who wants to hear of every outcome."""
    from rich.console import Console

    console = Console(stderr=True)
    if options.preview and not console.is_terminal:
        raise UsageError("--preview: standard error is no terminal; use --compare")
    sinks: list[Sink] = []
    if options.json:
        sinks.append(lambda outcome: typer.echo(json.dumps(outcome.to_dict())))
    elif one:
        sinks.append(partial(_say_new_files, quiet=options.quiet))
    if not (one or options.quiet):
        from amgan_cli.editing.folders.progress import RunProgress

        progress = closing.enter_context(RunProgress(console, total))
        sinks.append(progress.add)
    if options.preview:
        from amgan_cli.editing.folders.preview import show

        sinks.append(lambda outcome: show(outcome, console))
    if options.page:
        from amgan_cli.editing.folders.report import open_report

        if not (attributes_beside(weights) or shipped_judge() or options.quiet):
            typer.echo(
                f"--report: no probabilities, weights/{ATTRIBUTES_FILE} is missing", err=True
            )
        sinks.append(closing.enter_context(open_report(options.page)).add)
    return sinks


def _say_new_files(outcome: Outcome, quiet: bool) -> None:
    if outcome.status == "skipped" and not quiet:
        typer.echo(f"{printable(outcome.source)}: skipped, its new files are there", err=True)
    for result in outcome.results:
        if result.file != PIPE:
            exact = "" if result.delta_e is None else f", ΔE2000 {result.delta_e:.1f} to the colour"
            untouched = f"{result.untouched:.0%} of the pixels untouched"
            typer.echo(f"{printable(result.file)}  ({untouched}{exact})")
