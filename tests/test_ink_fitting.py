"""Inks that begin as the painted patterns."""

import pytest
import torch

from amgan_cli.color import lab_to_rgb
from amgan_cli.inks import Inks
from amgan_cli.training.ink_fitting import fit_inks
from amgan_cli.training.painted_patterns import PAINTERS, Cloth
from amgan_cli.vocabulary import Vocabulary

SIZE = 96
WORDS = Vocabulary(
    {
        "color": ("blue", "red"),
        "pattern": ("allover", "checks", "dots", "melange", "plain", "print", "stripes"),
    }
)


@pytest.fixture(scope="module")
def inks() -> Inks:
    torch.manual_seed(0)
    slot = WORDS.n_values + WORDS.names.index("pattern")
    inks = Inks(WORDS.n_values + WORDS.n_attributes, slot)
    fit_inks(inks, WORDS, "pattern", seed=0)
    return inks.requires_grad_(False)


def garment() -> tuple[torch.Tensor, torch.Tensor]:
    """A dark blue garment on pale ground, and its mask."""
    mask = torch.zeros(1, 1, SIZE, SIZE)
    mask[..., 20:80, 24:72] = 1
    blue = torch.tensor([-0.75, -0.6, -0.1])[:, None, None]
    return torch.where(mask > 0, blue, torch.tensor(0.8)).expand(1, 3, -1, -1), mask


@pytest.mark.parametrize("value", ["stripes", "checks", "dots", "allover", "print"])
def test_what_the_inks_print_is_what_the_painter_paints(inks, value):
    x, mask = garment()
    condition = torch.tensor([WORDS.encode("pattern", value)])
    printed = inks(x, mask, condition).over(x, mask)
    layers = PAINTERS[value](Cloth(x, mask))
    painted = x
    for layer in layers:
        painted = torch.lerp(painted, lab_to_rgb(layer.ink), layer.cover)
    inside = mask.expand_as(x) > 0
    off = (printed - painted)[inside].abs().mean()
    assert off < 0.25 * (x - painted)[inside].abs().mean()


@pytest.mark.parametrize("value", ["plain", "melange"])
def test_what_has_no_painter_prints_nothing(inks, value):
    x, mask = garment()
    condition = torch.tensor([WORDS.encode("pattern", value)])
    assert (inks(x, mask, condition).over(x, mask) - x).abs().max() < 0.01


def test_ink_is_light_on_dark_cloth_and_dark_on_light(inks):
    condition = torch.tensor([WORDS.encode("pattern", "stripes")])
    dark, light = (
        inks.colors_on(condition, torch.full((1, 3), shade))[0, 0].mean() for shade in (-0.7, 0.6)
    )
    assert dark > -0.7 + 0.6 and light < 0.6 - 0.6
