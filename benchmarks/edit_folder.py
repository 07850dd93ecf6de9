"""Photos a second of `amgan edit FOLDER` against one photo after the other, and where time goes.

    python benchmarks/edit_folder.py [photos of each size]

Both ways run in this process over the same rendered JPEGs, turn by turn, with the shipped model.
"""

import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from PIL import Image

from amgan_cli import Editor
from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing.folders.files_in import find_photos
from amgan_cli.editing.folders.jobs import Job, Naming
from amgan_cli.editing.folders.manifest import Manifest
from amgan_cli.editing.folders.outcome import Outcome
from amgan_cli.editing.folders.pipeline import edit_all
from amgan_cli.editing.folders.workbench import Workbench
from amgan_cli.editing.request import EditRequest
from amgan_cli.photos.formats import SaveOptions
from amgan_cli.photos.photo import read_photo, write_photo

SIZES = ((400, 533), (1600, 2133), (4000, 3000))
STAGES = ("read", "network", "lift", "write")


def make_photos(folder: Path, width: int, height: int, count: int) -> None:
    """Five rendered garments, enlarged and copied to `count` files."""
    folder.mkdir()
    for i in range(count):
        path = folder / f"{i}.jpg"
        if i < 5:
            small = render(sample_garment(i), (width // 4, height // 4)).image
            Image.fromarray(small).resize((width, height)).save(path, quality=92)
        else:
            shutil.copy(folder / f"{i % 5}.jpg", path)


def one_by_one(editor: Editor, jobs: list[Job]) -> float:
    """Photos a second of the plain loop."""
    start = time.perf_counter()
    for job in jobs:
        photo = read_photo(job.source)
        edited = editor.carry_out(photo.pixels, job.outputs[0].request)
        write_photo(job.outputs[0].target, photo.with_pixels(edited.pixels))
    return len(jobs) / (time.perf_counter() - start)


def overlapped(editor: Editor, jobs: list[Job]) -> tuple[float, Counter]:
    """Photos a second of the pipeline, and the seconds of each stage added up."""
    bench = Workbench(editor, Manifest(None, {}), SaveOptions())
    start, spent = time.perf_counter(), Counter()
    for outcome in edit_all(jobs, bench, threading.Event()):
        spent.update(_checked(outcome).seconds)
    return len(jobs) / (time.perf_counter() - start), spent


def _checked(outcome: Outcome) -> Outcome:
    assert outcome.status == "done", outcome.error
    return outcome


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    editor = Editor.load()
    request = EditRequest.of(editor.info, {"color": "navy"})
    print("| photos | one by one, photos/s | overlapped, photos/s | " + " | ".join(STAGES) + " |")
    print("|---|---|---|" + "---|" * len(STAGES))
    for width, height in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_photos(folder / "in", width, height, count)
            naming = Naming(folder / "out")
            jobs = [naming.job(photo, [request]) for photo in find_photos([folder / "in"])]
            one_by_one(editor, jobs[:2])  # warm up
            alone = one_by_one(editor, jobs)
            together, spent = overlapped(editor, jobs)
        shares = " | ".join(f"{spent[stage] / spent.total():.0%}" for stage in STAGES)
        print(f"| {width}x{height} | {alone:.2f} | {together:.2f} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
