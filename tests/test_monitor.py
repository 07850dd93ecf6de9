import io
import json
import os

import pytest
from rich.console import Console

from amgan_cli.errors import TrainingError
from amgan_cli.training.monitor import WINDOW, Monitor

GOOD = {"adv": 0.1, "alpha_mean": 0.3, "alpha_min": 0.0, "alpha_max": 0.9, "change": 0.1}


def run(folder, parts, steps=WINDOW, first=0) -> str:
    text = io.StringIO()
    with Monitor(folder, 1000, first, 8, Console(file=text, width=200)) as monitor:
        for step in range(first + 1, first + 1 + steps):
            monitor.step(step, parts)
    return text.getvalue()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alpha_max": 0.01}, "collapsed to 0"),
        ({"alpha_min": 0.99}, "collapsed to 1"),
        ({"change": 1e-5}, "output equals the input"),
    ],
)
def test_alarms_are_said_once_in_words(tmp_path, change, words):
    said = run(tmp_path, GOOD | change, steps=3 * WINDOW)
    assert said.count("ALARM") == 1
    assert words in said


def test_no_alarm_for_a_healthy_run(tmp_path):
    said = run(tmp_path, GOOD)
    assert "ALARM" not in said
    assert "images/s" in said


def test_a_resumed_log_has_every_step_once(tmp_path):
    run(tmp_path, GOOD, steps=12)
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 13, "ad')  # cut off by a kill
    os.link(tmp_path / "metrics.jsonl", tmp_path / "before")
    before = (tmp_path / "before").read_text()
    run(tmp_path, GOOD, steps=5, first=10)
    assert (tmp_path / "before").read_text() == before  # a kill amid the cutting loses nothing
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == list(range(1, 16))


def test_not_finite_names_the_part(tmp_path):
    with pytest.raises(TrainingError, match="step 1: adv is not finite"):
        run(tmp_path, GOOD | {"adv": float("nan")})
