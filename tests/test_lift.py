"""From the network's square to the photo's own pixels."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from amgan_cli.catalogue import counterfactual, render, sample_garment
from amgan_cli.editing.apply import Edited, apply_plan
from amgan_cli.editing.colors.shift import PULL, SHADES, LabShift
from amgan_cli.editing.lift import Window, add_remainder, fit_affine
from amgan_cli.editing.outlines.outline import find_outline
from amgan_cli.editing.plan import Plan, Recoloring
from amgan_cli.editing.request import EditRequest
from amgan_cli.photos.geometry import Fit

RED = EditRequest((("color", "red"),))
PLAIN = {"pattern": "plain", "collar": "round", "fastening": "no closure", "sleeve": "long"}


@pytest.fixture(scope="module")
def pair():
    """A blue garment on wood and the same in red, 480 x 640, with the garment's mask 0..1."""
    garment = sample_garment(44, color="blue", background="wood", **PLAIN)
    before = render(garment, (480, 640))
    after = render(counterfactual(garment, "color", "red"), (480, 640))
    return before.image, after.image, before.masks["garment"] / np.float32(255)


def plan_of(before, after, mask, size: int = 64, **step) -> Plan:
    """What a perfect network of `size` pixels would say."""
    fit = Fit.of(before, size)
    x, z = (fit.to_square(image).astype(np.float32) for image in (before, after))
    return Plan((Recoloring(x, z, fit.to_square(mask, pad=0), **step),))


def error(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.abs(first.astype(float) - second).mean(axis=2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 2)])
def test_the_smallest_photos_are_edited_too(shape):
    before, after = (np.full((*shape, 3), value, np.uint8) for value in (200, 50))
    plan = plan_of(before, after, np.ones(shape, np.float32))
    edited = apply_plan(before, plan, RED)
    assert edited.pixels.shape == before.shape and edited.pixels.max() < 120


def test_an_affine_function_of_colours_comes_back_exactly():
    guide = np.random.default_rng(0).uniform(0, 255, (3, 24, 20)).astype(np.float32)
    values = np.tensordot(np.array([[0.5, 0.2, -0.1]], np.float32), guide, 1) + 7
    fitted = fit_affine(guide, values, np.ones((24, 20)), radius=3, noise=0.01)
    assert np.allclose(fitted.at(guide, Window(24, 20)), values, atol=0.1)
    part = fitted.at(guide[:, 5:9, 3:], Window(24, 20, top=5, left=3))
    assert np.allclose(part, values[:, 5:9, 3:], atol=0.1)


def test_cells_without_weight_do_not_count():
    guide = np.random.default_rng(0).uniform(0, 255, (3, 24, 24)).astype(np.float32)
    values = guide[:1] * 0.5
    values[..., 12:] = 1000
    weight = np.zeros((24, 24))
    weight[:, :12] = 1
    fitted = fit_affine(guide, values, weight, radius=4, noise=0.01)
    assert np.allclose(fitted.at(guide, Window(24, 24))[..., :14], guide[:1, :, :14] * 0.5, atol=2)


def test_the_remainder_is_exact_at_the_cells():
    random = np.random.default_rng(0)
    guide = random.uniform(0, 255, (3, 16, 16)).astype(np.float32)
    values = random.uniform(0, 1, (1, 16, 16)).astype(np.float32)
    even = np.ones((16, 16))
    fitted = fit_affine(guide, values, even, radius=2, noise=5)
    assert np.abs(fitted.at(guide, Window(16, 16)) - values).max() > 0.1
    whole = add_remainder(fitted, guide, values, even, blur=0)
    assert np.allclose(whole.at(guide, Window(16, 16)), values, atol=0.01)


def test_the_guided_lift_is_nearer_to_the_truth_than_enlarging(pair):
    before, after, mask = pair
    plan = plan_of(before, after, mask)
    edited = apply_plan(before, plan, RED)
    fit, step = Fit.of(before, 64), plan.steps[0]
    alpha = fit.from_square(step.alpha)[..., None]
    enlarged = before + alpha * fit.from_square(step.z - step.x)
    wide = np.ones((13, 13), np.uint8)
    edge = cv2.dilate(mask, wide) > cv2.erode(mask, wide)
    inside = cv2.erode(mask, wide) > 0.5
    for where in (edge, inside):
        assert (
            error(edited.pixels, after)[where].mean() < 0.7 * error(enlarged, after)[where].mean()
        )
    outside = cv2.dilate(mask, np.ones((41, 41), np.uint8)) == 0
    assert np.array_equal(edited.pixels[outside], before[outside])


def test_attention_ends_at_the_garments_outline(pair):
    before, after, mask = pair
    attention = apply_plan(before, plan_of(before, after, mask), RED).attention
    wide = np.ones((9, 9), np.uint8)  # 4 pixels each way; a cell of the network has 10
    assert attention[cv2.erode(mask, wide) > 0.5].mean() > 0.98
    assert attention[cv2.dilate(mask, wide) == 0].mean() < 0.02


def test_a_sloppy_attention_is_brought_to_the_outline(pair):
    before, _, mask = pair
    small, truth = cv2.resize(before, (192, 256)), cv2.resize(mask, (192, 256)) > 0.5
    sloppy = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 5)

    def iou(found: np.ndarray) -> float:
        return (found & truth).sum() / (found | truth).sum()

    assert iou(find_outline(small, sloppy) > 0.5) > max(0.97, iou(sloppy > 0.6))


def test_attention_that_is_nowhere_sure_is_left_alone(pair):
    faint = np.full((256, 192), 0.3, np.float32)
    assert np.array_equal(find_outline(cv2.resize(pair[0], (192, 256)), faint), faint)


def test_sixteen_bits_stay_sixteen_bits(pair):
    before, after, mask = pair
    fine = before.astype(np.uint16) * 257 + 100
    edited = apply_plan(fine, plan_of(before, after, mask), RED)
    assert edited.pixels.dtype == np.uint16
    assert np.array_equal(edited.pixels[edited.attention == 0], fine[edited.attention == 0])
    coarse = apply_plan(before, plan_of(before, after, mask), RED).pixels
    assert np.abs(edited.pixels / 257.0 - coarse).mean() < 1


def test_strength_and_mask_weaken_the_edit(pair):
    before, after, mask = pair
    plan = plan_of(before, after, mask)
    full, half = (
        apply_plan(before, plan, EditRequest(RED.manipulations, strength=s)) for s in (1.0, 0.5)
    )
    assert np.allclose(half.attention, full.attention / 2, atol=1e-6)
    change = np.abs(full.pixels.astype(float) - before).mean()
    assert np.abs(half.pixels.astype(float) - before).mean() == pytest.approx(change / 2, rel=0.03)
    left = np.zeros(before.shape[:2], np.float32)
    left[:, :240] = 1
    masked = apply_plan(before, plan, RED, may_change=left)
    assert np.array_equal(masked.pixels[:, 240:], before[:, 240:])
    assert np.array_equal(masked.pixels[:, :240], full.pixels[:, :240])


def test_an_exact_colour_is_reached_and_measured(pair):
    before, after, mask = pair
    plan = plan_of(before, after, mask, exact_rgb=(176, 58, 46))
    edited = apply_plan(before, plan, EditRequest((("color", "#b03a2e"),)))
    assert edited.delta_e is not None
    assert edited.delta_e < 1
    inside = edited.pixels[edited.attention > 0.99]
    assert np.abs(inside.mean(axis=0) - (176, 58, 46)).max() < 8


def test_a_share_or_a_part_of_an_edit_reaches_no_exact_colour(pair):
    before, after, mask = pair
    plan, exact = plan_of(before, after, mask, exact_rgb=(176, 58, 46)), (("color", "#b03a2e"),)
    weak = apply_plan(before, plan, EditRequest(exact, strength=0.3))
    masked = apply_plan(before, plan, EditRequest(exact), may_change=np.zeros(mask.shape))
    assert weak.delta_e is None and masked.delta_e is None
    (first,) = plan.steps
    other = replace(first, exact_rgb=(255, 0, 255))  # cloth does not get quite so bright
    twice = apply_plan(before, replace(plan, steps=(first, other)), EditRequest(exact))
    alone = apply_plan(before, replace(plan, steps=(other,)), EditRequest(exact))
    assert twice.delta_e is not None and alone.delta_e is not None
    assert twice.delta_e > 0.1 and alone.delta_e > 0.1  # of the first it would be 0.04
    named = replace(first, exact_rgb=None)
    after_it = apply_plan(before, replace(plan, steps=(first, named)), EditRequest(exact))
    assert after_it.delta_e is None  # that colour is no longer there


def test_a_colour_out_of_reach_says_how_far_it_is():
    black_and_white = np.zeros((8, 8, 3), np.float32)
    black_and_white[::2] = 255
    exact = LabShift.to_exact((255, 0, 0), black_and_white, np.ones((8, 8)))
    assert exact.delta_e > 0.5


def test_a_named_colour_gets_its_usual_shade(pair):
    before, after, mask = pair
    plain = apply_plan(before, plan_of(before, after, mask), RED)
    shaded = apply_plan(before, plan_of(before, after, mask, shade=SHADES["navy"]), RED)
    garment = cv2.erode(mask, np.ones((9, 9), np.uint8)) > 0.5
    far, near = (np.abs(median_lab(e, garment) - SHADES["navy"]) for e in (plain, shaded))
    assert near[0] == pytest.approx((1 - PULL) * far[0], rel=0.1)
    assert np.all(near[1:] < (1 - PULL) * far[1:])  # coloured cloth is dyed in the shade's hue


def median_lab(edited: Edited, where: np.ndarray) -> np.ndarray:
    lab = cv2.cvtColor(edited.pixels.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    return np.median(lab[where], axis=0)


def test_a_pixel_that_is_half_garment_changes_by_half():
    """White cloth on black ground becomes green: at the edge half green, nowhere white or grey."""
    white, black, green = 240.0, 10.0, np.array([20.0, 160.0, 40.0])
    share = np.zeros((256, 192), np.float32)
    share[60:200, 50:140] = 1
    share[60:200, 140] = 0.5
    photo = np.repeat((black + share * (white - black))[..., None], 3, axis=2)
    photo += np.random.default_rng(0).normal(0, 2, photo.shape)
    photo = photo.clip(0, 255).astype(np.uint8)
    after = np.where(share[..., None] > 0, green, photo).astype(np.uint8)
    plan = plan_of(photo, after, (share > 0.9).astype(np.float32), size=128)
    edited = apply_plan(photo, plan, RED).pixels[80:180].astype(float)
    assert np.abs(edited[:, 139].mean(axis=0) - green).max() < 8
    assert np.abs(edited[:, 140].mean(axis=0) - (green + black) / 2).max() < 12
    assert np.abs(edited[:, 141].mean(axis=0) - black).max() < 5
