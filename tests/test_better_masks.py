"""benchmarks/better_masks.py: which weak masks stay, which are mended, which are left out."""

import csv
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from amgan_cli.catalogue import render, sample_garment

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "better_masks.py"


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


def test_masks_stay_or_are_mended_or_left_out(folder, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), str(folder), str(folder / "better")])
    runpy.run_path(str(SCRIPT), run_name="__main__")
    assert capsys.readouterr().out == "1 agree, 1 mended, 1 left out, 1 test\n"
    read = {path.stem: np.asarray(Image.open(path)) > 127 for path in folder.glob("better/*.png")}
    true = np.asarray(Image.open(folder / "true.png")) > 127
    assert sorted(read) == ["good", "half", "test"]
    assert np.array_equal(read["good"], true)
    assert (read["half"] & true).sum() / (read["half"] | true).sum() > 0.93
    assert np.array_equal(read["test"], true & (np.arange(320)[:, None] < 170))
