"""Cloth where a fastening goes."""

import numpy as np
import pytest

from amgan_cli.editing.lift import Window, to_planes
from amgan_cli.editing.parts.mend import find_mend

SCALE = 3
WINDOW = Window(90 * SCALE, 80 * SCALE)
STRIP = np.s_[:, 20 * SCALE : 70 * SCALE, 38 * SCALE : 42 * SCALE]
"""The middle of where the zip was."""


@pytest.fixture
def scene():
    """A checked garment with a black zip down its middle, its mask, and the attention to the
    zip."""
    rows, columns = np.mgrid[:90, :80]
    garment = ((rows > 8) & (rows < 82) & (columns > 12) & (columns < 68)).astype(np.float32)
    light = 90 + 60 * (rows % 10 < 3) + 40 * (columns % 8 < 2)
    x = np.where(garment[..., None] > 0, light[..., None] * np.array([1.0, 0.8, 0.7]), 215)
    zipped = x.copy()
    alpha = garment * (np.abs(columns - 40) < 4)
    zipped[alpha > 0] = 15
    return x.astype(np.float32), zipped.astype(np.float32), garment, alpha


def enlarged(picture: np.ndarray) -> np.ndarray:
    return np.repeat(np.repeat(picture, SCALE, 0), SCALE, 1)


def test_the_pattern_goes_on_where_a_zip_was(scene):
    x, zipped, garment, alpha = scene
    pixels = enlarged(zipped).astype(np.uint8)
    mend = find_mend(pixels, to_planes(zipped), garment, alpha)
    assert mend is not None
    grey = np.full((3, *pixels.shape[:2]), 110, np.float32)  # as networks draw it
    z, weight = mend.under(grey, enlarged(alpha), WINDOW)
    wanted = to_planes(enlarged(x))
    assert weight[STRIP[1:]].min() > 0.95
    assert np.abs(z[STRIP] - wanted[STRIP]).mean() < 12
    assert np.abs(grey[STRIP] - wanted[STRIP]).mean() > 25
    far = np.s_[:, :, : 20 * SCALE]
    assert np.array_equal(z[far], grey[far])
    assert np.array_equal(weight[far[1:]], enlarged(alpha)[far[1:]])


def test_where_nothing_goes_or_no_cloth_is_left_there_is_nothing_to_mend(scene):
    _, zipped, garment, alpha = scene
    pixels = enlarged(zipped).astype(np.uint8)
    assert find_mend(pixels, to_planes(zipped), garment, 0 * alpha) is None
    assert find_mend(pixels, to_planes(zipped), garment, garment) is None


def test_under_the_hem_ground_stays(scene):
    _, zipped, garment, alpha = scene
    pixels = enlarged(zipped).astype(np.uint8)
    rows, columns = np.mgrid[:90, :80]
    further = alpha + ((rows >= 82) & (rows < 88) & (np.abs(columns - 40) < 8))  # beyond the hem
    mend = find_mend(pixels, to_planes(zipped), garment, further)
    assert mend is not None
    _, weight = mend.under(
        np.full((3, *pixels.shape[:2]), 110, np.float32), enlarged(further), WINDOW
    )
    under = np.s_[84 * SCALE : 88 * SCALE, 34 * SCALE : 46 * SCALE]
    assert weight[under].max() < 0.05 and enlarged(further)[under].min() == 1
    assert weight[STRIP[1], STRIP[2]][30 * SCALE : 70 * SCALE].min() > 0.95
