"""Where the torso ends beside sleeves that touch it."""

import cv2
import numpy as np
import pytest

from amgan_cli.editing.parts.side_seams import split_beside, split_close
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
