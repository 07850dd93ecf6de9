"""The examples: photos such as users have, and scripts that run as they stand."""

import re
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import read_pixels
from PIL import Image

EXAMPLES = Path(__file__).parent.parent / "examples"
PHOTOS = sorted(path for path in EXAMPLES.iterdir() if path.suffix in (".jpg", ".png", ".webp"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a script of the folder in an empty one: run("edit_one.py") -> that folder."""

    def script(name: str) -> Path:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", [name])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return tmp_path

    return script


def test_a_dozen_photos_stay_small_together():
    assert len(PHOTOS) == 12
    assert sum(path.stat().st_size for path in PHOTOS) < 6e6


def test_the_photos_are_as_different_as_users_photos():
    sizes, orientations, modes, formats = {}, {}, {}, set()
    for path in PHOTOS:
        with Image.open(path) as photo:
            sizes[path.name], modes[path.name] = photo.size, photo.mode
            orientations[path.name] = photo.getexif().get(0x0112, 1)
            formats.add(photo.format)
    assert max(width * height for width, height in sizes.values()) == 12_000_000
    assert min(width * height for width, height in sizes.values()) < 200_000
    assert modes["tshirt.png"] == "RGBA"
    assert orientations["jacket.jpg"] == 6
    assert formats == {"JPEG", "PNG", "WEBP"}


@pytest.mark.parametrize("name", ["top.jpg", "tshirt.png"])
def test_make_photos_draws_the_photos_of_the_folder(name):
    draw = runpy.run_path(str(EXAMPLES / "make_photos.py"))["draw"]
    difference = read_pixels(EXAMPLES / name).astype(int) - draw(name).image
    assert np.abs(difference).mean() < 3  # JPEG


def test_make_photos_knows_every_photo():
    known = runpy.run_path(str(EXAMPLES / "make_photos.py"))["PHOTOS"]
    assert set(known) == {path.name for path in PHOTOS}


def test_edit_one(run, capsys):
    edited = read_pixels(run("edit_one.py") / "red.png")
    before = read_pixels(EXAMPLES / "shirt.jpg")
    assert edited.shape == before.shape
    untouched = int(re.findall(r"(\d+)%", capsys.readouterr().out)[0])
    same = (edited == before).all(axis=2).mean() * 100
    assert 20 < untouched <= same + 1


def test_edit_many_keeps_rotation_and_transparency(run):
    folder = run("edit_many.py")
    with Image.open(folder / "navy-jacket.jpg") as jacket:
        assert jacket.size == (900, 1200)
        assert jacket.getexif().get(0x0112, 1) == 1
    with Image.open(folder / "navy-tshirt.png") as edited, Image.open(PHOTOS[-1]) as before:
        assert np.array_equal(edited.getchannel("A"), before.getchannel("A"))


def test_edit_region_changes_what_its_mask_shows(run):
    folder = run("edit_region.py")
    mask = read_pixels(folder / "sleeves-mask.png")[..., 0]
    before, after = (read_pixels(path) for path in (EXAMPLES / "polo.jpg", folder / "sleeves.png"))
    change = np.abs(after.astype(int) - before)
    assert 0.01 < (mask > 0).mean() < 0.4
    assert change[mask == 0].max() == 0
    assert change[mask > 200].mean() > 20


def test_counterfactuals(run):
    sheet = read_pixels(run("counterfactuals.py") / "sleeves-of-one-garment.png")
    assert sheet.shape == (480, 9 * 180, 3)
    assert (sheet[240:] > 0).any()


def test_measure_edit_finds_the_edit_nearer_to_the_truth(run, capsys):
    run("measure_edit.py")
    before, after = re.findall(r"ΔE2000 ([\d.]+)", capsys.readouterr().out)
    assert float(after) < 0.6 * float(before)


def test_make_catalogue(run, capsys):
    folder = run("make_catalogue.py") / "catalogue"
    assert len((folder / "labels.csv").read_text().splitlines()) == 9
    assert "torso" in capsys.readouterr().out
