"""Every equation against values computed by hand."""

import math

import numpy as np
import pytest
import torch

from amgan_cli import equations as eq


def test_eq1_blend():
    z, x = torch.full((1, 3, 2, 2), 0.5), torch.full((1, 3, 2, 2), -1.0)
    alpha = torch.tensor([[[[0.0, 1.0], [0.5, 0.25]]]])
    expected = torch.tensor([[-1.0, 0.5], [-0.25, -0.625]])
    assert torch.equal(eq.blend(alpha, z, x)[0, 0], expected)


def test_eq2_adversarial():
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.5, -0.5])
    assert eq.discriminator_adversarial(real, fake).item() == -2.0


def test_eq2_penalty_of_a_linear_critic_is_exact():
    weight = torch.randn(3, 4, 4, generator=torch.Generator().manual_seed(0))
    real, fake = torch.randn(5, 3, 4, 4), torch.randn(5, 3, 4, 4)
    penalty = eq.gradient_penalty(
        lambda x: (x * weight).sum((1, 2, 3)), real, fake, torch.Generator().manual_seed(1)
    )
    assert penalty.item() == pytest.approx((weight.norm().item() - 1) ** 2, rel=1e-5)


def test_eq2_penalty_is_taken_between_real_and_fake():
    # f = sum x^2 / 2 has gradient x; between 0 and a picture of norm 4 that norm is 4 t.
    real, fake = torch.full((1000, 1, 4, 4), 1.0), torch.zeros(1000, 1, 4, 4)
    penalty = eq.gradient_penalty(
        lambda x: (x**2).sum((1, 2, 3)) / 2, real, fake, torch.Generator().manual_seed(1)
    )
    assert penalty.item() == pytest.approx(16 / 3 - 4 + 1, rel=0.1)  # E[(4t - 1)^2]


def test_eq2_penalty_has_a_finite_gradient_at_zero():
    scale = torch.tensor(0.0, requires_grad=True)
    penalty = eq.gradient_penalty(
        lambda x: (x * scale).sum((1, 2, 3)),
        *torch.zeros(2, 2, 3, 4, 4),
        torch.Generator().manual_seed(0),
    )
    penalty.backward()
    assert penalty.item() == 1
    assert math.isfinite(scale.grad.item())


def test_eq2_penalty_gradient_by_numerical_differentiation():
    torch.manual_seed(0)
    real, fake = torch.randn(2, 2, 1, 3, 3, dtype=torch.float64)
    weight = torch.randn(1, 3, 3, dtype=torch.float64, requires_grad=True)

    def penalty(w):
        critic = lambda x: torch.tanh(x * w).sum((1, 2, 3))  # noqa: E731
        random = torch.Generator().manual_seed(3)
        return eq.gradient_penalty(critic, real, fake, random)

    assert torch.autograd.gradcheck(penalty, weight)


@pytest.mark.parametrize("block", [slice(0, 2), slice(2, 5)])
def test_eq3_and_6_look_at_the_manipulated_attribute_only(block):
    scores = torch.tensor([[1.0, 2.0, 0.5, -1.0, 3.0]])
    value = torch.tensor([block.start + 1])
    inside = scores[0, block]
    expected = -math.log(math.exp(inside[1]) / sum(math.exp(s) for s in inside))
    assert eq.classification(scores, value, block).item() == pytest.approx(expected, rel=1e-5)


def test_eq4_and_11_weighted_sum():
    parts = {"adv": torch.tensor(2.0), "cyc": torch.tensor(0.5), "att": torch.tensor(0.1)}
    total, logged = eq.weighted_sum(parts, {"cyc": 10, "att": 20})
    assert total.item() == pytest.approx(2 + 5 + 2)
    assert {name: round(float(v), 3) for name, v in logged.items()} == {
        "adv": 2,
        "cyc": 0.5,
        "att": 0.1,
    }


def test_eq5_generator_adversarial():
    assert eq.generator_adversarial(torch.tensor([1.0, 3.0])).item() == -2.0


def test_eq7_cycle():
    assert eq.cycle_consistency(torch.tensor([1.0, -1.0]), torch.tensor([0.5, 1.0])).item() == 1.25


def test_eq8_normalisation_goes_from_0_to_1_and_is_bilinear():
    cam = torch.tensor([[[[2.0, 4.0]]], [[[-1.0, -3.0]]]]).expand(-1, -1, 2, -1)
    out = eq.normalize_cam(cam, 4)
    assert torch.allclose(out[0, 0, 0], torch.tensor([0.0, 0.25, 0.75, 1.0]))
    assert torch.allclose(out[1, 0, 3], torch.tensor([1.0, 0.75, 0.25, 0.0]))
    assert eq.normalize_cam(torch.full((1, 1, 2, 2), 7.0), 4).abs().max() == 0  # flat: no NaN


def test_eq9_attention():
    alpha, star = torch.tensor([0.2, 0.9]), torch.tensor([0.0, 1.0])
    assert eq.attention_loss(alpha, star).item() == pytest.approx(0.15)


def test_eq10_perceptual_sums_the_layers():
    wanted = {"conv5": torch.zeros(1, 2, 2, 2), "avg_pool": torch.tensor([[1.0, 2.0]])}
    shown = {"conv5": torch.full((1, 2, 2, 2), 0.5), "avg_pool": torch.tensor([[0.0, 0.0]])}
    assert eq.perceptual_loss(wanted, shown, ("conv5", "avg_pool")).item() == 2.0
    assert eq.perceptual_loss(wanted, shown, ("avg_pool",)).item() == 1.5


def test_eq12_and_13_split_the_edit_between_region_and_rest():
    alpha = np.array([[0.95, 0.85], [1.0, 0.0]], np.float32)
    z, x = np.full((2, 2), 100.0, np.float32), np.zeros((2, 2), np.float32)
    mask = eq.region_mask(alpha, 0.9)
    assert np.allclose(mask, [[0.95, 0], [1, 0]])
    assert np.allclose(eq.inside_region(mask, z, x), [[95, 0], [100, 0]])
    assert np.allclose(eq.outside_region(mask, z, x), [[5, 100], [0, 100]])


def test_ganimations_penalties_of_the_mask():
    alpha = torch.tensor([[0.5, 0.0], [1.0, 1.0]]).expand(3, 1, 2, 2)
    assert eq.mask_size(alpha).item() == 0.375
    assert eq.total_variation(alpha).item() == 3 * ((0.5 + 1.0) + (0.5 + 0.0))  # down, right
