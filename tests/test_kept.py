"""Prints that stay when their garment gets another colour."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import read_pixels
from PIL import Image

from amgan_cli.editing.colors.kept import find_kept
from amgan_cli.editing.lab import planes_in_lab
from amgan_cli.editing.lift import Window, to_planes

ROWS, COLUMNS = np.mgrid[:256, :256]
GARMENT = ((ROWS > 30) & (ROWS < 230) & (COLUMNS > 40) & (COLUMNS < 216)).astype(np.float32)


def garment(color) -> np.ndarray:
    """A garment of one colour in light and shade, with a soft fold, on light grey."""
    noise = np.random.default_rng(0).normal(0, 2, (256, 256, 1))
    light = 1.1 - 0.4 * COLUMNS / 256 - 0.2 * np.exp(-(((ROWS - COLUMNS) / 20.0) ** 2))
    cloth = light[..., None] * np.array(color, float) + noise
    return np.where(GARMENT[..., None] > 0, cloth, 220).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "cloth, ink",
    [
        ((190, 40, 50), (250, 250, 250)),
        ((235, 232, 225), (240, 90, 130)),
        ((40, 60, 130), (250, 200, 40)),
    ],
)
def test_a_print_of_another_colour_stays_as_far_as_it_reaches(cloth, ink):
    picture = garment(cloth)
    cv2.circle(picture, (128, 130), 30, ink, -1, cv2.LINE_AA)
    found = find_kept(picture, GARMENT)
    assert found is not None
    kept = found.at(planes_in_lab(to_planes(picture)), Window(256, 256))
    away = np.hypot(ROWS - 130, COLUMNS - 128)
    assert kept[away < 28].min() > 0.9
    assert kept[away > 34].max() == 0
    assert 0.02 < kept[np.abs(away - 31) < 0.6].mean() < 0.8  # mixed pixels


def test_folds_beside_a_print_are_cloth_where_its_hue_is_told():
    picture = garment((30, 70, 190))
    cv2.circle(picture, (128, 130), 30, (245, 245, 245), -1)
    picture[100:160, 156:176] = 70, 125, 235  # a bright fold that touches the print
    found = find_kept(picture, GARMENT)
    assert found is not None
    lab = planes_in_lab(to_planes(picture))
    surely, hardly = (found.at(lab, Window(256, 256), told) for told in (1, 0))
    inside = np.hypot(ROWS - 130, COLUMNS - 128) < 26
    assert surely[inside].min() > 0.9
    fold = np.s_[104:156, 162:172]
    assert surely[fold].mean() < 0.1 < 0.3 < hardly[fold].mean()


def test_light_and_shade_and_thin_lines_change_with_the_cloth():
    cloth = (190, 40, 50)
    assert find_kept(garment(cloth), GARMENT) is None
    shaded, lined = garment(cloth), garment(cloth)
    shaded[90:160, 80:150] //= 3  # a hard shadow
    cv2.line(lined, (80, 80), (170, 180), (250, 250, 250), 2, cv2.LINE_AA)
    for picture in (shaded, lined):
        assert find_kept(picture, GARMENT) is None
    assert find_kept(garment(cloth), 0 * GARMENT) is None


def test_what_a_network_takes_for_a_print_stays_but_what_looks_as_the_cloth():
    picture, away = garment((150, 150, 150)), np.hypot(ROWS - 130, COLUMNS - 128)
    dark = (away < 30) & (ROWS % 24 < 12)
    picture[dark] //= 2
    assert find_kept(picture, GARMENT) is None  # shade could make it so
    found = find_kept(picture, GARMENT, (away < 30).astype(np.float32))
    assert found is not None
    kept = found.at(planes_in_lab(to_planes(picture)), Window(256, 256))
    inner = away < 24
    assert kept[inner & dark].mean() > 0.9 and kept[away > 36].max() < 0.1
    assert kept[inner & ~dark].mean() < 0.1


def test_a_pattern_all_over_changes_with_the_garment():
    striped = garment((190, 40, 50))
    striped[(ROWS % 40 < 22) & (GARMENT > 0)] = (60, 160, 90)
    assert find_kept(striped, GARMENT) is None


def test_edit_keeps_a_print_unless_prints_are_asked_for(amgan, tmp_path):
    shirt = read_pixels(Path(__file__).parents[1] / "examples" / "tshirt.png")[..., :3].copy()
    height, width = shirt.shape[:2]
    middle = width // 2, int(0.62 * height)
    cv2.circle(shirt, middle, width // 10, (250, 240, 60), -1)
    Image.fromarray(shirt).save(tmp_path / "printed.png")
    there, beside = (
        np.s_[middle[1] - 12 : middle[1] + 12, middle[0] + at - 12 : middle[0] + at + 12]
        for at in (0, width // 6)
    )
    words = ("edit", "printed.png", "--set", "color=burgundy")
    for name, more in (("kept", ()), ("changed", ("--prints",))):
        done = amgan(*words, *more, "-o", f"{name}.png")
        assert done.returncode == 0, done.stderr
    kept, changed = (
        read_pixels(tmp_path / f"{name}.png").astype(int) for name in ("kept", "changed")
    )
    assert np.abs(kept - shirt)[there].max() <= 2
    assert np.abs(changed - shirt)[there].mean() > 30
    for edited in (kept, changed):
        red, _, blue = edited[beside].reshape(-1, 3).mean(axis=0)
        assert red > blue + 20  # it was blue
