"""Pieces of an old sleeve that an edit left behind."""

import numpy as np

from amgan_cli.editing.scraps import find_scraps, taken_away


def shirt_with_arm() -> np.ndarray:
    mask = np.zeros((64, 64), np.float32)
    mask[10:50, 10:30] = mask[12:20, 30:60] = 1  # torso, sleeve
    return mask


def test_a_cuff_that_lost_its_sleeve_is_left_over():
    before, after = shirt_with_arm(), shirt_with_arm()
    after[:, 30:52] = 0  # the sleeve went, its cuff stayed
    pieces = find_scraps(before, after)
    assert pieces is not None
    assert np.array_equal(pieces, (after > 0) & (np.arange(64) >= 52))
    assert find_scraps(before, before) is None


def test_what_was_apart_before_is_the_garments_own():
    before = shirt_with_arm()
    before[:, 30:52] = 0
    assert find_scraps(before, before) is None


def test_the_ground_comes_in_its_place_and_the_torso_stays():
    garment = shirt_with_arm()
    garment[:, 30:52] = 0
    x = np.where(garment[..., None] > 0, (200.0, 30, 30), (90.0, 90, 90)).astype(np.float32)
    pieces = find_scraps(shirt_with_arm(), garment)
    assert pieces is not None
    step = taken_away(x, garment, pieces)
    assert np.abs(step.z[pieces] - 90).max() < 5 and step.alpha[pieces].min() > 0.6
    assert step.alpha[10:50, 10:30].max() == 0
    assert step.may_go is not None and (step.may_go[pieces] == 1).all()
