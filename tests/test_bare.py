"""Garments without their prints."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import read_pixels
from PIL import Image

from amgan_cli.editing.apply import apply_plan
from amgan_cli.editing.patterns.bare import BARE_SIDE, lay_bare
from amgan_cli.editing.plan import Plan, Step
from amgan_cli.editing.request import EditRequest

ROWS, COLUMNS = np.mgrid[:BARE_SIDE, :BARE_SIDE]
GARMENT = ((ROWS > 40) & (ROWS < 290) & (COLUMNS > 60) & (COLUMNS < 260)).astype(np.float32)
CHEST = np.s_[130:190, 130:190]


@pytest.fixture
def shirt() -> np.ndarray:
    """A green garment in light from the left, with one soft fold and grain, on white."""
    noise = np.random.default_rng(0).normal(0, 4, (BARE_SIDE, BARE_SIDE, 1))
    light = 1.1 - 0.3 * COLUMNS / BARE_SIDE - 0.15 * np.exp(-(((ROWS - COLUMNS) / 25.0) ** 2))
    cloth = light[..., None] * np.array([70.0, 140.0, 90.0]) + noise
    return np.where(GARMENT[..., None] > 0, cloth, 235.0).clip(0, 255).astype(np.float32)


def with_logo(picture: np.ndarray, color=(220, 30, 40)) -> np.ndarray:
    printed = picture.astype(np.uint8)
    cv2.circle(printed, (160, 160), 28, color, -1)
    cv2.putText(printed, "NEW YORK", (90, 230), cv2.FONT_HERSHEY_SIMPLEX, 0.9, color, 3)
    return printed.astype(np.float32)


def print_on(picture: np.ndarray) -> Step | None:
    """The step that takes the print off a plain garment, if one is found."""
    found = lay_bare(picture, GARMENT)
    assert found is not None
    return found.step


def bared(picture: np.ndarray) -> np.ndarray:
    """The whole photo without its print, as it is written."""
    found = lay_bare(picture, GARMENT)
    assert found is not None and found.step is not None
    request = EditRequest((("pattern", "plain"),))
    return apply_plan(picture.astype(np.uint8), Plan((found.step,)), request).pixels


@pytest.mark.parametrize("color", [(220, 30, 40), (250, 250, 250), (10, 10, 10)])
def test_cloth_lies_where_a_print_was_and_the_rest_stays_bit_for_bit(shirt, color):
    printed = with_logo(shirt, color)
    truth = shirt.astype(np.uint8).astype(int)
    after, was = bared(printed).astype(int), np.abs(printed - truth).max(axis=2) > 0
    assert np.abs(printed - shirt)[was].mean() > 50
    assert np.abs(after - truth)[was].mean() < 7  # its grain alone differs by 4.5
    far = cv2.dilate(was.astype(np.uint8), np.ones((15, 15))) == 0
    assert np.array_equal(after[far], truth[far])


def test_cloth_has_its_shade_and_grain_there(shirt):
    after, truth = (each[CHEST].astype(float) for each in (bared(with_logo(shirt)), shirt))
    smooth = [cv2.GaussianBlur(each, (0, 0), 4) for each in (after, truth)]
    assert np.abs(smooth[0] - smooth[1]).mean() < 3
    assert (after - smooth[0]).std() == pytest.approx((truth - smooth[1]).std(), rel=0.25)


@pytest.mark.parametrize("seed", range(8))
def test_prints_of_any_size_and_place_go(shirt, seed):
    random = np.random.default_rng(seed)
    printed = shirt.copy()
    middle = int(random.integers(80, 240)), int(random.integers(100, 270))
    cv2.circle(printed, middle, int(random.integers(10, 25)), (230, 200, 40), -1)
    was = np.abs(printed - shirt).max(axis=2) > 0
    assert np.abs(bared(printed) - shirt)[was].mean() < 0.35 * np.abs(printed - shirt)[was].mean()


def test_plain_cloth_zips_buttons_and_necks_are_no_prints(shirt):
    assert print_on(shirt) is None
    zipped, buttoned, open_neck = shirt.copy(), shirt.copy(), shirt.copy()
    zipped[80:280, 156:164] = 20
    for row in range(80, 270, 40):
        cv2.circle(buttoned, (160, row), 5, (10, 10, 10), -1)
    cv2.ellipse(open_neck, (160, 48), (30, 14), 0, 0, 360, (30, 50, 35), -1)
    for picture in (zipped, buttoned, open_neck):
        assert print_on(picture) is None
    for picture in (zipped, buttoned):  # known to have neither, it has prints of their shape
        found = lay_bare(picture, GARMENT, is_fastened=False)
        assert found is not None and found.step is not None and found.spared.max() < 0.5
    found = lay_bare(open_neck, GARMENT, is_fastened=False)
    assert found is not None and found.step is None and found.spared.max() > 0.5
    dotted = shirt.copy()
    for row in range(60, 280, 20):
        for column in range(80, 250, 20):
            cv2.circle(dotted, (column, row), 5, (10, 10, 10), -1)
    assert print_on(dotted) is not None


def test_what_shows_too_little_cloth_or_is_too_fine_is_left_to_the_network(shirt):
    fine, wide = shirt.copy(), shirt.copy()
    fine[(GARMENT > 0) & (ROWS // 2 % 2 == 0)] = 240
    wide[(GARMENT > 0) & (ROWS % 40 < 30)] = 240  # white with green stripes, by the share
    assert lay_bare(fine, GARMENT) is None
    step = print_on(wide)
    assert step is not None and step.z[CHEST].mean() > 200
    assert lay_bare(shirt, 0 * GARMENT) is None


def test_washed_cloth_with_seams_is_known_but_not_plain(shirt):
    seam = 40 * ((COLUMNS // 3 % 8 == 0) | (ROWS // 3 % 10 == 0)) * GARMENT
    found = lay_bare((shirt - seam[..., None]).clip(0, 255), GARMENT)
    assert found is not None and not found.is_plain
    plain = lay_bare(shirt, GARMENT)
    assert plain is not None and plain.is_plain


def test_a_gap_that_shows_the_ground_is_no_print(shirt):
    legs = shirt.copy()
    legs[200:290, 150:170] = 235
    assert print_on(legs) is None  # GARMENT has the gap too, as weak masks have it


def test_edit_takes_a_print_off_a_photo_before_it_makes_it_plain_or_striped(amgan, tmp_path):
    shirt = read_pixels(Path(__file__).parents[1] / "examples" / "tshirt.png")[..., :3]
    printed = shirt.copy()
    height, width = printed.shape[:2]
    middle = width // 2, int(0.62 * height)
    cv2.circle(printed, middle, width // 10, (250, 240, 60), -1)
    Image.fromarray(printed).save(tmp_path / "printed.png")
    Image.fromarray(shirt).save(tmp_path / "bare.png")
    there = np.s_[middle[1] - 20 : middle[1] + 20, middle[0] - 20 : middle[0] + 20]
    for value, most in (("plain", 12), ("stripes", 25)):
        edited = []
        for name in ("printed", "bare"):
            words = (
                "edit",
                f"{name}.png",
                "--set",
                f"pattern={value}",
                "-o",
                f"{name}.{value}.png",
            )
            done = amgan(*words)
            assert done.returncode == 0, done.stderr
            assert "no garment" not in done.stderr
            edited.append(read_pixels(tmp_path / f"{name}.{value}.png").astype(int))
        assert np.abs(edited[0] - edited[1])[there].mean() < most
    assert np.abs(printed.astype(int) - shirt)[there].mean() > 80


def test_a_fastening_taken_for_a_print_stays_and_a_print_on_a_collar_goes(shirt):
    found = lay_bare(with_logo(shirt), GARMENT)
    assert found is not None and found.step is not None
    logo = found.step.alpha > 0.9
    left, right = (logo & (COLUMNS < 160)), (logo & (COLUMNS >= 160))
    around = found.around(right.astype(np.float32), left.astype(np.float32))
    assert around.step is not None
    assert around.step.alpha[left].max() == 0 and around.spared[left].min() == 1
    assert around.step.alpha[right].min() > 0.9 and around.spared[right].max() < 0.1
