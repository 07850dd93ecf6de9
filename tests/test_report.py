"""The page of a run, and the folder for what the judge is not sure of."""

import json
import re
import shutil

import numpy as np
import pytest

from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing import judge
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
    """A judge that gives 0.9, 0.2, 0.9, ... in the order it is asked."""
    answers = iter([0.9, 0.2] * 9)
    monkeypatch.setattr(judge, "load_judge", lambda device: lambda *asked: [next(answers)])
    monkeypatch.setattr("amgan_cli.commands.run_edit.shipped_judge", lambda: "a file")


def rows(page: str) -> dict[str, str]:
    """Photo's name as the page has it -> its row."""
    return {re.search(r'data-photo="([^"]*)"', row)[1]: row for row in page.split("<tr ")[1:]}  # type: ignore[index]


@pytest.fixture
def no_judge(monkeypatch):
    monkeypatch.setattr(judge, "ATTRIBUTES_FILE", "not there.safetensors")
    monkeypatch.setattr("amgan_cli.commands.run_edit.shipped_judge", judge.shipped_judge)


def test_without_a_judge_nothing_can_be_accepted(run, photos, no_judge):
    done = run("edit", "in", *RED, "-o", "out", "--accept", "0.5")
    assert done.exit_code == 2
    assert "no judge" in done.stderr


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
    def unsure(device: str):
        return lambda squares, attribute, value: [0.04]

    monkeypatch.setattr(judge, "load_judge", unsure)
    done = run("edit", "in/a.png", "--set", "sleeve=short", "-o", "out.png")
    assert done.exit_code == 0
    assert "sleeve=short hardly shows, by the attribute network (0.04)" in done.stderr
    assert run("edit", "in/a.png", *RED, "-o", "red.png").stderr == ""


def test_the_least_sure_manipulation_that_the_judge_knows_counts():
    edits = [("color", "red"), ("sleeve", "short"), ("hem", "wavy")]
    sureness = {"red": [0.8], "short": [0.3], "wavy": None}

    def answer(squares, attribute: str, value: str) -> list[float] | None:
        return sureness[value]

    assert judge.sureness(answer, None, edits) == 0.3  # type: ignore[arg-type]
    assert judge.sureness(answer, None, edits[2:]) is None  # type: ignore[arg-type]


def test_the_shipped_network_sees_what_garments_have():
    ask = judge.load_judge("cpu")
    garments = [sample_garment(i, **PLAIN) for i in range(8)]
    squares = [Fit.of(p := render(g, (96, 128)).image, 128).to_square(p) for g in garments]
    for attribute, values in (("sleeve", ["long", "short"]), ("collar", ["round", "lapel"])):
        right, wrong = (np.median(ask(squares, attribute, value) or 0) for value in values)
        assert right > 2 * wrong, attribute
    assert ask(squares, "pattern", "no such") is None
    assert ask(squares, "hem", "wavy") is None
