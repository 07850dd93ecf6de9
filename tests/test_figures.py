"""Prints in colour on grey cloth: whole, without rims, and only where something is printed."""

import cv2
import numpy as np
import pytest

from amgan_cli.editing.colors.figures import HUE, Figures, find_colored
from amgan_cli.editing.lift import Window

ROWS, COLUMNS = np.mgrid[:256, :256]
GARMENT = ((ROWS > 30) & (ROWS < 230) & (COLUMNS > 40) & (COLUMNS < 216)).astype(np.float32)
AWAY = np.hypot(ROWS - 128, COLUMNS - 128)
SIZE = Window(256, 256)


def off(figure: tuple[float, float, float], share: np.ndarray) -> np.ndarray:
    """How far from white cloth a picture is that has so much of a figure so far from it."""
    noise = np.random.default_rng(0).normal(0, 0.7, (3, 256, 256))
    return (np.array(figure)[:, None, None] * share + noise).astype(np.float32)


@pytest.mark.parametrize("figure", [(-40, 55, 30), (-5, -25, 8), (-15, 5, 40)])
def test_share_at_a_soft_border_is_that_of_the_figure(figure):
    share = cv2.GaussianBlur((AWAY < 30).astype(np.float32), (0, 0), 1.5)
    picture = off(figure, share)
    found = find_colored(picture, GARMENT)
    assert found is not None
    seen = found.at(picture, SIZE)
    assert seen[AWAY < 26].min() > 0.95 and seen[AWAY > 36].max() == 0
    border = np.abs(AWAY - 30) < 2.5
    assert np.abs(seen - share)[border].mean() < 0.12


def test_hue_that_runs_over_the_border_is_cloth_where_light_tells():
    share = (AWAY < 30).astype(np.float32)
    picture = off((-40, 55, 30), share)
    picture[1:] = [cv2.GaussianBlur(plane, (0, 0), 3) for plane in picture[1:]]  # as JPEG keeps it
    found = find_colored(picture, GARMENT)
    assert found is not None
    runs_over = (AWAY > 31) & (AWAY < 33)
    assert np.hypot(*picture[1:])[runs_over].mean() > 12
    assert found.at(picture, SIZE)[runs_over].mean() < 0.05


def test_pale_parts_and_lines_between_two_hues_belong_to_their_figure():
    picture = off((-20, -30, -5), (AWAY < 40).astype(np.float32))
    pale, orange, line = AWAY < 25, AWAY < 12, (AWAY > 12) & (AWAY < 14)
    for where, color in ((pale, (-12, -15, -2)), (orange, (-15, 30, 40)), (line, (-25, 1, 1))):
        picture[:, where] = np.array(color)[:, None]
    found = find_colored(picture, GARMENT)
    assert found is not None
    assert found.at(picture, SIZE)[AWAY < 36].min() > 0.95


def test_soft_tints_and_grey_prints_are_no_figures():
    lamp = np.exp(-((AWAY / 40) ** 2))
    assert find_colored(off((5, 6, 16), lamp), GARMENT) is None
    assert find_colored(off((-60, 0, 0), (AWAY < 30).astype(np.float32)), GARMENT) is None
    assert find_colored(off((-40, 55, 30), (AWAY < 30).astype(np.float32)), 0 * GARMENT) is None


def test_half_of_a_garment_is_no_figure():
    for until, is_found in ((115, True), (150, False)):
        found = find_colored(off((-20, 30, 20), (until > ROWS).astype(np.float32)), GARMENT)
        assert (found is not None) == is_found


def test_shares_are_the_same_in_a_larger_picture():
    share = (AWAY < 30).astype(np.float32)
    found = Figures.of(share, cv2.erode(share, np.ones((5, 5))), off((-40, 55, 30), share), HUE)
    large = cv2.resize(np.moveaxis(off((-40, 55, 30), share), 0, 2), (1024, 1024))
    seen = found.at(np.moveaxis(large, 2, 0), Window(1024, 1024))
    small = found.at(off((-40, 55, 30), share), SIZE)
    assert np.abs(cv2.resize(seen, (256, 256), interpolation=cv2.INTER_AREA) - small).mean() < 0.01
