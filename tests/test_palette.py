import pytest
import torch

from amgan_cli.config import ModelConfig
from amgan_cli.nets.palette import Palette, own_colors


def test_own_colors_tell_border_from_middle_and_padding():
    x = torch.full((1, 3, 32, 32), 0.004)
    x[:, :, :, 4:28] = -0.5  # ground
    x[:, :, 8:24, 10:22] = 0.8  # garment
    same, blurred, border, middle = own_colors(x)
    assert torch.equal(same, x)
    assert border.mean() == pytest.approx(-0.5, abs=0.05)
    assert middle.mean() == pytest.approx(0.8, abs=0.1)
    assert -0.5 < blurred[0, 0, 16, 9] < 0.8


def test_a_new_palette_leaves_the_drawn_picture_nearly_alone():
    palette = Palette(2, ModelConfig(width=4, palette=True))
    z, x = torch.rand(3, 3, 32, 32), torch.rand(3, 3, 32, 32)
    mixed = palette(z, x, torch.zeros(3, 4, 32, 32), torch.zeros(3, 2))
    assert (mixed - z).abs().mean() < 0.05


def test_a_palette_can_choose_the_photo():
    palette = Palette(2, ModelConfig(width=4, palette=True))
    h, condition = torch.ones(3, 4, 32, 32), torch.zeros(3, 2)
    z, x = torch.zeros(3, 3, 32, 32), torch.rand(3, 3, 32, 32)
    with torch.no_grad():
        palette.choice.weight.zero_()
        palette.choice.bias.copy_(torch.tensor([-9.0, 9, -9, -9, -9]))
    torch.testing.assert_close(palette(z, x, h, condition), x, atol=1e-4, rtol=0)
