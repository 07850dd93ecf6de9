"""Copies of ground are made to fit their surroundings and each other."""

import numpy as np
import pytest

from amgan_cli.editing.lift import Window
from amgan_cli.editing.parts.copies import Copies
from amgan_cli.editing.parts.fitting import fitted_copies

SIZE = 60, 60
WINDOW, NOTHING = Window(*SIZE), np.zeros(SIZE, bool)


def filled(
    photo: np.ndarray,
    pieces: list[tuple[np.ndarray, int]],
    most: float = 200,
    unknown: np.ndarray = NOTHING,
) -> np.ndarray:
    """What lies there, 60 x 60, with copies from so many rows below or above in `pieces`."""
    hole = np.any([piece for piece, _ in pieces], axis=0)
    x = np.stack([np.where(hole, 0, photo)] * 3).astype(np.float32)
    shifts = [(piece, piece.astype(np.float32), down, 0) for piece, down in pieces]
    known = (~(hole | unknown)).astype(np.uint8)
    copies = fitted_copies(x, known, shifts, 1.0, most)
    pixels = np.moveaxis(x, 0, 2).astype(np.uint8)
    color, _ = Copies(pixels, tuple(copies)).at(SIZE, WINDOW)
    return np.where(hole, color[0], photo)


def box(top: int, bottom: int, left: int = 20, right: int = 40) -> np.ndarray:
    hole = np.zeros(SIZE, bool)
    hole[top:bottom, left:right] = True
    return hole


def slope(step: float) -> np.ndarray:
    return 40 + step * np.arange(60)[:, None] + np.zeros(60)


def test_ground_that_gets_lighter_goes_on_under_a_copy_from_darker_ground():
    photo = slope(2)
    fitted = filled(photo, [(box(32, 44), -24)])
    assert np.abs(fitted - photo).max() < 3  # as it lies there the copy is 48 darker
    assert np.abs(filled(photo, [(box(32, 44), -24)], most=10) - photo)[34:42, 22:38].min() > 30


def test_between_two_lights_the_change_is_even():
    photo = np.full(SIZE, 100.0)
    photo[:30], photo[40:] = 110, 140
    whole_rows = box(30, 40, 0, 60)
    rows = filled(photo, [(whole_rows, 15)])[30:40].mean(1)
    # eleven equal steps from the row above to the row below
    assert np.allclose(rows, 110 + 30 * np.arange(1, 11) / 11, atol=3)


@pytest.mark.parametrize("downs", [(-20, 14), (14, -20)])
def test_two_copies_meet_without_a_step(downs):
    photo = slope(2)
    pieces = list(zip((box(24, 30), box(30, 36)), downs, strict=True))
    assert np.abs(np.diff(filled(photo, pieces)[22:38, 30])).max() < 6  # else 68


def test_planks_come_along_as_they_are():
    photo = slope(0) + 40 * (np.arange(60)[:, None] // 4 % 2)
    assert np.abs(filled(photo, [(box(32, 44), -24)]) - photo).max() < 1


def test_a_copy_of_which_nothing_around_is_known_fits_too():
    photo = np.full(SIZE, 100.0)
    photo[8:20] = 60
    unknown = box(0, 30, 10, 50) & ~box(8, 20)  # cloth, say, around the only ground
    fitted = filled(photo, [(box(32, 44), -24)], unknown=unknown)
    assert np.abs(fitted[34:42, 22:38] - 100).max() < 15
