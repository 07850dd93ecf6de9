"""Parts that were edited one after another, as the networks and whole edits see them after that."""

import numpy as np
import pytest
import torch

from amgan_cli.editing.outlines.second_look import SecondLook
from amgan_cli.editing.parts.part_plans import told_by_parts, with_parts
from amgan_cli.editing.plan import Covering, PartPlan, Plan, Uncovering
from amgan_cli.photos.geometry import Fit

SIDE = 64
SLEEVES, ZIP, CUT = np.s_[8:40, 0:16], np.s_[0:64, 30:34], np.s_[0:8, 40:64]


def part(kind, where, value: float, **planes) -> PartPlan:
    """What gives a grey photo another value there, seen from all of it."""
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[where] = 1
    x, z = (np.full((SIDE, SIDE, 3), grey, np.float32) for grey in (128, value))
    step = kind(x, z, alpha, **planes)
    return PartPlan((slice(0, 128), slice(0, 128)), Plan((step,)))


@pytest.fixture
def parts() -> tuple[PartPlan, ...]:
    """Sleeves are cut, others sewn on, and a zip, in views of the photo as it was."""
    planes = {"garment": np.ones((SIDE, SIDE)), "may_go": np.ones((SIDE, SIDE), np.float32)}
    cut = part(Uncovering, CUT, 200, **planes)
    return cut, part(Covering, SLEEVES, 10), part(Covering, ZIP, 250)


PHOTO = np.full((128, 128, 3), 128, np.uint8)


def test_a_part_leaves_what_others_made_in_its_box(parts):
    after = with_parts(Fit.of(PHOTO, 32).to_square(PHOTO), PHOTO, parts)
    assert after.shape == (32, 32, 3)
    assert after[10, 3] == pytest.approx(10) and after[20, 16] == pytest.approx(250)
    assert after[1, 25] == pytest.approx(200) and after[20, 25] == pytest.approx(128)


def test_where_cloth_came_and_went_is_known(parts):
    told = told_by_parts(32, PHOTO, parts)
    assert told[10, 3] == told[20, 16] == 1 and told[1, 25] == -1 and told[20, 25] == 0
    again = told_by_parts(32, PHOTO, (*parts, part(Covering, CUT, 10)))
    assert again[1, 25] == 1  # sewn on where others were cut off


def test_what_was_sewn_on_is_garment_whatever_the_networks_say(parts):
    alpha, told = torch.full((1, 1, 32, 32), 0.5), told_by_parts(32, PHOTO, parts)
    for score, elsewhere in ((-5.0, False), (5.0, True)):
        look = SecondLook(torch.full_like(alpha, score), (Fit.of(PHOTO, 32),), (told,))
        (found,) = look.weighed(alpha, [np.full((32, 32, 3), 128, np.float32)])
        assert found[10, 3] == 1 and found[1, 25] == 0
        assert (found[20, 25] > 0.5) == elsewhere


def test_pictures_stay_between_black_and_white():
    random, black = np.random.default_rng(0), np.zeros_like(PHOTO)
    alpha = random.random((SIDE, SIDE), np.float32)
    dark, light = (np.full((SIDE, SIDE, 3), grey, np.float32) for grey in (0, 255))
    for z in (dark, light):
        plan = Plan((Covering(dark, z, alpha), Covering(z, dark, alpha)))
        whole = (PartPlan((slice(3, 120), slice(7, 128)), plan),)
        for photo in (black, black + 255):
            after = with_parts(Fit.of(photo, 32).to_square(photo), photo, whole)
            assert after.min() >= 0 and after.max() <= 255
