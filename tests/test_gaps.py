"""Ground between a sleeve and the torso is no garment, though the attention filled it."""

import numpy as np
import pytest

from amgan_cli.editing.lab import to_lab
from amgan_cli.editing.outlines.gaps import find_gaps, is_ground_colored
from amgan_cli.editing.outlines.outline import find_outline

SLIT = np.s_[110:200, 70:75]
GARMENT = np.s_[40:200, 40:160]


@pytest.fixture
def photo() -> np.ndarray:
    """A navy garment on orange ground, which shows in a slit beside its left sleeve."""
    noise = np.random.default_rng(0).normal(0, 3, (256, 200, 3))
    picture = np.full((256, 200, 3), (220.0, 110.0, 40.0))
    picture[GARMENT] = 40, 50, 100
    picture[SLIT] = 220, 110, 40
    return (picture + noise).clip(0, 255).astype(np.uint8)


@pytest.fixture
def filled() -> np.ndarray:
    """Attention that covers garment and slit."""
    attention = np.zeros((256, 200), np.float32)
    attention[GARMENT] = 1
    return attention


def gaps_of(photo: np.ndarray, filled: np.ndarray) -> np.ndarray:
    return find_gaps(filled, is_ground_colored(to_lab(photo), filled > 0.5, filled < 0.5))


def test_a_slit_is_found_and_nothing_else(photo: np.ndarray, filled: np.ndarray) -> None:
    slit = np.zeros(filled.shape, bool)
    slit[SLIT] = True
    found = gaps_of(photo, filled)
    assert (found & slit).sum() >= 0.95 * slit.sum()
    assert not (found & ~slit).any()


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(np.s_[100:140, 90:94], id="a stroke of a print"),
        pytest.param(np.s_[190:200, 80:160], id="a hem"),
        pytest.param(np.s_[110:200, 155:160], id="a seam at the side"),
    ],
)
def test_parts_in_the_ground_s_colour_are_garment(
    photo: np.ndarray, filled: np.ndarray, place: tuple[slice, slice]
) -> None:
    photo[place] = photo[5, 5]
    assert not gaps_of(photo, filled)[place].any()


def test_stripes_in_the_ground_s_colour_are_garment(photo: np.ndarray, filled: np.ndarray) -> None:
    for left in range(44, 156, 16):
        photo[40:200, left : left + 6] = photo[:1, :6].mean(axis=(0, 1))
    assert not gaps_of(photo, filled)[:, 80:].any()


def test_the_outline_leaves_the_slit_out(photo: np.ndarray, filled: np.ndarray) -> None:
    outline = find_outline(photo, filled)
    assert outline[SLIT].mean() < 0.05
    assert outline[100:190, 90:150].min() == 1
