"""Ground of the photo where an edit takes a part of the garment away."""

import cv2
import numpy as np
import pytest

from amgan_cli.catalogue import counterfactual, render, sample_garment
from amgan_cli.editing.apply import apply_plan
from amgan_cli.editing.lift import Window, to_planes
from amgan_cli.editing.parts.ground import find_ground, roughness
from amgan_cli.editing.plan import Plan, Redrawing, Reshaping, Step
from amgan_cli.editing.request import EditRequest
from amgan_cli.photos.geometry import Fit

SCALE = 4


@pytest.fixture
def scene():
    """A garment with one arm on vertical boards, what the network saw, its mask and the arm's."""
    column = 120 + 60 * (np.arange(96) // 6 % 2)
    ground = np.repeat(np.repeat(column[None, :, None], 80, 0), 3, 2).astype(np.float32)
    garment, arm = np.zeros((80, 96), np.float32), np.zeros((80, 96), np.float32)
    garment[20:60, 40:70] = garment[20:34, 20:40] = arm[20:34, 20:40] = 1
    x = np.where(garment[..., None] > 0, 30, ground).astype(np.float32)

    def enlarge(picture: np.ndarray) -> np.ndarray:
        return np.repeat(np.repeat(picture, SCALE, 0), SCALE, 1)

    return enlarge(x).astype(np.uint8), enlarge(ground), to_planes(x), garment, arm


def drawn(x: np.ndarray) -> np.ndarray:
    """What a network draws where an arm goes: one colour."""
    return np.full_like(x, 150)


def test_a_removed_arm_shows_the_boards_under_it(scene):
    pixels, truth, x, garment, alpha = scene
    found = find_ground(pixels, x, drawn(x), garment, alpha)
    assert found is not None
    height, width = pixels.shape[:2]
    flat = np.full((3, height, width), 150, np.float32)  # what the network drew
    full = np.repeat(np.repeat(alpha, SCALE, 0), SCALE, 1)
    z, share = found.under(flat, full, Window(height, width))
    arm = np.s_[22 * SCALE : 32 * SCALE, 22 * SCALE : 36 * SCALE]
    assert share[arm].min() > 0.95
    boards = truth[..., 0][arm]
    assert np.abs(z[0][arm] - boards).mean() < 6 < np.abs(150 - boards).mean()
    torso = np.s_[30 * SCALE : 50 * SCALE, 45 * SCALE : 65 * SCALE]
    assert share[torso].max() < 0.01
    part = Window(height, width, top=90, left=70)
    again, _ = found.under(flat[:, 90:120, 70:150], full[90:120, 70:150], part)
    assert np.allclose(again, z[:, 90:120, 70:150], atol=0.01)


def test_sixteen_bits_are_read_in_the_same_units(scene):
    pixels, _, x, garment, alpha = scene
    window = Window(*alpha.shape)
    flat = np.full((3, *alpha.shape), 150, np.float32)
    found = find_ground(pixels, x, drawn(x), garment, alpha)
    deep = find_ground(pixels.astype(np.uint16) * 257, x, drawn(x), garment, alpha)
    assert found and deep
    z, _ = found.under(flat, alpha, window)
    assert np.allclose(deep.under(flat, alpha, window)[0], z, atol=0.01)


def test_where_nothing_goes_nothing_is_filled(scene):
    pixels, _, x, garment, alpha = scene
    assert find_ground(pixels, x, np.full_like(x, 35), garment, alpha) is None  # new cloth
    assert find_ground(pixels, x, drawn(x), garment, np.zeros_like(alpha)) is None
    everywhere = np.ones_like(alpha)
    assert find_ground(pixels, x, drawn(x), everywhere, alpha) is None  # no ground to copy


def test_wood_comes_to_light_under_a_sleeve_of_a_rendered_garment():
    garment = sample_garment(44, color="blue", sleeve="long", background="wood", collar="round")
    before = render(garment, (480, 640))
    after = render(counterfactual(garment, "sleeve", "sleeveless"), (480, 640)).image
    fit = Fit.of(before.image, 128)
    x, sharp = (fit.to_square(image).astype(np.float32) for image in (before.image, after))
    z = cv2.GaussianBlur(sharp, (0, 0), 4)  # a network that knows the ground's colour alone
    went = fit.to_square(np.abs(before.image.astype(float) - after).max(axis=2)) > 40
    alpha, cloth = went.astype(np.float32), fit.to_square(before.masks["garment"], pad=0) / 255
    step = Redrawing(x, z, alpha)
    request = EditRequest((("sleeve", "sleeveless"),))

    def loss(step: Step) -> float:
        """Distance of the fine detail of the result from the truth's, where the sleeve went."""
        edited = apply_plan(before.image, Plan((step,)), request).pixels
        pictures = (edited.astype(np.float32), after.astype(np.float32))
        detail = [p - cv2.GaussianBlur(p, (0, 0), 6) for p in pictures]
        where = cv2.erode(fit.from_square(alpha), np.ones((9, 9))) > 0.99
        return abs(detail[0][where].std() - detail[1][where].std()) / detail[1][where].std()

    known = Reshaping(x, z, alpha, cloth.astype(np.float32))
    assert loss(known) < 0.35 < loss(step)


def test_ground_painted_on_ground_is_left_as_the_photo_has_it(scene):
    pixels, _, x, garment, alpha = scene
    rim = np.zeros_like(alpha)
    rim[:6] = 1  # far from the garment
    found = find_ground(pixels, x, drawn(x), garment, rim)
    assert found is not None and not found.copies.copies
    height, width = pixels.shape[:2]
    full = np.zeros((height, width), np.float32)
    full[: height * 5 // len(rim)] = 1
    _, left = found.under(np.full((3, height, width), 150, np.float32), full, Window(height, width))
    assert left[: height * 3 // len(rim)].max() < 0.05


def test_an_arm_in_the_colours_of_the_ground_goes_where_it_is_known_to(scene):
    pixels, truth, x, garment, alpha = scene
    pale = np.float32(175)  # as the lighter boards: what is drawn is nearer to it than to the mean
    cloth = garment > 0
    x, pixels = x.copy(), pixels.copy()
    x[:, cloth] = pale
    pixels[np.repeat(np.repeat(cloth, SCALE, 0), SCALE, 1)] = pale
    z = np.full_like(x, 168)
    assert find_ground(pixels, x, z, garment, alpha) is None
    stump = np.ones_like(alpha)
    stump[:, 34:] = 0  # what is left of the arm
    found = find_ground(pixels, x, z, garment, alpha, stump, goes=True)
    assert found is not None
    height, width = pixels.shape[:2]
    full = np.repeat(np.repeat(alpha, SCALE, 0), SCALE, 1)
    drawn, share = found.under(
        np.full((3, height, width), 168, np.float32), full, Window(height, width)
    )
    arm = np.s_[22 * SCALE : 32 * SCALE, 22 * SCALE : 31 * SCALE]
    assert share[arm].min() > 0.95
    assert np.abs(drawn[0][arm] - truth[..., 0][arm]).mean() < 6
    left = np.s_[24 * SCALE : 30 * SCALE, 36 * SCALE : 40 * SCALE]
    assert np.abs(drawn[0][left] - 168).max() < 1


def test_a_rug_is_rough_and_light_is_not():
    rows, columns = np.mgrid[:64, :64]
    ground = columns < 40
    light = np.stack([40 + 2.0 * rows] * 3).astype(np.float32)
    rug = light + 60 * np.where((rows // 2 + columns // 2) % 2, 1, -1)
    assert roughness(light, ground) == 0 and roughness(rug.astype(np.float32), ground) == 1
    rug[:, ground] = 90
    assert roughness(rug.astype(np.float32), ground) == 0 == roughness(light, ground & False)


def test_what_is_known_to_go_goes_however_thin(scene):
    pixels, _, x, garment, _ = scene
    thin = np.zeros_like(garment)
    thin[20:22, 20:40] = 1
    unsure = find_ground(pixels, x, drawn(x), garment, thin)
    sure = find_ground(pixels, x, drawn(x), garment, thin, thin, goes=True)
    assert sure and unsure and sure.copies.copies and not unsure.copies.copies
