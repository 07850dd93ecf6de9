"""Ground of the photo where an edit takes a part of the garment away."""

import numpy as np
import pytest

from amgan_cli.editing.ground import find_ground
from amgan_cli.editing.lift import Window, to_planes

SCALE = 4


@pytest.fixture
def scene():
    """A garment with one arm on vertical boards, what the network saw, its mask and the arm's."""
    column = 120 + 60 * (np.arange(96) // 6 % 2)
    ground = np.repeat(np.repeat(column[None, :, None], 80, 0), 3, 2).astype(np.float32)
    garment, arm = np.zeros((80, 96), np.float32), np.zeros((80, 96), np.float32)
    garment[20:60, 40:70] = garment[20:34, 20:40] = arm[20:34, 20:40] = 1
    x = np.where(garment[..., None] > 0, 30, ground).astype(np.float32)

    def enlarge(picture: np.ndarray) -> np.ndarray:
        return np.repeat(np.repeat(picture, SCALE, 0), SCALE, 1)

    return enlarge(x).astype(np.uint8), enlarge(ground), to_planes(x), garment, arm


def drawn(x: np.ndarray) -> np.ndarray:
    """What a network draws where an arm goes: one colour."""
    return np.full_like(x, 150)


def test_a_removed_arm_shows_the_boards_under_it(scene):
    pixels, truth, x, garment, alpha = scene
    found = find_ground(pixels, x, drawn(x), garment, alpha)
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
    pixels, _, x, garment, alpha = scene
    window = Window(*alpha.shape)
    flat = np.full((3, *alpha.shape), 150, np.float32)
    found = find_ground(pixels, x, drawn(x), garment, alpha)
    deep = find_ground(pixels.astype(np.uint16) * 257, x, drawn(x), garment, alpha)
    assert found and deep
    z, _ = found.under(flat, alpha, window)
    assert np.allclose(deep.under(flat, alpha, window)[0], z, atol=0.01)


def test_where_nothing_goes_nothing_is_filled(scene):
    pixels, _, x, garment, alpha = scene
    assert find_ground(pixels, x, np.full_like(x, 35), garment, alpha) is None  # new cloth
    assert find_ground(pixels, x, drawn(x), garment, np.zeros_like(alpha)) is None
    everywhere = np.ones_like(alpha)
    assert find_ground(pixels, x, drawn(x), everywhere, alpha) is None  # no ground to copy
