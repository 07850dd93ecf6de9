"""No photo is lost, changed or edited twice, whatever was run before in a folder."""

import errno
import json
import shutil
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from PIL import Image

from amgan_cli.editing import judge
from amgan_cli.errors import OutputError
from amgan_cli.look import Look

RED, GREEN = ("--set", "color=red"), ("--set", "color=green")


@pytest.fixture
def shirt(photo, tmp_path):
    """in/a.png."""
    (tmp_path / "in").mkdir()
    return shutil.copy(photo, tmp_path / "in/a.png")


@pytest.fixture
def sureness(monkeypatch) -> dict[str, float]:
    """A judge that gives red what is written here."""
    sure = {"red": 0.2}

    def look(squares) -> list[Look]:
        return [Look({"color": dict(sure)}) for _ in squares]

    monkeypatch.setattr(judge, "load_judge", lambda file, device: look)
    monkeypatch.setattr("amgan_cli.commands.run_edit.shipped_judge", lambda: "a file")
    return sure


def test_a_photo_in_the_review_folder_is_never_written_to(run, photo, tmp_path, sureness):
    (tmp_path / "out/review").mkdir(parents=True)
    again = shutil.copy(photo, tmp_path / "out/review/a.png")
    done = run("edit", "out/review/a.png", *RED, "-o", "out", "--accept", "0.6")
    assert done.exit_code == 2 and "is the photo itself" in done.stderr
    assert again.read_bytes() == photo.read_bytes()
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/review").mkdir()
    other = tmp_path / "kept/review/a.png.txt"
    other.write_text("mine")
    (tmp_path / "in").mkdir()
    shutil.copy(photo, tmp_path / "in/a.png")
    done = run("edit", "in", *RED, "-o", "kept", "--accept", "0.6")
    assert done.exit_code == 1 and "a.png.txt: exists and is not amgan's" in done.stderr
    assert other.read_text() == "mine"


def test_two_photos_never_share_a_place_for_review(run, photo, tmp_path, sureness):
    (tmp_path / "in/review").mkdir(parents=True)
    for name in ("a.png", "review/a.png"):
        shutil.copy(photo, tmp_path / "in" / name)
    assert run("edit", "in", *RED, "-o", "plain").exit_code == 0
    done = run("edit", "in", *RED, "-o", "out", "--accept", "0.6")
    assert done.exit_code == 2 and "would be made of" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_picture_lies_in_one_place_alone(run, shirt, tmp_path, sureness):
    out, review = tmp_path / "out/a.png", tmp_path / "out/review/a.png"
    reason = review.with_name("a.png.txt")
    run("edit", "in", *RED, "-o", "out")
    assert out.exists()
    run("edit", "in", *RED, "-o", "out", "--accept", "0.6")
    assert review.exists() and reason.exists() and not out.exists()
    told = json.loads(run("edit", "in", *RED, "-o", "out", "--accept", "0.6", "--json").stdout)
    assert (told["status"], told["results"][0]["file"]) == ("skipped", "out/review/a.png")
    sureness["red"] = 0.9
    run("edit", "in", *RED, "-o", "out", "--accept", "0.7")
    assert out.exists() and not (review.exists() or reason.exists())


def test_in_place_edits_once_though_the_folder_grows(run, photo, tmp_path):
    for folder in ("x", "y"):
        (tmp_path / "in" / folder).mkdir(parents=True)
    first = shutil.copy(photo, tmp_path / "in/x/a.png")
    run("edit", "in", *RED, "--in-place", "--strength", "0.5", "--shard", "1/1")
    once = first.read_bytes()
    shutil.copy(photo, tmp_path / "in/y/b.png")
    done = run("edit", "in", *RED, "--in-place", "--strength", "0.5")
    assert "1 done, 1 skipped" in done.stderr
    assert first.read_bytes() == once
    done = run("edit", "in", *RED, "--in-place", "--shard", "8/8")
    assert done.exit_code == 0 and "0 done" in done.stderr


def test_in_place_edits_once_whatever_folder_is_named(run, photo, tmp_path):
    for folder in ("real/deep/in", "d2"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(photo, tmp_path / folder / "a.png")
    (tmp_path / "x/y").mkdir(parents=True)
    (tmp_path / "x/y/link").symlink_to(tmp_path / "real/deep/in")
    words = ("--in-place", *RED, "--strength", "0.5")
    assert "1 done" in run("edit", "x/y/link", *words).stderr
    once = (tmp_path / "real/deep/in/a.png").read_bytes()
    for named in (("x/y/link",), ("real/deep/in",), ("real",), ("real/deep/in", "d2"), ("d2",)):
        assert "1 skipped" in run("edit", *named, *words).stderr
    assert (tmp_path / "real/deep/in/a.png").read_bytes() == once
    (tmp_path / "links").mkdir()
    (tmp_path / "links/p.png").symlink_to(tmp_path / "d3/p.png")
    (tmp_path / "d3").mkdir()
    shutil.copy(photo, tmp_path / "d3/p.png")
    assert "1 done" in run("edit", "links", *words).stderr
    assert "1 skipped" in run("edit", "d3", *words).stderr
    done = run("edit", "real/deep/in/a.png", *words)
    assert done.exit_code == 0 and "skipped" in done.stderr
    assert (tmp_path / "real/deep/in/a.png").read_bytes() == once
    (tmp_path / "amgan-of-another.jsonl").mkdir()  # what is no manifest in a folder above
    assert "1 skipped" in run("edit", "d3", *words).stderr


def test_edits_that_lie_beside_their_photos_are_no_photos(run, shirt, tmp_path):
    assert run("edit", shirt, *RED).exit_code == 0
    assert run("edit", shirt, "--variants", "color=green,blue").exit_code == 0
    for name in ("b.color-red.png", "a.front.png"):  # of no photo here, and of no edit
        shutil.copy(shirt, tmp_path / "in" / name)
    done = run("edit", "in", *GREEN, "-o", "out", "-n")
    told = [line.split(" -> ")[0].split("/")[-1] for line in done.stdout.splitlines()]
    assert told == ["a.front.png", "a.png", "b.color-red.png"]
    assert "4 pictures left out that amgan made of the others" in done.stderr
    assert run("edit", "in/a.color-red.png", *GREEN, "-o", "x.png").exit_code == 0  # named itself


def test_names_as_long_as_can_be_go_for_review_too(run, photo, tmp_path, sureness):
    (tmp_path / "in").mkdir()
    shutil.copy(photo, tmp_path / "in" / f"{'x' * 251}.png")
    assert run("edit", "in", *RED, "-o", "out", "--accept", "0.6").exit_code == 0
    assert {len(file.name) for file in (tmp_path / "out/review").iterdir()} == {255}


def test_in_place_keeps_files_of_several_pictures(run, tmp_path):
    (tmp_path / "in").mkdir()
    frames = [Image.new("RGB", (48, 48), color) for color in ("blue", "green")]
    file = tmp_path / "in/a.webp"
    frames[0].save(file, save_all=True, append_images=frames[1:])
    before = file.read_bytes()
    done = run("edit", "in", *RED, "--in-place")
    assert done.exit_code == 1 and "holds 2 pictures" in done.stderr
    assert file.read_bytes() == before
    assert run("edit", "in", *RED, "-o", "out").exit_code == 0


def test_results_beside_the_photos_are_no_photos(run, shirt, tmp_path):
    words = ("edit", "in", *RED, "-o", "in/out", "--save-mask", "in/masks", "--compare", "in/both")
    assert "1 done" in run(*words).stderr
    assert "1 skipped" in run(*words).stderr


def test_results_of_earlier_runs_are_no_photos_of_their_own(run, shirt, tmp_path):
    run("edit", "in", *RED, "-o", "in/red", "--save-mask", "in/masks")
    run("edit", "in", "--variants", "color=green,blue", "-o", "in")
    done = run("edit", "in", *GREEN, "-o", "green")
    told = "5 pictures left out that amgan made of the others, such as a.color-blue.png"
    assert told in done.stderr and "1 done, 0 skipped" in done.stderr
    assert [file.name for file in (tmp_path / "green").glob("*.png")] == ["a.png"]
    chained = run("edit", "in/red", *GREEN, "-o", "both")  # its photo is not among these
    assert "1 done" in chained.stderr and "left out" not in chained.stderr
    shutil.rmtree(tmp_path / "in/red")  # nothing but the mask itself tells of it
    assert "4 pictures left out" in run("edit", "in", *RED, "-o", "in/red").stderr
    named = run("edit", "in/a.png", "in/red/a.png", *GREEN, "-o", "two", "-n")
    assert "in/a.png" in named.output and "would be made of" in named.output  # both are taken


@pytest.mark.parametrize(
    "places",
    [
        ("-o", "in", "--format", "jpeg"),
        ("-o", "out", "--save-mask", "in/deep"),
        ("--in-place", "--save-mask", "in/deep"),
    ],
)
def test_a_run_into_the_photos_folder_can_go_on(run, shirt, tmp_path, places):
    first, second = (run("edit", "in", *RED, *places) for _ in range(2))
    assert "1 done" in first.stderr
    assert second.exit_code == 0 and "0 done, 1 skipped" in second.stderr


def test_a_photo_done_again_by_hand_stays_so(run, photo, shirt, tmp_path):
    shutil.copy(photo, tmp_path / "in/b.png")
    words = ("edit", "in", *RED, "-o", "out")
    run(*words)
    weaker = ("edit", "in/b.png", *RED, "--strength", "0.5", "-o", "out")
    assert run(*weaker).exit_code == 2  # it is there
    assert run(*weaker, "--existing", "overwrite").exit_code == 0
    by_hand = (tmp_path / "out/b.png").read_bytes()
    done = run(*words)
    assert done.exit_code == 0 and "0 done, 2 skipped" in done.stderr
    assert (tmp_path / "out/b.png").read_bytes() == by_hand
    assert "2 done" in run("edit", "in", *GREEN, "-o", "out").stderr  # which is another edit


def test_what_lies_in_the_way_is_told_of_before_the_work(run, shirt, tmp_path, monkeypatch):
    monkeypatch.setattr("amgan_cli.editing.edit.Editor.load", None)  # it never comes to that
    (tmp_path / "file").write_text("no folder")
    done = run("edit", "in", *RED, "-o", "file")
    assert done.exit_code == 1 and "file: cannot be written (Not a directory)" in done.stderr
    long = run("edit", "in", *RED, "-o", "out", "--garment", "x" * 300)
    assert long.exit_code == 1 and "cannot be used (File name too long)" in long.stderr


def test_shards_have_reports_of_their_own(run, shirt, tmp_path):
    shutil.copyfile(shirt, tmp_path / "in/b.png")
    for part in ("1/2", "2/2"):
        run("edit", "in", *RED, "-o", "out", "--report", "all.html", "--shard", part)
    pages = sorted(page.name for page in tmp_path.glob("*.html"))
    assert pages == ["all-1of2.html", "all-2of2.html"]
    assert "a.png" in (tmp_path / pages[0]).read_text()
    assert "b.png" in (tmp_path / pages[1]).read_text()


def test_a_report_that_cannot_be_written_costs_no_summary(run, shirt, tmp_path, monkeypatch):
    @contextmanager
    def full(path):
        yield SimpleNamespace(add=lambda outcome: None)
        raise OutputError(f"{path}: cannot be written (No space left on device)")

    monkeypatch.setattr("amgan_cli.editing.folders.report.open_report", full)
    done = run("edit", "in", *RED, "-o", "out", "--report", "all.html")
    assert done.exit_code == 1 and (tmp_path / "out/a.png").exists()
    counts, last = done.stderr.splitlines()
    assert counts.startswith("1 done, 0 skipped") and "all.html: cannot be written" in last


def test_what_was_left_undone_is_not_accepted(run, shirt, tmp_path, monkeypatch):
    """Trousers have no sleeves, so that nothing is done; nor is that what was asked for."""
    trousers = Look({"sleeve": {"short": 0.9}, "category": {"pants": 1.0}}, {"sleeve": ("shirt",)})
    monkeypatch.setattr(judge, "load_judge", lambda file, device: lambda each: [trousers])
    monkeypatch.setattr("amgan_cli.commands.run_edit.shipped_judge", lambda: "a file")
    done = run("edit", "in", "--set", "sleeve=short", "-o", "out", "--accept", "0.6")
    assert done.exit_code == 0
    assert (tmp_path / "out/review/a.png").exists() and not (tmp_path / "out/a.png").exists()


def test_a_photo_that_is_only_read_costs_the_others_nothing(run, shirt, tmp_path):
    Image.new("RGB", (48, 48), "blue").save(tmp_path / "in/b.gif")
    dry = run("edit", "in", *RED, "-o", "out", "-n")
    assert dry.exit_code == 1 and "fail  out/b.gif: .gif is read" in dry.stdout
    done = run("edit", "in", *RED, "-o", "out")
    assert done.exit_code == 1 and "1 done, 0 skipped, 1 failed" in done.stderr
    assert "b.gif: .gif is read, not written; name the new file .jpg" in done.stderr


def test_pictures_for_review_go_when_no_more_are_asked_for(run, shirt, tmp_path, sureness):
    review = tmp_path / "out/review/a.png"
    run("edit", "in", *RED, "-o", "out", "--accept", "0.6", "--save-mask", "masks")
    assert review.exists() and (tmp_path / "out/review/a.png.txt").exists()
    run("edit", "in", *RED, "-o", "out")
    assert (tmp_path / "out/a.png").exists() and (tmp_path / "masks/a.png").exists()
    assert not review.exists() and not (tmp_path / "out/review/a.png.txt").exists()


def test_a_folder_in_the_way_leaves_no_half_of_the_files(run, shirt, tmp_path):
    (tmp_path / "out/a.png").mkdir(parents=True)
    words = ("-o", "out", "--save-mask", "masks", "--existing", "overwrite")
    done = run("edit", "in", *RED, *words)
    assert done.exit_code == 1 and "a folder has that name" in done.stderr
    assert not list((tmp_path / "masks").glob("*"))


def test_what_was_made_last_counts(run, shirt, tmp_path):
    words = ("edit", "in", "-o", "out")
    run(*words, *RED)
    red = (tmp_path / "out/a.png").read_bytes()
    run(*words, *GREEN, "--shard", "1/1")
    assert "1 skipped" in run(*words, *GREEN, "--shard", "1/1").stderr
    assert "1 done" in run(*words, *RED).stderr
    assert (tmp_path / "out/a.png").read_bytes() == red
    lines = (tmp_path / "out/amgan.jsonl").read_text().splitlines()
    times = [json.loads(line)["time"] for line in lines]
    assert times == sorted(times) and len(times) == 2


def test_results_of_another_photo_are_kept(run, photo, shirt, tmp_path):
    (tmp_path / "more").mkdir()
    shutil.copyfile(photo, tmp_path / "more/a.png")
    run("edit", "in", *RED, "-o", "out")
    before = (tmp_path / "out/a.png").read_bytes()
    done = run("edit", "more", *GREEN, "-o", "out")
    assert done.exit_code == 1 and "a.png: was made of" in done.stderr
    assert (tmp_path / "out/a.png").read_bytes() == before
    assert "1 skipped" in run("edit", "in", *RED, "-o", "out").stderr
    done = run("edit", "more", *GREEN, "-o", "out", "--existing", "overwrite")
    assert done.exit_code == 0 and (tmp_path / "out/a.png").read_bytes() != before
    assert run("edit", "in", *RED, "-o", "out").exit_code == 1  # the other way round


def test_whose_results_lie_there_is_known_from_anywhere(run, photo, tmp_path, monkeypatch):
    for folder in ("s1/in", "s2/in"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copyfile(photo, tmp_path / folder / "a.png")
    monkeypatch.chdir(tmp_path / "s1")
    run("edit", "in", "--variants", "color=red,green", "-o", tmp_path / "out")
    monkeypatch.chdir(tmp_path / "s2")
    done = run("edit", "in", "--variants", "color=blue,red", "-o", tmp_path / "out")
    assert done.exit_code == 1 and "a.color-red.png: was made of" in done.stderr
    done = run("edit", "../s1/in", "--variants", "color=red,green", "-o", tmp_path / "out")
    assert "1 skipped" in done.stderr


def test_a_result_in_the_review_folder_of_another_photo_stays(run, photo, tmp_path, sureness):
    (tmp_path / "in/review").mkdir(parents=True)
    for name in ("a.png", "b.png", "review/a.png"):
        shutil.copy(photo, tmp_path / "in" / name)
    run("edit", "in", *RED, "-o", "out")
    before = (tmp_path / "out/review/a.png").read_bytes()
    sureness["red"] = 0.9
    done = run("edit", "in/a.png", "in/b.png", *RED, "-o", "out", "--accept", "0.6")
    assert done.exit_code == 1 and "review/a.png: was made of" in done.stderr
    assert (tmp_path / "out/review/a.png").read_bytes() == before


def test_a_report_is_a_page_and_no_photo(run, shirt, tmp_path):
    before = shirt.read_bytes()
    done = run("edit", "in", *RED, "-o", "out", "--report", "in/a.png")
    assert done.exit_code == 2 and "is a page" in done.stderr
    assert shirt.read_bytes() == before


def test_patterns_that_mean_nothing_are_told_of(run, shirt):
    done = run("edit", "in/**.png", *RED, "-o", "out")
    assert done.exit_code == 2 and "in/**.png: invalid pattern" in done.stderr


def test_a_folder_that_cannot_be_written_is_told_of_before_the_work(
    run, photo, tmp_path, monkeypatch
):
    (tmp_path / "in").mkdir()
    shutil.copy(photo, tmp_path / "in/a.png")
    shutil.copy(photo, tmp_path / "in/b.png")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("amgan_cli.files.tempfile.TemporaryFile", full)
    monkeypatch.setattr("amgan_cli.editing.edit.Editor.load", None)  # it never comes to that
    done = run("edit", "in", "--set", "color=red", "-o", "out/deep")
    assert done.exit_code == 1 and "No space left on device" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_report_replaces_none_but_a_report(run, photo, tmp_path):
    page = tmp_path / "note.html"
    page.write_text("mine")
    words = ("edit", photo, "--set", "color=red", "-o", "x.png", "--report", "note.html")
    done = run(*words)
    assert done.exit_code == 2 and "note.html: exists and is not amgan's" in done.stderr
    assert page.read_text() == "mine" and not (tmp_path / "x.png").exists()
    for _ in range(2):
        assert run(*words, "--existing", "overwrite").exit_code == 0
    assert "amgan: edited photos" in page.read_text()
