"""Known results for patterns: a pattern painted into the weak mask of a real photo, or evened out.

They have a fixed phase on the garment, as the generator's inks have (`amgan_cli.nets.inks`).
Pictures B x 3 x S x S in -1..1, masks B x 1 x S x S in 0..1.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from amgan_cli.color import lab_to_rgb, masked_median, rgb_to_lab
from amgan_cli.data.dataset import Dataset
from amgan_cli.errors import UsageError
from amgan_cli.nets.inks import LIGHT, STRONG, Place, flecked, fold_gain, stands_out
from amgan_cli.nets.pixels import to_network
from amgan_cli.training.augment import random_views
from amgan_cli.training.pairs import Pair
from amgan_cli.words import EVEN, PLAIN

SMALL = 1.36
"""Contrast of dots, in shares of what stands out."""
SUN, HEART = (48.0, 62.0, 36.0), (80.0, 6.0, 62.0)
"""CIELAB of inks that are the same on every cloth: red and yellow."""
EDGE = 0.4
"""Height over which an ink's edge passes."""
STEEP = 4 / EDGE
"""A sigmoid of so many times the height is as steep as that edge."""


class Cloth:
    """Garments to be painted on."""

    def __init__(self, x: torch.Tensor, mask: torch.Tensor, points: bool = False) -> None:
        """`points`: heights are not means over pixels."""
        self.lab = rgb_to_lab(x)
        inside = (mask > 0.5).float()
        median = masked_median(self.lab, mask).nan_to_num(50.0)
        self.median = median[..., None, None]  # B x 3 x 1 x 1
        self.dark = self.median[:, :1] < LIGHT
        place, size = Place.of(inside), x.shape[-1]
        u, v = place.coordinates(size)
        self.pixel = (not points) * place.pixel(size)  # B; how wide one is
        self.u, self.v = u[:, None, None], v[:, None, :, None]
        self.inside = inside

    def wave(self, cycles: int, axis: str) -> torch.Tensor:
        """A cosine over the columns (`u`) or rows (`v`), `cycles` of those in `inks.CYCLES`."""
        return torch.cos(2 * math.pi * cycles * (self.u if axis == "u" else self.v))

    def flecks(self, share: float, level: float) -> torch.Tensor:
        """Height of flecks that stand out where they are over `level`; `share` < 0: of others, that
        are under -`level`."""
        even = torch.full_like(self.inside, -STEEP * abs(share) * level)
        u, v = self.u[:, 0, 0], self.v[:, 0, :, 0]
        return flecked(even, STEEP * share, u, v, self.pixel) / STEEP

    @property
    def ink(self) -> torch.Tensor:
        """What stands out (`stands_out`), CIELAB, B x 3 x 1 x 1."""
        return self.tone(1)

    def tone(self, share: float) -> torch.Tensor:
        """A `share` of the way from the cloth's colour to that of its ink."""
        return self.median + share * (stands_out(self.median) - self.median)

    def evened(self) -> torch.Tensor:
        """CIELAB of the cloth in one colour: folds stay, prints fade, a little weave stays."""
        lightness, middle = self.lab[:, :1], self.median[:, :1]
        smooth = _smooth(lightness, self.inside, self.lab.shape[-1] / 50)
        folds = 14 * torch.tanh((smooth - middle) / 20)
        weave = (lightness - smooth).clamp(-3, 3)
        return torch.cat([middle + folds + weave, self.median[:, 1:].expand_as(self.lab[:, 1:])], 1)


@dataclass(frozen=True)
class Layer:
    """One ink of a pattern."""

    height: torch.Tensor
    """B x 1 x S x S, a function of u plus one of v, and flecks: ink lies where it is over 0."""
    ink: torch.Tensor
    """CIELAB, B x 3 x 1 x 1."""
    opacity: float = 1.0

    @property
    def cover(self) -> torch.Tensor:
        """0 where `height` is under 0, the opacity over it, softly."""
        return self.opacity * (self.height / EDGE + 0.5).clamp(0, 1)


def _stripes(cloth: Cloth) -> list[Layer]:
    return [Layer((cloth.wave(8, "v") - 0.4).expand_as(cloth.inside), cloth.ink)]


def _checks(cloth: Cloth) -> list[Layer]:
    bands = [(cloth.wave(6, axis) - 0.3).expand_as(cloth.inside) for axis in "uv"]
    return [Layer(band, cloth.ink, opacity=0.6) for band in bands]


def _dots(cloth: Cloth) -> list[Layer]:
    waves = cloth.wave(8, "u") + cloth.wave(8, "v")
    return [Layer(4 * (side * waves - 1.25), cloth.tone(SMALL)) for side in (1, -1)]


def _allover(cloth: Cloth) -> list[Layer]:
    # blossoms with hearts, and buds between them
    waves = cloth.wave(8, "u") + cloth.wave(8, "v")
    heights = 3 * (waves - 1.0), 4 * (-waves - 1.4), 4 * (waves - 1.65)
    return _layers(heights, (cloth.ink, cloth.tone(0.6), _ink(cloth.lab, HEART)))


def _print(cloth: Cloth) -> list[Layer]:
    # a sun in slices over a line of marks
    sun = 12 - 12 * (cloth.u**2 + (cloth.v + 0.08) ** 2) / 0.15**2
    slices = sun + 13 * cloth.wave(16, "v")
    marks = 8 * (cloth.wave(16, "u") + 0.5 * cloth.wave(10, "u") + 0.3)
    marks = 8 + marks - 12 * (cloth.u / 0.2) ** 2 - 20 * ((cloth.v - 0.2) / 0.035) ** 2
    inks = _ink(cloth.lab, SUN), _ink(cloth.lab, HEART), cloth.ink
    return _layers((sun, slices, marks), inks)


def _colorblock(cloth: Cloth) -> list[Layer]:
    height = 60 * (0.15**2 - cloth.v**2)
    return [Layer(height.expand_as(cloth.inside), cloth.tone(STRONG))]


def _lace(cloth: Cloth) -> list[Layer]:
    # blossoms of five solid pieces, every second one smaller, on a net whose holes are dark
    light, dark = (
        cloth.median + torch.where(cloth.dark, *tones) * _ink(cloth.lab, (1.0, 0.0, 0.0))
        for tones in ((11.0, 5.0), (-10.0, -16.0))
    )
    net = cloth.wave(32, "u") + cloth.wave(32, "v")
    waves = cloth.wave(6, "u") + cloth.wave(6, "v")
    blossoms = waves + 0.8 * (cloth.wave(18, "u") + cloth.wave(18, "v"))
    holes = Layer(3 * (net - 0.2), dark, opacity=0.9)
    return [holes, *_layers((3 * (blossoms - 1.3), 3 * (-blossoms - 1.75)), (light, light))]


def _melange(cloth: Cloth) -> list[Layer]:
    # fibres that stand out, and between them such as stand back
    tones = (0.15, cloth.tone(0.6 * STRONG)), (-0.15, cloth.tone(-0.4 * STRONG))
    return [Layer(cloth.flecks(share, 0.2), ink, opacity=0.6) for share, ink in tones]


def _layers(heights: Sequence[torch.Tensor], inks: Sequence[torch.Tensor]) -> list[Layer]:
    return [Layer(height, ink) for height, ink in zip(heights, inks, strict=True)]


PAINTERS: dict[str, Callable[[Cloth], list[Layer]]] = {
    **{"plain": lambda cloth: [], "stripes": _stripes, "checks": _checks, "dots": _dots},
    **{"allover": _allover, "print": _print, "colorblock": _colorblock, "lace": _lace},
    **{"melange": _melange},
}
"""Value -> its layers, lowest first."""


def paint(x: torch.Tensor, mask: torch.Tensor, value: str, even: torch.Tensor) -> torch.Tensor:
    """Photos x with the pattern `value`; `even` (B bool): the cloth has none that must go first."""
    cloth = Cloth(x, mask)
    flat = cloth.evened()
    ground = torch.where(even[:, None, None, None], cloth.lab, flat)
    light = flat[:, :1] - cloth.median[:, :1]  # folds fall on ink too
    lab = ground
    for layer in PAINTERS[value](cloth):
        gain = fold_gain(layer.ink[:, :1] / 100, cloth.median[:, :1] / 100)
        folded = layer.ink + gain * light * _ink(cloth.lab, (1.0, 0.0, 0.0))
        lab = lab + layer.cover * (folded - lab)
    return x + mask * (lab_to_rgb(lab) - x)


def known_patterns(
    x: torch.Tensor, mask: torch.Tensor, sources: list[str], targets: list[str]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Each photo with its wanted pattern, and which of them (B bool) have a known result."""
    even = torch.tensor([source in EVEN for source in sources], device=x.device)
    known = torch.tensor([target in PAINTERS for target in targets], device=x.device)
    result = x.clone()
    for value in set(targets) & set(PAINTERS):
        rows = torch.tensor([target == value for target in targets], device=x.device)
        result[rows] = paint(x[rows], mask[rows], value, even[rows])
    return result, known & (mask.amax((1, 2, 3)) > 0.5)


class PaintedPatterns:
    """Pairs from plain photos: a painted pattern before, another or the plain photo after."""

    def __init__(self, dataset: Dataset, attribute: str) -> None:
        """Takes all plain training photos with a mask; UsageError if there is none."""
        assert dataset.masks is not None, "photo_pairs need masks"
        labels, vocabulary = dataset.labels, dataset.labels.vocabulary
        self.dataset, self.masks = dataset, dataset.masks
        plain = vocabulary.attributes[attribute].index(PLAIN)
        column = labels.values[:, vocabulary.names.index(attribute)]
        has_mask = dataset.masks.amax((1, 2, 3)).cpu().numpy() > 0
        self.rows = np.flatnonzero((column == plain) & ~labels.is_test & has_mask)
        if not len(self.rows):
            raise UsageError(
                f"data.photo_pairs.{attribute} 'paint': no plain training photo has a mask"
            )
        self.values = [value for value in vocabulary.targets(attribute) if value in PAINTERS]
        self.numbers = torch.tensor([vocabulary.number(attribute, v) for v in self.values])
        self.conditions = torch.tensor([vocabulary.encode(attribute, v) for v in self.values])

    def draw(self, batch_size: int, random: np.random.Generator) -> Pair:
        """Random plain photos, half of them back to what they were, in random views."""
        device = self.dataset.images.device
        rows = torch.from_numpy(random.choice(self.rows, batch_size)).to(device)
        views = torch.Generator(device).manual_seed(int(random.integers(2**62)))
        masks = self.masks[rows].float() / 255
        photo, mask = random_views(views, to_network(self.dataset.images[rows]), masks)
        plain = self.values.index(PLAIN)
        others = [i for i in range(len(self.values)) if i != plain]
        before = random.choice(others, batch_size)
        after = np.where(random.random(batch_size) < 0.5, plain, random.choice(others, batch_size))
        x, y = (
            known_patterns(photo, mask, [PLAIN] * batch_size, [self.values[i] for i in wanted])[0]
            for wanted in (before, after)
        )
        changed = mask * torch.from_numpy(before != after).to(device)[:, None, None, None]
        target, to_target = self.numbers[after].to(device), self.conditions[after].to(device)
        return Pair(x, y, to_target, target, self.numbers[before].to(device), changed)


def _ink(like: torch.Tensor, lab: tuple[float, float, float]) -> torch.Tensor:
    return torch.tensor(lab, device=like.device)[None, :, None, None]


def _smooth(plane: torch.Tensor, inside: torch.Tensor, deviation: float) -> torch.Tensor:
    """Blur that looks only inside; B x 1 x S x S."""
    from torchvision.transforms.functional import gaussian_blur

    side = 2 * math.ceil(2 * deviation) + 1
    total = gaussian_blur(inside, [side, side], [deviation, deviation]).clamp_min(1e-3)
    return gaussian_blur(plane * inside, [side, side], [deviation, deviation]) / total
