"""Cloth in another colour: coloured, grey, and of several colours, beside what is none of it."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest

from amgan_cli.editing.colors.dye import find_dye
from amgan_cli.editing.colors.main_cloth import find_main_cloth
from amgan_cli.editing.colors.shift import LabShift
from amgan_cli.editing.lab import planes_in_lab
from amgan_cli.editing.lift import Window, to_picture, to_planes

ROWS, COLUMNS = np.mgrid[:256, :256]
GARMENT = ((ROWS > 30) & (ROWS < 230) & (COLUMNS > 40) & (COLUMNS < 216)).astype(np.float32)
RED, NAVY, WHITE = (170, 30, 40), (40, 45, 75), (232, 230, 226)
PRINT, TRIM = np.s_[90:130, 90:130], np.s_[180:200, 60:190]


def garment(color=RED) -> np.ndarray:
    """A garment of one colour, darker to the right, on a light grey ground."""
    light = 1.1 - 0.5 * COLUMNS / 256
    noise = np.random.default_rng(0).normal(0, 1.5, (256, 256, 1))
    cloth = light[..., None] * np.array(color, float) + noise
    return np.where(GARMENT[..., None] > 0, cloth, 215.0).clip(0, 255)


def lab(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor((picture / 255).astype(np.float32), cv2.COLOR_RGB2Lab)


def painted(photo: np.ndarray, old, new) -> np.ndarray:
    """All colours of the garment shifted alike, as the network learned it."""
    shift = np.diff([lab(np.array([[color]], float))[0, 0] for color in (old, new)], axis=0)
    shifted = 255 * cv2.cvtColor((lab(photo) + shift).astype(np.float32), cv2.COLOR_Lab2RGB)
    return np.where(GARMENT[..., None] > 0, shifted.clip(0, 255), photo)


@dataclass(frozen=True)
class Dyed:
    picture: np.ndarray
    cloth: np.ndarray


def dye(photo: np.ndarray, painted: np.ndarray, garment: np.ndarray, **options) -> Dyed:
    """The picture dyed, from pictures h x w x 3, and where it has the new colour."""
    x, wrong = to_planes(photo), to_planes(painted)
    cloth = find_main_cloth(x, garment)
    assert cloth is not None
    found = find_dye(cloth, wrong, garment, **options)
    picture, cloth = found.at(x, planes_in_lab(x), wrong, Window(*photo.shape[:2]))
    return Dyed(to_picture(picture), cloth)


@pytest.mark.parametrize("new", [NAVY, WHITE])
def test_white_prints_stay_and_black_trims_get_no_hue(new):
    photo = garment()
    photo[PRINT], photo[TRIM] = 240, 25
    wrong = painted(photo, RED, new)
    dyed = dye(photo, wrong, GARMENT)
    assert np.abs(dyed.picture - photo)[92:128, 92:128].max() < 8
    assert np.abs(wrong - photo)[92:128, 92:128].mean() > 15
    light, *hue = np.moveaxis(lab(dyed.picture)[183:197, 65:185], 2, 0)
    assert np.hypot(*hue).mean() < 6 < np.hypot(*lab(wrong)[183:197, 65:185, 1:].T).mean()
    assert light.mean() < 45
    assert dyed.cloth[PRINT].mean() < 0.1 and dyed.cloth[140:170, 60:190].min() > 0.9


@pytest.mark.parametrize("ink", [(245, 245, 240), (40, 160, 70)])
@pytest.mark.parametrize("new", [NAVY, WHITE])
def test_letters_are_as_sharp_as_the_photo(new, ink):
    photo = garment()
    main = find_main_cloth(to_planes(photo), GARMENT)
    assert main is not None
    found = find_dye(main, to_planes(painted(photo, RED, new)), GARMENT)
    large = cv2.resize(photo.astype(np.float32), (1536, 1536), interpolation=cv2.INTER_LINEAR)
    letter = np.zeros((1536, 1536), np.uint8)
    cv2.putText(letter, "amgan", (420, 800), cv2.FONT_HERSHEY_SIMPLEX, 5, 1, 14)
    large[letter > 0] = ink
    shift = np.diff([lab(np.array([[color]], float))[0, 0] for color in (RED, new)], axis=0)
    wrong = 255 * cv2.cvtColor((lab(large) + shift).astype(np.float32), cv2.COLOR_Lab2RGB)
    here = np.s_[600:900, 400:1200]
    x, wrong, letter = to_planes(large[here]), to_planes(wrong[here]), letter[here]
    dyed, cloth = found.at(x, planes_in_lab(x), wrong, Window(1536, 1536, 600, 400))
    assert np.abs(dyed - x)[:, letter > 0].mean() < 4
    beside = (cv2.dilate(letter, np.ones((5, 5), np.uint8)) > letter) & (letter == 0)
    assert cloth[beside].min() > 0.95


def test_black_is_no_grey_on_white_cloth():
    photo = garment()
    photo[TRIM] = 25
    dyed = dye(photo, painted(photo, RED, WHITE), GARMENT)
    assert lab(dyed.picture)[183:197, 65:185, 0].max() < 20


def test_prints_get_a_tint_of_the_new_colour_if_they_are_to():
    photo = garment()
    photo[PRINT] = 240
    dyed = dye(photo, painted(photo, RED, NAVY), GARMENT, prints=True)
    assert dyed.cloth.min() == 1
    beside = np.s_[150:170, 90:130]
    tint, cloth = (lab(dyed.picture)[at].mean(axis=(0, 1)) for at in (PRINT, beside))
    angles = [np.degrees(np.arctan2(color[2], color[1])) for color in (tint, cloth)]
    assert abs(angles[0] - angles[1]) < 10 and tint[0] > cloth[0] + 30
    assert 8 < np.hypot(*tint[1:]) < 1.3 * np.hypot(*cloth[1:])


def test_cloth_has_one_hue_and_keeps_its_shade():
    photo = garment()
    wrong = painted(photo, RED, NAVY)
    other = lab(wrong) + np.array([0, 4, 14], np.float32) * (GARMENT * (COLUMNS > 140))[..., None]
    wrong = 255 * cv2.cvtColor(other.astype(np.float32), cv2.COLOR_Lab2RGB)
    dyed = dye(photo, wrong, GARMENT)
    before, after = lab(photo)[60:200], lab(dyed.picture)[60:200]
    left, right = after[:, 60:100], after[:, 170:210]
    angles = [np.degrees(np.arctan2(*side[..., :0:-1].mean(axis=(0, 1)))) for side in (left, right)]
    assert abs(angles[0] - angles[1]) < 8
    fall = [side[:, 60:100, 0].mean() - side[:, 170:210, 0].mean() for side in (before, after)]
    assert fall[1] > 0.7 * fall[0] > 5
    assert np.linalg.norm(right[..., 1:].mean((0, 1))) < np.linalg.norm(left[..., 1:].mean((0, 1)))


def test_dotted_cloth_has_the_hue_of_a_shade_though_dots_are_painted_with_it():
    photo = garment()
    photo[(ROWS % 16 < 8) & (COLUMNS % 16 < 8) & (GARMENT > 0)] = 240
    pinkish = painted(photo, RED, (225, 195, 200))
    between = (ROWS % 16 > 10) & (COLUMNS % 16 > 10) & (GARMENT > 0) & (COLUMNS < 120)
    hues = [
        np.median(lab(dyed.picture)[between], axis=0)[1:]
        for dyed in (dye(photo, pinkish, GARMENT, shade=shade) for shade in (None, (89, 0, 2)))
    ]
    assert hues[0][0] > 4 and np.abs(hues[1] - (0, 2)).max() < 1


def test_the_border_of_a_white_print_is_not_much_brighter_than_cloth_and_print():
    photo = garment()
    photo[PRINT] = 235
    photo = np.where(GARMENT[..., None] > 0, cv2.GaussianBlur(photo, (0, 0), 1.5), photo)
    dyed = dye(photo, painted(photo, RED, (150, 155, 160)), GARMENT)
    across = np.s_[100:120, 84:96]
    light, own = (lab(each)[across][..., 0].mean(axis=0) for each in (dyed.picture, photo))
    assert light[0] > own[0] + 20 and np.abs(light - own)[-2:].max() < 1
    assert (light - np.maximum(own, light[0])).max() < 10


def test_ground_in_the_outline_keeps_its_colour():
    photo = garment()
    photo[150:225, 100:150] = 200, 170, 110  # wood between two legs
    dyed = dye(photo, painted(photo, RED, NAVY), GARMENT)
    assert np.abs(dyed.picture - photo)[155:220, 105:145].mean() < 4


def test_on_grey_cloth_colours_stay_and_greys_are_as_light_as_painted():
    gray = (120, 120, 122)
    photo = garment(gray)
    photo[PRINT], photo[TRIM] = (40, 160, 70), 25
    wrong = painted(photo, gray, NAVY)
    dyed = dye(photo, wrong, GARMENT)
    assert np.abs(dyed.picture - photo)[92:128, 92:128].max() < 2
    assert np.abs(wrong - photo)[92:128, 92:128].mean() > 15
    light, other = (lab(each)[140:215, 60:190, 0] for each in (dyed.picture, wrong))
    np.testing.assert_allclose(light, other, atol=0.6)
    assert dyed.cloth[PRINT].max() < 0.1 and dyed.cloth[140:220, 60:190].min() > 0.99
    all_of_it = dye(photo, wrong, GARMENT, prints=True)
    np.testing.assert_allclose(all_of_it.picture, wrong, atol=0.01)


def test_grey_cloth_made_darker_has_less_of_its_tints():
    gray = (200, 200, 200)
    photo = garment(gray)
    warm = 4 * np.sin(ROWS / 3.0)[..., None] * np.array([1.0, 0, -1.0])  # a weave of two yarns
    photo += GARMENT[..., None] * warm
    wrong = painted(photo, gray, NAVY)
    dyed = dye(photo, wrong, GARMENT)
    cloth = np.s_[60:200, 60:190]
    spread = [lab(each)[cloth][..., 2].std(axis=0).mean() for each in (dyed.picture, wrong, photo)]
    # light of the new cloth over light of the old one, in CIELAB's measure
    light = (lab(wrong)[cloth][..., 0].mean() + 16) / (lab(photo)[cloth][..., 0].mean() + 16)
    assert spread[1] == pytest.approx(spread[2], rel=0.1)
    assert spread[0] == pytest.approx(light * spread[2], rel=0.15)


def test_grey_cloth_that_was_painted_greenish_at_one_end_is_even():
    black = (30, 30, 31)
    photo = garment(black)
    wrong = lab(painted(photo, black, WHITE))
    wrong[..., 1] -= 12 * (GARMENT * (ROWS > 150))
    wrong = 255 * cv2.cvtColor(wrong, cv2.COLOR_Lab2RGB)
    dyed = dye(photo, wrong, GARMENT, shade=(89, 0, 2))
    before, after = (
        lab(each)[220, 60:190, 1].mean() - lab(each)[50, 60:190, 1].mean()
        for each in (wrong, dyed.picture)
    )
    assert before < -10 and abs(after) < 3


def test_black_trims_of_white_cloth_made_navy_are_black():
    white = (225, 225, 220)
    photo = garment(white)
    photo[TRIM] = 30
    dyed = dye(photo, painted(photo, white, NAVY), GARMENT)
    cloth, trim = (
        np.hypot(*lab(dyed.picture)[where].mean(axis=(0, 1))[1:])
        for where in (np.s_[140:170, 60:190], np.s_[184:196, 70:180])
    )
    assert trim < 0.7 * cloth


def test_hues_of_blocks_in_the_dark_do_not_stay_when_cloth_gets_light():
    photo = garment((22, 22, 24))
    photo[90:130, 90:130] += np.array((-12.0, -14.0, 16.0))  # as JPEG leaves them
    dyed = dye(photo, painted(photo, (22, 22, 24), WHITE), GARMENT)
    assert np.hypot(*(lab(photo)[100:120, 100:120, 1:].mean(axis=(0, 1)))) > 14
    assert dyed.cloth[100:120, 100:120].min() > 0.8
    assert lab(dyed.picture)[100:120, 100:120, 0].min() > 60


def test_without_a_garment_there_is_no_cloth():
    assert find_main_cloth(to_planes(garment()), 0 * GARMENT) is None


@pytest.mark.parametrize("colors", [(RED, (30, 30, 30)), (RED, (200, 110, 30), (90, 40, 30))])
@pytest.mark.parametrize("new", [NAVY, WHITE])
def test_cloth_of_several_colours_gets_tones_of_the_new_one(colors, new):
    photo = garment()
    which = ROWS % 24 > 10 if len(colors) == 2 else ROWS // 8 % 3
    photo[GARMENT > 0] = np.array(colors, float)[which.astype(int)][GARMENT > 0]
    wrong = painted(photo, RED, new)
    shade = lab(np.array([[new]], float))[0, 0]
    dyed = dye(photo, wrong, GARMENT, shade=tuple(shade))

    def other_hues(picture: np.ndarray) -> float:
        seen, hue = lab(picture)[GARMENT > 0][:, 1:], shade[1:]
        tones = (seen @ hue / (hue @ hue)).clip(0, 1)[:, None] * hue
        return float(np.hypot(*(seen - tones).T).mean())

    assert other_hues(dyed.picture) < 0.7 * other_hues(wrong)
    light = [
        lab(dyed.picture)[(GARMENT > 0) & (which == each)][:, 0].mean()
        for each in range(len(colors))
    ]
    assert np.ptp(light) > 4  # they are still told apart


def test_opposite_hues_in_one_cloth_stay_apart():
    photo = garment()
    which = ROWS // 8 % 3
    colors = np.array([(170, 60, 60), (60, 140, 70), (70, 80, 170)], float)
    photo[GARMENT > 0] = colors[which][GARMENT > 0]
    dyed = dye(photo, painted(photo, RED, NAVY), GARMENT, shade=(21, 5, -18))
    hues = [
        lab(dyed.picture)[(GARMENT > 0) & (which == each), 1:].mean(axis=0) for each in range(3)
    ]
    assert min(np.hypot(*(hues[i] - hues[i - 1])) for i in range(3)) > 8


def test_pale_cloth_of_one_colour_is_dyed_by_it_whatever_else_the_garment_has():
    pale = (140, 170, 205)  # of a chroma between grey's and a colour's
    photo = garment(pale)
    x, wrong = to_planes(photo), to_planes(painted(photo, pale, RED))
    cloth = find_main_cloth(x, GARMENT)
    assert cloth is not None and 0.1 < cloth.hue < 0.9
    other = replace(cloth, tint=np.array([40.0, 30.0]))
    first, second = (
        find_dye(each, wrong, GARMENT).at(x, planes_in_lab(x), wrong, Window(256, 256))[0]
        for each in (cloth, other)
    )
    assert np.array_equal(first, second)


def test_prints_tell_nothing_of_the_cloths_colour_and_yarns_do():
    black = (25, 25, 26)
    photo = garment(black)
    flower = (np.hypot(ROWS % 64 - 32, COLUMNS % 64 - 32) < 14) & (GARMENT > 0)
    photo[flower] = 210, 90, 130
    inside = cv2.erode((flower & (GARMENT > 0)).astype(np.uint8), np.ones((5, 5))) > 0
    beyond = (cv2.dilate(flower.astype(np.uint8), np.ones((15, 15))) == 0) & (GARMENT > 0)
    beyond &= cv2.erode(GARMENT, np.ones((15, 15))) > 0
    cloth = find_main_cloth(to_planes(photo), GARMENT)
    assert cloth is not None and cloth.gray > 0.9
    tells = cloth.tells(GARMENT)
    assert tells[inside].max() < 0.1 and tells[beyond].min() > 0.95
    yarns = garment(black)
    yarns[(ROWS % 4 < 2) & (GARMENT > 0)] = 150
    cloth = find_main_cloth(to_planes(yarns), GARMENT)
    assert cloth is not None
    within = cv2.erode(GARMENT, np.ones((15, 15))) > 0
    assert np.ptp(cloth.tells(GARMENT)[within]) < 0.15


def test_a_shade_is_brought_to_what_counts():
    picture = np.full((8, 8, 3), 60.0)
    picture[:, 4:] = 200
    left = np.zeros((8, 8), np.float32)
    left[:, :4] = 1
    for counts, level in ((left, 60.0), (1 - left, 200.0), (left + 0.4 * (1 - left), 60.0)):
        shift = LabShift.to_shade((50, 0, 0), picture, counts)
        usual = lab(np.full((1, 1, 3), level))[0, 0]
        np.testing.assert_allclose(shift.offset, 0.8 * ((50, 0, 0) - usual), atol=0.01)
    assert LabShift.to_shade((50, 0, 0), picture, 0 * left).offset[0] != 0


def test_shine_on_pale_cloth_is_dyed_too():
    pale = (172, 212, 240)
    photo = garment(pale)
    shine = np.exp(-(((ROWS - 100) / 9.0) ** 2) - ((COLUMNS - 110) / 30.0) ** 2)[..., None]
    photo += shine * GARMENT[..., None] * (250 - photo)
    dyed = dye(photo, painted(photo, pale, RED), GARMENT)
    assert dyed.cloth[60:200, 60:190].min() > 0.7
    light, *hue = lab(dyed.picture)[97:103, 100:120].mean(axis=(0, 1))
    assert hue[0] > 20 and abs(np.degrees(np.arctan2(hue[1], hue[0])) - 28) < 15 and light < 75


def test_black_trims_of_bluish_grey_cloth_are_grey_under_white():
    gray = (100, 106, 120)
    photo = garment(gray)
    photo[TRIM] = 20
    wrong = painted(photo, gray, WHITE)
    dyed = dye(photo, wrong, GARMENT)

    def chroma(picture: np.ndarray) -> float:
        return float(np.hypot(*lab(picture)[183:197, 65:185, 1:].T).mean())

    assert chroma(dyed.picture) < 6 < 9 < chroma(wrong)
    cloth = np.s_[60:160, 60:190]
    assert np.abs(dyed.picture - wrong)[cloth].max() < 3
