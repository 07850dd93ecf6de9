from dataclasses import replace

import pytest
import torch
from sizes import count_parameters

from amgan_cli.config import ModelConfig
from amgan_cli.nets.amgan import (
    Generator,
    build_discriminators,
)

SMALL = ModelConfig(image_size=32, width=4, residual_blocks=2, discriminator_width=4)


@pytest.mark.parametrize(("n_condition", "expected"), [(23, 8_490_112), (75, 8_653_184)])
def test_generator_has_the_papers_size(n_condition, expected):
    assert count_parameters(Generator(n_condition, ModelConfig())) == expected


@pytest.mark.parametrize(
    ("n_values", "whole", "crop"), [(21, 44.89e6, 2.93e6), (70, 45.29e6, 3.33e6)]
)
def test_discriminators_have_the_papers_sizes(n_values, whole, crop):
    d_image, d_crop = build_discriminators(n_values, ModelConfig())
    assert count_parameters(d_image) == pytest.approx(whole, abs=0.005e6)
    assert count_parameters(d_crop) == pytest.approx(crop, abs=0.005e6)


def test_discriminator_shapes_at_the_papers_size():
    d_image, d_crop = build_discriminators(7, ModelConfig(discriminator_max_width=8))
    src, cls = d_image(torch.zeros(2, 3, 128, 128))
    assert src.shape == (2, 1, 2, 2)
    assert cls.shape == (2, 7)
    src, cls = d_crop(torch.zeros(2, 3, 64, 64))
    assert src.shape == (2, 1, 4, 4)
    assert cls.shape == (2, 7)


@pytest.mark.parametrize("coordinates", [False, True])
def test_first_layer_is_the_convolution_of_photo_and_all_planes(coordinates):
    torch.manual_seed(0)
    generator = Generator(5, replace(SMALL, coordinates=coordinates))
    x, condition = torch.randn(2, 3, 16, 20), torch.randn(2, 5)
    planes = [x, condition[:, :, None, None].expand(-1, -1, 16, 20)]
    if coordinates:
        rows, columns = torch.linspace(-1, 1, 16), torch.linspace(-1, 1, 20)
        planes += [rows[:, None].expand(2, 1, 16, 20), columns.expand(2, 1, 16, 20)]
    plain = generator.first(torch.cat(planes, dim=1))
    assert torch.allclose(generator._first_layer(x, condition), plain, atol=1e-5)


@pytest.mark.parametrize("conditional_norm", [False, True])
def test_condition_changes_the_output_and_every_parameter_learns(conditional_norm):
    torch.manual_seed(0)
    config = ModelConfig(
        image_size=32, width=4, residual_blocks=2, conditional_norm=conditional_norm
    )
    generator = Generator(5, config)
    x = torch.randn(2, 3, 32, 32)
    first, second = torch.eye(5)[[0, 1]], torch.eye(5)[[2, 3]]
    z, alpha = generator(x, first)
    assert z.shape == (2, 3, 32, 32)
    assert alpha.shape == (2, 1, 32, 32)
    assert z.abs().max() <= 1
    assert 0 <= alpha.min() <= alpha.max() <= 1
    other, _ = generator(x, second)
    assert (z - other)[..., 8:-8, 8:-8].abs().max() > 1e-4  # also far from the zero padding
    (z.square().sum() + alpha.square().sum()).backward()
    for name, parameter in generator.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_decoder_starts_without_checkerboard():
    torch.manual_seed(0)
    up = Generator(2, SMALL).decoder[0].conv
    out = up(torch.ones(1, 16, 8, 8))[..., 4:-4, 4:-4]  # away from the zero padding
    assert (out - out.mean((2, 3), keepdim=True)).abs().max() < 1e-5
