"""Rendered garments, whose true edits and parts are known: pixels and attention against them."""

from dataclasses import dataclass

import numpy as np
import torch

from amgan_cli.catalogue import counterfactual, render, sample_garment
from amgan_cli.catalogue.render import Rendering
from amgan_cli.device import Compute
from amgan_cli.edit_square import SquareEditor
from amgan_cli.editing.regions import REGIONS
from amgan_cli.evaluation.measure import EditTable
from amgan_cli.evaluation.overlap import intersection_over_union, share_inside
from amgan_cli.evaluation.preservation import color_change, mean_where
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.nets.pixels import to_network
from amgan_cli.training.rendered_pairs import catalogue_value
from amgan_cli.vocabulary import Vocabulary

HELD_OUT = 5_000_000
"""First seed: no training renders these garments."""
THRESHOLD = 0.9
"""Of a region (Sec. 4)."""
SLEEVES = ("left_sleeve", "right_sleeve")
PARTS = {"sleeve": SLEEVES, "collar": ("collar",), "fastening": ("fastening",)}
"""Attribute -> masks of what it is about; the others are about the whole garment."""


@dataclass(frozen=True)
class Case:
    """A rendered photo, an edit of it and the true result."""

    garment: int
    attribute: str
    value: str
    x: np.ndarray
    """S x S x 3 uint8, as `y`."""
    y: np.ndarray
    part: np.ndarray
    """S x S bool: what the edit is about, in x or in y."""
    sleeves: np.ndarray
    """S x S bool: sleeves in x."""


def render_cases(vocabulary: Vocabulary, garments: int, size: int, seed: int) -> list[Case]:
    """Each garment with one random edit an attribute, as far as the catalogue draws its values."""
    random = np.random.default_rng(seed)
    cases = []
    for number in range(garments):
        garment = sample_garment(HELD_OUT + 1000 * seed + number)
        before = render(garment, size)
        for attribute in vocabulary.names:
            drawn = {v: catalogue_value(attribute, v) for v in vocabulary.targets(attribute)}
            own = getattr(garment, attribute, None)
            others = [value for value, name in drawn.items() if name and name != own]
            if not others:
                continue
            value = str(random.choice(others))
            after = render(counterfactual(garment, attribute, str(drawn[value])), size)
            part = _part(before, attribute) | _part(after, attribute)
            sleeves = _part(before, "sleeve")
            pictures = before.image, after.image
            cases.append(Case(number, attribute, value, *pictures, part, sleeves))
    return cases


@torch.no_grad()
def measure_cases(
    generator: Generator, info: ModelInfo, cases: list[Case], compute: Compute
) -> EditTable:
    """Colour error (CIEDE2000) against the true result inside and outside the part, IoU of
    attention and part, and for `sleeveless` the share of its region that is on sleeves."""
    editor, rows = SquareEditor(generator, info, compute), []
    for case in cases:
        x, y = (_batch(picture, compute) for picture in (case.x, case.y))
        part, sleeves = (torch.from_numpy(m)[None].to(x.device) for m in (case.part, case.sleeves))
        manipulation = case.attribute, case.value
        x_star, alpha = editor.edit(x, manipulation)
        error = color_change(y, x_star)
        is_region = manipulation == REGIONS["sleeve"].manipulation and case.sleeves.any()
        share = (
            share_inside(alpha, sleeves[:, None], THRESHOLD) if is_region else torch.tensor(np.nan)
        )
        figures = (
            mean_where(error, part),
            mean_where(error, ~part),
            intersection_over_union(alpha, part[:, None]),
            share,
        )
        rows.append([float(figure) for figure in figures])
    names = ("true_inside_delta_e", "true_outside_delta_e", "part_iou", "region_on_sleeves")
    table, known = np.array(rows, dtype=float).reshape(-1, len(names)), info.vocabulary
    return EditTable(
        np.array([case.garment for case in cases]),
        np.array([known.names.index(case.attribute) for case in cases]),
        np.array([known.attributes[case.attribute].index(case.value) for case in cases]),
        dict(zip(names, table.T, strict=True)),
    )


def _part(picture: Rendering, attribute: str) -> np.ndarray:
    masks = [picture.masks[name] for name in PARTS.get(attribute, ("garment",))]
    return np.maximum.reduce(masks) > 127


def _batch(pixels: np.ndarray, compute: Compute) -> torch.Tensor:
    image = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None]
    return to_network(image.to(compute.device))
