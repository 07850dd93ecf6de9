"""Inks that begin as the painted patterns."""

import pytest
import torch

from amgan_cli.color import lab_to_rgb, rgb_to_lab
from amgan_cli.nets.inks import FUNCTIONS, LAYERS, STRONG, Inks
from amgan_cli.training.ink_fitting import fit_inks
from amgan_cli.training.painted_patterns import PAINTERS, STEEP, Cloth
from amgan_cli.vocabulary import Vocabulary

SIZE = 96
PATTERNS = ("allover", "camo", "checks", "dots", "lace", "melange", "plain", "print", "stripes")
WORDS = Vocabulary({"color": ("blue", "red"), "pattern": PATTERNS})


@pytest.fixture(scope="module")
def inks() -> Inks:
    torch.manual_seed(0)
    slot = WORDS.n_values + WORDS.names.index("pattern")
    inks = Inks(WORDS.n_values + WORDS.n_attributes, slot)
    fit_inks(inks, WORDS, "pattern")
    return inks.requires_grad_(False)


def garment() -> tuple[torch.Tensor, torch.Tensor]:
    """A dark blue garment on pale ground, and its mask."""
    mask = torch.zeros(1, 1, SIZE, SIZE)
    mask[..., 20:80, 24:72] = 1
    blue = torch.tensor([-0.75, -0.6, -0.1])[:, None, None]
    return torch.where(mask > 0, blue, torch.tensor(0.8)).expand(1, 3, -1, -1), mask


@pytest.mark.parametrize("value", ["stripes", "checks", "dots", "allover", "print", "lace"])
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
    assert off < 0.1 * (x - painted)[inside].abs().mean()


@pytest.mark.parametrize("lightness", range(46, 65, 2))
def test_ink_stands_out_on_cloth_that_is_neither_light_nor_dark(inks, lightness):
    x = lab_to_rgb(torch.tensor([float(lightness), 5.0, -10.0])[None, :, None, None])
    condition = torch.tensor([WORDS.encode("pattern", "stripes")])
    ink = inks(x.expand(1, 3, 8, 8), torch.ones(1, 1, 8, 8), condition).colors[:, 0]
    assert abs(float(rgb_to_lab(ink[..., None, None])[0, 0]) - lightness) > 20


@pytest.mark.parametrize("value", sorted((PAINTERS.keys() & set(PATTERNS)) - {"plain"}))
def test_inks_have_the_painters_colors_on_cloth_of_any_color(inks, value):
    """Also on vivid cloth between light and dark."""
    random = torch.rand(300, 3, 1, 1, generator=torch.Generator().manual_seed(1)) * 2 - 1
    teal = torch.tensor([4.0, 150.0, 152.0])[None, :, None, None] / 127.5 - 1
    x = torch.cat([random, teal])
    conditions = torch.tensor([WORDS.encode("pattern", value)]).expand(len(x), -1)
    colors = inks.colors_on(conditions, x[..., 0, 0])
    layers = PAINTERS[value](Cloth(x, torch.ones(len(x), 1, 1, 1), points=True))
    for k, layer in enumerate(layers):
        wanted = lab_to_rgb(layer.ink.expand(len(x), -1, -1, -1))[..., 0, 0]
        torch.testing.assert_close(colors[:, k], wanted, atol=0.01, rtol=0)


@pytest.mark.parametrize("lightness", range(6, 95, 8))
def test_fields_are_neither_white_nor_black_and_stand_out(lightness):
    x = lab_to_rgb(torch.tensor([float(lightness), 0.0, 0.0])[None, :, None, None])
    field = float(Cloth(x, torch.ones(1, 1, 1, 1), points=True).tone(STRONG)[0, 0])
    assert 4 < field < 96 and abs(field - lightness) > 39


@pytest.mark.parametrize("value", ["plain", "camo"])
def test_what_has_no_painter_prints_nothing(inks, value):
    x, mask = garment()
    condition = torch.tensor([WORDS.encode("pattern", value)])
    assert (inks(x, mask, condition).over(x, mask) - x).abs().max() < 0.01


@pytest.mark.parametrize("size", [48, SIZE, 384])
def test_flecks_cover_what_the_painter_covers_at_any_size(inks, size):
    x, mask = (torch.nn.functional.interpolate(each, (size, size)) for each in garment())
    inked = inks(x, mask, torch.tensor([WORDS.encode("pattern", "melange")]))
    covers = inked.at(*inked.place.coordinates(size), inked.place.pixel(size))[0].sigmoid()
    for layer, given in zip(PAINTERS["melange"](Cloth(x, mask)), covers, strict=False):
        torch.testing.assert_close(given, (STEEP * layer.height[0, 0]).sigmoid(), atol=2e-3, rtol=0)
        assert given[mask[0, 0] > 0].mean() == pytest.approx(0.43, abs=0.03)


def test_only_flecks_have_a_share_of_them(inks):
    shares = inks.heights(torch.tensor([WORDS.encode("pattern", v) for v in PATTERNS]))
    has_flecks = shares.view(len(PATTERNS), LAYERS, FUNCTIONS)[..., -1] != 0
    assert has_flecks.any(1).tolist() == [value == "melange" for value in PATTERNS]


def test_ink_is_light_on_dark_cloth_and_dark_on_light(inks):
    condition = torch.tensor([WORDS.encode("pattern", "stripes")])
    dark, light = (
        inks.colors_on(condition, torch.full((1, 3), shade))[0, 0].mean() for shade in (-0.7, 0.6)
    )
    assert dark > -0.7 + 0.45 and light < 0.6 - 0.45


def test_patterns_without_a_painter_alone_print_nothing():
    words = Vocabulary({"pattern": ("camo", "paisley")})
    inks = Inks(words.n_values + words.n_attributes, words.n_values)
    fit_inks(inks, words, "pattern")
    x, mask = garment()
    condition = torch.tensor([words.encode("pattern", "camo")])
    assert (inks(x, mask, condition).over(x, mask) - x).abs().mean() < 0.05
