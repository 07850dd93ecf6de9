"""Patterns as layers of ink over z: each ink lies where a smooth function of the place is over 0.

The function is a sum of waves and powers of the place on the garment, and of flecks, chosen by the
condition: so a stripe ends as sharply at twelve megapixels as at the network's size (ours).
"""

import math
from dataclasses import dataclass

import torch
from torch import nn

from amgan_cli.color import lab_to_rgb, rgb_to_lab
from amgan_cli.nets.flecks import flecks

CYCLES = (4, 6, 8, 10, 16, 18, 32)
"""Periods on the side of a square of the garment's area."""
BASIS = 2 + 2 * len(CYCLES)
"""Functions of a coordinate: itself, its square, sine and cosine of each number of periods."""
FUNCTIONS = 1 + 2 * BASIS + 1
"""Whose shares make a height: a constant, the functions of v and of u, and the flecks."""
FOLDS = 0.8
"""Share of the cloth's light and dark that falls on ink too."""
FAINT, GAINS = 0.1, (0.6, 2.0)
"""Light (0..1) that no fold takes away, and bounds of how much more or less falls on ink."""
FAR = 2.0
"""Coordinates end here."""
LAYERS = 3
LIGHT = 55.0
"""CIELAB lightness from which cloth is light."""
CONTRAST, INK_CHROMA = 28.0, 1.2
"""How much lighter or darker what stands out is than the cloth (CIELAB), and its chroma beside the
cloth's: with more contrast a garment seems to be of another colour."""
STRONG = 1.79
"""Contrast of large fields and single fibres, in shares of that: none of them is white or black."""
TONES = 4
"""Colours of which an ink has shares."""


@dataclass(frozen=True)
class Place:
    """Where garments lie in the square, or patterns on them: B values each, shares of its side."""

    u: torch.Tensor
    """Columns of the middle."""
    v: torch.Tensor
    """Rows of the middle."""
    side: torch.Tensor
    """Of a square of the garment's area."""

    @classmethod
    def of(cls, mask: torch.Tensor) -> "Place":
        """Centre of gravity and size of masks B x 1 x S x S in 0..1."""
        mask = mask[:, 0].float()
        size = mask.shape[-1]
        at = (torch.arange(size, device=mask.device) + 0.5) / size
        area = mask.sum((1, 2)).clamp_min(1)
        u, v = (mask.sum(1) * at).sum(1) / area, (mask.sum(2) * at).sum(1) / area
        return cls(u, v, area.sqrt() / size)

    def coordinates(self, size: int) -> tuple[torch.Tensor, torch.Tensor]:
        """u of each column and v of each row of the square, B x size; 0 in the garment's middle."""
        at = (torch.arange(size, device=self.u.device) + 0.5) / size
        return self.relative(at, self.u), self.relative(at, self.v)

    def pixel(self, size: float) -> torch.Tensor:
        """How wide one of `size` pixels of the square's side is on the garment, B."""
        return 1 / (size * self.side)

    def relative(self, at: torch.Tensor, middle: torch.Tensor) -> torch.Tensor:
        """Places in the square (n) as coordinates on the garment, B x n."""
        return ((at - middle[:, None]) / self.side[:, None]).clamp(-FAR, FAR)


@dataclass(frozen=True)
class Inked:
    """What is printed on B garments, in K layers, lowest first."""

    place: Place
    heights: torch.Tensor
    """B x K x FUNCTIONS: the shares of the functions."""
    opacity: torch.Tensor
    """B x K in 0..1."""
    colors: torch.Tensor
    """B x K x 3 in -1..1."""

    def over(self, z: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
        """z (B x 3 x S x S in -1..1) with the inks on it; alpha (B x 1 x S x S): where cloth is."""
        size = z.shape[-1]
        covers = torch.sigmoid(self.at(*self.place.coordinates(size), self.place.pixel(size)))
        covers = self.opacity[..., None, None] * covers
        light, middle = z.mean(dim=1, keepdim=True), middle_of(z, alpha.detach())
        for layer in range(covers.shape[1]):
            ink = self.colors[:, layer, :, None, None]
            gain = fold_gain((ink.mean(dim=1, keepdim=True) + 1) / 2, (middle + 1) / 2)
            z = torch.lerp(z, ink + gain * (light - middle), covers[:, layer, None])
        return z.clamp(-1, 1)

    def one(self, i: int) -> "Inked":
        """What is printed on garment number i alone."""
        place = Place(self.place.u[i, None], self.place.v[i, None], self.place.side[i, None])
        return Inked(place, self.heights[i, None], self.opacity[i, None], self.colors[i, None])

    def at(self, u: torch.Tensor, v: torch.Tensor, pixel: torch.Tensor) -> torch.Tensor:
        """Heights in pixels, `pixel` (B) wide, at columns u (B x n) and rows v (B x m).

        B x K x m x n.
        """
        constant, of_v, of_u, of_flecks = self.heights.float().split([1, BASIS, BASIS, 1], dim=2)
        rows = constant + torch.einsum("bkp,bmp->bkm", of_v, basis(v))
        columns = torch.einsum("bkp,bnp->bkn", of_u, basis(u))
        heights = rows[..., None] + columns[..., None, :]
        return flecked(heights, of_flecks[..., None], u, v, pixel) if of_flecks.any() else heights

    def draped(self, u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        """Heights without flecks on the first garment, K x m x n, where the pixels lie at columns u
        and rows v (m x n each)."""
        constant, of_v, of_u, _ = self.heights[0].float().split([1, BASIS, BASIS, 1], dim=1)
        waves = ((of_v, basis(v)), (of_u, basis(u)))
        return constant[..., None] + sum(torch.einsum("kp,mnp->kmn", *each) for each in waves)


def basis(position: torch.Tensor) -> torch.Tensor:
    """... -> ... x BASIS."""
    position = position[..., None]
    turns = 2 * math.pi * torch.tensor(CYCLES, device=position.device) * position
    return torch.cat([position, position**2, turns.sin(), turns.cos()], dim=-1)


def flecked(
    heights: torch.Tensor,
    share: torch.Tensor | float,
    u: torch.Tensor,
    v: torch.Tensor,
    pixel: torch.Tensor,
) -> torch.Tensor:
    """Heights (B x K x m x n) and their `share` of the flecks there.

    Flecks inside a pixel make it flatter, so that its ink's sigmoid is about their mean (MacKay).
    """
    seen, inside = flecks(u, v, pixel)
    flatter = torch.sqrt(1 + math.pi / 8 * share**2 * inside[:, None, None, None])
    return (heights + share * seen[:, None]) / flatter


def middle_of(z: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
    """Mean lightness of the cloth, B x 1 x 1 x 1: folds are lighter or darker."""
    total = (z.mean(dim=1, keepdim=True) * alpha).sum((2, 3), keepdim=True)
    return total / alpha.sum((2, 3), keepdim=True).clamp_min(1)


def fold_gain(ink: torch.Tensor, cloth: torch.Tensor) -> torch.Tensor:
    """How many times what a fold changes on cloth it changes on ink; lightness of both in 0..1.

    Shade takes away a share of the light: of light ink on dark cloth more than of the cloth.
    """
    return FOLDS * ((ink + FAINT) / (cloth + FAINT)).clamp(*GAINS)


def stands_out(lab: torch.Tensor) -> torch.Tensor:
    """CIELAB of what stands out on cloth of that colour, in its hue: light on dark cloth, dark on
    light; B x 3 or B x 3 x 1 x 1, as the cloth's."""
    lightness, hue = lab[:, :1], lab[:, 1:]
    lighter = ((95 - lightness) / STRONG).clamp(0, CONTRAST)
    darker = ((lightness - 5) / STRONG).clamp(0, CONTRAST)
    far = torch.where(lightness < LIGHT, lightness + lighter, lightness - darker)
    return torch.cat([far, INK_CHROMA * hue], dim=1)


def tones_on(lab: torch.Tensor) -> torch.Tensor:
    """What inks on cloth are made of: its own colour (B x 3, CIELAB), the one that stands out, one,
    and one on dark cloth alone; B x TONES x 3."""
    one = torch.ones_like(lab)
    return torch.stack([lab, stands_out(lab), one, one * (lab[:, :1] < LIGHT)], dim=1)


class Inks(nn.Module):
    """Condition and the garment's own colour -> what is printed on it."""

    GAIN = 30.0
    """Of the condition's weights: as in `Modulation`, and heights and CIELAB are tens."""

    def __init__(self, n_condition: int, slot: int) -> None:
        """`slot` is the condition's number that is 1 for manipulations that may print, else 0."""
        super().__init__()
        self.slot = slot
        self.heights = nn.Linear(n_condition, LAYERS * FUNCTIONS)
        self.opacity = nn.Linear(n_condition, LAYERS)
        self.colors = nn.Linear(n_condition, LAYERS * TONES * 3)
        for linear in (self.heights, self.opacity, self.colors):
            nn.init.zeros_(linear.weight)
            nn.init.zeros_(linear.bias)
        # next to nothing is printed at first, and that stands out
        nn.init.constant_(self.opacity.bias, -2 / self.GAIN)
        with torch.no_grad():
            self.heights.bias.view(LAYERS, -1)[:, 0] = -2 / self.GAIN
            self.colors.bias.view(LAYERS, TONES, 3)[:, 1] = 1 / self.GAIN

    def forward(self, x: torch.Tensor, alpha: torch.Tensor, condition: torch.Tensor) -> Inked:
        """x B x 3 x S x S in -1..1, alpha B x 1 x S x S, condition B x (N+M)."""
        alpha = alpha.detach()  # where the garment lies, not what would suit the print
        color = (x * alpha).sum((2, 3)) / alpha.sum((2, 3)).clamp_min(1)
        heights = self.GAIN * self.heights(condition)
        return Inked(
            Place.of(alpha),
            heights.view(len(x), LAYERS, -1),
            condition[:, self.slot, None] * torch.sigmoid(self.GAIN * self.opacity(condition)),
            self.colors_on(condition, color),
        )

    def colors_on(self, condition: torch.Tensor, color: torch.Tensor) -> torch.Tensor:
        """Of the inks on cloth of mean `color` (B x 3 in -1..1): B x K x 3 in -1..1."""
        tones = tones_on(rgb_to_lab(color.float()[..., None, None])[..., 0, 0])
        shares = self.GAIN * self.colors(condition).float().view(-1, LAYERS, TONES, 3)
        inks = (shares * tones[:, None]).sum(dim=2)
        return lab_to_rgb(inks.flatten(0, 1)[..., None, None]).view(-1, LAYERS, 3)
