"""Supervision for shape edits: rendered garments and their exact counterfactuals.

No real photo exists twice with only the sleeve changed; our renderer draws one for every value.
"""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.data.dataset import to_network
from amgan_cli.errors import UsageError
from amgan_cli.photos.geometry import Fit
from amgan_cli.training.augment import random_views, tinted
from amgan_cli.vocabulary import Vocabulary

OTHER_NAMES = {"threequarter": "3/4", "lightblue": "light blue", "burgundy": "maroon"}
"""Label values that the catalogue spells otherwise."""
SHAPES = ((3, 4), (3, 4), (3, 4), (4, 3), (1, 1))
"""Width : height of the pictures, about as often as in photos from phones."""
EVERYDAY = {"collar": "round", "fastening": "no closure"}
"""Half of the garments are like this: the catalogue draws rare collars as often as T-shirts."""
SMALLEST_RENDERING = 64
"""Pixels of the longer side; smaller squares are shrunk from it."""
VISIBLE = 0.12
"""Smallest difference (of -1..1) that counts as changed: below it is noise and JPEG."""


@dataclass(frozen=True)
class Pair:
    """B rendered pictures to be edited, with the true result."""

    x: torch.Tensor
    y: torch.Tensor
    """The counterfactual of x, B x 3 x S x S in -1..1."""
    to_target: torch.Tensor
    """Condition (m, r), B x (N+M)."""
    changed: torch.Tensor
    """Where y differs from x, B x 1 x S x S of 0 and 1: alpha*."""


class RenderedPairs:
    """n garments, each in all values of one attribute, in memory."""

    def __init__(self, vocabulary: Vocabulary, attribute: str, images: torch.Tensor) -> None:
        """`images` n x V x 3 x S x S uint8, the attribute's known values in order."""
        values = [v for v in vocabulary.targets(attribute) if catalogue_value(attribute, v)]
        self.images = images
        self.conditions = torch.tensor(
            [vocabulary.encode(attribute, value) for value in values], device=images.device
        )

    def draw(self, batch_size: int, random: np.random.Generator) -> Pair:
        """A batch of different (before, after) values of random garments, in random views."""
        garments, values = self.images.shape[:2]
        rows = random.integers(garments, size=batch_size)
        before = random.integers(values, size=batch_size)
        after = (before + random.integers(1, values, size=batch_size)) % values
        both = torch.cat([self.images[rows, before], self.images[rows, after]], dim=1)
        views = torch.Generator(both.device).manual_seed(int(random.integers(2**62)))
        (both,) = random_views(views, tinted(views, to_network(both)))
        x, y = both.chunk(2, dim=1)
        return Pair(x, y, self.conditions[after], _changed(x, y))


def catalogue_value(attribute: str, value: str) -> str | None:
    """The catalogue's name of a label value, or None if it draws no such value."""
    from amgan_cli.catalogue import ATTRIBUTES

    name = OTHER_NAMES.get(value, value)
    return name if name in ATTRIBUTES.get(attribute, ()) else None


def render_pairs(
    vocabulary: Vocabulary,
    attribute: str,
    garments: int,
    size: int,
    device: torch.device,
    tell: Callable[[str], None],
) -> RenderedPairs:
    """Draw `garments` garments in every value of `attribute` that catalogue and vocabulary share.

    Raises UsageError if they share fewer than two. `tell` gets a line for the user.
    """
    names = [catalogue_value(attribute, value) for value in vocabulary.targets(attribute)]
    values = [name for name in names if name]
    if len(values) < 2:
        raise UsageError(f"data.rendered_pairs: the catalogue draws no two values of {attribute}")
    tell(f"rendering {garments} garments with {attribute} {', '.join(values)}")
    draw = partial(_draw_garment, attribute=attribute, values=values, size=size)
    spawn = multiprocessing.get_context("spawn")  # a fork would copy torch's threads' locks
    with ProcessPoolExecutor(mp_context=spawn) as pool:
        images = np.stack(list(pool.map(draw, range(garments), chunksize=16)))
    return RenderedPairs(vocabulary, attribute, torch.from_numpy(images).to(device))


def _draw_garment(seed: int, attribute: str, values: list[str], size: int) -> np.ndarray:
    """V x 3 x S x S uint8: one garment in every value."""
    import cv2

    from amgan_cli.catalogue import counterfactual, render, sample_garment

    cv2.setNumThreads(1)
    width, height = SHAPES[seed % len(SHAPES)]
    scale = max(size, SMALLEST_RENDERING) / max(width, height)
    shape = (round(width * scale), round(height * scale))
    garment = sample_garment(seed, **(EVERYDAY if seed % 2 else {}))
    pictures = [render(counterfactual(garment, attribute, value), shape).image for value in values]
    squares = [Fit.of(picture, size).to_square(picture) for picture in pictures]
    return np.stack(squares).transpose(0, 3, 1, 2)


def _changed(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Pixels that differ visibly, single ones (noise, JPEG) taken away and small gaps closed."""
    differs = ((x - y).abs().amax(dim=1, keepdim=True) > VISIBLE).float()
    return (F.avg_pool2d(differs, 5, stride=1, padding=2) > 0.5).float()
