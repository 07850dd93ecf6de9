"""The figures of `amgan evaluate` on made cases with known answers."""

import json

import numpy as np
import pytest
import torch

from amgan_cli.color import lab_to_rgb
from amgan_cli.config import DataConfig, ModelConfig
from amgan_cli.data.dataset import load_dataset
from amgan_cli.data.sources import open_labels
from amgan_cli.device import Compute
from amgan_cli.evaluation import evaluate as ev
from amgan_cli.model_info import ModelInfo

CPU = Compute(torch.device("cpu"), False)
PROTOTYPES = {"blue": (41.0, 2.0, -25.0), "green": (44.0, -15.0, 6.0), "red": (40.0, 56.0, 28.0)}


class Judge(torch.nn.Module):
    """Names the prototype nearest to the mean colour of the picture's middle; never a sleeve."""

    def forward(self, x):
        table = torch.stack([paint(name)[0, :, 0, 0] for name in sorted(PROTOTYPES)])
        middle = x[..., 12:20, 12:20].mean((2, 3))
        return torch.cat([-torch.cdist(middle, table), torch.zeros(len(x), 3)], dim=1)


class Painter(torch.nn.Module):
    """Paints the middle in the wanted colour; with `works` off it changes nothing."""

    def __init__(self, works: bool, spill: bool = False) -> None:
        super().__init__()
        self.works, self.spill = works, spill

    def forward(self, x, condition):
        value = int(condition[0, :6].argmax())
        alpha = torch.zeros_like(x[:, :1])
        if value >= 3 or not self.works:
            return x, alpha
        alpha[..., :, :] = 1.0 if self.spill else 0.0
        alpha[..., 8:24, 8:24] = 1.0
        return paint(sorted(PROTOTYPES)[value]).expand_as(x), alpha


def paint(name: str) -> torch.Tensor:
    return lab_to_rgb(torch.tensor(PROTOTYPES[name])[None, :, None, None])


@pytest.fixture
def dataset(data_folder):
    labels = open_labels(data_folder, DataConfig(masks="masks"))
    dataset = load_dataset(labels, 32, print)
    dataset.masks[:] = 0
    dataset.masks[..., 8:24, 8:24] = 255
    return dataset


def figures(dataset, generator) -> dict:
    info = ModelInfo(dataset.labels.vocabulary, ModelConfig(image_size=32), PROTOTYPES)
    edits = ev.list_edits(generator, info, dataset, dataset.rows(test=True), CPU)
    return ev.measure(edits, Judge(), info, dataset, CPU)  # type: ignore[arg-type]


def test_a_perfect_editor_scores_one_and_leaves_the_background(dataset):
    result = figures(dataset, Painter(works=True))
    # 9 test photos, 3 of each colour: 6 edits to each colour
    assert result["accuracy"]["color"]["red"] == (1.0, 6)
    assert result["accuracy"]["color"]["all"] == (1.0, 18)
    assert result["nearest_prototype"]["all"] == (1.0, 18)
    assert result["background_delta_e"] == {"color": 0.0, "sleeve": 0.0}


def test_an_editor_that_does_nothing_changes_no_background_and_scores_as_the_photos(dataset):
    result = figures(dataset, Painter(works=False))
    rows = dataset.rows(test=True)
    seen = Judge()(ev._photos(dataset, rows))[:, :3].argmax(dim=1).numpy()
    truth = dataset.labels.values[rows, 0]
    wanted = [(seen[truth != value] == value) for value in range(3)]
    expected = np.concatenate(wanted).mean()
    assert result["accuracy"]["color"]["all"][0] == pytest.approx(expected)
    assert result["background_delta_e"]["color"] == 0


def test_a_spilling_editor_is_caught(dataset):
    result = figures(dataset, Painter(works=True, spill=True))
    assert result["background_delta_e"]["color"] > 5


def test_unknown_labels_are_left_out(dataset):
    known = (dataset.labels.values[dataset.rows(test=True), 1] >= 0).sum()
    result = figures(dataset, Painter(works=True))
    assert result["accuracy"]["sleeve"]["all"][1] == 2 * known


def test_evaluate_through_the_command(amgan, model_file, data_folder, tmp_path):
    preset = tmp_path / "preset.toml"
    text = '[attribute_network]\ndepth = 18\ninput_size = 32\ninit = "scratch"\nepochs = 1\n'
    preset.write_text(text + '[data]\nmasks = "masks"\n')
    words = ("evaluate", model_file, "--data", data_folder, "--judge", "judge.safetensors")
    done = amgan(*words, "--preset", preset, "--json", "figures.json", "-d", "cpu")
    assert done.returncode == 0, done.stderr
    assert "judge on real photos" in done.stdout
    saved = json.loads((tmp_path / "figures.json").read_text())
    assert saved["test_photos"] == 9
    assert set(saved["accuracy"]) == {"color", "sleeve"}
    again = amgan(*words, "--preset", preset, "--json", "again.json", "-d", "cpu")
    assert "attribute network 1/" not in again.stdout  # the judge is there already
    assert json.loads((tmp_path / "again.json").read_text()) == saved
