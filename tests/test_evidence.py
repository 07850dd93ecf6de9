"""Where two networks disagree on a garment, or are unsure: its colours tell."""

import numpy as np
import pytest

from amgan_cli.editing.outlines.evidence import MOST, OFFSET, WEIGHTS, color_says, weighed

RED, GREEN = (200, 40, 40), (40, 160, 60)


@pytest.fixture
def photo() -> np.ndarray:
    """A red garment left of column 30 on green ground, 60 x 60, with noise."""
    picture = np.where(np.arange(60)[:, None] < 30, RED, GREEN) * np.ones((60, 1, 1))
    return (picture + np.random.default_rng(0).normal(0, 4, picture.shape)).astype(np.float32)


def scores(until: int, sure: float = 3.0) -> np.ndarray:
    """Sure of garment left of a column, and of ground right of it."""
    return np.where(np.arange(60) < until, sure, -sure) * np.ones((60, 1), np.float32)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("agreed", "alone", "right"), [(15, 30, True), (30, 45, False)])
def test_where_one_network_says_garment_colours_decide(photo, first, agreed, alone, right):
    """One says that what is between the columns is garment too; it is red or green."""
    one, other = (scores(alone), scores(agreed)) if first else (scores(agreed), scores(alone))
    found = weighed(one, other, photo) > 0
    inside = slice(agreed + 2, alone - 2)  # colours speak with those beside them
    assert np.array_equal(found[:, inside], np.full(found[:, inside].shape, right))
    assert found[:, : agreed - 2].all() and not found[:, alone + 2 :].any()


def test_a_sleeve_and_ground_that_touch_part_company(photo):
    """The first network says garment of a red piece, the second of the green one under it."""
    one, other = scores(30), scores(30)
    other[:30, 15:30], other[30:, 30:45] = -3.0, 3.0
    found = weighed(one, other, photo) > 0
    assert found[2:28, 17:28].all() and not found[32:58, 32:43].any()


def test_colours_that_only_the_first_round_finds_help_in_the_second(photo):
    """Where both are unsure all the garment's red is learned from what colours settled."""
    one, other = scores(8), scores(8)
    one[:, 8:30], other[:, 8:30] = 0.2, -0.1
    assert (weighed(one, other, photo)[:, 12:28] > 0).all()


def test_colours_alone_make_no_garment(photo):
    """Red that both networks take for ground, and a red spot that they are unsure of, far away."""
    photo[:20, 45:] = RED
    one = scores(20)
    one[:, 20:30] = -1.0
    one[:20, 50:] = -0.2
    found = weighed(one, one.copy(), photo) > 0
    assert found[:, :18].all() and not found[:, 21:].any()


def test_where_colours_are_not_known_the_networks_alone_are_weighed(photo):
    nothing = np.full((60, 60), -4.0, np.float32)
    lab = np.zeros((60, 60, 3), np.float32)
    assert not color_says(lab, nothing > 0, nothing < 0).any()
    odds = weighed(scores(30), nothing, photo)
    assert odds[0, 0] == pytest.approx(WEIGHTS[0] * 3 - WEIGHTS[1] * 4 + OFFSET)


def test_a_colour_says_by_how_much_it_is_commoner_in_the_garment(photo):
    garment = scores(30) > 0
    says = color_says(photo / 255, garment, ~garment)
    assert np.abs(says).max() <= MOST
    assert color_says(np.zeros((60, 60, 3)), garment, ~garment) == pytest.approx(0, abs=1e-5)
