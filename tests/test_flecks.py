"""Flecks: the same at every size, and melange, which is made of them."""

import cv2
import numpy as np
import pytest
import torch

from amgan_cli import Editor
from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing.lift import Window
from amgan_cli.editing.patterns.printed_cloth import PrintedCloth
from amgan_cli.nets.flecks import flecks
from amgan_cli.nets.inks import FUNCTIONS, Inked, Place
from amgan_cli.photos.geometry import Fit


def at(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Flecks of a whole square of `size` pixels (size x size), and the variance inside those."""
    places = (torch.arange(size) + 0.5)[None] / size - 0.5
    seen, inside = flecks(places, places, torch.tensor([1 / size]))
    return seen[0], inside


def marled(mask: torch.Tensor) -> Inked:
    """Black flecks."""
    heights = torch.zeros(1, 1, FUNCTIONS)
    heights[..., -1] = 2
    return Inked(Place.of(mask), heights, torch.ones(1, 1), -torch.ones(1, 1, 3))


def test_flecks_are_the_same_each_time_with_mean_0_and_variance_1():
    seen, inside = at(1500)
    assert torch.equal(seen, at(1500)[0])
    assert seen.mean() == pytest.approx(0, abs=0.02)
    assert seen.var() == pytest.approx(1 - inside.item(), abs=0.03)
    assert inside < 0.1


@pytest.mark.parametrize("size", [40, 120, 400])
def test_a_pixel_has_the_mean_of_what_lies_in_it(size):
    fine, (seen, inside) = at(1200)[0], at(size)
    means = torch.nn.functional.avg_pool2d(fine[None], 1200 // size)[0]
    torch.testing.assert_close(seen, means, atol=1e-3, rtol=0)
    assert seen.var() == pytest.approx(1 - inside.item(), abs=0.05)


def test_flecks_lie_along_the_rows():
    seen, _ = at(600)
    assert seen.diff(dim=0).abs().mean() > 1.5 * seen.diff(dim=1).abs().mean()


def test_each_garment_of_a_batch_has_its_own_pixels():
    places = torch.stack([torch.linspace(-0.5, 0.5, 60), torch.linspace(-0.2, 0.9, 60)])
    widths = torch.tensor([0.02, 0.004])
    both, inside = flecks(places, places, widths)
    for i in range(2):
        alone, of_one = flecks(places[i, None], places[i, None], widths[i, None])
        torch.testing.assert_close(both[i], alone[0], atol=1e-4, rtol=0)
        assert inside[i] == of_one


def test_flecks_have_no_seams_and_are_no_sharper_in_a_larger_photo():
    grey = np.full((3, 64, 64), 160, np.float32)
    inked = marled(torch.ones(1, 1, 64, 64))
    seen = []
    for side in (256, 1024):
        cloth = PrintedCloth.of(grey, grey, np.ones((64, 64)), inked, Fit(side, side, 64))
        photo = np.full((3, side, side), 160, np.float32)
        z = cloth.at(photo, Window(side, side))
        part = cloth.at(photo[:, 5:9, 3:], Window(side, side, top=5, left=3))
        assert np.allclose(part, z[:, 5:9, 3:], atol=0.05)
        seen.append(z[0])
    small, large = seen
    mean = large.reshape(256, 4, 256, 4).mean((1, 3))
    assert np.abs(mean - small).mean() < 0.1 * small.std()
    assert mean.mean() == pytest.approx(small.mean(), abs=1)


def test_the_shipped_model_makes_a_plain_garment_melange_and_leaves_the_rest():
    plain = {"pattern": "plain", "collar": "round", "fastening": "no closure", "sleeve": "long"}
    drawn = render(sample_garment(44, color="blue", background="wood", **plain), (300, 400))
    edited = Editor.load().edit(drawn.image, {"pattern": "melange"})
    inside, outside = drawn.masks["garment"] > 200, edited.attention == 0
    before, after = (_fine(picture)[inside].std() for picture in (drawn.image, edited.pixels))
    assert after > 2 * before
    assert np.array_equal(edited.pixels[outside], drawn.image[outside])
    assert outside[drawn.masks["garment"] == 0].mean() > 0.95


def _fine(picture: np.ndarray) -> np.ndarray:
    """Lightness less that of the pixels around."""
    lightness = picture.mean(axis=2, dtype=np.float32)
    return lightness - cv2.blur(lightness, (9, 9))
