"""Small real things for the tests: rendered labelled photos, a data folder, a model file."""

import csv
import os
import subprocess
import sys
from pathlib import Path

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"  # of torch, in the commands too: others test meanwhile

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from amgan_cli.catalogue import render, sample_garment
from amgan_cli.checkpoint import save_model
from amgan_cli.cli import app
from amgan_cli.config import Config, ModelConfig, load_preset
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.vocabulary import Vocabulary

COLORS = ("blue", "green", "red")
SLEEVES = ("long", "short", "sleeveless")
PHOTOS = 36


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory) -> Path:
    """36 rendered garments with images/, masks/ and labels.csv; every fourth is a test photo."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "images").mkdir()
    (folder / "masks").mkdir()
    with (folder / "labels.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "color", "sleeve", "split"])
        for i in range(PHOTOS):
            color, sleeve = COLORS[i % 3], SLEEVES[i // 3 % 3]
            plain = {"pattern": "plain", "fastening": "no closure"}
            picture = render(sample_garment(i, color=color, sleeve=sleeve, **plain), (72, 96))
            Image.fromarray(picture.image).save(folder / "images" / f"{i}.png")
            Image.fromarray(picture.masks["garment"]).save(folder / "masks" / f"{i}.png")
            known_sleeve = "" if i % 12 == 5 else sleeve
            writer.writerow([f"{i}.png", color, known_sleeve, "test" if i % 4 == 0 else "train"])
    return folder


@pytest.fixture(scope="session")
def photo(tmp_path_factory) -> Path:
    """A rendered photo of a blue garment, 240 x 320, PNG."""
    garment = sample_garment(7, color="blue", pattern="plain", sleeve="long")
    path = tmp_path_factory.mktemp("photo") / "shirt.png"
    Image.fromarray(render(garment, (240, 320)).image).save(path)
    return path


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary({"color": COLORS, "sleeve": SLEEVES})


@pytest.fixture(scope="session")
def model_file(tmp_path_factory, vocabulary) -> Path:
    """An untrained generator of the smallest size, as a model file."""
    torch.manual_seed(0)
    config = ModelConfig(image_size=32, width=4, residual_blocks=1)
    path = tmp_path_factory.mktemp("model") / "model.safetensors"
    info = ModelInfo(vocabulary, config, {"red": (40, 56, 28), "blue": (41, 2, -25)})
    save_model(path, Generator(info.n_condition, config), info)
    return path


@pytest.fixture
def amgan(tmp_path):
    """Run the installed command in another folder: amgan("edit", ...) -> finished process."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [Path(sys.executable).parent / "amgan", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    return run


@pytest.fixture
def run(model_file, tmp_path, monkeypatch):
    """The command in this process, in another folder, with the tests' model: much faster."""
    monkeypatch.chdir(tmp_path)

    def call(*words: object, **more):
        return CliRunner().invoke(app, [*map(str, words), "-w", str(model_file)], **more)

    return call


def read_pixels(path: Path) -> np.ndarray:
    """HxWx3 uint8 of a picture file."""
    return np.array(Image.open(path).convert("RGB"))


def tiny(**training: object) -> Config:
    """Options of a run of seconds, with these of `training`."""
    config = load_preset("tiny").override("attribute_network", epochs=2)
    options = {"steps": 20, "batch_size": 4, "sheet_every": 10, "precision": "float32"}
    return config.override("training", **(options | training))
