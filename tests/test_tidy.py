"""New sleeves, and what stays of old ones, end in one smooth outline."""

import numpy as np
import pytest

from amgan_cli.editing.parts.tidy import tidied, trimmed, unstained
from amgan_cli.editing.plan import Reshaping

RED, PALE = (160.0, 50.0, 50.0), 220.0
ARM = np.s_[40:72, 20:62]
"""An arm of even width that comes out of the torso to the left."""


def step_with(shreds: np.ndarray, attention: float = 1.0) -> Reshaping:
    """A red torso on pale ground; an edit has drawn an arm, and ground instead of cloth in `shreds`
    (128 x 128 bool)."""
    garment = np.zeros((128, 128), np.float32)
    garment[30:110, 60:110] = 1
    x = np.where(garment[..., None] > 0, RED, PALE).astype(np.float32)
    z = x.copy()
    alpha = np.zeros_like(garment)
    alpha[ARM] = attention
    z[ARM] = RED
    z[shreds] = x[shreds] - 2
    return Reshaping(x, z, alpha, garment=garment)


def drawn(step: Reshaping) -> np.ndarray:
    """Where the picture after the edit shows cloth."""
    edited = step.x + step.alpha[..., None] * (step.z - step.x)
    return edited[..., 1] < 135


@pytest.fixture
def torn() -> np.ndarray:
    """A third of the pixels along the arm's edges, and a hole."""
    random = np.random.default_rng(0)
    shreds = np.zeros((128, 128), bool)
    shreds[38:44, 22:60] = shreds[68:74, 22:60] = random.random((6, 38)) < 0.35
    shreds[54:57, 36:39] = True
    return shreds


def test_a_torn_sleeve_becomes_whole_with_a_smooth_outline(torn):
    before, after = drawn(step_with(torn)), drawn(tidied(step_with(torn)))
    edges = [np.diff(where[34:78, 26:56].astype(int), axis=1) for where in (before, after)]
    assert np.abs(edges[1]).sum() < 0.15 * np.abs(edges[0]).sum()
    assert after[46:66, 24:60].all()  # the hole too
    whole = drawn(step_with(np.zeros_like(torn)))
    assert (after != whole).mean() < 0.02


def test_cloth_in_holes_has_the_colour_of_the_cloth_around(torn):
    step = tidied(step_with(torn))
    edited = step.x + step.alpha[..., None] * (step.z - step.x)
    assert np.abs(edited[46:66, 30:56] - RED).max() < 8


def test_the_seam_to_the_torso_stays_closed(torn):
    step = tidied(step_with(torn))
    assert drawn(step)[46:66, 56:70].all()


def test_crumbs_go_and_the_ground_stays_as_the_photo_has_it(torn):
    step = step_with(torn)
    step.alpha[100:105, 10:15] = 1
    step.z[100:105, 10:15] = RED
    tidy = tidied(step)
    assert tidy.alpha[98:107, 8:17].max() == 0
    assert np.array_equal(tidy.alpha[:, 80:], step.alpha[:, 80:])
    assert np.array_equal(tidy.alpha[112:], step.alpha[112:])


def test_an_edit_that_draws_no_cloth_on_ground_stays_as_it_is():
    step = step_with(np.zeros((128, 128), bool), attention=0)
    step.alpha[40:72, 60:80] = 1
    step.z[40:72, 60:80] = PALE  # a sleeve that goes
    tidy = tidied(step)
    assert np.array_equal(tidy.alpha, step.alpha) and np.array_equal(tidy.z, step.z)


def test_nothing_new_has_a_stronger_colour_than_the_photo():
    step = step_with(np.zeros((128, 128), bool))
    step.z[45:60, 25:40] = (0, 40, 255)
    calm = unstained(step)
    strength = [np.ptp(z[45:60, 25:40], axis=2).max() for z in (step.z, calm.z)]
    assert strength[0] == 255 and strength[1] < 140
    assert calm.z[45:60, 25:40].mean() == pytest.approx(295 / 3, abs=0.5)  # as light as before
    assert np.abs(calm.z - step.z)[80:].max() < 0.01 and calm.z.dtype == np.float32


def cut_off(unsure: np.ndarray) -> Reshaping:
    """A red torso with an arm close beside it, which an edit takes away; in `unsure` cells (128 x
    128 bool) it draws cloth."""
    garment = np.zeros((128, 128), np.float32)
    garment[30:110, 40:110] = 1  # the arm is columns 40 to 60
    x = np.where(garment[..., None] > 0, RED, PALE).astype(np.float32)
    z, alpha = x.copy(), np.zeros_like(garment)
    z[30:110, 40:60], alpha[30:110, 40:60] = PALE, 1
    z[unsure], alpha[unsure] = RED, 0.6
    return Reshaping(x, z, alpha, garment=garment)


def test_where_an_arm_goes_the_torso_ends_in_a_smooth_line():
    unsure = np.zeros((128, 128), bool)
    unsure[30:110, 55:65] = np.random.default_rng(0).random((80, 10)) < 0.25
    before, after = drawn(cut_off(unsure)), drawn(trimmed(cut_off(unsure)))
    rags = [
        np.abs(np.diff(where[36:104, 50:66].astype(int), axis=0)).sum() for where in (before, after)
    ]
    assert rags[1] < 0.35 * rags[0]
    starts = [np.flatnonzero(row)[0] for row in after[36:104]]
    assert min(starts) >= 54 and max(starts) <= 62
    assert not after[36:104, :52].any() and after[36:104, 64:110].all()


def test_rags_of_a_cut_off_arm_go_in_the_colour_of_the_ground():
    unsure = np.zeros((128, 128), bool)
    unsure[60:66, 44:50] = True
    step = trimmed(cut_off(unsure))
    edited = step.x + step.alpha[..., None] * (step.z - step.x)
    assert drawn(cut_off(unsure))[60:66, 44:50].all()
    assert edited[60:66, 44:50] == pytest.approx(PALE, abs=6)
    assert np.array_equal(step.alpha[:, 80:], cut_off(unsure).alpha[:, 80:])


def test_an_edit_that_takes_nothing_is_not_trimmed(torn):
    step = step_with(np.zeros_like(torn))
    assert trimmed(step) is step
