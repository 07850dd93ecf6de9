"""Supervision for shape edits: rendered garments and their exact counterfactuals.

No real photo exists twice with only the sleeve changed; our renderer draws one for every value.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from amgan_cli.errors import UsageError
from amgan_cli.photos.geometry import Fit
from amgan_cli.processes import worker_pool
from amgan_cli.training.pairs import Counterfactuals
from amgan_cli.vocabulary import Vocabulary

OTHER_NAMES = {
    **{"threequarter": "3/4", "lightblue": "light blue", "burgundy": "maroon"},
    **{"vneck": "v-neck", "stand": "high", "none": "no closure", "buttons": "button"},
    **{"stripes": "striped", "checks": "checked", "dots": "polka dot", "melange": "marl"},
}
"""Label values that the catalogue spells otherwise."""
SHAPES = ((3, 4), (3, 4), (3, 4), (4, 3), (1, 1))
"""Width : height of the pictures, about as often as in photos from phones."""
EVERYDAY = {"collar": "round", "fastening": "no closure"}
"""Half of the garments are like this: the catalogue draws rare collars as often as T-shirts."""
FIRST_GARMENT = 500_000_000
"""Its seed: `catalogue:COUNT` begins at 0, and its test garments are not to be learned from."""
SMALLEST_RENDERING = 64
"""Pixels of the longer side; smaller squares are shrunk from it."""


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
) -> Counterfactuals:
    """Draw `garments` garments in every value of `attribute` that catalogue and vocabulary share.

    Raises UsageError if they share fewer than two. `tell` gets a line for the user.
    """
    drawn = {value: catalogue_value(attribute, value) for value in vocabulary.targets(attribute)}
    drawn = {value: name for value, name in drawn.items() if name}
    known, values = list(drawn), list(drawn.values())
    if len(values) < 2:
        raise UsageError(f"data.rendered_pairs: the catalogue draws no two values of {attribute}")
    tell(f"rendering {garments} garments with {attribute} {', '.join(values)}")
    draw = partial(_draw_garment, attribute=attribute, values=values, size=size)
    with worker_pool(garments) as pool:
        seeds = range(FIRST_GARMENT, FIRST_GARMENT + garments)
        images = np.stack(list(pool.map(draw, seeds, chunksize=16)))
    numbers = [vocabulary.number(attribute, value) for value in known]
    conditions = [vocabulary.encode(attribute, value) for value in known]
    return Counterfactuals(torch.from_numpy(images).to(device), numbers, conditions)


def _draw_garment(seed: int, attribute: str, values: list[str], size: int) -> np.ndarray:
    """V x 3 x S x S uint8: one garment in every value."""
    from amgan_cli.catalogue import counterfactual, render, sample_garment

    width, height = SHAPES[seed % len(SHAPES)]
    scale = max(size, SMALLEST_RENDERING) / max(width, height)
    shape = (round(width * scale), round(height * scale))
    garment = sample_garment(seed, **(EVERYDAY if seed % 2 else {}))
    pictures = [render(counterfactual(garment, attribute, value), shape).image for value in values]
    squares = [Fit.of(picture, size).to_square(picture) for picture in pictures]
    return np.stack(squares).transpose(0, 3, 1, 2)
