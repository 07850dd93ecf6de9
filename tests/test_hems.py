"""A flared hem and a torso's sides are no sleeves; what hangs on a sleeve alone is its cuff."""

from dataclasses import replace

import numpy as np
import pytest
from garment_masks import vest

from amgan_cli.editing.parts.hems import parted
from amgan_cli.own_sleeves import split_torso
from amgan_cli.part_view import Bodice

LONG = 1.6


@pytest.fixture
def shirt() -> np.ndarray:
    """A vest with bent sleeves that end over its hem, H x W bool."""
    mask = vest()
    mask[66:90, 40:216] = mask[66:140, 40:62] = mask[66:140, 194:216] = True
    return mask


def split(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, Bodice]:
    bodice = Bodice.of(mask)
    assert bodice is not None
    return *split_torso(mask, bodice, LONG), bodice


def test_sleeves_alone_stay_as_they_are(shirt):
    torso, sleeves, bodice = split(shirt)
    assert sleeves[110, 50] and sleeves[110, 205]
    after = parted(torso, sleeves, bodice)
    assert np.array_equal(after[0], torso) and np.array_equal(after[1], sleeves)


@pytest.mark.parametrize(
    "box", [np.s_[150:204, 60:80], np.s_[120:204, 62:80]], ids=["alone", "touching a sleeve"]
)
def test_a_flared_corner_of_the_hem_is_the_torso_s(shirt, box):
    torso, sleeves, bodice = split(shirt)
    corner = np.zeros_like(torso)
    corner[box] = True
    corner &= ~torso
    after = parted(torso, sleeves | corner, bodice)
    assert np.array_equal(after[0], torso | corner) and np.array_equal(after[1], sleeves)


def test_a_sleeve_that_hangs_down_to_the_hem_stays_one():
    mask = vest()
    mask[60:204, 60:80] = mask[60:204, 176:196] = True
    bodice = Bodice.of(mask)
    assert bodice is not None
    sleeves = mask & ~vest()
    assert np.array_equal(parted(vest(), sleeves, bodice)[1], sleeves)


def test_so_does_one_whose_cuff_touches_the_torso_there(shirt):
    shirt[140:204, 40:62] = shirt[140:204, 194:216] = shirt[196:204, 40:216] = True
    torso, sleeves, bodice = split(shirt)
    assert sleeves[190, 50]
    after = parted(torso, sleeves, bodice)
    assert np.array_equal(after[1], sleeves)


def test_what_of_the_sides_no_armhole_reaches_is_the_torso_s(shirt):
    torso, sleeves, bodice = split(shirt)
    bulge = np.zeros_like(torso)
    bulge[140:170, 66:80] = True  # ground below
    bulge &= ~torso
    apart = np.zeros_like(torso)
    apart[150:160, 20:30] = True  # a piece of a sleeve, not touching the torso
    after = parted(torso, sleeves | bulge | apart, bodice)
    assert np.array_equal(after[0], torso | bulge)
    assert np.array_equal(after[1], sleeves | apart)


def test_a_cuff_that_hangs_on_a_sleeve_alone_goes_with_it(shirt):
    torso, sleeves, bodice = split(shirt)
    cuff = np.zeros_like(torso)
    rows, columns = np.nonzero(sleeves[:, :80])
    cuff[rows.max() + 1 : rows.max() + 20, columns[rows == rows.max()]] = True
    after = parted(torso | cuff, sleeves, bodice)
    assert np.array_equal(after[0], torso) and np.array_equal(after[1], sleeves | cuff)


def test_a_cuff_under_the_hem_that_touches_the_torso_a_little_goes_too(shirt):
    shirt[140:204, 40:62] = shirt[140:204, 194:216] = True
    torso, sleeves, bodice = split(shirt)
    cuff = np.zeros_like(torso)
    cuff[204:230, 40:84] = True  # it reaches a little under the torso
    after = parted(torso | cuff, sleeves, bodice)
    assert np.array_equal(after[0], torso) and np.array_equal(after[1], sleeves | cuff)
    tail = np.zeros_like(torso)
    tail[204:230, 60:103] = tail[150:160, 20:30] = True  # and a button that fell off
    after = parted(torso | tail, sleeves, bodice)
    assert np.array_equal(after[0], torso | tail) and np.array_equal(after[1], sleeves)


def test_what_lies_under_a_belt_or_beside_an_open_front_is_no_cuff():
    mask = vest()
    mask[60:204, 60:80] = mask[60:204, 176:196] = True
    bodice = Bodice.of(mask)
    assert bodice is not None
    sleeves = mask & ~vest()
    for parts in np.s_[150:153], np.s_[:, 124:127]:
        torso = vest()
        torso[parts] = False
        after = parted(torso, sleeves, bodice)
        assert np.array_equal(after[0], torso) and np.array_equal(after[1], sleeves)


def test_a_sleeve_folded_over_the_front_stays_one(shirt):
    torso, sleeves, bodice = split(shirt)
    folded = np.zeros_like(torso)
    folded[150:204, 90:140] = True
    after = parted(torso & ~folded, sleeves | folded, bodice)
    assert np.array_equal(after[1], sleeves | folded)


def test_sides_that_sleeves_hide_go_on_straight_to_where_they_show():
    mask = vest()
    mask[150:204, 76:180] = True  # the hem is a little wider than the torso was taken for
    mask[60:150, 60:196] = True
    bodice = Bodice.of(mask)
    assert bodice is not None
    for inner, expected in (80, 78), (86, 81), (72, 74):
        torso = mask.copy()
        torso[60:150, :inner] = torso[60:150, 256 - inner :] = False
        torso[:, :40] = False
        after = parted(torso, mask & ~torso, bodice)
        assert np.array_equal(after[0] | after[1], mask) and not (after[0] & after[1]).any()
        ends = [np.flatnonzero(after[0][row])[[0, -1]] for row in (146, 149)]
        assert ends[1] == pytest.approx([76, 179], abs=1), inner
        half_way = np.flatnonzero(after[0][125])[0]
        assert half_way == pytest.approx(expected, abs=2), inner


def test_where_a_side_lies_elsewhere_altogether_it_stays():
    mask = vest()
    mask[150:204, 64:192] = True
    mask[60:150, 40:216] = True
    bodice = Bodice.of(mask)
    assert bodice is not None
    torso = mask.copy()
    torso[60:150, :90] = torso[60:150, 166:] = False
    after = parted(torso, mask & ~torso, bodice)
    assert np.array_equal(after[0], torso)


def hidden_by_sleeves(inner: int, hem: int) -> tuple[np.ndarray, np.ndarray, Bodice]:
    """A torso that ends `inner` where sleeves hide it in rows 60 to 150, and `hem` under them."""
    mask = vest()
    mask[150:204, hem : 256 - hem] = mask[60:150, 60:196] = True
    bodice = Bodice.of(mask)
    assert bodice is not None
    torso = mask.copy()
    torso[60:150, :inner] = torso[60:150, 256 - inner :] = False
    return torso, mask & ~torso, bodice


def test_no_step_and_no_side_below_leave_the_sides_as_they_are():
    for inner in (77, 78):  # hardly a step
        torso, sleeves, bodice = hidden_by_sleeves(inner, 76)
        assert np.array_equal(parted(torso, sleeves, bodice)[0], torso)
    torso, sleeves, bodice = hidden_by_sleeves(84, 76)
    bodice = replace(bodice, hem=150.0)  # what lies under it is another garment
    assert np.array_equal(parted(torso, sleeves, bodice)[0], torso)


def test_a_last_row_tells_nothing_of_a_step():
    torso, sleeves, bodice = hidden_by_sleeves(84, 76)
    torso[149, 76:180], sleeves[149, 76:180] = True, False
    after = parted(torso, sleeves, bodice)
    assert np.flatnonzero(after[0][140])[0] < 79


def test_a_sleeve_folded_over_the_front_stays_one_where_sides_go_straight(shirt):
    torso, sleeves, bodice = hidden_by_sleeves(84, 76)
    folded = np.zeros_like(torso)
    folded[110:145, 90:120] = True
    after = parted(torso & ~folded, sleeves | folded, bodice)
    assert after[1][folded].all() and np.flatnonzero(after[0][146])[0] < 79
