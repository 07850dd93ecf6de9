"""Random views leave padding alone, which networks know by its grey."""

import numpy as np
import torch

from amgan_cli.nets.pixels import to_network
from amgan_cli.photos.geometry import Fit
from amgan_cli.training.augment import random_views, tinted
from amgan_cli.training.other_grounds import on_other_grounds


def padded_photos(count: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    """Upright photos of noise in squares of 64, as networks get them, and where they are photo."""
    pixels = np.random.default_rng(0).integers(0, 256, (60, 30, 3)).astype(np.uint8)
    fit = Fit.of(pixels, 64)
    square = torch.from_numpy(fit.to_square(pixels)).permute(2, 0, 1)
    top, left, height, width = fit.box
    shown = torch.zeros(1, 64, 64)
    shown[:, top : top + height, left : left + width] = 1
    return to_network(square.expand(count, -1, -1, -1)), shown.expand(count, -1, -1, -1)


def test_padding_is_gray_in_every_view():
    x, shown = padded_photos()
    seen, inside = random_views(torch.Generator().manual_seed(0), x, shown)
    assert (seen.abs().amax(1, keepdim=True)[inside == 0] == 0).all()
    assert (seen.std((1, 2, 3)) > 0.1).all()  # and the photo is there


def test_tints_leave_padding():
    x, shown = padded_photos()
    seen = tinted(torch.Generator().manual_seed(0), x)
    outside = (shown == 0).expand_as(x)
    assert torch.equal(seen[outside], x[outside])
    assert (seen - x).abs().amax((1, 2, 3)).min() > 0.01


def test_no_ground_is_laid_on_padding():
    x, shown = padded_photos()
    mask = torch.zeros_like(shown)
    mask[:, :, 24:40, 26:38] = 1
    random = torch.Generator().manual_seed(0)
    seen, inside, garment = random_views(random, x, shown, mask)
    laid = on_other_grounds(random, seen, garment, 1.0)
    far = torch.nn.functional.max_pool2d(inside, 9, 1, 4) == 0  # beside the photo shadows may fall
    assert (laid.abs().amax(1, keepdim=True)[far] < 0.01).all()
    assert not torch.equal(laid, seen)
