"""Cloth of the garment where an edit makes it larger."""

from dataclasses import replace

import numpy as np
import pytest

from amgan_cli.editing.lift import Window, to_planes
from amgan_cli.editing.parts.cloth import dyed, find_cloth, matched, toned
from amgan_cli.editing.plan import Reshaping

SCALE = 4
WINDOW = Window(80 * SCALE, 96 * SCALE)
ARM = np.s_[22 * SCALE : 32 * SCALE, 24 * SCALE : 36 * SCALE]
"""Well inside of the new arm, at full size."""


@pytest.fixture
def scene():
    """A red garment with a weave of fine lines on pale ground; what the network saw; its mask; and
    the attention of an edit that draws an arm at its left."""
    garment, alpha = np.zeros((80, 96), np.float32), np.zeros((80, 96), np.float32)
    garment[20:60, 40:80] = alpha[20:34, 20:40] = 1
    full = np.repeat(np.repeat(garment, SCALE, 0), SCALE, 1)[..., None]
    weave = 20 * (np.arange(full.shape[1]) % 4 < 2)[None, :, None]
    pixels = np.where(full > 0, np.array([150, 40, 40]) + weave, 220).astype(np.uint8)
    x = np.where(garment[..., None] > 0, np.array([160, 50, 50]), 220)
    return pixels, to_planes(x.astype(np.float32)), garment, alpha


def pale(x: np.ndarray) -> np.ndarray:
    """An arm as networks draw it: flat, and paler than the garment."""
    return np.broadcast_to(np.array([180.0, 80, 80], np.float32)[:, None, None], x.shape)


def at_full_size(plane: np.ndarray) -> np.ndarray:
    return np.repeat(np.repeat(plane, SCALE, -2), SCALE, -1)


def test_a_new_arm_has_the_garments_weave(scene):
    pixels, x, garment, alpha = scene
    cloth = find_cloth(pixels, x, pale(x), garment, alpha)
    assert cloth is not None
    z, _ = cloth.on(at_full_size(pale(x)), at_full_size(alpha), WINDOW)
    arm = z[(slice(None), *ARM)]
    assert 10 < np.ptp(arm[0], axis=1).mean() < 30  # lines of 20
    torso = z[:, 200:220, 200:300]
    assert np.array_equal(torso, at_full_size(pale(x))[:, 200:220, 200:300])
    part = Window(WINDOW.height, WINDOW.width, top=90, left=100)
    rows = np.s_[..., 90:120, 100:150]
    again, _ = cloth.on(at_full_size(pale(x))[rows], at_full_size(alpha)[rows], part)
    assert np.allclose(again, z[rows], atol=0.01)


def test_what_was_drawn_gets_the_garments_colour_and_only_that(scene):
    _, x, garment, alpha = scene
    pictures = (np.ascontiguousarray(np.moveaxis(planes, 0, 2)) for planes in (x, pale(x)))
    step = Reshaping(*pictures, alpha, garment=garment)
    z = toned(step).z
    assert z[22:32, 24:36].mean((0, 1)) == pytest.approx([160, 50, 50], abs=3)
    assert np.array_equal(z[45:55, 50:70], step.z[45:55, 50:70])
    everything = replace(step, alpha=np.ones_like(alpha))
    assert toned(everything) is everything  # no garment left to compare with


def test_its_outline_is_sharp_however_soft_the_networks_is(scene):
    pixels, x, garment, alpha = scene
    soft = alpha.copy()
    soft[33:37, 20:40] = np.array([0.8, 0.6, 0.4, 0.2])[:, None]
    cloth = find_cloth(pixels, x, pale(x), garment, soft)
    assert cloth is not None
    before = at_full_size(soft)
    _, after = cloth.on(at_full_size(pale(x)), before, WINDOW)
    column = np.s_[31 * SCALE : 38 * SCALE, 30 * SCALE]
    between = [((part[column] > 0.1) & (part[column] < 0.9)).sum() for part in (before, after)]
    assert between[1] <= 8 < 14 <= between[0]


def test_a_piece_of_a_print_is_no_weave(scene):
    pixels, x, garment, alpha = scene
    pixels[100:180:8, 180:300] = 255  # bright lines across the chest
    cloth = find_cloth(pixels, x, pale(x), garment, alpha)
    assert cloth is not None
    z, _ = cloth.on(at_full_size(pale(x)), at_full_size(alpha), WINDOW)
    assert z[(1, *ARM)].max() < 130


def test_without_new_cloth_or_a_garment_nothing_is_copied(scene):
    pixels, x, garment, alpha = scene
    assert find_cloth(pixels, x, np.full_like(x, 215), garment, alpha) is None  # ground
    assert find_cloth(pixels, x, pale(x), garment, 0 * alpha) is None
    assert find_cloth(pixels, x, pale(x), 0 * garment, alpha) is None


def test_a_grey_collar_gets_the_garments_colour_and_its_inside_and_label_stay():
    garment = np.zeros((64, 64), np.float32)
    garment[24:, 8:56] = 1
    x = np.where(garment[..., None] > 0, (60.0, 110, 170), (200.0, 190, 180)).astype(np.float32)
    z, alpha = x.copy(), np.zeros((64, 64), np.float32)
    alpha[16:40, 16:48] = 1
    z[16:40, 16:48] = 100, 112, 130  # a collar, greyer than the cloth
    z[20:26, 26:38] = 30, 35, 40  # its inside
    z[22:24, 30:34] = 230  # a label in it
    step = dyed(Reshaping(x, z, alpha, garment=garment))
    assert np.abs(step.z[30:38, 20:44] - (60, 110, 170)).max() < 30
    assert step.z[30, 30, 2] - step.z[30, 30, 0] > 60  # 30 before
    assert np.abs(step.z[22:24, 30:34] - 230).max() < 12
    assert step.z[25, 28].max() < 60
    assert np.array_equal(step.z[50:], z[50:])


@pytest.fixture
def striped():
    """A garment with broad stripes across, a flat yoke drawn over its upper part, and the dark
    inside of its neck: what the network saw and drew, its mask and attention."""
    garment, alpha = np.zeros((80, 96), np.float32), np.zeros((80, 96), np.float32)
    garment[16:72, 16:80] = alpha[16:36, 30:66] = 1
    light = np.where(np.arange(80) % 8 < 4, 60, 140)[:, None, None]
    x = np.where(garment[..., None] > 0, light * np.array([1.0, 0.9, 0.9]), 220).astype(np.float32)
    z = x.copy()
    z[16:36, 30:66] = 100, 90, 90
    z[16:24, 40:56] = 50, 45, 45
    return x, z, garment, alpha


def test_what_is_cut_from_patterned_cloth_has_the_pattern_but_not_its_inside(striped):
    x, z, garment, alpha = striped
    pixels = at_full_size(np.moveaxis(x, 2, 0)).transpose(1, 2, 0).astype(np.uint8)
    cloth = find_cloth(pixels, to_planes(x), to_planes(z), garment, alpha)
    assert cloth is not None
    drawn = at_full_size(to_planes(z))
    result, _ = cloth.on(drawn, at_full_size(alpha), WINDOW)
    yoke = np.s_[0, 27 * SCALE : 35 * SCALE, 34 * SCALE : 38 * SCALE]
    inside = np.s_[0, 18 * SCALE : 22 * SCALE, 44 * SCALE : 52 * SCALE]
    assert np.ptp(drawn[yoke]) < 1 and np.ptp(result[yoke].mean(axis=1)) > 50  # stripes of 80
    beside = at_full_size(to_planes(x))[0, 27 * SCALE : 35 * SCALE, 20 * SCALE : 24 * SCALE]
    rows = np.corrcoef(result[yoke].mean(axis=1), beside.mean(axis=1))
    assert rows[0, 1] > 0.9  # they go on
    assert np.ptp(result[inside].mean(axis=1)) < 8


def test_a_yoke_under_a_print_stays_plain(striped):
    x, z, garment, alpha = striped
    x[16:72, 16:80] = z[16:72, 16:80] = 100, 90, 90  # plain cloth
    for picture in (x, z):  # a print on the chest, white and pale
        picture[42:52, 20:40:4] = 240
        for row in range(38, 72, 8):
            picture[row : row + 4, 44:80] = 128
    pixels = at_full_size(np.moveaxis(x, 2, 0)).transpose(1, 2, 0).astype(np.uint8)
    cloth = find_cloth(pixels, to_planes(x), to_planes(z), garment, alpha)
    assert cloth is None  # no stripes would be laid on it


def test_what_is_drawn_over_cloth_gets_the_colour_beside_it(scene):
    _, x, garment, _ = scene
    x = x.copy()
    x[:, :, 60:] *= 0.8  # the right half lies in shade
    picture = np.ascontiguousarray(np.moveaxis(x, 0, 2))
    yoke = np.zeros_like(garment)
    yoke[26:38, 46:74] = 1
    z = picture.copy()
    z[26:38, 46:74] = (175, 70, 75)  # the same everywhere, and paler
    z[30:34, 58:62] = (40, 15, 15)  # the inside
    step = Reshaping(picture, z, yoke, garment=garment)
    found = matched(step).z
    for columns in (slice(48, 54), slice(66, 72)):
        off = [np.abs(each - picture)[28:36, columns].mean() for each in (z, found)]
        assert off[1] < 0.5 * off[0]
    assert np.abs(found - z)[31:33, 59:61].max() < 8
    assert np.array_equal(found[:, :40], z[:, :40])
