"""Ground of the photo where an edit takes a part of the garment away."""

import numpy as np
import pytest

from amgan_cli.editing.ground import find_ground
from amgan_cli.editing.lift import Window, to_planes

SCALE = 4


@pytest.fixture
def scene():
    """Vertical boards, a garment with an arm on them; what the network saw; masks before, after."""
    column = 120 + 60 * (np.arange(96) // 6 % 2)
    ground = np.repeat(np.repeat(column[None, :, None], 80, 0), 3, 2).astype(np.float32)
    before, after = np.zeros((80, 96), np.float32), np.zeros((80, 96), np.float32)
    before[20:60, 40:70] = after[20:60, 40:70] = 1
    before[20:34, 20:40] = 1
    x = np.where(before[..., None] > 0, 30, ground).astype(np.float32)

    def enlarge(picture: np.ndarray) -> np.ndarray:
        return np.repeat(np.repeat(picture, SCALE, 0), SCALE, 1)

    return enlarge(x).astype(np.uint8), enlarge(ground), to_planes(x), before, after


def test_a_removed_arm_shows_the_boards_under_it(scene):
    pixels, truth, x, before, after = scene
    alpha = before - after
    found = find_ground(pixels, x, before, after, alpha)
    assert found is not None
    height, width = pixels.shape[:2]
    flat = np.full((3, height, width), 150, np.float32)  # what the network drew
    full = np.repeat(np.repeat(alpha, SCALE, 0), SCALE, 1)
    z, share = found.under(flat, full, Window(height, width))
    arm = np.s_[22 * SCALE : 32 * SCALE, 22 * SCALE : 36 * SCALE]
    assert share[arm].min() > 0.95
    boards = truth[..., 0][arm]
    assert np.abs(z[0][arm] - boards).mean() < 6 < np.abs(150 - boards).mean()
    torso = np.s_[30 * SCALE : 50 * SCALE, 45 * SCALE : 65 * SCALE]
    assert share[torso].max() < 0.01
    part = Window(height, width, top=90, left=70)
    again, _ = found.under(flat[:, 90:120, 70:150], full[90:120, 70:150], part)
    assert np.allclose(again, z[:, 90:120, 70:150], atol=0.01)


def test_sixteen_bits_are_read_in_the_same_units(scene):
    pixels, _, x, before, after = scene
    alpha, window = before - after, Window(*before.shape)
    flat = np.full((3, *before.shape), 150, np.float32)
    found = find_ground(pixels, x, before, after, alpha)
    deep = find_ground(pixels.astype(np.uint16) * 257, x, before, after, alpha)
    assert found and deep
    z, _ = found.under(flat, alpha, window)
    assert np.allclose(deep.under(flat, alpha, window)[0], z, atol=0.01)


def test_where_nothing_goes_nothing_is_filled(scene):
    pixels, _, x, before, after = scene
    assert find_ground(pixels, x, before, before, before) is None
    assert find_ground(pixels, x, before, after, np.zeros_like(before)) is None
    everywhere = np.ones_like(before)
    assert find_ground(pixels, x, everywhere, after, everywhere) is None  # no ground to copy
