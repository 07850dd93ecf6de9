"""`amgan experiment paper` at the smallest scale: equal budgets, nothing done twice, it goes on."""

import io
import json
import os
import signal
from pathlib import Path

import pytest
from rich.console import Console
from safetensors.torch import load_file

from amgan_cli.config import Config, load_preset
from amgan_cli.errors import DataError, TrainingError, UsageError
from amgan_cli.evaluation.intervals import Figure
from amgan_cli.evaluation.report import ALL, Report, RunReport
from amgan_cli.experiment import run as experiment
from amgan_cli.experiment.report import rows_table
from amgan_cli.experiment.rows import TABLE_1, choose_rows
from amgan_cli.files import only_run_in
from amgan_cli.model_info import read_info
from amgan_cli.nets.attribute_model import RUN_FILE
from amgan_cli.training import monitor

ROWS = choose_rows(["no-perceptual", "stargan", "sagan"])


def smallest() -> Config:
    config = load_preset("tiny").override("attribute_network", epochs=1).override("loss", pair=0.0)
    config = config.override("model", width=4, discriminator_width=4)
    return config.override("training", steps=2, batch_size=2, n_critic=2, precision="float32")


def run(data: Path, out: Path, rows=ROWS, scale: Config | None = None, **options):
    said = io.StringIO()
    console = Console(file=said, width=200)
    scale = scale or smallest()
    return experiment.run_experiment(
        str(data), out, scale, rows, 1, "cpu", console=console, **options
    )


@pytest.fixture(scope="module")
def finished(data_folder, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("experiment") / "paper"
    runs = run(data_folder, out)
    assert [each.row.name for each in runs] == ["stargan", "sagan", "no-perceptual"]
    return out


def test_every_row_has_the_same_budget_and_its_own_losses():
    scale = load_preset("small")
    configs = {row.name: row.config(scale, seed=1) for row in TABLE_1}
    assert len(configs) == 8
    budgets = {
        (c.training.steps, c.training.n_critic, c.training.batch_size) for c in configs.values()
    }
    assert budgets == {(scale.training.steps, scale.training.n_critic, scale.training.batch_size)}
    assert {c.training.seed for c in configs.values()} == {1}
    assert len({(str(c.model), str(c.loss)) for c in configs.values()}) == 8
    assert configs["amgan"].training.learning_rate == scale.training.learning_rate
    assert configs["stargan"].training.learning_rate == pytest.approx(1e-3)
    assert configs["sagan"].training.learning_rate == pytest.approx(2e-3)  # twice the others'


def test_runs_are_trained_and_judged_by_one_judge(finished):
    for row in ROWS:
        figures = json.loads((finished / row.name / "seed0" / "figures.json").read_text())
        assert figures["runs"][0]["steps"] == 2
        assert {"color", "sleeve"} <= set(figures["runs"][0]["figures"]["accuracy"])
    assert len(list(finished.rglob("judge.safetensors"))) == 1


def test_one_report_holds_all_rows_and_seeds(finished):
    folder = finished / "report"
    report = json.loads((folder / "report.json").read_text())
    titles = ["StarGAN, seed 0", "SaGAN, seed 0", "AMGAN w/o L_p, D_C, seed 0"]
    assert [run["name"] for run in report["runs"]] == titles
    own = json.loads((finished / "sagan" / "seed0" / "figures.json").read_text())
    assert report["runs"][1]["figures"] == own["runs"][0]["figures"]
    first = (folder / "tables.md").read_text().split("## ")[1]
    assert first.startswith("Rows of Table 1")
    assert [line.split(" | ")[0] for line in first.splitlines() if line.startswith("| ")][2:] == [
        "| StarGAN",
        "| SaGAN",
        "| AMGAN w/o L_p, D_C",
        "| no edit",
    ]
    assert {"figure-4.svg", "figure-5.png"} <= {path.name for path in folder.iterdir()}


def test_the_rows_table_has_the_mean_and_each_seed():
    def of(name: str, accuracy: float) -> RunReport:
        figures = {"accuracy": {ALL: {ALL: Figure(accuracy, 0, 1, 9)}}}
        return RunReport(name, 1, figures, [], {}, fid=2.0)

    report = Report("", {}, {}, {}, [of("a0", 0.5), of("a1", 0.7)], of("none", 0.1))
    table = rows_table(report, {"A": ["a0", "a1"]})
    assert [row[:2] for row in table.rows] == [("A", "60.0 (50.0, 70.0)"), ("no edit", "10.0")]
    assert table.rows[0][-1] == "2.00 (2.00, 2.00)"


def test_nothing_finished_is_done_again_and_more_rows_can_be_added(
    finished, data_folder, monkeypatch
):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*.safetensors")}
    done = []
    monkeypatch.setattr(experiment, "train", lambda *_, **__: done.append("train"))
    monkeypatch.setattr(experiment, "evaluate_run", lambda *_: done.append("evaluate"))
    assert len(run(data_folder, finished)) == 3
    assert done == []
    (finished / "sagan" / "seed0" / "figures.json").rename(finished / "kept.json")
    assert len(run(data_folder, finished)) == 2  # the stand-in writes no figures
    assert done == ["evaluate"]
    (finished / "kept.json").rename(finished / "sagan" / "seed0" / "figures.json")
    monkeypatch.undo()
    assert len(run(data_folder, finished, choose_rows(["no-perceptual", "no-crop"]))) == 2
    networks = [finished / name / "seed0" / RUN_FILE for name in ("no-crop", "no-perceptual")]
    first, second = (load_file(path) for path in networks)
    assert all((first[name] == second[name]).all() for name in first)
    assert (
        before.items() <= {p: p.stat().st_mtime_ns for p in finished.rglob("*.safetensors")}.items()
    )


def test_an_interrupted_experiment_goes_on(data_folder, tmp_path, monkeypatch):
    rows = choose_rows(["stargan", "sagan"])
    out = tmp_path / "paper"
    original = monitor.Monitor.step

    def ctrl_c(self, now, parts):
        original(self, now, parts)
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(monitor.Monitor, "step", ctrl_c)
        run(data_folder, out, rows)
    assert read_info(out / "stargan" / "seed0" / "model.safetensors").steps == 1
    assert run(data_folder, out, rows, max_minutes=1e-9) == []
    with only_run_in(out / "stargan" / "seed0"), pytest.raises(UsageError, match="at work there"):
        run(data_folder, out, rows)
    assert len(run(data_folder, out, rows)) == 2


def test_a_run_that_has_to_stop_leaves_the_others(data_folder, tmp_path, monkeypatch):
    original = monitor.Monitor.step

    def broken_for_stargan(self, now, parts):
        original(
            self, now, parts | ({"adv": float("nan")} if "stargan" in str(self.folder) else {})
        )

    monkeypatch.setattr(monitor.Monitor, "step", broken_for_stargan)
    rows = choose_rows(["stargan", "sagan"])
    with pytest.raises(TrainingError, match="StarGAN, seed 0: step 1: adv is not finite"):
        run(data_folder, tmp_path / "paper", rows)
    assert (tmp_path / "paper" / "sagan" / "seed0" / "figures.json").exists()


def test_another_scale_and_unknown_rows_are_refused(finished, data_folder):
    with pytest.raises(UsageError, match="begun with another scale"):
        run(data_folder, finished, scale=smallest().override("training", steps=3))
    with pytest.raises(UsageError, match="--rows sagn: did you mean sagan"):
        choose_rows(["sagn"])


def test_a_mistyped_data_set_begins_no_experiment(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        run(tmp_path / "phtoos", tmp_path / "out", choose_rows(["stargan"]))
    assert not (tmp_path / "out").exists()


def test_the_command_answers_before_it_loads_anything(amgan, data_folder):
    done = amgan("experiment", "paper", "--data", data_folder, "-o", "out", "--rows", "amgn")
    assert done.returncode == 2
    assert "did you mean amgan" in done.stderr
