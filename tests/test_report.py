"""The page of a run, and the folder for what the judge is not sure of."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing import judge
from amgan_cli.look import Look
from amgan_cli.photos.geometry import Fit

RED = ("--set", "color=red")
PLAIN = {"sleeve": "long", "fastening": "no closure", "collar": "round", "pattern": "plain"}


@pytest.fixture
def photos(photo, tmp_path):
    """in/a.png, in/b <&>.png and in/broken.png."""
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b <&>.png"):
        shutil.copy(photo, tmp_path / "in" / name)
    (tmp_path / "in/broken.png").write_bytes(b"")
    return tmp_path / "in"


@pytest.fixture
def sure_of_every_second(monkeypatch):
    """A judge that gives red 0.9 and 0.2 in turns, in the order it sees edited pictures."""
    answers = iter([0.9, 0.2] * 9)

    def look(squares) -> list[Look]:
        return [Look({"color": {"red": next(answers)}}) for _ in squares]

    monkeypatch.setattr(judge, "load_judge", lambda file, device: look)
    monkeypatch.setattr("amgan_cli.commands.run_edit.shipped_judge", lambda: "a file")


def rows(page: str) -> dict[str, str]:
    """Photo's name as the page has it -> its row."""
    return {re.search(r'data-photo="([^"]*)"', row)[1]: row for row in page.split("<tr ")[1:]}  # type: ignore[index]


@pytest.fixture
def no_judge(monkeypatch):
    monkeypatch.setattr("amgan_cli.model_info.ATTRIBUTES_FILE", "not there.safetensors")
    monkeypatch.setattr("amgan_cli.commands.run_edit.shipped_judge", judge.shipped_judge)


def test_without_a_judge_nothing_can_be_accepted(run, photos, no_judge):
    done = run("edit", "in", *RED, "-o", "out", "--accept", "0.5")
    assert done.exit_code == 2
    assert "--accept: weights" in done.stderr and "is not installed" in done.stderr


def test_the_page_has_a_row_for_every_photo(run, photos, tmp_path, no_judge):
    done = run("edit", "in", *RED, "-o", "out", "--report", "pages/report.html")
    assert done.exit_code == 1  # the broken one
    assert "no probabilities" in done.stderr
    page = (tmp_path / "pages/report.html").read_text()
    found = rows(page)
    assert set(found) == {"in/a.png", "in/b &lt;&amp;&gt;.png", "in/broken.png"}
    assert found["in/a.png"].count("data:image/jpeg;base64,") == 3
    assert 'href="../out/b%20%3C%26%3E.png"' in found["in/b &lt;&amp;&gt;.png"]
    assert "is empty" in found["in/broken.png"]
    assert page.rstrip().endswith("</html>")

    run("edit", "in", *RED, "-o", "out", "--report", "again.html")
    again = rows((tmp_path / "again.html").read_text())
    assert 'data-status="skipped"' in again["in/a.png"]
    assert again["in/a.png"].count("data:image/jpeg;base64,") == 2  # attention was not kept
    untouched = re.compile(r'data-untouched="[\d.]+"')
    assert untouched.findall(again["in/a.png"]) == untouched.findall(found["in/a.png"]) != []


def test_unsure_results_go_to_review_with_the_reason(run, photos, tmp_path, sure_of_every_second):
    words = ("edit", "in", *RED, "-o", "out", "--accept", "0.6", "--json")
    done = run(*words, "--report", "report.html")
    results = [json.loads(line).get("results") for line in done.stdout.splitlines()]
    sure, unsure = sorted((r[0] for r in results if r), key=lambda r: -r["probability"])
    assert (sure["probability"], unsure["probability"]) == (0.9, 0.2)
    assert (tmp_path / sure["file"]).parent == tmp_path / "out"
    assert (tmp_path / unsure["file"]).parent == tmp_path / "out/review"
    assert unsure["remark"] == "color=red has probability 0.20, for review"
    reason = (tmp_path / f"{unsure['file']}.txt").read_text()
    assert reason == unsure["remark"] + "\n"
    assert not (tmp_path / "out" / (tmp_path / unsure["file"]).name).exists()
    assert f"{unsure['file']}: color=red has probability 0.20" in done.stderr
    assert 'data-probability="0.2000"' in (tmp_path / "report.html").read_text()

    again = [json.loads(line)["status"] for line in run(*words).stdout.splitlines()]
    assert again.count("skipped") == 2
    lower = [json.loads(line) for line in run(*words, "--accept", "0.1").stdout.splitlines()]
    assert [line["status"] for line in lower if line.get("results")] == ["done", "done"]


def test_a_shape_that_does_not_show_is_told_of(run, photos, monkeypatch):
    def unsure(file, device: str):
        return lambda squares: [Look({"sleeve": {"short": 0.04}}) for _ in squares]

    monkeypatch.setattr(judge, "load_judge", unsure)
    done = run("edit", "in/a.png", "--set", "sleeve=short", "-o", "out.png")
    assert done.exit_code == 0
    assert "sleeve=short hardly shows, by the attribute network (0.04)" in done.stderr
    assert run("edit", "in/a.png", *RED, "-o", "red.png").stderr == ""


def test_the_least_sure_manipulation_that_the_judge_knows_counts():
    edits = [("color", "red"), ("sleeve", "short"), ("hem", "wavy")]
    look = Look({"color": {"red": 0.8, "blue": 0.2}, "sleeve": {"short": 0.3}})
    assert judge.sureness(look, edits) == (("sleeve", "short"), 0.3)
    assert judge.sureness(look, edits[2:]) is None


def test_the_shipped_network_sees_what_garments_have():
    ask = judge.load_judge(judge.shipped_judge(), "cpu")
    garments = [sample_garment(i, **PLAIN) for i in range(8)]
    squares = [Fit.of(p := render(g, (96, 128)).image, 128).to_square(p) for g in garments]
    looks = ask(squares)
    for attribute, values in (("sleeve", ["long", "short"]), ("collar", ["round", "lapel"])):
        right, wrong = (
            np.median([look.probability(attribute, v) for look in looks]) for v in values
        )
        assert right > 2 * wrong, attribute
    assert looks[0].probability("pattern", "no such") is None
    assert looks[0].probability("hem", "wavy") is None


OVER = "--existing", "overwrite"
SHOES = Look(
    {"category": {"shoes": 0.9, "shirt": 0.1}, "sleeve": {"long": 0.5}, "color": {"red": 0.9}},
    {"sleeve": ["shirt"]},
)
LONG = Look({"sleeve": {"long": 0.9, "short": 0.1}})


@pytest.fixture
def sees(monkeypatch):
    """Let the judge see the same in every picture."""

    def see(look: Look) -> None:
        monkeypatch.setattr(
            judge, "load_judge", lambda file, device: lambda squares: [look] * len(squares)
        )
        monkeypatch.setattr("amgan_cli.commands.run_edit.shipped_judge", lambda: "a file")

    return see


def test_in_place_only_the_picture_after_is_linked(run, photos):
    (photos / "broken.png").unlink()
    for _ in range(2):  # the second time all are skipped
        assert run("edit", "in", *RED, "--in-place", "--report", "page.html").exit_code == 0
        *_, last = rows(Path("page.html").read_text()).values()
        assert last.count("<a href=") == 1
    assert last.count("<img") == 1  # what was before is gone


def test_shoes_get_no_sleeves_but_the_rest_of_the_edit(run, photos, tmp_path, sees):
    sees(SHOES)
    done = run("edit", "in/a.png", "--set", "sleeve=short", *RED, "-o", "both.png")
    assert done.exit_code == 0
    assert done.stderr.strip() == "both.png: sleeve not edited, this looks like shoes"
    run("edit", "in/a.png", *RED, "-o", "red.png")
    assert (tmp_path / "both.png").read_bytes() == (tmp_path / "red.png").read_bytes()


def test_what_is_there_already_is_drawn_only_if_one_insists(run, photos, tmp_path, sees):
    sees(LONG)
    words = ("edit", "in/a.png", "--set", "sleeve=long")
    done = run(*words, "-o", "same.png")
    assert done.exit_code == 0
    assert done.stderr.strip() == "same.png: sleeve not edited, it looks long already"
    pixels = {name: np.array(Image.open(tmp_path / name)) for name in ("in/a.png", "same.png")}
    assert (pixels["in/a.png"] == pixels["same.png"]).all()
    assert run(*words, "-o", "new.png", "--anyway").stderr == ""
    assert (np.array(Image.open(tmp_path / "new.png")) != pixels["in/a.png"]).any()


def test_what_is_most_likely_not_there_is_not_taken_away(run, photos, tmp_path, sees):
    sees(Look({"sleeve": {"sleeveless": 0.7, "long": 0.3}}))
    done = run("edit", "in/a.png", "--set", "sleeve=sleeveless", *RED, "-o", "both.png", *OVER)
    assert done.stderr.strip() == "both.png: sleeve not edited, it looks sleeveless already"
    sees(Look({"sleeve": {"sleeveless": 0.3, "long": 0.7}}))
    done = run("edit", "in/a.png", "--set", "sleeve=long", *RED, "-o", "both.png", *OVER)
    assert done.exit_code == 0 and "already" not in done.stderr


def test_a_folder_has_each_photo_looked_at(run, photos, monkeypatch):
    looks = iter([SHOES, LONG] * 4)
    monkeypatch.setattr(
        judge, "load_judge", lambda file, device: lambda s: [next(looks) for _ in s]
    )
    monkeypatch.setattr("amgan_cli.commands.run_edit.shipped_judge", lambda: "a file")
    (photos / "broken.png").unlink()
    done = run("edit", "in", "--set", "sleeve=long", "-o", "out", "--json")
    remarks = [json.loads(line)["results"][0]["remark"] for line in done.stdout.splitlines()]
    assert remarks == [
        "sleeve not edited, this looks like shoes",
        "sleeve not edited, it looks long already",
    ]
