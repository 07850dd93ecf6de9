"""Random parts of photos, in which garments end at the border, and pieces of bare ground.

Photos lie in squares, B x 3 x S x S in -1..1, their masks B x 1 x S x S in 0..1; a rectangle is
(top, left, height, width) in shares of the square.
"""

import torch
import torch.nn.functional as F

from amgan_cli.nets.pixels import to_network
from amgan_cli.training.augment import photo_area

SIDES = 0.4, 0.95
"""Share of a photo's sides that a part takes."""
STRETCHED = 0.3
"""By how much of it a part is wider or taller than the photo, at most."""
SHOWN, AT_BORDER = 0.1, 0.04
"""Share of a part, and of its border, that is garment, at least."""
CORNER = 0.2, 0.5
"""Share of a photo's sides that a piece of bare ground takes: it lies in a corner."""
SMALL = 64
"""Pixels of the side at which parts are chosen."""
BARE = 0.2
"""Share of a small copy's pixel up to which it shows ground."""
ENDS = 0.02
"""Share of a whole photo's border that is garment, at least."""
CHUNK = 64
TRIES = 8


def garment_parts(
    random: torch.Generator, x: torch.Tensor, mask: torch.Tensor, side: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """A part of each photo in which a garment ends at the border, B x 3 x side x side, and its
    mask; photos in which none is found are left out."""
    photos, small = _rectangles(x), F.adaptive_avg_pool2d(mask, 2 * SMALL)
    parts, is_part = photos, torch.zeros(len(x), dtype=torch.bool)
    for _ in range(TRIES):
        parts = torch.where(is_part[:, None], parts, _parts(random, photos))
        shown = _cut(small, parts, SMALL)
        is_part = (shown.mean((1, 2, 3)) > SHOWN) & (_at_border(shown, parts) > AT_BORDER)
    return _cut(x, parts, side)[is_part], _cut(mask, parts, side)[is_part]


def bare_ground(
    random: torch.Generator, x: torch.Tensor, mask: torch.Tensor, side: int, most: int
) -> torch.Tensor:
    """Corners of up to `most` photos that show none of a garment, n x 3 x side x side; every photo
    has a mask."""
    photos, small = _rectangles(x), F.adaptive_avg_pool2d(mask, 2 * SMALL)
    corners, is_bare = photos, torch.zeros(len(x), dtype=torch.bool)
    for _ in range(TRIES):
        corners = torch.where(is_bare[:, None], corners, _corners(random, photos))
        is_bare = _cut(small, corners, SMALL).amax((1, 2, 3)) < BARE
    return _cut(x, corners, side)[is_bare][:most]


def ends_at_border(images: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Whether garments of whole photos in squares (uint8, B x 3 and B x 1 x S x S) do, B bool."""
    found = []
    for x, mask in zip(images.split(CHUNK), masks.split(CHUNK), strict=True):
        photos = _rectangles(to_network(x))
        seen = _cut(mask.float() / 255, photos, SMALL)
        found.append(_at_border(seen, photos) > ENDS)
    return torch.cat(found)


def _rectangles(x: torch.Tensor) -> torch.Tensor:
    """Where photos lie in their squares, B x 4."""
    found = []
    for shown in photo_area(x)[:, 0].bool():
        rows, columns = (shown.any(dim).nonzero()[:, 0] for dim in (1, 0))
        top, left = rows[0], columns[0]
        found.append(torch.stack([top, left, rows[-1] + 1 - top, columns[-1] + 1 - left]))
    return torch.stack(found) / x.shape[-1]


def _parts(random: torch.Generator, photos: torch.Tensor) -> torch.Tensor:
    """Random rectangles within photos, B x 4."""
    size, stretch, down, right = torch.rand(len(photos), 4, generator=random).unbind(1)
    size = SIDES[0] + (SIDES[1] - SIDES[0]) * size
    stretch = (1 + STRETCHED * (2 * stretch - 1)).sqrt()
    return _placed(photos, size * stretch, size / stretch, down, right)


def _corners(random: torch.Generator, photos: torch.Tensor) -> torch.Tensor:
    """Random rectangles in corners of photos, B x 4."""
    luck = torch.rand(len(photos), 4, generator=random)
    height, width = (CORNER[0] + (CORNER[1] - CORNER[0]) * luck[:, :2]).unbind(1)
    down, right = luck[:, 2:].round().unbind(1)
    return _placed(photos, height, width, down, right)


def _placed(
    photos: torch.Tensor,
    height: torch.Tensor,
    width: torch.Tensor,
    down: torch.Tensor,
    right: torch.Tensor,
) -> torch.Tensor:
    """Rectangles of shares of the photos' sides (B each), which lie so far down and right in them:
    0 at the upper left border, 1 at the other ones."""
    top, left, high, wide = photos.unbind(1)
    height, width = (height * high).minimum(high), (width * wide).minimum(wide)
    return torch.stack(
        [top + down * (high - height), left + right * (wide - width), height, width], dim=1
    )


def _cut(pictures: torch.Tensor, rectangles: torch.Tensor, side: int) -> torch.Tensor:
    """Rectangles of pictures (B x C x S x S) in squares of their own, B x C x side x side, with
    zeros around them."""
    top, left, height, width = rectangles.unbind(1)
    longer, zero = torch.maximum(height, width), torch.zeros_like(top)
    rows = [longer, zero, 2 * left + width - 1, zero, longer, 2 * top + height - 1]
    theta = torch.stack(rows, dim=1).view(-1, 2, 3)
    grid = F.affine_grid(theta, [len(pictures), 1, side, side], align_corners=False)
    cut = F.grid_sample(pictures, grid, align_corners=False)
    return cut * _shown(rectangles, side)


def _shown(rectangles: torch.Tensor, side: int) -> torch.Tensor:
    """1 where rectangles lie in squares of their own, B x 1 x side x side."""
    at = ((torch.arange(side) + 0.5) / side * 2 - 1).abs()
    share = rectangles[:, 2:] / rectangles[:, 2:].amax(1, keepdim=True)
    rows, columns = (at <= share[..., None]).float().unbind(1)
    return (rows[:, :, None] * columns[:, None, :])[:, None]


def _at_border(mask: torch.Tensor, rectangles: torch.Tensor) -> torch.Tensor:
    """Share of the border of rectangles in squares of their own that is garment, B."""
    shown = _shown(rectangles, mask.shape[-1])
    inner = -F.max_pool2d(-F.pad(shown, (1, 1, 1, 1)), 3, 1)
    border = shown - inner
    return ((mask > 0.5) * border).sum((1, 2, 3)) / border.sum((1, 2, 3))
