"""What an edit leaves alone: background, detail of the cloth. Pictures B x 3 x S x S in -1..1.

Masks are B x 1 x S x S in 0..1. Results are B values, NaN where a mask leaves nothing to measure.
"""

import torch
import torch.nn.functional as F

from amgan_cli.color import delta_e, rgb_to_lab

GROWN = 1 / 16
"""Share of the side by which a mask is grown before what is outside it is measured."""
DETAIL = 1 / 32
"""Share of the side: standard deviation of the blur that is taken away to leave fine detail."""


def outside(masks: torch.Tensor) -> torch.Tensor:
    """B x S x S bool: where not even the mask grown by GROWN is over 0.5."""
    reach = round(masks.shape[-1] * GROWN)
    near = F.max_pool2d(masks.float(), 2 * reach + 1, stride=1, padding=reach)[:, 0]
    return near <= 0.5


def background(masks: torch.Tensor) -> torch.Tensor:
    """B x S x S bool: outside the garment; nowhere in a photo whose mask is empty."""
    return outside(masks) & (masks.amax((1, 2, 3)) > 0.5)[:, None, None]


def mean_where(picture: torch.Tensor, where: torch.Tensor) -> torch.Tensor:
    """Mean of B x S x S `picture` over `where` (bool), one a photo; NaN where it is nowhere."""
    where = where.to(picture.dtype)
    count = where.sum((1, 2))
    return torch.where(count > 0, (picture * where).sum((1, 2)) / count, torch.nan)


def color_change(x: torch.Tensor, x_star: torch.Tensor) -> torch.Tensor:
    """CIEDE2000 of each pixel, B x S x S."""
    return delta_e(rgb_to_lab(x), rgb_to_lab(x_star))


def structural_similarity(x: torch.Tensor, x_star: torch.Tensor) -> torch.Tensor:
    """SSIM of each pixel's neighbourhood, B x S x S, mean of the three channels.

    Gaussian window of deviation 1.5 in 11 x 11, C1 and C2 as Wang et al. (2004).
    """
    a, b = (x.double() + 1) / 2, (x_star.double() + 1) / 2
    mean_a, mean_b = _blur(a, 1.5), _blur(b, 1.5)
    var_a, var_b = _blur(a * a, 1.5) - mean_a**2, _blur(b * b, 1.5) - mean_b**2
    covariance = _blur(a * b, 1.5) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    similar = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return (similar / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean(dim=1)


def detail_correlation(x: torch.Tensor, x_star: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Correlation of the lightness detail inside the masks, before and after: B values in -1..1.

    Detail is lightness less its blur; the blur looks only inside the mask, so that the step from
    garment to background counts as no detail. NaN for a garment without any.
    """
    inside = (masks > 0.5).double()
    before, after = (_detail(picture, inside) for picture in (x, x_star))
    product = (before * after).sum((1, 2, 3))
    return product / (before.square().sum((1, 2, 3)) * after.square().sum((1, 2, 3))).sqrt()


def _detail(picture: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    lightness = rgb_to_lab(picture)[:, :1].double()
    deviation = picture.shape[-1] * DETAIL
    smooth = _blur(lightness * inside, deviation) / _blur(inside, deviation).clamp_min(1e-6)
    detail = (lightness - smooth) * inside
    mean = detail.sum((2, 3), keepdim=True) / inside.sum((2, 3), keepdim=True)
    return (detail - mean) * inside


def _blur(picture: torch.Tensor, deviation: float) -> torch.Tensor:
    """Gaussian blur of B x C x S x S, edges repeated; window 11 wide at deviation 1.5."""
    reach = min(int(3.5 * deviation), picture.shape[-1] - 1)
    position = torch.arange(-reach, reach + 1, dtype=picture.dtype, device=picture.device)
    window = torch.exp(-0.5 * (position / deviation) ** 2)
    window = (window / window.sum()).expand(picture.shape[1], 1, -1)
    channels = picture.shape[1]
    padded = F.pad(picture, (reach, reach, reach, reach), mode="replicate")
    across = F.conv2d(padded, window[:, :, None], groups=channels)
    return F.conv2d(across, window[..., None], groups=channels)
