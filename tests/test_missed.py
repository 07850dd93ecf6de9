"""Sleeves that go on to the photo's border are found by the garment's colours."""

import numpy as np
import pytest
from garment_masks import photo_of

from amgan_cli.editing.outlines.missed import find_missed
from amgan_cli.editing.outlines.outline import find_outline

TORSO, SLEEVE = np.s_[60:200, 60:140], np.s_[70:95, 140:200]


@pytest.fixture
def torso() -> np.ndarray:
    """Attention that has only the torso."""
    attention = np.zeros((256, 200), np.float32)
    attention[TORSO] = 1
    return attention


@pytest.fixture
def photo(torso: np.ndarray) -> np.ndarray:
    """A dark garment on light ground, whose right sleeve ends at the photo's border."""
    mask = torso > 0
    mask[SLEEVE] = True
    return photo_of(mask)


def test_a_sleeve_at_the_border_is_found(photo: np.ndarray, torso: np.ndarray) -> None:
    found = find_missed(photo, torso)
    assert found[72:93, 142:].mean() > 0.95
    found[68:97, 138:] = False
    assert not found.any()
    assert find_outline(photo, torso)[72:93, 142:198].min() > 0.9


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(np.s_[:, 180:], id="a thing that ends before the border"),
        pytest.param(np.s_[70:95, 140:150], id="a thing apart from the garment"),
    ],
)
def test_other_things_in_its_colour_are_not(photo, torso, change) -> None:
    photo[change] = photo[5, 5]
    assert not find_missed(photo, torso).any()


def test_nor_ground_in_its_colour(photo: np.ndarray, torso: np.ndarray) -> None:
    photo[120:] = photo[65, 65]
    assert not find_missed(photo, torso).any()
