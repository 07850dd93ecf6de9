"""benchmarks/better_masks.py and masks_by_eye.py: which weak masks stay, which become others."""

import csv
import io
import runpy
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from amgan_cli.catalogue import render, sample_garment

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
SEEN = "000d31f6-44b5-4758-8d86-c4fcfb234392"
"""A photo that has a mask by eye."""


@pytest.fixture
def folder(tmp_path) -> Path:
    """A red T-shirt with its mask, with half of it, patches of chance, a test photo with half."""
    plain = {"pattern": "plain", "fastening": "no closure", "category": "t-shirt"}
    shirt = render(sample_garment(3, color="red", sleeve="short", **plain), (240, 320))
    mask = shirt.masks["garment"]
    half = np.where(np.arange(320)[:, None] < 170, mask, 0).astype(np.uint8)
    patches = np.random.default_rng(0).integers(0, 256, (5, 4, 3), np.uint8)
    anything = patches.repeat(64, axis=0).repeat(64, axis=1)[:, :240]
    rows = {
        "good": (shirt.image, mask, "train"),
        "half": (shirt.image, half, "train"),
        "patches": (anything, half, "train"),
        "test": (shirt.image, half, "test"),
    }
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "color", "sleeve", "split"])
        for name, (picture, weak, split) in rows.items():
            Image.fromarray(picture).save(tmp_path / "images" / f"{name}.png")
            Image.fromarray(weak).save(tmp_path / "masks" / f"{name}.png")
            look = ("red", "short") if split == "train" else ("blue", "long")
            writer.writerow([f"{name}.png", *look, split])
    Image.fromarray(mask).save(tmp_path / "true.png")
    return tmp_path


def run(script: str, folder: Path, monkeypatch) -> dict[str, np.ndarray]:
    """The masks that a script makes of the folder's, by name."""
    file = str(BENCHMARKS / script)
    monkeypatch.setattr(sys, "argv", [file, str(folder), str(folder / "better")])
    runpy.run_path(file, run_name="__main__")
    return {path.stem: np.asarray(Image.open(path)) > 127 for path in folder.glob("better/*.png")}


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    return (first & second).sum() / (first | second).sum()


def test_masks_stay_or_are_mended_or_left_out(folder, monkeypatch, capsys):
    masks = run("better_masks.py", folder, monkeypatch)
    assert capsys.readouterr().out == "1 agree, 1 mended, 1 left out, 1 test\n"
    true = np.asarray(Image.open(folder / "true.png")) > 127
    assert sorted(masks) == ["good", "half", "test"]
    assert np.array_equal(masks["good"], true)
    assert overlap(masks["half"], true) > 0.93
    assert np.array_equal(masks["test"], true & (np.arange(320)[:, None] < 170))


def test_masks_are_by_eye_or_found_or_left_out(folder, monkeypatch, capsys):
    for place in ("images", "masks"):
        (folder / place / "patches.png").rename(folder / place / f"{SEEN}.png")
    labels = folder / "labels.csv"
    labels.write_text(labels.read_text().replace("patches", SEEN))
    masks = run("masks_by_eye.py", folder, monkeypatch)
    assert capsys.readouterr().out == "1 by eye, 1 found, 1 left out, 1 test\n"
    true = np.asarray(Image.open(folder / "true.png")) > 127
    assert sorted(masks) == [SEEN, "good", "test"]
    with zipfile.ZipFile(BENCHMARKS / "masks_by_eye.zip") as file:
        by_eye = np.asarray(Image.open(io.BytesIO(file.read(f"{SEEN}.png"))))
    assert np.array_equal(masks[SEEN], by_eye)
    assert overlap(masks["good"], true) > 0.93
    assert np.array_equal(masks["test"], true & (np.arange(320)[:, None] < 170))
