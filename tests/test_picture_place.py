"""A picture is printed where there is cloth for it."""

import numpy as np
import pytest
import torch

from amgan_cli.editing.patterns.picture_place import on_cloth
from amgan_cli.inks import BASIS, FUNCTIONS, Inked, Place

SIDE = 128
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]


def disc(cloth: np.ndarray, radius: float = 0.18) -> Inked:
    """A disc in the middle of a garment; the radius in sides of its area's square."""
    heights = torch.zeros(1, 1, FUNCTIONS)
    heights[0, 0, 0] = 3000 * radius**2
    heights[0, 0, 2] = heights[0, 0, 1 + BASIS + 1] = -3000
    place = Place.of(torch.from_numpy(cloth)[None, None])
    return Inked(place, heights, torch.ones(1, 1), torch.ones(1, 1, 3))


def printed(inked: Inked) -> np.ndarray:
    heights = inked.at(*inked.place.coordinates(SIDE), inked.place.pixel(SIDE))
    return heights[0, 0].numpy() > 0


def where(inked: Inked) -> tuple[torch.Tensor, torch.Tensor]:
    return inked.place.u, inked.place.v


def test_where_it_fits_it_stays():
    shirt = ((ROWS > 20) & (ROWS < 110) & (COLUMNS > 30) & (COLUMNS < 100)).astype(np.float32)
    before, after = disc(shirt), on_cloth(disc(shirt), shirt)
    assert printed(before).sum() > 500 and np.array_equal(printed(after), printed(before))


def test_on_trousers_it_moves_to_the_nearest_place_of_its_size():
    legs = np.abs(np.abs(COLUMNS - 64) - 18) < 14
    trousers = (ROWS > 10) & (ROWS < 120) & np.where(ROWS < 50, np.abs(COLUMNS - 64) < 32, legs)
    trousers = trousers.astype(np.float32)
    before, after = disc(trousers), on_cloth(disc(trousers), trousers)
    assert trousers[printed(before)].mean() < 0.9
    assert trousers[printed(after)].mean() > 0.95
    torch.testing.assert_close(after.place.side, before.place.side)
    far = SIDE * np.hypot(*(float(a - b) for a, b in zip(where(after), where(before), strict=True)))
    assert 3 < far < 25
    assert np.array_equal(printed(on_cloth(after, trousers)), printed(after))


def test_on_shoes_it_lies_on_one_and_is_smaller():
    shoes = (np.abs(np.abs(COLUMNS - 64) - 24) < 9) & (ROWS > 30) & (ROWS < 100)
    shoes = shoes.astype(np.float32)
    after = on_cloth(disc(shoes, 0.25), shoes)
    assert shoes[printed(after)].mean() > 0.95
    assert abs(float(after.place.u) * SIDE - 64) == pytest.approx(24, abs=3)
    assert 0.4 < float(after.place.side / disc(shoes).place.side) < 0.9


def test_nothing_printed_is_left_as_it_is():
    none = np.zeros((SIDE, SIDE), np.float32)
    empty = disc(none, 0.0)
    assert where(on_cloth(empty, none)) == where(empty)
