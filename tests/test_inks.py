"""Inks: patterns that the generator prints, at its own size and at the photo's."""

import numpy as np
import pytest
import torch

from amgan_cli.config import ModelConfig
from amgan_cli.editing.lift import Window, to_planes
from amgan_cli.editing.patterns.printed_cloth import DETAIL, PrintedCloth
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.nets.inks import CYCLES, FUNCTIONS, Inked, Inks, Place, basis
from amgan_cli.photos.geometry import Fit
from amgan_cli.vocabulary import Vocabulary


def striped(mask: torch.Tensor) -> Inked:
    """Black stripes, eight on the garment's side, high where the cosine of the row is over 0."""
    heights = torch.zeros(1, 1, FUNCTIONS)
    heights[0, 0, 1 + 2 + len(CYCLES) + CYCLES.index(8)] = 20
    return Inked(Place.of(mask), heights, torch.ones(1, 1), -torch.ones(1, 1, 3))


def test_a_place_is_the_middle_and_side_of_a_garment():
    mask = torch.zeros(2, 1, 40, 40)
    mask[0, :, 10:20, 4:14] = 1
    mask[1] = 1
    place = Place.of(mask)
    torch.testing.assert_close(place.u, torch.tensor([9 / 40, 0.5]))
    torch.testing.assert_close(place.v, torch.tensor([15 / 40, 0.5]))
    torch.testing.assert_close(place.side, torch.tensor([0.25, 1.0]))
    u, v = place.coordinates(40)
    assert u[0, 8] == pytest.approx(-0.05) and v[0, 19] == pytest.approx(0.45)
    assert torch.isfinite(Place.of(torch.zeros(1, 1, 8, 8)).coordinates(8)[0]).all()


def test_the_basis_by_hand():
    values = basis(torch.tensor([0.25]))[0]
    waves = 2 * np.pi * 0.25 * np.array(CYCLES)
    by_hand = [0.25, 0.0625, *np.sin(waves), *np.cos(waves)]
    torch.testing.assert_close(values, torch.tensor(by_hand).float(), atol=1e-5, rtol=0)


def test_stripes_have_their_period_and_follow_folds():
    mask = torch.ones(1, 1, 64, 64)
    z = torch.linspace(-0.2, 0.6, 64).expand(1, 3, 64, 64)
    printed = striped(mask).over(z, mask)
    dark = (printed[0, 0, :, 32] < -0.5).int()
    assert int((dark.diff() == 1).sum()) == pytest.approx(8, abs=1)
    row = int(dark.nonzero()[8])
    assert printed[0, 0, row, 60] > printed[0, 0, row, 34]  # a lighter fold is lighter ink


@pytest.mark.parametrize(
    ("cloth", "ink", "times"), [(0.2, 0.35, 1.2), (0.2, 0.9, 1.6), (0.8, 0.1, 0.48)]
)
def test_a_fold_takes_the_same_share_of_light_from_ink_as_from_cloth(cloth, ink, times):
    mask = torch.ones(1, 1, 64, 64)
    inked = striped(mask)
    inked = Inked(inked.place, inked.heights, inked.opacity, torch.full((1, 1, 3), 2 * ink - 1))
    z = torch.full((1, 3, 64, 64), 2 * cloth - 1)
    z[:, :, :, :32] -= 0.1
    z[:, :, :, 32:] += 0.1
    small = inked.over(z, mask)
    row = int((small - z)[0, 0, :, 40].abs().argmax())  # all ink
    fold = 0.2 * times
    assert small[0, 0, row, 50] - small[0, 0, row, 10] == pytest.approx(fold, abs=0.02)
    planes = ((z[0] + 1) * 127.5).numpy()
    whole = PrintedCloth.of(planes, planes, np.ones((64, 64)), inked, Fit(64, 64, 64))
    full = whole.at(planes.copy(), Window(64, 64))
    difference = (full[0, row, 50] - full[0, row, 10]) / 127.5
    assert difference == pytest.approx(fold, abs=0.02)


def test_only_the_slots_manipulations_print_and_gradients_reach_the_inks():
    inks = Inks(4, slot=3)
    x, alpha = torch.rand(2, 3, 32, 32), torch.ones(2, 1, 32, 32)
    condition = torch.tensor([[1.0, 0, 1, 0], [0, 1, 0, 1]])
    z = torch.zeros(2, 3, 32, 32)
    printed = inks(x, alpha, condition).over(z, alpha)
    assert torch.equal(printed[0], z[0])
    assert 0 < printed[1].abs().max() < 0.1  # next to nothing before training
    printed.square().sum().backward()
    for parameter in inks.parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0


def test_inks_learn_stripes():
    torch.manual_seed(0)
    inks = Inks(2, slot=1)
    x, alpha = torch.full((1, 3, 48, 48), 0.5), torch.ones(1, 1, 48, 48)
    condition, wanted = torch.ones(1, 2), striped(alpha).over(x, alpha)
    optimizer = torch.optim.Adam(inks.parameters(), 3e-3)
    losses = []
    for _ in range(150):
        loss = (inks(x, alpha, condition).over(x, alpha) - wanted).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]


def test_a_generator_prints_for_the_attribute_that_its_configuration_names():
    config = ModelConfig(image_size=32, width=4, residual_blocks=1, inks="pattern")
    vocabulary = Vocabulary({"color": ("red", "blue"), "pattern": ("plain", "stripes")})
    info = ModelInfo(vocabulary, config)
    assert info.ink_slot == 5
    generator = Generator(info.n_condition, config, info.ink_slot)
    x = torch.rand(1, 3, 32, 32)
    for manipulation, prints in ((("color", "red"), False), (("pattern", "stripes"), True)):
        condition = torch.tensor([vocabulary.encode(*manipulation)])
        ground, alpha, inked = generator.draw(x, condition)
        z, same_alpha = generator(x, condition)
        assert inked is not None and torch.equal(alpha, same_alpha)
        assert torch.equal(ground, z) != prints
    without = ModelInfo(Vocabulary({"color": ("red", "blue")}), config)
    assert without.ink_slot is None


@pytest.mark.parametrize("scale", [1, 8])
def test_stripes_end_within_two_pixels_at_any_size(scale):
    mask = torch.ones(1, 1, 64, 64)
    inked, square = striped(mask), Fit(64 * scale, 64 * scale, 64)
    grey = np.full((3, 64, 64), 160, np.float32)
    cloth = PrintedCloth.of(grey, grey, np.ones((64, 64)), inked, square)
    side = 64 * scale
    photo = np.full((3, side, side), 160, np.float32)
    z = cloth.at(photo, Window(side, side))
    column = z[0, :, side // 2]
    between = ((column > 20) & (column < 140)).sum()
    edges = int(np.abs(np.diff((column < 80).astype(int))).sum())
    assert edges == pytest.approx(16, abs=1)
    assert between <= 2 * edges
    part = cloth.at(photo[:, 5:9, 3:], Window(side, side, top=5, left=3))
    assert np.allclose(part, z[:, 5:9, 3:], atol=0.01)


def test_weave_stays_and_an_old_print_goes():
    grey = np.full((3, 16, 16), 160, np.float32)
    alpha = np.ones((16, 16))
    nothing = striped(torch.ones(1, 1, 16, 16))
    nothing = Inked(nothing.place, nothing.heights, torch.zeros(1, 1), nothing.colors)
    cloth = PrintedCloth.of(grey, grey - 40, alpha, nothing, Fit(64, 64, 16))
    photo = np.full((64, 64, 3), 160.0)
    photo[10, 10], photo[30, 30] = 162, 20  # a thread and a black letter
    z = cloth.at(to_planes(photo), Window(64, 64))
    assert z[0, 10, 10] - z[0, 0, 0] == pytest.approx(2, abs=0.1)
    assert z[0, 0, 0] - z[0, 30, 30] == pytest.approx(DETAIL, abs=0.5)


def test_on_its_own_cloth_a_pattern_leaves_folds_and_what_it_spares():
    alpha, grey = np.ones((64, 64)), np.full((3, 64, 64), 160, np.float32)
    spared = np.zeros((32, 32), np.float32)
    spared[:, 20:] = 1  # of a size of its own
    inked = striped(torch.ones(1, 1, 64, 64))
    cloth = PrintedCloth.on_own(grey, alpha, inked, Fit(64, 64, 64), spared)
    photo = grey.copy()
    photo[:, :, 8] = 110  # a fold
    photo[:, 12, 50] = 20  # a button
    z = cloth.at(photo, Window(64, 64))
    assert np.array_equal(z[:, :, 42:], photo[:, :, 42:])
    is_ink = np.abs(z[0, :, 20] - 160) > 60
    assert 0.2 < is_ink.mean() < 0.8
    assert np.array_equal(z[0, ~is_ink, 20][:1], [160])
    assert (z[0, :, 20] - z[0, :, 8]).min() > 15  # darker in the fold, ink and cloth


def test_around_a_picture_cloth_with_a_pattern_stays_and_under_it_is_even():
    alpha, grey = np.ones((64, 64)), np.full((3, 64, 64), 160, np.float32)
    photo = grey.copy()
    photo[:, :, ::8] = 60  # stripes
    inked, fit = striped(torch.ones(1, 1, 64, 64)), Fit(64, 64, 64)
    nothing = np.zeros((8, 8), np.float32)
    cloth = PrintedCloth.of(photo, grey, alpha, inked, fit, spared=nothing)
    z = cloth.at(photo, Window(64, 64))
    is_ink = np.abs(z[0, :, 4] - 160) > 60
    assert 0.2 < is_ink.mean() < 0.8
    free = np.flatnonzero(~is_ink)[len(is_ink) // 8]
    assert np.array_equal(z[:, free], photo[:, free])
    ink = z[0, np.flatnonzero(is_ink)[2]]
    assert abs(ink[8] - ink[4]) < 0.25 * (photo[0, 0, 4] - photo[0, 0, 8])
