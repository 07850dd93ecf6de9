"""Random views: of training photos with their maps, and of what the discriminators see.

Every function takes a `torch.Generator` on the tensors' device, so that a step is repeatable.
"""

import math

import torch
import torch.nn.functional as F

ROTATION = math.radians(12)
SCALE = (0.75, 1.2)
"""Smallest and largest side of the view: from garments that fill the photo to small ones."""
SHIFT = 0.1
BRIGHTNESS = 0.12
TINT = 0.15
GREY = 0.01
"""How near to 0 padding is: 128 of 255 is 0.004."""


def random_views(
    random: torch.Generator,
    images: torch.Tensor,
    *maps: torch.Tensor,
    reach: float = 1.0,
    mirrored: bool = True,
) -> tuple[torch.Tensor, ...]:
    """Flip, turn, scale, shift and brighten `images` (B x C x S x S, -1..1; C may hold several).

    `maps` (each B x K x S x S in 0..1: masks, CAMs) get the same geometry, which goes as far as
    `reach` allows: 0 not at all, 2 to views of 0.56 to 1.44, in which garments end at the border;
    half are flipped if `mirrored`.
    Hue stays: colour is a label. What is padding, or outside, is 0 afterwards.
    """
    n, shown = len(images), photo_area(images)
    turn, grow, dx, dy, light = _uniform(n, 5, random).unbind(1)
    turn, grow, dx, dy = (reach * each for each in (turn, grow, dx, dy))
    side = _uniform(n, 1, random)[:, 0] if mirrored else torch.ones_like(turn)
    mirror = torch.where(side > 0, 1.0, -1.0)
    scale = (SCALE[0] * SCALE[1]) ** (reach / 2) * (SCALE[1] / SCALE[0]) ** (grow / 2)
    cos, sin = torch.cos(turn * ROTATION) * scale, torch.sin(turn * ROTATION) * scale
    rows = [cos * mirror, -sin, dx * SHIFT, sin * mirror, cos, dy * SHIFT]
    theta = torch.stack(rows, dim=1).view(n, 2, 3)
    grid = F.affine_grid(theta, [n, 3, *images.shape[2:]], align_corners=False)
    images, shown, *warped = (
        F.grid_sample(each, grid, align_corners=False) for each in (images, shown, *maps)
    )
    gain = (1 + light * BRIGHTNESS)[:, None, None, None]
    images = ((images + 1) * gain - 1).clamp(-1, 1).masked_fill(shown == 0, 0.0)
    return images, *warped


def tinted(random: torch.Generator, images: torch.Tensor) -> torch.Tensor:
    """Give each of B x C x S x S its own light: every three channels share gains a colour.

    For attributes that are no colours. Padding stays as it is.
    """
    n, channels = images.shape[:2]
    gains = 1 + TINT * _uniform(n, 3, random).repeat(1, channels // 3)[..., None, None]
    return torch.where(photo_area(images) > 0, ((images + 1) * gains - 1).clamp(-1, 1), images)


def photo_area(images: torch.Tensor) -> torch.Tensor:
    """1 where photos in squares (B x C x S x S in -1..1) are no padding, B x 1 x S x S: the grey
    of whole rows and columns."""
    grey = images.abs().amax(1, keepdim=True) < GREY
    padded = grey.all(2, keepdim=True) | grey.all(3, keepdim=True)
    return (~padded).float()


def discriminator_views(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Shift, cut-out and brightness, differentiable, for real and generated photos alike.

    With a few thousand photos a discriminator learns them by heart; it never sees one twice this
    way. No colour changes: the discriminator classifies colours. B x 3 x S x S in, same out.
    """
    images = _shifted(images, random)
    n, _, height, width = images.shape
    x, y = _uniform(n, 2, random).unbind(1)
    rows = torch.linspace(-1, 1, height, device=images.device)[None, :, None]
    columns = torch.linspace(-1, 1, width, device=images.device)[None, None, :]
    hole = ((rows - y[:, None, None]).abs() < 0.3) & ((columns - x[:, None, None]).abs() < 0.3)
    return images * (~hole)[:, None]


def _shifted(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Moved by up to an eighth of the side and made up to 0.2 brighter or darker."""
    dx, dy, light = _uniform(len(images), 3, random).unbind(1)
    theta = torch.zeros(len(images), 2, 3, device=images.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1
    theta[:, 0, 2], theta[:, 1, 2] = dx / 4, dy / 4
    size = [len(images), 3, *images.shape[2:]]
    grid = F.affine_grid(theta, size, align_corners=False)
    images = F.grid_sample(images, grid, align_corners=False)
    return images + light[:, None, None, None] * 0.2


def _uniform(n: int, k: int, random: torch.Generator) -> torch.Tensor:
    """n x k in -1..1."""
    return torch.rand(n, k, generator=random, device=random.device) * 2 - 1
