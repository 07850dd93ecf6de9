"""CIELAB: conversion, colour difference, and a plain recolouring inside a mask.

Tensors are B x 3 x H x W unless said; sRGB in -1..1 as the network sees it; D65 white.
"""

import torch

_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)
_KNEE = 6 / 29


def rgb_to_lab(rgb: torch.Tensor) -> torch.Tensor:
    """sRGB in -1..1 to CIELAB: L 0..100, a and b about -128..127."""
    srgb = (rgb.float() + 1) / 2
    linear = torch.where(
        srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055).clamp_min(0) ** 2.4
    )
    matrix = torch.tensor(_TO_XYZ, device=rgb.device)
    white = torch.tensor(_WHITE, device=rgb.device)[:, None, None]
    xyz = torch.einsum("kc,bchw->bkhw", matrix, linear) / white
    f = torch.where(xyz > _KNEE**3, xyz.clamp_min(1e-8) ** (1 / 3), xyz / (3 * _KNEE**2) + 4 / 29)
    x, y, z = f.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)


def lab_to_rgb(lab: torch.Tensor) -> torch.Tensor:
    """CIELAB to sRGB in -1..1; colours outside sRGB are clipped."""
    lightness, a, b = lab.float().unbind(1)
    y = (lightness + 16) / 116
    f = torch.stack([y + a / 500, y, y - b / 200], dim=1)
    xyz = torch.where(f > _KNEE, f**3, 3 * _KNEE**2 * (f - 4 / 29))
    white = torch.tensor(_WHITE, device=lab.device)[:, None, None]
    matrix = torch.linalg.inv(torch.tensor(_TO_XYZ, device=lab.device))
    linear = torch.einsum("ck,bkhw->bchw", matrix, xyz * white).clamp(0, 1)
    low, high = linear * 12.92, 1.055 * linear.clamp_min(1e-8) ** (1 / 2.4) - 0.055
    return torch.where(linear <= 0.0031308, low, high) * 2 - 1


def masked_median(lab: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Median of each channel where mask (B x 1 x H x W) > 0.5: B x 3; NaN where it is nowhere."""
    hidden = lab.masked_fill(mask <= 0.5, float("nan"))
    return hidden.flatten(2).nanmedian(dim=2).values


def recolor(x: torch.Tensor, mask: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Give the masked garment another colour and keep its folds, prints and the rest of x.

    The median of (a, b) moves to `target` (B x 3, CIELAB) with each pixel's difference kept; L
    moves likewise, its spread scaled as light falls on dark or bright cloth (0.5..1.2). `mask`
    B x 1 x H x W in 0..1 blends. A photo whose mask is empty comes back as it is.
    """
    lab = rgb_to_lab(x)
    median = masked_median(lab, mask)
    empty = median.isnan().any(dim=1)
    median = torch.where(empty[:, None], target, median)
    spread = ((target[:, 0] + 10) / (median[:, 0] + 10)).clamp(0.5, 1.2)
    scale = torch.stack([spread, torch.ones_like(spread), torch.ones_like(spread)], dim=1)
    moved = target[..., None, None] + (lab - median[..., None, None]) * scale[..., None, None]
    blend = mask * ~empty[:, None, None, None]
    return x + blend * (lab_to_rgb(moved) - x)


def delta_e(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """CIEDE2000 colour difference of two CIELAB pictures: B x H x W, 1 is just visible."""
    l1, a1, b1 = first.double().unbind(1)
    l2, a2, b2 = second.double().unbind(1)
    c_bar7 = ((torch.hypot(a1, b1) + torch.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - torch.sqrt(c_bar7 / (c_bar7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = torch.hypot(a1, b1), torch.hypot(a2, b2)
    h1, h2 = _hue(a1, b1), _hue(a2, b2)
    gray = (c1 * c2) == 0
    dh = torch.where(gray, 0.0, (h2 - h1 + 180) % 360 - 180)
    d_hue = 2 * torch.sqrt(c1 * c2) * torch.sin(torch.deg2rad(dh / 2))
    far = (h1 - h2).abs() > 180
    h_bar = torch.where(gray, h1 + h2, (h1 + h2) / 2 + torch.where(far, 180.0, 0.0))
    l_bar, c_bar = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * _cos(h_bar - 30) + 0.24 * _cos(2 * h_bar)
    t = t + 0.32 * _cos(3 * h_bar + 6) - 0.20 * _cos(4 * h_bar - 63)
    s_l = 1 + 0.015 * (l_bar - 50) ** 2 / torch.sqrt(20 + (l_bar - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_bar, 1 + 0.015 * c_bar * t
    turn = 60 * torch.exp(-(((h_bar - 275) / 25) ** 2))
    r_t = -2 * torch.sqrt(c_bar**7 / (c_bar**7 + 25.0**7)) * torch.sin(torch.deg2rad(turn))
    light, chroma, hue = (l2 - l1) / s_l, (c2 - c1) / s_c, d_hue / s_h
    return torch.sqrt((light**2 + chroma**2 + hue**2 + r_t * chroma * hue).clamp_min(0))


def _hue(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.rad2deg(torch.atan2(b, a)) % 360


def _cos(degrees: torch.Tensor) -> torch.Tensor:
    return torch.cos(torch.deg2rad(degrees))
