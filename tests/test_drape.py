"""How patterns lie on garments: along sleeves, and shifted by folds."""

import numpy as np
import pytest
import torch
from garment_masks import photo_of, vest

from amgan_cli.editing.lift import Window, to_planes
from amgan_cli.editing.patterns.drape import SHIFT, find_drape
from amgan_cli.editing.patterns.printed_cloth import BRIGHT, PrintedCloth
from amgan_cli.nets.inks import CYCLES, FUNCTIONS, Inked, Place
from amgan_cli.photos.geometry import Fit

SQUARE = Fit(256, 256, 128)
WHOLE = Window(256, 256)


def tee() -> np.ndarray:
    """A garment whose sleeves point to the sides."""
    mask = vest()
    mask[64:100, 30:226] = True
    return mask


def place_of(mask: np.ndarray) -> Place:
    return Place.of(torch.from_numpy(mask[None, None, ::2, ::2]))


def striped(place: Place) -> Inked:
    """Black stripes across the garment, ten on its side."""
    heights = torch.zeros(1, 1, FUNCTIONS)
    heights[0, 0, 1 + 2 + len(CYCLES) + CYCLES.index(10)] = 20
    return Inked(place, heights, torch.ones(1, 1), -torch.ones(1, 1, 3))


def printed(mask: np.ndarray, photo: np.ndarray, draped: bool = True) -> np.ndarray:
    """The photo (256 x 256 x 3) with stripes on its own cloth: lightness, 256 x 256."""
    place, outline, planes = place_of(mask), mask.astype(np.float32), to_planes(photo)
    drape = find_drape(planes, outline, SQUARE, place, folds=True) if draped else None
    nothing = np.zeros((128, 128), np.float32)
    own = planes[:, ::2, ::2], outline[::2, ::2], striped(place), SQUARE, nothing
    return PrintedCloth.on_own(*own, drape).at(planes, WHOLE).mean(0)


def edges(dark: np.ndarray) -> int:
    return int(np.abs(np.diff(dark.astype(int))).sum())


def test_stripes_go_across_the_torso_and_across_each_sleeve():
    mask = tee()
    dark = printed(mask, photo_of(mask)) < 50
    straight = printed(mask, photo_of(mask), draped=False) < 50
    assert edges(dark[105:200, 128]) == edges(straight[105:200, 128]) >= 7
    for sleeve in (slice(34, 70), slice(186, 222)):
        assert edges(straight[82, sleeve]) == 0 < edges(dark[82, sleeve])
        assert edges(dark[70:96, sleeve][:, 18]) <= 1
    lengths = [
        len(run) for run in np.split(dark[82, 34:76], np.flatnonzero(np.diff(dark[82, 34:76])))
    ]
    of_torso = np.diff(np.flatnonzero(np.diff(dark[105:200, 128].astype(int))))
    assert max(lengths) == pytest.approx(np.median(of_torso), abs=4)  # as wide as on the torso


def test_both_sleeves_are_turned_from_where_they_begin():
    mask = tee()
    planes = to_planes(photo_of(mask))
    drape = find_drape(planes, mask.astype(np.float32), SQUARE, place_of(mask), folds=False)
    left, right = drape.turns
    assert left.angle == pytest.approx(-np.pi / 2, abs=0.15) and left.u == pytest.approx(
        -right.u, abs=0.02
    )
    assert right.angle == pytest.approx(np.pi / 2, abs=0.15)
    u, v = (torch.linspace(-0.9, 0.9, 256), torch.linspace(-0.9, 0.9, 256))
    across, down = drape.at(u, v, WHOLE)
    rows, columns = torch.meshgrid(v, u, indexing="ij")
    assert torch.equal(across[120:190, 90:166], columns[120:190, 90:166])
    here = slice(80, 84), slice(190, 220)
    torch.testing.assert_close(down[here] - right.v, columns[here] - right.u, atol=0.05, rtol=0)
    turned = torch.hypot(across[here] - right.u, down[here] - right.v)
    was = torch.hypot(columns[here] - right.u, rows[here] - right.v)
    torch.testing.assert_close(turned, was, atol=1e-5, rtol=0)


def test_a_picture_does_not_turn_with_the_sleeves():
    mask = tee()
    planes, outline = to_planes(photo_of(mask)), mask.astype(np.float32)
    place = place_of(mask)
    assert len(find_drape(planes, outline, SQUARE, place, folds=False).turns) == 2
    assert find_drape(planes, outline, SQUARE, place, False, turns_with_sleeves=False).turns == ()


def test_hanging_sleeves_a_single_one_and_none_are_not_turned():
    hanging = vest()
    hanging[66:200, 50:72] = hanging[66:200, 184:206] = True
    hanging[66:76, 50:206] = True
    one = tee()
    one[:, 176:] = False  # as a trouser leg may look
    for mask in (vest(), hanging, one):
        planes, outline = to_planes(photo_of(mask)), mask.astype(np.float32)
        assert find_drape(planes, outline, SQUARE, place_of(mask), folds=False).turns == ()


def test_a_fold_shifts_a_stripe_a_little_and_an_old_pattern_does_not():
    mask = vest()
    photo = np.full((256, 256, 3), 200, np.uint8)
    photo[mask] = 120
    photo[60:204, 100:104] = 80  # a dark fold
    outline, place = mask.astype(np.float32), place_of(mask)
    shifts = [
        find_drape(to_planes(photo), outline, SQUARE, place, folds).cells[0]
        for folds in (True, False)
    ]
    assert -SHIFT < shifts[0][130, 102] < -0.5 * SHIFT and not shifts[1].any()
    assert abs(shifts[0][130, 150]) < 0.01 * SHIFT and not shifts[0][130, 30]
    dark = printed(mask, photo) < 50
    first = [np.flatnonzero(np.diff(dark[110:190, x].astype(int)))[0] for x in (102, 150)]
    assert 0 < abs(first[0] - first[1]) <= 3


def test_what_is_much_lighter_than_the_cloth_makes_no_white_ink():
    mask = vest()
    photo = photo_of(mask)
    photo[70:90, 100:156] = 250  # a lining
    place, planes = place_of(mask), to_planes(photo)
    own = planes[:, ::2, ::2], mask[::2, ::2].astype(np.float32), striped(place), SQUARE
    z = PrintedCloth.on_own(*own, np.zeros((128, 128), np.float32)).at(planes, WHOLE).mean(0)
    assert z[70:90, 128].min() < 1.5 * BRIGHT
