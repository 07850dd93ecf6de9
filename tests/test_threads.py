"""Threads of ground go from an outline and nicks in a print are filled; straps stay."""

import numpy as np
import pytest

from amgan_cli.editing.outlines.threads import without_threads

CLOTH, PRINT, TILE, JOINT, SHADOW = (30, 20, 10), (97, 0, 5), (75, 0, 5), (25, 0, 0), (50, 0, 3)


GREY = (30, 0, 0)


def scene(cloth=CLOTH):
    """A printed shirt on tiles: its CIELAB, the network's attention, what GrabCut found."""
    random = np.random.default_rng(0)
    lab = np.full((128, 128, 3), TILE, np.float32)
    lab[:, 100], lab[20] = JOINT, JOINT
    lab[40:110, 30:90] = cloth
    lab[44:106:8, 34:86:4] = lab[45:106:8, 34:86:4] = PRINT
    lab[48:106:8, 38:86:2] = TILE  # a print may have the ground's colour
    lab += random.uniform(-1, 1, lab.shape).astype(np.float32)
    attention = np.zeros((128, 128), np.float32)
    attention[40:110, 30:90] = 1
    return lab, attention, attention.copy()


@pytest.fixture
def seen():
    return scene()


def mended(lab, attention, found):
    near = np.ones(found.shape, bool)
    return without_threads(lab, attention, found, near, attention < 0.03)


def test_a_joint_between_tiles_goes(seen):
    lab, attention, found = seen
    lab[20:40, 60:62], found[20:40, 60:62] = JOINT, 1
    left = mended(lab, attention, found)
    assert left[:38].sum() == 0  # but a stub
    assert np.array_equal(left[40:], found[40:])


def test_a_strap_in_a_grey_garment_s_own_colour_stays_unless_it_is_a_hair():
    for width, stays in ((3, True), (1, False)):
        lab, attention, found = scene(GREY)
        strap = np.s_[20:40, 60 : 60 + width]
        lab[strap], found[strap], attention[strap] = GREY, 1, 0.3
        assert bool(mended(lab, attention, found)[22:36].any()) == stays
    lab, attention, found = scene(GREY)
    lab[20:40, 60:63], found[20:40, 60:63] = JOINT, 1  # as wide, in the ground's colour
    assert not mended(lab, attention, found)[22:36].any()


def test_a_thin_strap_mixed_with_ground_stays(seen):
    lab, attention, found = seen
    lab[20:40, 60:62], found[20:40, 60:62] = (50, 14, 7), 1
    assert np.array_equal(mended(lab, attention, found), found)
    lab[20:40, 60:62] = (50, 7, -14)  # of another hue
    assert mended(lab, attention, found)[:38].sum() == 0
    lab[20:40, 60:62] = (50, 14, 7)  # the ground has it too
    lab[found == 0] = (75, 18, 9)
    assert mended(lab, attention, found)[:38].sum() == 0


def test_a_loose_speck_is_no_thread(seen):
    lab, attention, found = seen
    found[20:24, 60:62] = 1
    assert np.array_equal(mended(lab, attention, found), found)


def test_nothing_changes_far_from_the_outline(seen):
    lab, attention, found = seen
    lab[20:40, 60:62], found[20:40, 60:62] = JOINT, 1
    lab[50:54, 30:34], found[50:54, 30:34] = PRINT, 0
    near = np.zeros(found.shape, bool)
    assert np.array_equal(without_threads(lab, attention, found, near, attention < 0.03), found)


def test_what_holds_a_sleeve_stays(seen):
    lab, attention, found = seen
    found[60:100, 102:126] = found[80:82, 90:102] = 1  # a sleeve that the network missed
    lab[80:82, 90:102] = JOINT
    assert np.array_equal(mended(lab, attention, found), found)


def test_what_stands_out_a_little_and_a_fringed_hem_stay(seen):
    lab, attention, found = seen
    lab[37:40, 60:62], found[37:40, 60:62] = JOINT, 1
    for column in range(30, 90, 4):
        lab[110:118, column : column + 2], found[110:118, column : column + 2] = TILE, 1
    found[116:118, 30:90] = 1
    assert np.array_equal(mended(lab, attention, found), found)


def test_what_the_network_is_sure_of_stays(seen):
    lab, attention, found = seen
    lab[20:40, 60:62], found[20:40, 60:62], attention[20:40, 60:62] = JOINT, 1, 0.6
    assert np.array_equal(mended(lab, attention, found), found)


def test_a_nick_in_a_print_s_colour_is_filled_and_one_of_ground_or_shadow_is_not(seen):
    lab, attention, found = seen
    lab[60:62, 60:62] = SHADOW  # a fold has its colour too
    nicks = (slice(50, 54), PRINT), (slice(70, 74), TILE), (slice(90, 94), SHADOW)
    for rows, color in nicks:
        lab[rows, 30:34], found[rows, 30:34] = color, 0
    filled = mended(lab, attention, found)
    assert filled[50:54, 31:34].min() == 1
    assert filled[70:74, 30:34].max() == filled[90:94, 30:34].max() == 0


def test_a_nick_that_the_network_does_not_see_stays(seen):
    lab, attention, found = seen
    lab[50:54, 30:34], found[50:54, 30:34], attention[50:54, 30:34] = PRINT, 0, 0.1
    assert np.array_equal(mended(lab, attention, found), found)


def test_nothing_is_told_without_ground_or_garment(seen):
    lab, attention, found = seen
    lab[20:40, 60:62], found[20:40, 60:62] = JOINT, 1
    near = np.ones(found.shape, bool)
    without = without_threads(lab, attention, found, near, np.zeros_like(near))
    assert np.array_equal(without, found)
    hair = np.zeros_like(found)
    hair[20:60, 60:62] = 1
    assert np.array_equal(mended(lab, attention, hair), hair)
