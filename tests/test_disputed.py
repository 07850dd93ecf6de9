"""What one network takes for garment and the other for ground: who is right, by its colours."""

import numpy as np
import pytest

from amgan_cli.editing.outlines.disputed import settled

RED, GREEN = (200, 40, 40), (40, 160, 60)


@pytest.fixture
def photo() -> np.ndarray:
    """A red garment left of column 30 on green ground, 60 x 60, with noise."""
    picture = np.where(np.arange(60)[:, None] < 30, RED, GREEN) * np.ones((60, 1, 1))
    return (picture + np.random.default_rng(0).normal(0, 4, picture.shape)).astype(np.float32)


def scores(until: int) -> np.ndarray:
    """Sure of garment left of a column, and of ground right of it."""
    return np.where(np.arange(60) < until, 4.0, -4.0) * np.ones((60, 1))


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("agreed", "alone", "right"), [(15, 30, True), (30, 45, False)])
def test_a_piece_is_what_its_colours_say(photo, first, agreed, alone, right):
    """One says that the piece from `agreed` to `alone` is garment too; it is red or green."""
    one, other = (scores(alone), scores(agreed)) if first else (scores(agreed), scores(alone))
    both = (one + other) / 2
    found = settled(one, other, both, photo)
    assert np.array_equal(found[:, agreed:alone] > 0, np.full((60, alone - agreed), right))
    assert np.array_equal(found[:, :agreed], both[:, :agreed])  # no dispute there
    assert np.array_equal(found[:, alone:], both[:, alone:])


def test_small_pieces_and_unknown_colours_stay(photo):
    one, other = scores(30), scores(30)
    other[3, 3] = -4.0  # a pixel of 1,800
    both = (one + other) / 2
    assert np.array_equal(settled(one, other, both, photo), both)
    nothing = np.full((60, 60), -4.0)
    both = (one + nothing) / 2
    assert np.array_equal(settled(one, nothing, both, photo), both)
