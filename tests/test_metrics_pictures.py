"""Metrics of pixels and masks, on made cases with answers by hand."""

import math

import pytest
import torch

from amgan_cli.color import lab_to_rgb
from amgan_cli.evaluation import preservation
from amgan_cli.evaluation.colors import nearest_prototype
from amgan_cli.evaluation.overlap import intersection_over_union, share_inside

PROTOTYPES = {"blue": (41.0, 2.0, -25.0), "red": (40.0, 56.0, 28.0)}


def box(top: int, left: int, height: int, width: int, size: int = 32) -> torch.Tensor:
    mask = torch.zeros(1, 1, size, size)
    mask[..., top : top + height, left : left + width] = 1
    return mask


def noise(seed: int = 0, size: int = 32) -> torch.Tensor:
    return torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(seed)) - 0.5


def test_iou_of_known_masks():
    assert intersection_over_union(box(0, 0, 4, 4), box(0, 2, 4, 4)).item() == 8 / 24
    assert intersection_over_union(box(0, 0, 4, 4), box(0, 0, 4, 4)).item() == 1
    assert intersection_over_union(box(0, 0, 4, 4), box(9, 9, 4, 4)).item() == 0
    assert math.isnan(intersection_over_union(box(0, 0, 4, 4), torch.zeros(1, 1, 32, 32)).item())


def test_share_of_a_region_on_its_part():
    attention = 0.95 * box(0, 0, 4, 4) + 0.6 * box(8, 8, 4, 4)
    assert share_inside(attention, box(0, 0, 4, 3), 0.9).item() == 0.75
    assert math.isnan(share_inside(attention, box(0, 0, 4, 3), 0.99).item())


def test_background_begins_beyond_the_grown_mask():
    where = preservation.background(box(10, 10, 4, 4))  # grown by 32 / 16 = 2 pixels
    assert not where[0, 8:16, 8:16].any()
    assert where.sum() == 32 * 32 - 8 * 8
    assert not preservation.background(torch.zeros(1, 1, 32, 32)).any()


def test_mean_where():
    picture = torch.arange(4.0).view(1, 2, 2)
    assert preservation.mean_where(picture, picture > 1).item() == 2.5
    assert math.isnan(preservation.mean_where(picture, picture > 9).item())


def test_color_change_is_a_known_difference():
    # CIEDE2000 of two greys is dL / S_L, S_L = 1 + 0.015 (L - 50)^2 / sqrt(20 + (L - 50)^2)
    before, after = (lab_to_rgb(torch.tensor([[[[v]], [[0.0]], [[0.0]]]])) for v in (45.0, 55.0))
    assert preservation.color_change(before, after).item() == pytest.approx(10, abs=0.02)
    assert preservation.color_change(before, before).item() == 0


def test_ssim_of_a_picture_with_itself_is_one_and_of_flat_pictures_by_formula():
    same = preservation.structural_similarity(noise(), noise())
    assert same.mean().item() == pytest.approx(1)
    dark, light = torch.full((1, 3, 32, 32), -0.6), torch.full((1, 3, 32, 32), 0.2)
    a, b, c1 = 0.2, 0.6, 0.01**2  # as 0..1; flat pictures have no variance
    flat = preservation.structural_similarity(dark, light)
    assert flat[0, 16, 16].item() == pytest.approx(
        (2 * a * b + c1) / (a * a + b * b + c1), rel=1e-5
    )
    assert preservation.structural_similarity(noise(0), noise(1)).mean() < 0.2


def test_detail_of_a_recoloured_picture_stays_and_of_noise_does_not():
    x, mask = noise(size=64), box(8, 8, 48, 48, 64)
    same = preservation.detail_correlation(x, x, mask)
    assert same.item() == pytest.approx(1)
    lab = torch.tensor([55.0, 20.0, 20.0])[None, :, None, None].repeat(1, 1, 64, 64)
    ripple = 5 * torch.sin(torch.arange(64.0))[None, None, None].expand(1, 1, 64, 64)
    other = lab.clone()
    other[:, 1:] *= -1
    lab[:, :1] += ripple
    other[:, :1] += 0.5 * ripple + 10
    kept = preservation.detail_correlation(lab_to_rgb(lab), lab_to_rgb(other), mask)
    assert kept.item() > 0.99
    lost = preservation.detail_correlation(noise(0, 64), noise(1, 64), mask)
    assert abs(lost.item()) < 0.1


def test_detail_outside_the_mask_does_not_count():
    x, mask = noise(size=64), box(8, 8, 48, 48, 64)
    changed = torch.where(mask > 0.5, x, noise(3, 64))
    assert preservation.detail_correlation(x, changed, mask).item() == pytest.approx(1)
    nothing = preservation.detail_correlation(x, x, torch.zeros_like(mask))
    assert math.isnan(nothing.item())


def test_nearest_prototype_looks_inside_the_mask():
    red = lab_to_rgb(torch.tensor(PROTOTYPES["red"])[None, :, None, None]).expand(1, 3, 32, 32)
    blue = lab_to_rgb(torch.tensor(PROTOTYPES["blue"])[None, :, None, None]).expand(1, 3, 32, 32)
    mask = box(8, 8, 8, 8)
    x = torch.where(mask > 0.5, red, blue)
    assert nearest_prototype(x, mask, PROTOTYPES).tolist() == ["red"]
    assert nearest_prototype(x, 1 - mask, PROTOTYPES).tolist() == ["blue"]
    assert nearest_prototype(x, 0 * mask, PROTOTYPES).tolist() == [""]
