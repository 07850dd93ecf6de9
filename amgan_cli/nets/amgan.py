"""Generator G and discriminators D_I, D_C (Sec. 3.1 and 5), of AMGAN and of its competitors.

G is StarGAN's encoder-decoder (zero padding: with reflection, instance norm would cancel the
condition) with a second head for the attention mask, without one, or with a net of its own for it:
`ModelConfig.mask`. D is StarGAN's PatchGAN.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from amgan_cli.config import ModelConfig
from amgan_cli.nets.finer import PartLayers, enlarged, reduced
from amgan_cli.nets.inks import Inked, Inks
from amgan_cli.nets.palette import COLORS, Modulation, Palette, mixed, own_colors
from amgan_cli.vocabulary import PartSlots


class EncoderDecoder(nn.Module):
    """(photo, manipulation) -> features of the photo's size; input channels 3 + N + M (+ 2)."""

    def __init__(self, n_condition: int, config: ModelConfig) -> None:
        super().__init__()
        widths = [config.width * 2**i for i in range(config.downsamples + 1)]
        n_scales = n_condition if config.conditional_norm else 0
        inputs = 3 + n_condition + (2 if config.coordinates else 0)
        self.n_condition, self.coordinates = n_condition, config.coordinates
        self.first = nn.Conv2d(inputs, config.width, 7, padding=3, bias=config.bias)
        self.first_norm = _instance_norm(config.width, config)
        encoder: list[nn.Module] = []
        for before, after in pairwise(widths):
            encoder += _halve(before, after, config)
        self.encoder = nn.Sequential(*encoder)
        self.trunk = nn.ModuleList(
            ResidualBlock(widths[-1], n_scales, config) for _ in range(config.residual_blocks)
        )
        self.decoder = nn.ModuleList(
            UpBlock(before, after, n_scales, config) for before, after in pairwise(widths[::-1])
        )

    def features(self, x: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """x B x 3 x S x S, condition B x (N+M) -> B x w x S x S; w and n are the config's.

        S a multiple of 2^n, n the number of downsamples.
        """
        h = F.relu(self.first_norm(self._first_layer(x, condition)))  # B x w x S x S
        h = self.encoder(h)  # B x 2^n w x S/2^n x S/2^n
        for block in self.trunk:
            h = block(h, condition)
        for block in self.decoder:
            h = block(h, condition)  # each doubles the side and halves the channels
        return h

    def _first_layer(self, x: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """The convolution of the photo with N + M constant planes, without making the planes.

        Over a constant plane a kernel adds the taps that lie inside the picture: the same sum as
        the plain convolution at a tenth of its cost with dozens of planes.
        """
        weight, end = self.first.weight, 3 + self.n_condition
        planes = torch.einsum("bk,okij->boij", condition, weight[:, 3:end])  # B x w x 7 x 7
        rows = _taps_inside(x.shape[2], planes)
        columns = _taps_inside(x.shape[3], planes)
        shift = torch.einsum("yi,boij,xj->boyx", rows, planes, columns)
        if self.coordinates:
            where = coordinate_planes(x.shape[2], x.shape[3], x.device).to(x.dtype)
            shift = shift + F.conv2d(where, weight[:, end:], padding=3)
        return F.conv2d(x, weight[:, :3], self.first.bias, padding=3) + shift


class Generator(EncoderDecoder):
    """(photo, manipulation) -> (generated image z, attention alpha)."""

    def __init__(
        self,
        n_condition: int,
        config: ModelConfig,
        ink_slot: int | None = None,
        part_slots: Mapping[str, PartSlots] | None = None,
    ) -> None:
        """`ink_slot`: the condition's number for `config.inks`; None prints nothing. `part_slots`:
        part of the garment -> those of the values that `config.views` see there."""
        super().__init__(n_condition, config)
        self.mask = config.mask
        self.image_head = nn.Conv2d(config.width, 3, 7, padding=3, bias=config.bias)
        self.palette = Palette(n_condition, config) if config.palette else None
        self.inks = None if ink_slot is None else Inks(n_condition, ink_slot)
        outputs = 3 + 1 + COLORS + 1  # z, the palette's scores, alpha
        self.parts = nn.ModuleDict(
            {part: PartLayers(slots, outputs, config) for part, slots in (part_slots or {}).items()}
        )
        self.view_size = config.view_size
        if self.mask == "separate":  # SaGAN: z by AMN (this net), alpha by SAN
            self.attention_net = EncoderDecoder(n_condition, config)
        if self.mask in ("joint", "separate"):
            self.attention_head = nn.Conv2d(config.width, 1, 7, padding=3, bias=config.bias)
        _start_normal(self, config.init_std)

    def forward(self, x: torch.Tensor, condition: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """x B x 3 x S x S in -1..1, condition (m, r) B x (N+M); S a multiple of 2^downsamples.

        A view of a part, the same in all of B, is 2S x 2S where the model is finer, and so are z
        and alpha.

        Returns z B x 3 x S x S in -1..1 and alpha B x 1 x S x S in 0..1, both float32. A generator
        without attention returns an alpha of ones, so that Eq. 1 gives x* = z.
        """
        ground, alpha, inked = self.draw(x, condition)
        return (ground if inked is None else inked.over(ground, alpha)), alpha

    def draw(
        self, x: torch.Tensor, condition: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, Inked | None]:
        """As `forward`, but z without its ink, and what is printed on it; None without inks."""
        part = self._part(condition)
        if part is not None and part.finer is not None:
            if x.shape[-1] == self.view_size:
                return *self._draw_finely(x, condition, part), None
            part = None  # what is seen like this is whole
        h = self._decoded(x, condition, part)
        z = torch.tanh(self.image_head(h).float())
        if self.palette is not None:
            z = self.palette(z, x, h, condition)
        alpha = self.attention(x, h, condition)
        return z, alpha, None if self.inks is None else self.inks(x, alpha, condition)

    def _part(self, condition: torch.Tensor) -> PartLayers | None:
        """The layers of the part that is seen; None where garments are seen whole."""
        return next((each for each in self.each_part() if condition[0, each.slots].any()), None)

    def each_part(self) -> Iterator[PartLayers]:
        """The layers of all parts."""
        for layers in self.parts.values():
            assert isinstance(layers, PartLayers)
            yield layers

    def _decoded(
        self, x: torch.Tensor, condition: torch.Tensor, part: PartLayers | None
    ) -> torch.Tensor:
        """What the heads see: the decoder's features, with the templates of a part."""
        h = self.features(x, condition)
        return h if part is None else part.templates(h, condition)

    def _draw_finely(
        self, x: torch.Tensor, condition: torch.Tensor, part: PartLayers
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """z and alpha of a part seen at twice the size that the trunk sees."""
        assert part.finer is not None and self.palette is not None
        small = reduced(x)
        h = self._decoded(small, condition, part)
        scores = self.palette.scores(h, condition)
        outputs = torch.cat([self.image_head(h), scores, self.attention_head(h)], dim=1)
        outputs = part.finer(outputs, x, h, condition).float()
        z, scores, alpha = outputs.split((3, 1 + COLORS, 1), dim=1)
        colors = [x, *map(enlarged, own_colors(small)[1:])]
        return mixed(torch.tanh(z), scores, colors), torch.sigmoid(alpha)

    def attention(self, x: torch.Tensor, h: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """alpha B x 1 x S x S from the decoder's features h or a net of its own; else ones."""
        if self.mask == "none":
            return torch.ones_like(x[:, :1])
        if self.mask == "separate":
            h = self.attention_net.features(x, condition)
        return torch.sigmoid(self.attention_head(h).float())


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions around a skip; the condition may scale and shift the first norm."""

    def __init__(self, channels: int, n_condition: int, config: ModelConfig) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=config.bias)
        self.norm1 = _trunk_norm(channels, config)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=config.bias)
        self.norm2 = _trunk_norm(channels, config)
        self.modulation = Modulation(n_condition, channels) if n_condition else None

    def forward(self, h: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        r = self.norm1(self.conv1(h))
        if self.modulation is not None:
            r = self.modulation(r, condition)
        return h + self.norm2(self.conv2(F.relu(r)))


class UpBlock(nn.Module):
    """A transposed convolution that doubles the side; the condition may scale and shift its norm.

    Instance norm takes away what is the same everywhere, a wanted colour too: here it comes back.
    """

    def __init__(self, before: int, after: int, n_condition: int, config: ModelConfig) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=config.bias)
        self.norm = _instance_norm(after, config)
        self.modulation = Modulation(n_condition, after) if n_condition else None
        _start_smooth(self.conv)

    def forward(self, h: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        h = self.norm(self.conv(h))
        if self.modulation is not None:
            h = self.modulation(h, condition)
        return F.relu(h)


class Discriminator(nn.Module):
    """PatchGAN with a real/fake map and a class head; D_I and D_C differ in size and depth."""

    def __init__(self, n_values: int, input_size: int, layers: int, config: ModelConfig) -> None:
        super().__init__()
        widths = [
            min(config.discriminator_width * 2**i, config.discriminator_max_width)
            for i in range(layers)
        ]
        slope, bias = config.leaky_slope, config.bias
        trunk: list[nn.Module] = []
        for before, after in pairwise([3, *widths]):
            trunk += [nn.Conv2d(before, after, 4, stride=2, padding=1), nn.LeakyReLU(slope)]
        self.trunk = nn.Sequential(*trunk)
        self.src = nn.Conv2d(widths[-1], 1, 3, padding=1, bias=bias)
        self.cls = nn.Conv2d(widths[-1], n_values, input_size // 2**layers, bias=bias)
        _start_normal(self, config.init_std)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """x B x 3 x S x S in -1..1 -> D_src (B x 1 x h x w, unbounded) and D_cls (B x N scores)."""
        h = self.trunk(x)
        return self.src(h), self.cls(h).flatten(1)


def build_discriminators(
    n_values: int, config: ModelConfig
) -> tuple[Discriminator, Discriminator | None]:
    """D_I on the whole square, D_C on crops of half the side with two layers fewer (Sec. 5).

    D_C is None where the method has none.
    """
    layers = int(math.log2(config.image_size)) - 1
    whole = Discriminator(n_values, config.image_size, layers, config)
    if not config.crop_discriminator:
        return whole, None
    return whole, Discriminator(n_values, config.image_size // 2, layers - 2, config)


def _instance_norm(channels: int, config: ModelConfig) -> nn.Module:
    # no running statistics: one photo's own
    return nn.InstanceNorm2d(channels, affine=config.norm_affine)


def _trunk_norm(channels: int, config: ModelConfig) -> nn.Module:
    if config.trunk_norm == "batch":
        return nn.BatchNorm2d(channels)
    return _instance_norm(channels, config)


def _halve(before: int, after: int, config: ModelConfig) -> tuple[nn.Module, ...]:
    conv = nn.Conv2d(before, after, 4, stride=2, padding=1, bias=config.bias)
    return conv, _instance_norm(after, config), nn.ReLU()


@torch.no_grad()
def _start_normal(network: nn.Module, std: float) -> None:
    """Start all convolutions from N(0, std^2) with biases of 0; a std of 0 leaves them as made."""
    for layer in network.modules():
        if std and isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, std=std)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


@torch.no_grad()
def _start_smooth(conv: nn.ConvTranspose2d) -> None:
    """Start as smooth enlargement: random kernels draw a checkerboard."""
    ramp = torch.tensor([0.25, 0.75, 0.75, 0.25])
    conv.weight.copy_(conv.weight.mean((2, 3), keepdim=True) * 4 * torch.outer(ramp, ramp))


def coordinate_planes(height: int, width: int, device: torch.device) -> torch.Tensor:
    """Row and column of each pixel, -1..1: 1 x 2 x height x width."""
    rows, columns = (torch.linspace(-1, 1, side, device=device) for side in (height, width))
    return torch.stack(torch.meshgrid(rows, columns, indexing="ij"))[None]


def _taps_inside(size: int, like: torch.Tensor) -> torch.Tensor:
    """size x 7 of 0 and 1: is tap j of a zero-padded kernel inside at position i?"""
    position = torch.arange(size, device=like.device)[:, None]
    tap = position + torch.arange(7, device=like.device)[None] - 3
    return ((tap >= 0) & (tap < size)).to(like.dtype)
