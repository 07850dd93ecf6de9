"""Where the torso ends beside sleeves that touch it."""

import cv2
import numpy as np
import pytest

from amgan_cli.editing.parts.side_seams import split_beside, split_close, split_told
from amgan_cli.own_sleeves import split_torso
from amgan_cli.part_view import NECK, Bodice

SIDE = 256
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]
AWAY = np.abs(COLUMNS - 128)
BODICE = Bodice(x=128.0, y=40.0, half=NECK * 100, hem=200.0)
"""Of a torso of 100 pixels, whose armholes end 42 pixels under the neck."""


def photo_of(garment: np.ndarray, crease: np.ndarray | None = None) -> np.ndarray:
    photo = np.where(garment, 120, 220)
    if crease is not None:
        photo[crease & garment] = 70
    photo = np.repeat(photo[..., None], 3, axis=2).astype(np.uint8)
    return cv2.GaussianBlur(photo, (0, 0), 0.7)


@pytest.mark.parametrize("seam", [36, 42])
def test_sleeves_on_the_torsos_sides_end_at_the_crease_between_them(seam):
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 56)
    crease = (np.abs(AWAY - seam) < 1.5) & (ROWS > 70)
    torso, sleeves = split_close(photo_of(garment, crease), garment, BODICE)
    assert np.array_equal(torso | sleeves, garment) and not (torso & sleeves).any()
    for row in (100, 140, 180):
        left, right = np.flatnonzero(torso[row])[[0, -1]]
        assert left == pytest.approx(128 - seam, abs=3)
        assert right == pytest.approx(128 + seam, abs=3)


def test_a_cuff_that_touches_the_torso_goes_with_its_sleeve():
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 44)
    garment |= (ROWS > 50) & (ROWS < 190) & (AWAY > 48) & (AWAY < 64)  # sleeves, a gap beside them
    garment |= (ROWS > 50) & (ROWS < 80) & (AWAY < 64)
    garment |= (ROWS > 170) & (ROWS < 190) & (AWAY > 45) & (AWAY < 64)  # cuffs
    photo = photo_of(garment, (np.abs(AWAY - 44.5) < 1) & (ROWS > 80))
    _, plainly = split_torso(garment, BODICE, 1.6)
    torso, sleeves = split_beside(photo, garment, BODICE, 1.6)
    inner = (ROWS > 175) & (ROWS < 185) & (AWAY > 46) & (AWAY < 49)
    assert not plainly[inner].any() and sleeves[inner].all()
    assert torso[100:180, 90:166].all()


def test_a_cuff_below_the_hem_goes_too_and_a_skirt_stays():
    bodice = Bodice(x=128.0, y=20.0, half=NECK * 100, hem=150.0)
    coat = (ROWS > 20) & (ROWS < 150) & (AWAY < 56)
    cuffs = (ROWS >= 150) & (ROWS < 165) & (AWAY > 42) & (AWAY < 56)
    crease = (np.abs(AWAY - 40) < 1.5) & (ROWS > 60)
    garment = coat | cuffs
    _, sleeves = split_close(photo_of(garment, crease), garment, bodice)
    assert sleeves[cuffs].mean() > 0.9
    garment = coat | ((ROWS >= 150) & (AWAY < 80))
    torso, _ = split_close(photo_of(garment, crease), garment, bodice)
    assert torso[200, 60:196].all()


def test_what_goes_on_out_of_the_picture_is_a_leg():
    bodice = Bodice(x=128.0, y=20.0, half=NECK * 100, hem=215.0)
    garment = (ROWS > 20) & (ROWS < 215) & (AWAY < 56)
    legs = (ROWS >= 215) & (AWAY > 46) & (AWAY < 56)
    crease = (np.abs(AWAY - 40) < 1.5) & (ROWS > 60)
    for end, share in ((SIDE, 0), (SIDE - 6, 1)):
        whole = garment | (legs & (end > ROWS))
        _, sleeves = split_close(photo_of(whole, crease), whole, bodice)
        assert sleeves[225:245][legs[225:245]].mean() == pytest.approx(share, abs=0.1)


def test_where_the_torso_widens_a_little_there_is_no_sleeve():
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 49)
    garment |= (ROWS > 50) & (ROWS < 90) & (AWAY < 110)  # arms
    garment |= (ROWS > 60) & (ROWS < 120) & (AWAY < 57)
    garment[90:150][(AWAY < 90)[90:150] & (AWAY > 78)[90:150]] = True  # bent down
    torso, sleeves = split_beside(photo_of(garment), garment, BODICE, 1.6)
    assert sleeves[60:85, 22:60].all() and not sleeves[100:115, 70:190].any()
    assert torso[100:115, 74:182].all()


def steps(end: int, seam: float = 40.0) -> np.ndarray:
    """What a network tells of sleeves at both sides: in steps, and further out at the end."""
    jag = 5 * ((ROWS // 8) % 2) + 8 * (end - 12 < ROWS)
    return (ROWS > 50) & (end > ROWS) & (seam + jag - 2.5 < AWAY)


def sides_of(torso: np.ndarray, rows: slice) -> np.ndarray:
    """How far from the middle a torso ends in those rows, at both sides."""
    return np.concatenate([np.where(torso & half, AWAY, 0).max(1)[rows] for half in HALVES])


HALVES = COLUMNS < 128, COLUMNS >= 128


def test_sleeves_that_a_network_told_end_straight_and_go_on_down_to_their_cuffs():
    garment = (ROWS > 40) & (ROWS < 190) & (AWAY < 56)
    garment |= (ROWS >= 190) & (ROWS < 200) & (AWAY < 42)
    torso, sleeves = split_told(garment, garment & steps(170), BODICE, 1.6)
    assert np.array_equal(torso | sleeves, garment) and not (torso & sleeves).any()
    assert sides_of(torso, np.s_[90:185]) == pytest.approx(41, abs=3)
    assert sleeves[186:190, 76:82].all()
    torso, sleeves = split_told(garment, garment & steps(140), BODICE, 0.0)  # short ones do not
    assert not sleeves[141:].any() and sleeves[60:120, 76:82].all()


def test_beside_ground_they_end_where_it_was_told():
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 40)
    garment |= (ROWS > 45) & (ROWS < 100) & (AWAY < 60)
    bent = (ROWS >= 100) & (ROWS < 170)
    arms = bent & (AWAY > 42 + 0.8 * (ROWS - 100)) & (AWAY < 62 + 0.8 * (ROWS - 100))
    garment |= arms
    told = arms | (garment & (AWAY > 40))
    torso, sleeves = split_told(garment, told, BODICE, 1.6)
    assert sleeves[104:165][arms[104:165]].mean() > 0.97
    assert sides_of(torso, np.s_[60:96]) == pytest.approx(40, abs=2)
    assert torso[110:190, 89:167].all()


def test_under_what_sleeves_reach_there_are_legs():
    garment = (ROWS > 40) & (AWAY < 56)
    told = garment & (ROWS > 50) & (ROWS < 150) & (AWAY > 40)
    _, sleeves = split_told(garment, told, BODICE, 1.6)
    assert sleeves[160:198, 74:86].all() and not sleeves[202:].any()


def test_of_short_sleeves_what_is_told_counts():
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 80)
    told = garment & (ROWS > 50) & (ROWS < 130) & (AWAY > 40 + 0.3 * (ROWS - 50))
    torso, _ = split_told(garment, told, BODICE, 0.0)
    ends = sides_of(torso, np.s_[70:110]).reshape(2, -1)
    assert ends == pytest.approx(np.tile(40 + 0.3 * np.arange(20, 60), (2, 1)), abs=2)


def test_a_side_leans_little():
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 56)
    told = garment & (ROWS > 50) & (ROWS < 120) & (AWAY > 34 + 0.3 * (ROWS - 82))
    torso, _ = split_told(garment, told, BODICE, 1.6)
    ends = sides_of(torso, np.s_[90:190]).reshape(2, -1)
    assert (np.diff(ends[:, [0, -1]]) <= 0.1 * 100 + 2).all() and (ends[:, -1] < 54).all()


def test_where_nothing_is_told_nothing_is_a_sleeve():
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 56)
    torso, sleeves = split_told(garment, np.zeros_like(garment), BODICE, 1.6)
    assert np.array_equal(torso, garment) and not sleeves.any()


def test_specks_and_what_lies_near_the_middle_are_no_sleeves():
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 56)
    told = garment & steps(170)
    alone = split_told(garment, told, BODICE, 0.0)
    specks = (np.abs(ROWS - 190) < 3) & (np.abs(AWAY - 40) < 3)
    collar = (ROWS > 40) & (ROWS < 66) & (AWAY < 18)  # no speck
    for more in (specks, collar):
        assert np.array_equal(split_told(garment, told | more, BODICE, 0.0)[0], alone[0])


def test_where_what_hangs_gets_broad_it_is_a_coat_s_side():
    flared = (ROWS > 40) & (ROWS < 200) & (50 + 0.3 * (ROWS - 40).clip(0) > AWAY)
    told = flared & (ROWS > 50) & (ROWS < 110) & (AWAY > 40)
    _, sleeves = split_told(flared, told, BODICE, 1.6)
    assert sleeves[60:105, 76:86].all() and not sleeves[112:].any()
    straight = (ROWS > 40) & (ROWS < 200) & (AWAY < 62)
    told = straight & (ROWS > 50) & (ROWS < 110) & (AWAY > 40)
    _, sleeves = split_told(straight, told, BODICE, 1.6)
    assert sleeves[112:198, 70:86].all()


def test_the_line_is_that_of_what_was_seen_under_the_armhole():
    garment = (ROWS > 40) & (ROWS < 200) & (AWAY < 56)
    told = garment & (ROWS > 50) & (np.where(ROWS < 80, 30, 42) < AWAY)
    told &= (ROWS < 120) | ((ROWS > 180) & (AWAY > 50))  # and a cuff, further out
    torso, _ = split_told(garment, told, BODICE, 1.6)
    assert sides_of(torso, np.s_[100:175]) == pytest.approx(42, abs=3)
    assert sides_of(torso, np.s_[55:70]) == pytest.approx(30, abs=3)
