"""A patterned garment in one colour, with the light and shade that a network sees."""

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from amgan_cli.editing.patterns.plain_cloth import plain_cloth, side_for
from amgan_cli.nets.shading_network import OFFSET, ShadingNetwork

SIZE = 448
NAVY, CREAM, WOOD = (30.0, 35.0, 90.0), (235.0, 230.0, 210.0), (180.0, 140.0, 90.0)


def without_prints(shading: torch.Tensor) -> torch.Tensor:
    """What a network says that sees this shading (B x 1 x H x W) and no print."""
    return torch.cat([shading, torch.full_like(shading, -9)], dim=1)


class Told(ShadingNetwork):
    """Says what it is told."""

    def __init__(self, shading: np.ndarray) -> None:
        super().__init__()
        self.shading = torch.from_numpy(shading.astype(np.float32))[None, None]

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        assert x.shape[1] == 3 and x.min() >= -1 and x.max() <= 1 and mask.max() <= 1
        return without_prints(F.interpolate(self.shading, mask.shape[2:]))


@pytest.fixture
def garment() -> np.ndarray:
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[20:108, 24:104] = 1
    return mask


@pytest.fixture
def striped(garment) -> np.ndarray:
    """Navy cloth with cream stripes, a quarter of it, on wood."""
    is_stripe = (np.arange(SIZE) % 16 < 4)[:, None, None]
    cloth = np.where(is_stripe, CREAM, NAVY) * np.ones((1, SIZE, 1))
    return np.where(garment[..., None] > 0, cloth, WOOD).astype(np.float32)


def lab(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor((picture / 255).astype(np.float32), cv2.COLOR_RGB2Lab)


def test_without_shade_the_cloth_has_the_colour_that_there_was_most_of(garment, striped):
    network = Told(np.full((SIZE, SIZE), 0.3))  # as light everywhere
    step = plain_cloth(striped, garment, garment, network)
    assert step is not None
    np.testing.assert_allclose(step.z[garment > 0], np.broadcast_to(NAVY, (7040, 3)), atol=2)
    assert step.alpha[21:107, 25:103].min() > 0.9 and step.alpha[:16].max() < 0.01


def test_shade_makes_it_as_much_darker_and_greyer(garment, striped):
    shading = np.zeros((SIZE, SIZE))
    shading[:, :50] = -0.4  # less than half of it
    step = plain_cloth(striped, garment, garment, Told(shading))
    assert step is not None
    shade, light = (lab(step.z)[60, column] for column in (35, 80))
    assert shade[0] + OFFSET == pytest.approx((light[0] + OFFSET) * np.exp(-0.4), abs=0.3)
    assert np.hypot(*shade[1:]) < 0.8 * np.hypot(*light[1:])


def test_wide_shade_is_what_half_the_size_says_and_fine_shade_what_the_whole_says(garment, striped):
    wide, fine = np.zeros((SIZE, SIZE)), np.zeros((SIZE, SIZE))
    wide[:, :50], wide[:, 50:] = -0.4, 0
    fine[:, 80] = -0.3  # a seam, and all else in one light

    class TwoSizes(Told):
        def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            said = wide if mask.shape[-1] == SIZE // 2 else fine
            told = torch.from_numpy(said.astype(np.float32))[None, None]
            return without_prints(F.interpolate(told, mask.shape[2:]))

    step = plain_cloth(striped, garment, garment, TwoSizes(fine))
    assert step is not None
    lightness = lab(step.z)[60, :, 0] + OFFSET
    assert np.log(lightness[30] / lightness[100]) == pytest.approx(-0.4, abs=0.03)
    assert np.log(lightness[80] / lightness[90]) == pytest.approx(-0.3, abs=0.05)
    assert np.log(lightness[70] / lightness[90]) == pytest.approx(0, abs=0.03)


def test_beyond_the_outline_it_goes_on_as_it_is_there(garment, striped):
    shading = np.zeros((SIZE, SIZE))
    shading[:, :30] = -0.5
    shading[garment == 0] = 1.0  # which no one taught the network
    step = plain_cloth(striped, garment, garment, Told(shading))
    assert step is not None
    beside = lab(step.z)[60, :, 0]
    assert beside[23] == pytest.approx(beside[24], abs=0.5)
    assert beside[104] == pytest.approx(beside[103], abs=0.5)


def test_the_networks_close_nicks_in_the_outline_and_open_gaps(garment, striped):
    sharp, found = garment.copy(), 0.9 * garment
    sharp[40:50, 24:34] = 0  # in the ground's colour
    found[70:80, 94:104] = 0.1  # ground in the pattern's
    found[90:108, 24:34] = 0.4  # unsure: as the sharp outline says
    step = plain_cloth(striped, sharp, found, Told(np.zeros((SIZE, SIZE))))
    assert step is not None
    assert step.alpha[42:48, 28:34].min() > 0.9 and step.alpha[74:76, 98:].max() < 0.2
    assert step.alpha[95:105, 27:34].min() > 0.9


def test_without_a_garment_there_is_no_step(striped):
    nothing = np.zeros((SIZE, SIZE), np.float32)
    assert plain_cloth(striped, nothing, nothing, Told(nothing)) is None


def test_large_photos_get_finer_shade_and_the_same_wide_one(garment, striped):
    assert (
        side_for(np.zeros((533, 400, 3))) == SIZE and side_for(np.zeros((700, 1600, 3))) == 2 * SIZE
    )
    shading = np.zeros((SIZE, SIZE))
    shading[:, :50] = -0.4
    large = [cv2.resize(each, None, fx=2, fy=2) for each in (striped, garment, garment)]
    seams = np.kron(shading, np.ones((2, 2)))
    seams[:, 150] -= 0.3  # which half the size does not show

    class Finer(Told):
        def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            if mask.shape[-1] == 2 * SIZE:
                return without_prints(torch.from_numpy(seams.astype(np.float32))[None, None])
            return super().forward(x, mask)

    steps = (
        plain_cloth(striped, garment, garment, Told(shading)),
        plain_cloth(*large, Finer(shading)),
    )
    small, fine = (lab(step.z)[..., 0] for step in steps if step is not None)
    np.testing.assert_allclose(fine[120, 60:140:8], small[60, 30:70:4], atol=1.5)
    assert np.log((fine[120, 150] + OFFSET) / (fine[120, 158] + OFFSET)) < -0.2
