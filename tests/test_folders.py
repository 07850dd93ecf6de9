"""Folders through the command: the tree, nasty files, resuming, stopping, memory."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from conftest import read_pixels
from PIL import Image
from rich.console import Console

from amgan_cli import Editor
from amgan_cli.editing.folders.files_in import Found, find_photos
from amgan_cli.editing.folders.jobs import Naming
from amgan_cli.editing.folders.manifest import Manifest
from amgan_cli.editing.folders.outcome import Outcome, Summary
from amgan_cli.editing.folders.pipeline import edit_all
from amgan_cli.editing.folders.progress import RunProgress
from amgan_cli.editing.folders.workbench import Workbench
from amgan_cli.editing.request import EditRequest
from amgan_cli.errors import PhotoError, UsageError
from amgan_cli.photos.formats import SaveOptions

RED = ("--set", "color=red")


def lines(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def files_below(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_of_nasty_files(amgan, photo, model_file, tmp_path):
    good = photo.read_bytes()
    photos = tmp_path / "photos"
    for name in ("a.png", "футболка.png", "two\nlines.png", "x.jpg/inner.png", "deep/er/a.png"):
        (photos / name).parent.mkdir(parents=True, exist_ok=True)
        (photos / name).write_bytes(good)
    for name in (".hidden.png", ".cache/b.png"):
        (photos / name).parent.mkdir(exist_ok=True)
        (photos / name).write_bytes(good)
    (photos / "cut.png").write_bytes(good[:3000])
    (photos / "empty.jpg").write_bytes(b"")
    (photos / "text.jpg").write_text("not a picture")
    (photos / "gone.png").symlink_to("nowhere.png")
    (photos / "notes.txt").write_text("left alone")

    done = amgan("edit", "photos", *RED, "-o", "out", "-w", model_file, "--json")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    edited = {"a.png", "футболка.png", "two\nlines.png", "x.jpg/inner.png", "deep/er/a.png"}
    assert files_below(tmp_path / "out") == edited | {"amgan.jsonl"}
    for name in edited:
        assert read_pixels(tmp_path / "out" / name).shape == read_pixels(photo).shape
    outcomes = {Path(line["source"]).name: line for line in lines(done)}
    assert {name for name, line in outcomes.items() if line["status"] == "failed"} == {
        "cut.png",
        "empty.jpg",
        "text.jpg",
        "gone.png",
    }
    assert "not an image" in outcomes["text.jpg"]["error"]
    assert "5 done, 0 skipped, 4 failed" in done.stderr.splitlines()[-1]
    assert sum(line.startswith("failed: ") for line in done.stderr.splitlines()) == 4


def test_files_folders_and_patterns_mirror_their_trees(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("A.jpg", "B/x/y.jpg", "B/out/old.jpg", "C/1.png", "C/.2.png", "C/d/3.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    names = [Path("A.jpg"), Path("A.jpg"), Path("B"), Path("C/*.png"), Path("not/there.jpg")]
    found = find_photos(names, leave_out=[Path("B/out"), None])
    places = {photo.path.as_posix(): photo.relative.as_posix() for photo in found}
    assert places == {
        "A.jpg": "A.jpg",
        "B/x/y.jpg": "x/y.jpg",
        "C/1.png": "1.png",
        "not/there.jpg": "there.jpg",
    }
    deep = find_photos([Path("C/**/*.png")])
    assert {photo.relative.as_posix() for photo in deep} == {"1.png", "d/3.png"}
    with pytest.raises(UsageError, match=r"\*.gif: no photos"):
        find_photos([Path("C/*.gif")])


def test_a_photo_named_twice_is_one_and_results_are_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("B/x.jpg", "B/sub/y.jpg", "B/out/x.jpg", "B/out/sub/y.jpg"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    by_shell = [Path("B/out"), Path("B/sub"), Path("B/x.jpg")]  # B/*
    for names in ([Path("B/sub/y.jpg"), Path("B")], [Path("B"), tmp_path / "B/sub/y.jpg"]):
        found = find_photos(names, leave_out=[Path("B/out")])
        assert [photo.relative.as_posix() for photo in found] == ["sub/y.jpg", "x.jpg"]
    for names in (by_shell, [Path("B/*.jpg"), Path("B/**/y.jpg")], [Path("B/*")]):
        found = find_photos(names, leave_out=[Path("B/out")])
        assert sorted(photo.path.name for photo in found) == ["x.jpg", "y.jpg"]
    assert len(find_photos([Path("B/out")], leave_out=[Path("B/out")])) == 2  # all that is named


def test_collisions_and_the_photo_itself_are_found_before_any_work(run, photo, tmp_path):
    for name in ("one/a.png", "two/a.png"):
        (tmp_path / name).parent.mkdir()
        shutil.copy(photo, tmp_path / name)
    done = run("edit", "one", "two", *RED, "-o", "out")
    assert done.exit_code == 2
    assert "out/a.png: would be made of one/a.png and of two/a.png" in done.stderr
    done = run("edit", "one", *RED, "-o", "one")
    assert done.exit_code == 2
    assert "never changed" in done.stderr
    assert run("edit", "one", "two", *RED).exit_code == 2
    assert files_below(tmp_path) == {"one/a.png", "two/a.png"}


def test_only_what_the_same_edit_made_is_skipped(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png", "c.png"):
        shutil.copy(photo, tmp_path / "in" / name)
    words = ("edit", "in", "-o", "out", "--json")

    def statuses(*more: str) -> str:
        return " ".join(line["status"] for line in lines(run(*words, *more)))

    assert statuses(*RED) == "done done done"
    assert statuses(*RED) == "skipped skipped skipped"
    first = (tmp_path / "out/a.png").read_bytes()
    assert statuses("--set", "color=green") == "done done done"  # another edit
    assert (tmp_path / "out/a.png").read_bytes() != first
    assert statuses(*RED, "--strength", "0.5") == "done done done"
    assert statuses(*RED) == "done done done"
    assert (tmp_path / "out/a.png").read_bytes() == first
    os.utime(tmp_path / "in/b.png", (1, 1))  # another photo
    (tmp_path / "out/c.png").unlink()
    assert statuses(*RED) == "skipped done done"
    assert statuses(*RED, "--save-mask", "masks") == "done done done"
    assert files_below(tmp_path / "masks") == {"a.png", "b.png", "c.png"}
    assert statuses(*RED, "--existing", "overwrite") == "done done done"
    done = run(*words, *RED, "--existing", "fail")
    assert done.exit_code == 2
    assert "out/a.png: exists" in done.stderr


def test_a_file_that_amgan_did_not_make_is_kept(run, photo, tmp_path):
    for folder in ("in", "backup"):
        (tmp_path / folder).mkdir()
        shutil.copy(photo, tmp_path / folder / "a.png")
    done = run("edit", "in", *RED, "-o", "backup")
    assert done.exit_code == 1
    assert "backup/a.png: exists and is not amgan's" in done.stderr
    assert (tmp_path / "backup/a.png").read_bytes() == photo.read_bytes()
    assert run("edit", "in", *RED, "-o", "backup", "--existing", "overwrite").exit_code == 0
    assert (tmp_path / "backup/a.png").read_bytes() != photo.read_bytes()


def test_in_place_edits_each_photo_once(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copy(photo, tmp_path / "in/a.png")
    (tmp_path / "in/link.png").symlink_to("a.png")
    assert "1 done" in run("edit", "in", *RED, "--in-place").stderr  # two names of one photo
    assert (tmp_path / "in/link.png").is_symlink()
    once = (tmp_path / "in/a.png").read_bytes()
    assert once != photo.read_bytes()
    Image.new("L", (3, 3)).save(tmp_path / "small.png")
    failed = run("edit", "in", *RED, "--in-place", "--mask", "small.png")
    assert failed.exit_code == 1 and "is 3x3 pixels" in failed.stderr
    (tmp_path / "in/amgan-notes.jsonl").write_text('{"place": "a", "source": "b", "files": {}}\n')
    assert "0 done, 1 skipped" in run("edit", "in", *RED, "--in-place").stderr
    assert (tmp_path / "in/a.png").read_bytes() == once


def test_a_torn_manifest_line_costs_one_photo(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png"):
        shutil.copy(photo, tmp_path / "in" / name)
    run("edit", "in", *RED, "-o", "out")
    manifest = tmp_path / "out/amgan.jsonl"
    last = json.loads(manifest.read_text().splitlines()[-1])["results"][0]["file"]
    manifest.write_bytes(manifest.read_bytes()[:-30])
    (tmp_path / last).unlink()  # which gets its name when its line is whole
    assert "1 done, 1 skipped" in run("edit", "in", *RED, "-o", "out").stderr
    assert "2 skipped" in run("edit", "in", *RED, "-o", "out").stderr


def test_a_results_folder_can_be_moved(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copy(photo, tmp_path / "in/a.png")
    run("edit", "in", *RED, "-o", "out")
    (tmp_path / "out").rename(tmp_path / "moved")
    (line,) = lines(run("edit", "in", *RED, "-o", "moved", "--json"))
    assert line["status"] == "skipped"
    assert line["results"][0]["file"] == "moved/a.png"


def test_one_photo_is_skipped_where_its_new_file_is(run, photo, tmp_path):
    words = ("edit", photo, *RED, "-o", "red.png", "--existing", "skip")
    assert run(*words).exit_code == 0
    (tmp_path / "red.png").write_text("kept")
    done = run(*words)
    assert done.exit_code == 0 and "skipped, its new files are there" in done.stderr
    assert not run(*words, "-q").stderr
    assert (tmp_path / "red.png").read_text() == "kept"
    done = run(*words, "--save-mask", "m.png")  # not all of them are
    assert done.exit_code == 1 and "red.png: exists" in done.stderr
    copy = shutil.copy(photo, tmp_path / "in place.png")
    assert run("edit", copy, *RED, "--in-place", "--existing", "skip").exit_code == 0
    assert copy.read_bytes() != photo.read_bytes()


def test_old_temporary_files_of_a_killed_run_are_removed(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copy(photo, tmp_path / "in/a.png")
    (tmp_path / "out").mkdir()
    old, young = tmp_path / "out/.amgan-1.part", tmp_path / "out/.amgan-2.part"
    for file in (old, young):
        file.touch()
    os.utime(old, (1, 1))
    run("edit", "in", *RED, "-o", "out")
    assert (old.exists(), young.exists()) == (False, True)  # the young one may be another shard's


def test_progress_is_lines_where_there_is_no_terminal():
    file = io.StringIO()
    with RunProgress(Console(file=file), total=4, line_seconds=0) as progress:
        for status in ("skipped", "done", "failed"):
            progress.add(Outcome(Path("a.png"), status))
    first, _, last = file.getvalue().splitlines()
    assert first == "1/4, 0.0 photos/s"
    assert re.fullmatch(r"3/4, [\d.]+ photos/s, 1 failed, 0 min left", last)


def test_the_end_of_a_run_says_what_is_left_and_where_the_rest_is_told():
    summary = Summary(40, Path("out/amgan.jsonl"))
    for i in range(25):
        summary.add(Outcome(Path(f"{i}.png"), "failed", error=PhotoError(f"{i}.png: is none")))
    *_, last = summary.lines(quiet=True)
    assert last == "... and 5 more, all in out/amgan.jsonl"
    assert summary.counted(2).startswith("0 done, 0 skipped, 25 failed, 15 left for the same comm")
    assert "left" not in Summary(0).counted(2)


def test_a_dry_run_says_what_would_be_replaced(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copy(photo, tmp_path / "in/a.png")
    words = ("edit", "in", "-o", "out", "-n")
    assert "replaces" not in run(*words, *RED).stdout
    run("edit", "in", *RED, "-o", "out")
    assert run(*words, *RED).stdout.startswith("skip ")
    other = (*words, "--set", "color=blue")
    assert run(*other).stdout.rstrip().endswith("(color=blue) replaces out/a.png")
    assert json.loads(run(*other, "--json").stdout)["replaced"] == ["out/a.png"]
    in_place = run("edit", "in", *RED, "--in-place", "-n").stdout
    assert in_place.startswith("edit ") and "replaces" not in in_place


def test_outcomes_come_in_the_order_of_the_photos(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "c.png"):
        shutil.copy(photo, tmp_path / "in" / name)
    (tmp_path / "in/b.png").write_bytes(b"no picture")
    done = run("edit", "in", *RED, "-o", "out", "--json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(each["source"]).name for each in told] == ["a.png", "b.png", "c.png"]
    assert [each["status"] for each in told] == ["done", "failed", "done"]


def test_fail_fast_stops(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/0.png").write_bytes(b"")
    for i in range(1, 60):
        shutil.copy(photo, tmp_path / f"in/{i}.png")
    done = run("edit", "in", *RED, "-o", "out", "--fail-fast")
    assert done.exit_code == 1
    assert len(list((tmp_path / "out").glob("*.png"))) < 59


def test_dry_run_says_what_would_be_done_without_torch(photo, model_file, tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copy(photo, tmp_path / "in/a.png")
    words = ["edit", "in", *RED, "-o", "out", "-n", "-w", str(model_file)]
    code = (
        f"import sys; sys.argv = ['amgan', *{words!r}]\n"
        "from amgan_cli.cli import main\n"
        "try:\n    main()\nfinally:\n"
        "    print(sorted({'torch', 'numpy', 'cv2', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.splitlines() == ["edit in/a.png -> out/a.png (color=red)", "[]"]
    assert not (tmp_path / "out").exists()


def test_killed_and_interrupted_runs_leave_whole_files_and_go_on(run, model_file, photo, tmp_path):
    (tmp_path / "in").mkdir()
    picture = Image.open(photo).resize((600, 800))
    picture.save(tmp_path / "in/00.png")
    for i in range(1, 40):
        os.link(tmp_path / "in/00.png", tmp_path / f"in/{i:02}.png")
    words = ["edit", "in", *RED, "-o", "out", "-w", model_file]
    command = [Path(sys.executable).parent / "amgan", *map(str, words)]
    manifest = tmp_path / "out/amgan.jsonl"

    def stop_after(n_more: int, number: int) -> subprocess.CompletedProcess[str]:
        have = manifest.read_text().count("\n") if manifest.exists() else 0
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
            while not manifest.exists() or manifest.read_text().count("\n") < have + n_more:
                assert process.poll() is None, "the run ended before it could be stopped"
                time.sleep(0.01)
            process.send_signal(number)
            _, stderr = process.communicate(timeout=300)
        return subprocess.CompletedProcess(command, process.returncode, "", stderr)

    assert stop_after(3, signal.SIGKILL).returncode == -signal.SIGKILL
    files = [*(tmp_path / "out").glob("[0-9]*.png")]
    assert files
    for file in files:
        assert read_pixels(file).shape == (800, 600, 3)
    left = set((tmp_path / "out").glob(".amgan-*"))  # nothing can tidy up after a kill

    interrupted = stop_after(3, signal.SIGINT)
    assert interrupted.returncode == 130
    assert "finishing the photos in hand" in interrupted.stderr
    assert " done, " in interrupted.stderr.splitlines()[-1]
    assert set((tmp_path / "out").glob(".amgan-*")) <= left

    done = run("edit", "in", *RED, "-o", "out", "--json")
    assert done.exit_code == 0
    statuses = [line["status"] for line in lines(done)]
    assert len(statuses) == 40
    assert 5 <= statuses.count("skipped") < 40
    first, *rest = (read_pixels(file).astype(int) for file in (tmp_path / "out").glob("*.png"))
    assert all(np.abs(first - other).max() <= 1 for other in rest)  # batches differ in the last bit


def test_memory_stays_flat(model_file, photo, tmp_path):
    small = tmp_path / "small.png"
    Image.open(photo).resize((120, 160)).save(small)
    editor = Editor.load(str(model_file))
    bench = Workbench(editor, Manifest(None, {}), SaveOptions())
    request = EditRequest.of(editor.info, {"color": "red"})

    def peak(n: int) -> int:
        """Most traced memory, in bytes, while n photos are edited."""
        naming = Naming(tmp_path / f"out{n}")
        photos = (Found(small, Path(f"{i}.png")) for i in range(n))
        tracemalloc.start()
        try:
            jobs = (naming.job(photo, [request]) for photo in photos)
            assert all(o.status == "done" for o in edit_all(jobs, bench, threading.Event()))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(40), peak(120)
    assert many < 1.5 * few  # some dozen photos are in hand, whatever the number of all


def test_batches_give_what_single_photos_give(run, photo, model_file, tmp_path):
    (tmp_path / "in").mkdir()
    rng = np.random.default_rng(0)
    for i in range(11):  # one batch and a bit
        pixels = rng.integers(0, 255, (30 + i, 40, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"in/{i}.png")
    assert run("edit", "in", *RED, "-o", "out").exit_code == 0
    editor = Editor.load(str(model_file))
    for i in range(11):
        alone = editor.edit(Image.open(tmp_path / f"in/{i}.png"), {"color": "red"})
        together = read_pixels(tmp_path / f"out/{i}.png").astype(int)
        assert np.abs(together - alone.pixels).max() <= 1  # a batch rounds its sums otherwise
