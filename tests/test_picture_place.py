"""A picture is printed where there is cloth for it."""

import numpy as np
import pytest
import torch

from amgan_cli import Editor
from amgan_cli.editing.patterns.picture_place import on_cloth
from amgan_cli.editing.request import EditRequest
from amgan_cli.nets.inks import BASIS, FUNCTIONS, Inked, Place

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
    before, after = disc(shirt), on_cloth(disc(shirt), [shirt])
    assert printed(before).sum() > 500 and np.array_equal(printed(after), printed(before))


def test_on_trousers_it_moves_to_the_nearest_place_of_its_size():
    legs = np.abs(np.abs(COLUMNS - 64) - 18) < 14
    trousers = (ROWS > 10) & (ROWS < 120) & np.where(ROWS < 50, np.abs(COLUMNS - 64) < 32, legs)
    trousers = trousers.astype(np.float32)
    before, after = disc(trousers), on_cloth(disc(trousers), [trousers])
    assert trousers[printed(before)].mean() < 0.9
    assert trousers[printed(after)].mean() > 0.95
    torch.testing.assert_close(after.place.side, before.place.side)
    far = SIDE * np.hypot(*(float(a - b) for a, b in zip(where(after), where(before), strict=True)))
    assert 3 < far < 25
    assert np.array_equal(printed(on_cloth(after, [trousers])), printed(after))


def test_on_shoes_it_lies_on_one_and_is_smaller():
    shoes = (np.abs(np.abs(COLUMNS - 64) - 24) < 9) & (ROWS > 30) & (ROWS < 100)
    shoes = shoes.astype(np.float32)
    after = on_cloth(disc(shoes, 0.25), [shoes])
    assert shoes[printed(after)].mean() > 0.95
    assert abs(float(after.place.u) * SIDE - 64) == pytest.approx(24, abs=5)
    assert 0.4 < float(after.place.side / disc(shoes).place.side) < 0.9


def test_soft_attention_is_cloth_and_a_little_gain_is_none():
    shirt = ((ROWS > 20) & (ROWS < 110) & (COLUMNS > 30) & (COLUMNS < 100)).astype(np.float32)
    before, after = disc(shirt), on_cloth(disc(shirt), [0.9 * shirt])
    assert np.array_equal(printed(after), printed(before))
    narrow = (np.abs(COLUMNS - 64) < 3).astype(np.float32)  # at any size too narrow
    assert float(on_cloth(disc(narrow, 0.5), [narrow]).place.side) > 0


def test_of_a_batch_each_finds_its_own_place():
    masks = [((ROWS > 20) & (ROWS < 110) & (np.abs(COLUMNS - x) < 30)) for x in (40, 80)]
    masks = [mask.astype(np.float32) for mask in masks]
    one, other = map(disc, masks)
    both = Inked(
        Place(
            *(torch.cat(pair) for pair in zip(where(one), where(other), strict=True)),
            one.place.side.repeat(2),
        ),
        one.heights.repeat(2, 1, 1),
        one.opacity.repeat(2, 1),
        one.colors.repeat(2, 1, 1),
    )
    placed = on_cloth(both, masks)
    assert [round(float(u) * SIDE) for u in placed.place.u] == [40, 80]


def test_nothing_printed_is_left_as_it_is():
    none = np.zeros((SIDE, SIDE), np.float32)
    empty = disc(none, 0.0)
    assert where(on_cloth(empty, [none])) == where(empty)


def test_an_edit_prints_it_on_trousers_and_blocks_of_colour_where_they_were():
    rows, columns = np.mgrid[:400, :300]
    away = np.abs(columns - 150)
    cloth = (rows > 40) & (rows < 360) & np.where(rows < 130, away < 75, np.abs(away - 46) < 30)
    noise = np.random.default_rng(0).normal(0, 2, (400, 300, 1))
    photo = np.where(cloth[..., None], (60, 80, 140), (225, 222, 215)) + noise
    editor = Editor.load()
    inked = {}
    for value in ("print", "colorblock"):
        request = EditRequest.of(editor.info, {"pattern": value})
        pixels = photo.clip(0, 255).astype(np.uint8)
        (plan,) = editor.plan([pixels], [editor.fit(pixels)], request)
        (inked[value],) = (step.inked for step in plan.steps if step.inked is not None)
        changed = np.abs(editor.edit(pixels, {"pattern": value}).pixels - photo).max(2) > 30
        assert changed.sum() > 500 and cloth[changed].mean() > 0.97
    moved, stays = (float(inked[value].place.v) for value in ("print", "colorblock"))
    assert stays == pytest.approx(rows[cloth].mean() / 400, abs=0.03) and moved < stays - 0.05
