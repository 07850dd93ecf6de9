"""`amgan evaluate` end to end: editors with known results, and the command with its files."""

import csv
import io
import json
import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import read_pixels
from rich.console import Console

from amgan_cli.checkpoint import save_model
from amgan_cli.color import lab_to_rgb
from amgan_cli.config import Config, DataConfig, ModelConfig
from amgan_cli.data.dataset import load_dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.record import save_record
from amgan_cli.data.sources import open_labels
from amgan_cli.device import Compute
from amgan_cli.errors import DataError, UsageError
from amgan_cli.evaluation.judge import Judge, look_at_photos, right_on_photos
from amgan_cli.evaluation.measure import measure_nothing, measure_run
from amgan_cli.evaluation.outputs.grids import write_regions
from amgan_cli.evaluation.report import ALL, Report, report_run
from amgan_cli.evaluation.setup import Run, Setup, set_up
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.vocabulary import Vocabulary

CPU = Compute(torch.device("cpu"), False)
PROTOTYPES = {"blue": (41.0, 2.0, -25.0), "green": (44.0, -15.0, 6.0), "red": (40.0, 56.0, 28.0)}
GREYS = torch.tensor([-0.8, 0.0, 0.8])
"""How bright the stripe at the top of a photo is: its sleeve."""


class Eyes(torch.nn.Module):
    """Sees the colour of the picture's middle and the brightness of its top row; exact."""

    def features(self, x):
        middle, top = x[..., 12:20, 12:20].mean((2, 3)), x[:, :, 0].mean((1, 2))
        return {"avg_pool": torch.cat([middle, top[:, None]], dim=1)}

    def head(self, features):
        colors = torch.cat([paint(name)[:, :, 0, 0] for name in sorted(PROTOTYPES)])
        sleeves = -(features[:, 3:] - GREYS).abs()
        return torch.cat([-torch.cdist(features[:, :3], colors), sleeves], dim=1)


class Painter(torch.nn.Module):
    """Paints middle or stripe as wanted; not at all (`works` off), or everywhere (`spills`)."""

    def __init__(self, works: bool = True, spills: bool = False) -> None:
        super().__init__()
        self.works, self.spills = works, spills

    def forward(self, x, condition):
        value = int(condition[0, :6].argmax())
        alpha = torch.zeros_like(x[:, :1])
        if not self.works:
            return x, alpha
        if value >= 3:
            alpha[..., :1, :] = 1
            return GREYS[value - 3].expand_as(x), alpha
        alpha[..., :, :] = float(self.spills)
        alpha[..., 8:24, 8:24] = 1
        return paint(sorted(PROTOTYPES)[value]).expand_as(x), alpha


def paint(name: str) -> torch.Tensor:
    return lab_to_rgb(torch.tensor(PROTOTYPES[name])[None, :, None, None])


@pytest.fixture
def dataset(data_folder):
    """The labels of the data folder, each photo painted as its labels say."""
    labels = open_labels(data_folder, DataConfig(masks="masks"))
    dataset = load_dataset(labels, 32, print)
    assert dataset.masks is not None
    dataset.masks[:] = 0
    dataset.masks[..., 8:24, 8:24] = 255
    for image, (color, sleeve) in zip(dataset.images, labels.values, strict=True):
        painted = ((paint(sorted(PROTOTYPES)[color])[0] + 1) * 127.5).round().byte()
        image[:] = 100
        image[:, 8:24, 8:24] = painted
        image[:, 0] = int((GREYS[sleeve] + 1) * 127.5)  # an unknown sleeve looks `sleeveless`
    return dataset


@pytest.fixture
def measured(dataset, tmp_path):
    """measure(painter) -> its report, that of not editing, and the judge's own accuracy."""

    def measure(painter):
        vocabulary = dataset.labels.vocabulary
        info = ModelInfo(vocabulary, ModelConfig(image_size=32), PROTOTYPES)
        judge = Judge(Eyes(), vocabulary, CPU)  # type: ignore[arg-type]
        (tmp_path / "judge.safetensors").write_bytes(b"eyes")
        photos = look_at_photos(judge, dataset, tmp_path / "judge.safetensors")
        rows = dataset.rows(test=True)
        edits, _ = measure_run(painter, info, dataset, rows, judge, photos)
        unedited = measure_nothing(edits, photos)
        right = np.nanmean(right_on_photos(photos, rows), axis=0)
        reports = [report_run("x", 0, [table], vocabulary, 0, 0) for table in (edits, unedited)]
        return *reports, right

    return measure


def test_a_perfect_editor_scores_one_and_leaves_the_rest(measured):
    report, _, right = measured(Painter())
    assert right.tolist() == [1, 1]
    # 9 test photos, 3 of each colour: 6 edits to each colour
    assert report.figures["accuracy"]["color"]["red"].n == 6
    assert report.figures["accuracy"]["color"][ALL].n == 18
    assert [report.mean(metric) for metric in ("accuracy", "top", "kept")] == [1, 1, 1]
    assert report.mean("accuracy", "sleeve") == 1
    assert report.mean("nearest_prototype", "color") == 1
    assert report.mean("attention_iou", "color") == 1
    assert report.mean("background_delta_e", "color") == 0
    assert report.mean("unattended_delta_e") == 0
    # what is wanted comes first, but for three photos that look so and have no known sleeve
    assert report.curve[3].mean == 1 > report.curve[0].mean
    assert np.trace(report.confusion["color"]) == np.sum(report.confusion["color"]) == 18


def test_an_editor_that_does_nothing_scores_the_base_rate(measured):
    report, unedited, _ = measured(Painter(works=False))
    for metric in ("accuracy", "top", "kept", "ndcg_all", "ndcg_target", "ndcg_untouched"):
        assert report.figures[metric] == unedited.figures[metric]
    assert report.mean("accuracy") == 0  # no photo shows a value that is not its own
    assert report.mean("kept") == 1
    assert report.curve[0].mean == 0
    assert report.mean("background_delta_e") == 0
    assert report.mean("background_ssim") == pytest.approx(1)


def test_what_a_run_keeps_is_seen_at_its_own_size(dataset, tmp_path):
    """The gallery is seen at the largest run's size, where the judge may see something else."""
    vocabulary, rows = dataset.labels.vocabulary, dataset.rows(test=True)
    info = ModelInfo(vocabulary, ModelConfig(image_size=32), PROTOTYPES)
    judge = Judge(Eyes(), vocabulary, CPU)  # type: ignore[arg-type]
    (tmp_path / "judge.safetensors").write_bytes(b"eyes")
    photos = look_at_photos(judge, dataset, tmp_path / "judge.safetensors")
    elsewhere = replace(photos, seen=(photos.seen + 1) % 3)
    for gallery in (photos, elsewhere):
        edits, _ = measure_run(Painter(), info, dataset, rows, judge, gallery)  # type: ignore[arg-type]
        assert edits.columns["kept"].tolist() == [1.0] * len(edits.photo)


def test_figure_6_lays_z_into_the_region(dataset, tmp_path):
    """Eq. 12 takes z: outside of the attention of the colour too."""

    class Shy(Painter):
        def forward(self, x, condition):
            z, alpha = super().forward(x, condition)
            is_color = condition[0, :3].any()
            return z, alpha * 0 if is_color else alpha

    vocabulary = dataset.labels.vocabulary
    info = ModelInfo(vocabulary, ModelConfig(image_size=32), PROTOTYPES)
    rows = dataset.rows(test=True)[:1]
    setup = Setup([Run("shy", Shy(), info)], {32: dataset}, rows, CPU)  # type: ignore[arg-type]
    assert write_regions(tmp_path / "regions.png", setup, rows)
    titles = 22
    sleeves = read_pixels(tmp_path / "regions.png")[titles : titles + 4, 3 * 164 : 3 * 164 + 150]
    red = ((paint("red")[0, :, 0, 0] + 1) * 127.5).numpy()
    assert np.abs(sleeves.mean((0, 1)) - red).max() < 8


def test_a_spilling_editor_is_caught(measured):
    report, _, _ = measured(Painter(spills=True))
    assert report.mean("accuracy", "color") == 1
    assert report.mean("background_delta_e", "color") > 5
    assert report.mean("background_ssim", "color") < 0.9
    assert report.mean("attention_iou", "color") == pytest.approx(16 * 16 / (32 * 32))


def test_unknown_labels_are_left_out(measured, dataset):
    known = (dataset.labels.values[dataset.rows(test=True), 1] != UNKNOWN).sum()
    report, _, _ = measured(Painter())
    assert report.figures["accuracy"]["sleeve"][ALL].n == 2 * known


def test_the_gallery_is_looked_at_once(measured, dataset, tmp_path, monkeypatch):
    measured(Painter())
    monkeypatch.setattr(Judge, "look", None)
    judge = Judge(Eyes(), dataset.labels.vocabulary, CPU)  # type: ignore[arg-type]
    look_at_photos(judge, dataset, tmp_path / "judge.safetensors")
    monkeypatch.undo()
    (tmp_path / "judge.gallery.pt").unlink()
    (tmp_path / "judge.gallery.pt").mkdir()  # which cannot be written
    assert len(look_at_photos(judge, dataset, tmp_path / "judge.safetensors").seen) == 36
    (tmp_path / "judge.gallery.pt").rmdir()
    look_at_photos(judge, dataset, tmp_path / "judge.safetensors")
    monkeypatch.setattr(Judge, "look", None)
    dataset.images[0, 0, 0, 0] += 1
    with pytest.raises(TypeError):  # another photo: it has to look again
        look_at_photos(judge, dataset, tmp_path / "judge.safetensors")


@pytest.fixture(scope="session")
def preset(tmp_path_factory):
    path = tmp_path_factory.mktemp("preset") / "preset.toml"
    text = '[attribute_network]\ndepth = 18\ninput_size = 32\ninit = "scratch"\nepochs = 1\n'
    path.write_text(text + '[data]\nmasks = "masks"\n')
    return path


def test_one_model_through_the_command(amgan, model_file, data_folder, preset, tmp_path):
    words = ("evaluate", model_file, "--data", data_folder, "--judge", "judge.safetensors")
    words += ("--preset", preset, "-d", "cpu")
    done = amgan(*words, "--json", "figures.json")
    assert done.returncode == 0, done.stderr
    assert "judge on real test photos" in done.stdout
    saved = json.loads((tmp_path / "figures.json").read_text())
    assert saved["settings"]["test_photos"] == 9
    assert saved["settings"]["gallery_photos"] == 36
    assert set(saved["runs"][0]["figures"]["accuracy"]) == {"all", "color", "sleeve"}
    again = amgan(*words, "--json", "again.json", "--fail-under", "1")
    assert "attribute network 1/" in done.stderr
    assert "attribute network 1/" not in again.stderr  # the judge is there already
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "figures.json").read_bytes()
    assert again.returncode == 1
    assert "is under --fail-under 1" in again.stderr


def test_several_runs_write_every_form(amgan, model_file, data_folder, preset, tmp_path):
    (tmp_path / "a_b").mkdir()
    (tmp_path / "a_b" / "model.safetensors").write_bytes(model_file.read_bytes())
    words = ("evaluate", "a_b", model_file, "--data", data_folder, "--preset", preset, "-d", "cpu")
    done = amgan(*words, "--photos", 4, "--rendered", 2, "-o", "out")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    first, second = report["runs"]
    assert first["name"] == "a_b"
    assert first["figures"] == second["figures"]  # the same weights under two names
    assert report["settings"]["edited_photos"] == 4
    assert first["figures"]["part_iou"]["color"]["all"]["n"] == 2
    assert len(first["curve"]) == 100
    rows = list(csv.DictReader((tmp_path / "out" / "figures.csv").read_text().splitlines()))
    accuracy = next(row for row in rows if row["metric"] == "accuracy")
    assert float(accuracy["mean"]) == first["figures"]["accuracy"]["all"]["all"]["mean"]
    markdown = (tmp_path / "out" / "tables.md").read_text()
    assert "## Table 1: classification accuracy" in markdown
    assert "|  | color | sleeve | Avg. |" in markdown
    latex = (tmp_path / "out" / "tables.tex").read_text()
    assert r"a\_b & " in latex
    assert latex.count(r"\begin{tabular}{lrrr}") == 3
    assert (tmp_path / "out" / "figure-4.svg").read_text().count("<polyline") == 3
    assert read_pixels(tmp_path / "out" / "figure-5.png").shape[1] == 4 * 164
    assert read_pixels(tmp_path / "out" / "figure-6.png").shape[0] > 8 * 160


@pytest.mark.parametrize("option", ["--json", "--out", "--judge"])
def test_what_cannot_be_written_is_told_of_first(amgan, model_file, data_folder, option):
    place = model_file / "inside"  # of a file
    done = amgan("evaluate", model_file, "--data", data_folder, option, place)
    assert done.returncode == 1 and "model.safetensors: cannot be written" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("MODEL",), "--data is missing"),
        (("nothing.safetensors", "--data", "DATA"), "no such file"),
        (("MODEL", "--data", "DATA", "--study", "s.html"), "two or more models"),
        (("MODEL", "--data", "DATA", "--json", "DATA"), "is a folder; name a file"),
        (("MODEL", "--data", "DATA", "--judge", "DATA"), "is a folder; name a file"),
        (("MODEL", "--votes", "--json", "f.json"), "--json is of figures"),
        (("MODEL", "--votes", "--study", "s.html"), "--study is not for --votes"),
        (("MODEL", "--data", "DATA", "--study", "s.html", "--rendered", "2"), "--rendered is of"),
        (("MODEL", "--data", "DATA", "--study", "s.html", "--fail-under", "0.5"), "--fail-under"),
    ],
)
def test_mistakes_are_one_line(amgan, model_file, data_folder, tmp_path, words, message):
    places = {"MODEL": model_file, "DATA": data_folder}
    done = amgan("evaluate", *(places.get(word, word) for word in words))
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_what_a_run_was_trained_on_is_no_test_photo(model_file, data_folder, tmp_path):
    rows = (data_folder / "labels.csv").read_text().splitlines()
    data, run = tmp_path / "data", tmp_path / "run"
    for folder in (data, run):
        folder.mkdir()
    (data / "images").symlink_to(data_folder / "images")
    without_split = [row.rpartition(",")[0] for row in rows]  # so that it is drawn
    (data / "labels.csv").write_text("\n".join(without_split[:31]) + "\n")
    labels = open_labels(data, DataConfig())
    save_record(run, data, labels)
    shutil.copy(model_file, run / "model.safetensors")
    left = {photo.name for photo, test in zip(labels.photos, labels.is_test, strict=True) if test}

    (data / "labels.csv").write_text("\n".join(without_split) + "\n")  # and six more photos
    said = io.StringIO()
    files = [("run", run / "model.safetensors")]
    setup = set_up(files, str(data), Config(), "cpu", None, 0, Console(file=said, width=60))
    tested = {setup.largest.labels.photos[row].name for row in setup.rows}
    new = {row.split(",")[0] for row in rows[31:]}
    assert left <= tested <= left | new
    assert "a run was trained on them" in said.getvalue()
    elsewhere = shutil.copytree(data, tmp_path / "other", symlinks=True)  # the same names
    setup = set_up(files, str(elsewhere), Config(), "cpu", None, 0, Console(quiet=True))
    assert not {setup.largest.labels.photos[row].name for row in setup.rows} <= left | new


def test_a_judge_of_other_photos_is_told_of(amgan, model_file, data_folder, preset, tmp_path):
    words = ("evaluate", model_file, "--preset", preset, "-d", "cpu", "--photos", 2, "--data")
    first = amgan(*words, data_folder)
    assert first.returncode == 0 and "other photos" not in first.stderr
    data = shutil.copytree(data_folder, tmp_path / "data")
    rows = (data / "labels.csv").read_text().splitlines()
    (data / "labels.csv").write_text("\n".join(rows[:-3]) + "\n")
    second = amgan(*words, data)
    assert second.returncode == 0, second.stderr
    assert "judge.safetensors: learned from other photos" in second.stderr


def test_runs_with_other_values_are_not_compared(model_file, data_folder, tmp_path):
    config = ModelConfig(image_size=32, width=4, residual_blocks=1)
    info = ModelInfo(Vocabulary({"color": ("blue", "red")}), config)
    other = tmp_path / "other.safetensors"
    save_model(other, Generator(info.n_condition, config), info)
    files = [("first", model_file), ("other", other)]
    with pytest.raises(UsageError, match="other: knows other attributes or values"):
        set_up(files, str(data_folder), Config(), "cpu", None, 0, Console(quiet=True))


def test_photos_of_which_nothing_is_known_are_not_evaluated(model_file, data_folder, tmp_path):
    data = shutil.copytree(data_folder, tmp_path / "data")
    with (data / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["split"] == "test":
            row.update({name: "" for name in row if name not in ("file", "split")})
    with (data / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    files = [("first", model_file)]
    with pytest.raises(DataError, match="nothing is known of the test photos that can be read"):
        set_up(files, str(data), Config(), "cpu", None, 0, Console(quiet=True))


def test_nan_is_null_in_json(measured):
    report, unedited, _ = measured(Painter())
    assert math.isnan(report.mean("part_iou"))
    plain = Report("x", {"a": float("nan")}, {}, {}, [report], unedited).to_dict()
    json.dumps(plain, allow_nan=False)
    assert plain["settings"]["a"] is None
