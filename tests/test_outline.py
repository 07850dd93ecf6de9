"""The attention's outline moves to the garment's, and takes nothing that surely is garment."""

import cv2
import numpy as np
import pytest

from amgan_cli.editing.lift import to_planes
from amgan_cli.editing.outlines.outline import find_outline, outline_on

SLEEVE = np.s_[64:200, 140:160]


@pytest.fixture
def attention() -> np.ndarray:
    """A torso and a sleeve beside it, joined at the shoulder."""
    found = np.zeros((256, 200), np.float32)
    found[60:220, 40:130] = 1
    found[64:88, 130:140] = 1
    found[SLEEVE] = 1
    return found


@pytest.fixture
def photo(attention: np.ndarray) -> np.ndarray:
    """A grey torso with brown sleeves, on yellow boards with joints of that brown."""
    picture = np.full((256, 200, 3), (210.0, 170.0, 90.0))
    picture[:, np.arange(200) % 20 < 4] = 130, 110, 60
    picture[attention > 0] = 130, 110, 60
    picture[60:220, 40:130] = 90, 100, 110
    noise = np.random.default_rng(0).normal(0, 6, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def test_a_sure_sleeve_stays_though_the_ground_has_its_colour_too(photo, attention) -> None:
    found = find_outline(photo, attention)
    assert found[SLEEVE][20:-4, 2:-2].mean() > 0.9
    assert found[:, 170:].max() == 0


def test_a_rim_of_ground_is_left_out(photo, attention) -> None:
    wide = attention.copy()
    wide[60:220, 36:40] = 1
    found = find_outline(photo, wide)
    assert found[70:210, 36:39].mean() < 0.1
    assert found[70:210, 42:120].min() > 0.9


def test_a_spot_apart_stays_if_the_network_is_sure_of_it(photo, attention) -> None:
    apart, unsure = np.s_[10:40, 50:120], np.s_[225:250, 50:120]
    seen = attention.copy()
    seen[apart], seen[unsure] = 1, 0.45
    found = find_outline(
        np.where(seen[..., None] == 1, photo, (210, 170, 90)).astype(np.uint8), seen
    )
    assert found[apart][4:-4, 4:-4].min() > 0.9
    assert found[unsure].max() == 0


def test_an_outline_seen_on_a_small_copy_lies_on_the_photos_own_edges(photo, attention) -> None:
    ground = np.full_like(photo, (210, 170, 90))
    plain = np.where(attention[..., None] > 0, photo, ground)
    small = cv2.resize(plain, (25, 32), interpolation=cv2.INTER_AREA)
    seen = cv2.resize(attention, (25, 32), interpolation=cv2.INTER_AREA)
    found = outline_on(to_planes(plain), to_planes(small), seen) > 0.5
    garment = attention > 0
    assert (found & garment).sum() / (found | garment).sum() > 0.99
    coarse = cv2.resize(seen, (200, 256), interpolation=cv2.INTER_NEAREST) > 0.5
    assert (coarse & garment).sum() / (coarse | garment).sum() < 0.98
