"""`amgan evaluate`: a model's edits of the test photos, judged by a network of its own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from rich.console import Console
from rich.table import Table

from amgan_cli.attribute_network import AttributeNetwork
from amgan_cli.checkpoint import load_model
from amgan_cli.color import delta_e, masked_median, rgb_to_lab
from amgan_cli.config import Config
from amgan_cli.data.dataset import Dataset, load_dataset, to_network
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.sources import open_labels
from amgan_cli.device import Compute, pick_compute
from amgan_cli.errors import DataError
from amgan_cli.files import atomic
from amgan_cli.model_info import ModelInfo
from amgan_cli.networks import Generator
from amgan_cli.training.attribute_training import (
    accuracy,
    obtain_attribute_network,
    predict_values,
)
from amgan_cli.training.losses import edit

JUDGE_SEED = 1_000
"""Added to the training seed: the judge shares no start and no batch order with the model's net."""
CHUNK = 32
GROWN = 1 / 16
"""Share of the side by which a weak mask is grown before background is measured outside it."""


@dataclass(frozen=True)
class EditedBatch:
    """Test photos `rows` of `x`, edited to one value of one attribute."""

    attribute: str
    value: str
    rows: np.ndarray
    x: torch.Tensor
    x_star: torch.Tensor


def evaluate(
    model: Path,
    data: str | Path,
    judge_file: Path,
    config: Config,
    device: str = "auto",
    json_file: Path | None = None,
    photos: int | None = None,
    console: Console | None = None,
) -> dict:
    """Edit every test photo to every other value and return the figures (also as table and JSON).

    `judge_file` holds the independent attribute network; it is trained there on the training
    split if it does not exist. `photos` limits the edits to that many test photos, always the
    same ones. Raises DataError without test photos.
    """
    console = console or Console()
    compute = pick_compute(device, config.training.precision)
    generator, info = load_model(model, compute.device)
    labels = open_labels(data, config.data, info.vocabulary, console)
    if not labels.is_test.any():
        raise DataError(f"{data}: no test photos; mark some with test in column 'split'")
    dataset = load_dataset(labels, info.model.image_size, console.print).to(compute.device)
    seed = config.training.seed + JUDGE_SEED
    judge = obtain_attribute_network(judge_file, dataset, config, compute, seed, console)

    rows = dataset.rows(test=True)
    scores = predict_values(judge, _photos(dataset, rows), compute)
    figures = {"model": str(model), "steps": info.steps, "test_photos": len(rows)}
    figures["judge_on_real_photos"] = accuracy(scores, dataset, rows)
    if photos:
        rows = np.random.default_rng(0).permutation(rows)[:photos]
    figures["edited_photos"] = len(rows)
    edits = list_edits(generator, info, dataset, rows, compute)
    figures |= measure(edits, judge, info, dataset, compute)
    print_tables(figures, console)
    if json_file:
        with atomic(json_file) as temporary:
            temporary.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


@torch.no_grad()
def list_edits(
    generator: Generator, info: ModelInfo, dataset: Dataset, rows: np.ndarray, compute: Compute
) -> Iterator[EditedBatch]:
    """Every photo of `rows` with a known label, edited to every other value one can ask for."""
    for m, attribute in enumerate(info.vocabulary.names):
        known = rows[dataset.labels.values[rows, m] != UNKNOWN]
        values = info.vocabulary.attributes[attribute]
        for value in info.vocabulary.targets(attribute):
            others = known[dataset.labels.values[known, m] != values.index(value)]
            for start in range(0, len(others), CHUNK):
                chunk = others[start : start + CHUNK]
                x = _photos(dataset, chunk)
                condition = torch.tensor([info.vocabulary.encode(attribute, value)])
                condition = condition.to(x.device).expand(len(x), -1)
                x_star, _ = edit(generator, x, condition, compute)
                yield EditedBatch(attribute, value, chunk, x, x_star)


def measure(
    edits: Iterator[EditedBatch],
    judge: AttributeNetwork,
    info: ModelInfo,
    dataset: Dataset,
    compute: Compute,
) -> dict:
    """Accuracy of the manipulated attribute per value; for colours also colour and background.

    Returns `accuracy` {attribute: {value: share, "all": share}}, `nearest_prototype` {colour:
    share} and `background_delta_e` {attribute: mean CIEDE2000}, the last two where masks exist.
    """
    hits: dict[tuple[str, str], list[float]] = {}
    nearest: dict[tuple[str, str], list[float]] = {}
    background: dict[str, list[float]] = {}
    for batch in edits:
        key = (batch.attribute, batch.value)
        block = info.vocabulary.block(batch.attribute)
        wanted = info.vocabulary.attributes[batch.attribute].index(batch.value)
        seen = predict_values(judge, batch.x_star, compute)[:, block].argmax(dim=1)
        hits.setdefault(key, []).extend((seen == wanted).float().tolist())
        if dataset.masks is None:
            continue
        masks = dataset.masks[torch.from_numpy(batch.rows)].float() / 255
        background.setdefault(batch.attribute, []).extend(background_change(batch, masks))
        if batch.attribute == info.color_attribute and batch.value in info.prototypes:
            right = nearest_prototype(batch.x_star, masks, info) == batch.value
            nearest.setdefault(key, []).extend(right.astype(float).tolist())
    return {
        "accuracy": _by_attribute(hits),
        "nearest_prototype": _by_attribute(nearest).get(info.color_attribute, {}),
        "background_delta_e": {name: float(np.mean(v)) for name, v in background.items() if v},
    }


def nearest_prototype(x_star: torch.Tensor, masks: torch.Tensor, info: ModelInfo) -> np.ndarray:
    """Names of the colours nearest (Euclidean in CIELAB) to the median colour inside the masks.

    x_star B x 3 x S x S in -1..1, masks B x 1 x S x S in 0..1; "" where a mask is empty.
    """
    median = masked_median(rgb_to_lab(x_star), masks)
    names = np.array([*info.prototypes, ""])
    table = torch.tensor([info.prototypes[name] for name in names[:-1]]).to(median)
    index = torch.cdist(median.nan_to_num(), table).argmin(dim=1)
    index[median.isnan().any(dim=1)] = len(names) - 1
    return names[index.cpu().numpy()]


def background_change(batch: EditedBatch, masks: torch.Tensor) -> list[float]:
    """Mean CIEDE2000 outside each photo's mask, grown by GROWN; none for photos without mask."""
    reach = round(masks.shape[-1] * GROWN)
    grown = F.max_pool2d(masks, 2 * reach + 1, stride=1, padding=reach)
    outside = (grown[:, 0] < 0.5).double()
    difference = delta_e(rgb_to_lab(batch.x), rgb_to_lab(batch.x_star))
    means = (difference * outside).sum((1, 2)) / outside.sum((1, 2)).clamp_min(1)
    has_mask = (masks.amax((1, 2, 3)) > 0.5) & (outside.sum((1, 2)) > 0)
    return means[has_mask].tolist()


def print_tables(figures: dict, console: Console) -> None:
    """Show `measure`'s figures, one table an attribute."""
    for attribute, shares in figures["accuracy"].items():
        real = figures["judge_on_real_photos"][attribute]
        table = Table(title=f"{attribute} (judge on real photos: {real:.1%})", title_justify="left")
        for name in ("to", "edits", "seen by the judge"):
            table.add_column(name, justify="left" if name == "to" else "right")
        near = figures["nearest_prototype"] if attribute in figures["background_delta_e"] else {}
        near = near if set(near) & set(shares) - {"all"} else {}
        if near:
            table.add_column("nearest its prototype", justify="right")
        for value, (share, count) in shares.items():
            cells = [value, str(count), f"{share:.1%}"]
            if near:
                cells.append(f"{near[value][0]:.1%}" if value in near else "-")
            table.add_row(*cells)
        console.print(table)
    for attribute, change in figures["background_delta_e"].items():
        console.print(f"{attribute}: mean ΔE2000 outside the garment {change:.2f}", highlight=False)


def _photos(dataset: Dataset, rows: np.ndarray) -> torch.Tensor:
    return to_network(dataset.images[torch.from_numpy(rows)])


def _by_attribute(shares: dict[tuple[str, str], list[float]]) -> dict[str, dict]:
    """{attribute: {value: (mean, count)}}, with `all` over all edits of the attribute."""
    result: dict[str, dict] = {}
    for (attribute, value), found in shares.items():
        result.setdefault(attribute, {})[value] = (float(np.mean(found)), len(found))
    for attribute, values in result.items():
        found = [hit for (name, _), hits in shares.items() if name == attribute for hit in hits]
        values["all"] = (float(np.mean(found)), len(found))
    return result
