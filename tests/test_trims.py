"""What a pattern is printed around: a garment's own collar and fastening."""

import cv2
import numpy as np
import pytest

from amgan_cli.config import ModelConfig
from amgan_cli.editing.patterns.trims import COLLAR, FASTENING, find_trim
from amgan_cli.editing.plan import Step
from amgan_cli.model_info import ModelInfo, find_weights, read_info
from amgan_cli.vocabulary import Manipulation

SIDE = 320
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]
GARMENT = ((ROWS > 60) & (ROWS < 290) & (np.abs(COLUMNS - 160) < 80)).astype(np.float32)
ZIP = (ROWS > 90) & (ROWS < 280) & (np.abs(COLUMNS - 160) < 5)
CLOTH = 140.0


@pytest.fixture(scope="module")
def info() -> ModelInfo:
    return read_info(find_weights(None))


def takes_dark_away(view: np.ndarray, manipulation: Manipulation) -> Step:
    """What is dark becomes cloth, and the network attends to a little more."""
    is_dark = (view.max(axis=2) < 60).astype(np.float32)
    z = np.where(is_dark[..., None] > 0, CLOTH, view)
    return Step(view, z.astype(np.float32), cv2.dilate(is_dark, np.ones((15, 15))))


def found_in(
    picture: np.ndarray, info: ModelInfo, look=takes_dark_away, trim: Manipulation = FASTENING
) -> np.ndarray:
    small = cv2.resize(GARMENT, (128, 128), interpolation=cv2.INTER_AREA)
    return find_trim(picture, small, info, trim, look)


def picture_of(dark: np.ndarray) -> np.ndarray:
    picture = np.where(GARMENT[..., None] > 0, CLOTH, 230.0)
    picture[dark] = 20
    return np.repeat(picture, 3, axis=2).astype(np.float32)


def test_a_zip_is_found_where_it_lies_and_nothing_beside_it(info):
    found = found_in(picture_of(ZIP), info)
    assert found.shape == (SIDE, SIDE)
    assert found[ZIP].mean() > 0.9
    assert found[np.abs(COLUMNS - 160) > 12].max() < 0.05


def test_a_row_of_buttons_is_one_band(info):
    buttons = ZIP & (ROWS % 14 < 7)
    found = found_in(picture_of(buttons), info)
    between = ZIP & (ROWS > 100) & (ROWS < 270)
    assert found[between].mean() > 0.8


def test_what_only_gets_attention_is_cloth(info):
    def repaints(view: np.ndarray, manipulation: Manipulation) -> Step:
        return Step(view, view + 5, np.ones(view.shape[:2], np.float32))

    assert found_in(picture_of(ZIP), info, repaints).max() == 0


@pytest.mark.parametrize(("first", "last"), [(120, 180), (90, 220)])
def test_what_is_too_short_for_a_fastening_or_ends_too_high_may_be_a_print(info, first, last):
    letters = (first < ROWS) & (last > ROWS) & (np.abs(COLUMNS - 160) < 5)
    assert found_in(picture_of(letters), info).max() == 0


def test_a_collar_is_found_in_the_view_of_the_neck(info):
    collar = (ROWS >= 62) & (ROWS < 80) & (np.abs(COLUMNS - 160) < 25)
    assert found_in(picture_of(collar), info, trim=COLLAR)[collar].mean() > 0.8


def test_what_is_a_large_part_of_the_garment_is_no_trim(info):
    half = (GARMENT > 0) & (ROWS < 160)
    assert found_in(picture_of(half), info).max() == 0


def test_a_model_without_views_of_parts_has_none(info):
    blind = ModelInfo(info.vocabulary, ModelConfig())
    assert found_in(picture_of(ZIP), blind).max() == 0


def shown_in(picture: np.ndarray, info: ModelInfo, shown: str) -> np.ndarray:
    small = cv2.resize(GARMENT, (128, 128), interpolation=cv2.INTER_AREA)
    return find_trim(picture, small, info, FASTENING, takes_dark_away, shown)


def test_a_garment_known_to_have_no_fastening_spares_none(info):
    assert found_in(picture_of(ZIP), info).max() > 0.9
    assert shown_in(picture_of(ZIP), info, "none").max() == 0


def test_a_fastening_that_cannot_be_seen_is_spared_where_such_are(info):
    unseen = picture_of(np.zeros_like(ZIP))
    assert found_in(unseen, info).max() == 0
    ends = {}
    for shown in ("zip", "placket"):
        found = shown_in(unseen, info, shown)
        assert found[100, 160] > 0.9 and found[:, :135].max() < 0.01
        ends[shown] = np.flatnonzero(found[:, 160] > 0.5).max()
    assert ends["placket"] < 130 and ends["zip"] > 280


def test_one_that_can_be_seen_is_spared_as_it_lies(info):
    aside = np.roll(ZIP, 4, axis=1)
    assert np.array_equal(
        shown_in(picture_of(aside), info, "zip"), found_in(picture_of(aside), info)
    )
