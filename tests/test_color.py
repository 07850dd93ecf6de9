"""CIELAB against published values."""

import pytest
import torch

from amgan_cli.color import delta_e, lab_to_rgb, masked_median, recolor, rgb_to_lab


def picture(*values: tuple[float, float, float]) -> torch.Tensor:
    """1 x 3 x 1 x n"""
    return torch.tensor(values).T[None, :, None, :].float()


def test_lab_of_the_primaries():
    rgb = picture((1, -1, -1), (-1, 1, -1), (-1, -1, 1), (1, 1, 1), (-1, -1, -1))
    known = picture(
        (53.24, 80.09, 67.20),
        (87.73, -86.18, 83.18),
        (32.30, 79.19, -107.86),
        (100, 0, 0),
        (0, 0, 0),
    )
    assert torch.allclose(rgb_to_lab(rgb), known, atol=0.05)


def test_lab_and_back():
    rgb = torch.rand(2, 3, 9, 9, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert torch.allclose(lab_to_rgb(rgb_to_lab(rgb)), rgb, atol=1e-3)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [  # test pairs of Sharma, Wu and Dalal (2005)
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_ciede2000(first, second, expected):
    assert delta_e(picture(first), picture(second)).item() == pytest.approx(expected, abs=2e-4)


def test_recolor_reaches_the_target_inside_and_nothing_outside():
    random = torch.Generator().manual_seed(0)
    lab = (
        torch.tensor([45.0, 5.0, -20.0])[None, :, None, None]
        + torch.randn(1, 3, 32, 32, generator=random)
        * torch.tensor([4.0, 1.0, 1.0])[None, :, None, None]
    )
    x = lab_to_rgb(lab)
    mask = torch.zeros(1, 1, 32, 32)
    mask[..., 8:24, 8:24] = 1
    target = torch.tensor([[40.0, 50.0, 25.0]])
    y = recolor(x, mask, target)
    assert torch.allclose(masked_median(rgb_to_lab(y), mask), target, atol=1.0)
    assert torch.equal(y[..., :8, :], x[..., :8, :])
    before, after = rgb_to_lab(x)[0, 0, 8:24, 8:24], rgb_to_lab(y)[0, 0, 8:24, 8:24]
    correlation = torch.corrcoef(torch.stack([before.flatten(), after.flatten()]))[0, 1]
    assert correlation > 0.98


def test_recolor_leaves_a_photo_without_mask_alone():
    x = torch.rand(2, 3, 8, 8) * 2 - 1
    assert torch.equal(recolor(x, torch.zeros(2, 1, 8, 8), torch.zeros(2, 3)), x)
