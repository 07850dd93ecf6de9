"""Trains an attribute network on a data set and says how often it is right."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from rich.console import Console

from amgan_cli.checkpoint import load_network, save_network
from amgan_cli.config import AttributeConfig, Config
from amgan_cli.console import say
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.device import Compute
from amgan_cli.errors import UsageError
from amgan_cli.model_info import read_header
from amgan_cli.nets.attribute_network import (
    AttributeNetwork,
    build_attribute_network,
    masked_cross_entropy,
)
from amgan_cli.nets.pixels import to_network
from amgan_cli.training.augment import random_views
from amgan_cli.training.other_grounds import on_other_grounds
from amgan_cli.training.random_prints import hidden, printed
from amgan_cli.training.twins import disagreement, twins_of
from amgan_cli.words import CATEGORY

SMOOTHING = 0.1
"""Neighbouring colours are labelled one way or the other by chance; be less sure."""
DRAWN = 0.4
"""How much renderings count beside as many photos."""
GARMENT = 4.0
"""How much where the garment is counts beside an attribute."""
NEAR = 0.4
"""Share of the photos that are seen once more where the garment is learned, from near by or afar,
so that it ends at the border on some; what attributes such a view shows is not taught."""
REACH = 1.9
"""How far those views go, as in `augment.random_views`."""
TWINS = 2.0
"""How much it counts that photos and their twins show the same."""
HEAD_RATE = 4.0
"""Learning rate of the garment head, which begins anew, in that of the rest."""


def train_attribute_network(
    dataset: Dataset,
    config: AttributeConfig,
    compute: Compute,
    seed: int,
    on_step: Callable[[int, int, float], None],
    beside: Dataset | None = None,
    color: str = "color",
) -> AttributeNetwork:
    """Return a network fitted to the training split's known labels, in eval mode and frozen.

    `on_step` gets (step, steps, loss) after each step. `beside` are renderings of the same size
    with labels of the same vocabulary, half as many in each batch; `color` is the attribute that
    colours are values of. Raises UsageError if garments or twins are to be learned without masks.
    """
    for option in ("garment", "twins"):
        if getattr(config, option) and dataset.masks is None:
            raise UsageError(
                f"attribute_network.{option}: the data have no masks; give them or leave it"
            )
    torch.manual_seed(seed)
    vocabulary = dataset.labels.vocabulary
    network = compute.place(build_attribute_network(vocabulary.n_values, config))
    rates = [config.learning_rate]
    groups = [{"params": [*network.body.parameters(), *network.head.parameters()]}]
    if network.garment_head is not None:
        rates.append(HEAD_RATE * config.learning_rate)
        groups.append({"params": [*network.garment_head.parameters()]})
    optimizer = torch.optim.AdamW(groups, config.learning_rate, weight_decay=config.weight_decay)
    rows = dataset.rows(test=False)
    steps = max(2, round(config.epochs * len(rows) / config.batch_size))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, steps)
    values = torch.from_numpy(dataset.labels.values).to(compute.device)
    handicap = config.balance * log_shares(dataset, rows).to(compute.device)
    random = torch.Generator(compute.device).manual_seed(seed)
    batches = _batches(rows, config.batch_size, steps, seed)
    drawn = None
    if beside is not None:
        their_values = torch.from_numpy(beside.labels.values).to(compute.device)
        half, all_rows = max(1, config.batch_size // 2), beside.rows(test=False)
        drawn = _batches(all_rows, half, steps, seed + 1)
    network.train()
    for step, batch in enumerate(batches):
        seen = _augmented(random, dataset, batch, values[batch], config, color)
        images, known, masks, untouched = seen
        n = len(images)
        if beside is not None and drawn is not None:
            more = next(drawn)
            (renderings,) = random_views(random, to_network(beside.images[more]))
            images, known = torch.cat([images, renderings]), torch.cat([known, their_values[more]])
        with compute.autocast():
            images, garment = compute.lay_out(images), None
            if network.garment_head is None:
                scores = network(images)
            else:
                scores, garment = network.scores_and_garment(images)
        loss = masked_cross_entropy(scores[:n] + handicap, known[:n], vocabulary, SMOOTHING)
        if untouched is not None:  # the photos come first, their twins last
            b = len(batch)
            loss = loss + TWINS * disagreement(scores[n - b : n], scores[:b], untouched, vocabulary)
        if drawn is not None:  # the catalogue draws every value equally often
            theirs = masked_cross_entropy(scores[n:], known[n:], vocabulary, SMOOTHING)
            loss = loss + DRAWN * theirs
        if masks is not None and garment is not None:
            loss = loss + GARMENT * _garment_loss(garment[:n], masks)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        on_step(step + 1, steps, loss.item())
    return network.eval().requires_grad_(False)


def _augmented(
    random: torch.Generator,
    dataset: Dataset,
    rows: torch.Tensor,
    values: torch.Tensor,
    config: AttributeConfig,
    color: str,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None, torch.Tensor | None]:
    """Photos in random views, on other grounds and with prints, then their near views and twins
    where there are some; what is still known of each, the garments' masks where the data have them,
    and what twins show as their photos do (`twins_of`)."""
    images = to_network(dataset.images[rows])
    if dataset.masks is None:
        return random_views(random, images)[0], values, None, None
    masks = dataset.masks[rows].float() / 255
    views = [random_views(random, images, masks)]
    if config.garment:
        near = round(NEAR * len(rows))
        views.append(random_views(random, images[:near], masks[:near], reach=REACH))
        values = F.pad(values, (0, 0, 0, near), value=UNKNOWN)
    images, masks = (
        _at_most(torch.cat(each), config.input_size) for each in zip(*views, strict=True)
    )
    if config.other_grounds:
        images = on_other_grounds(random, images, masks, config.other_grounds)
    names, untouched = dataset.labels.vocabulary.names, None
    if config.prints:
        images, inked = printed(random, images, masks, config.prints)
        values = values.masked_fill(hidden(inked, names, color), UNKNOWN)
    if config.twins:
        b = len(rows)
        twins, untouched = twins_of(random, images[:b], masks[:b], names, color)
        images, masks = torch.cat([images, twins]), torch.cat([masks, masks[:b]])
        values = torch.cat([values, values[:b].masked_fill(~untouched, UNKNOWN)])
    return images, values, masks, untouched


def _at_most(pictures: torch.Tensor, side: int) -> torch.Tensor:
    """B x C x S x S, made smaller if S is over `side`: near views are sharp then too."""
    if pictures.shape[-1] <= side:
        return pictures
    return F.interpolate(pictures, (side, side), mode="bilinear", antialias=True)


def _garment_loss(scores: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Cross-entropy to the masks of photos that have one; scores B x 1 x h x w, masks B x 1 x S x S
    in 0..1."""
    has_mask = masks.amax((1, 2, 3)) > 0.5
    if not has_mask.any():
        return scores.sum() * 0
    wanted = F.interpolate(masks[has_mask], scores.shape[2:], mode="area")
    return F.binary_cross_entropy_with_logits(scores[has_mask].float(), wanted)


def obtain_attribute_network(
    path: Path,
    dataset: Dataset,
    config: Config,
    compute: Compute,
    seed: int,
    console: Console,
    beside: Dataset | None = None,
) -> AttributeNetwork:
    """Load the attribute network from `path`, or train it, report its accuracy and save it.

    One that learned from other photos is told of. `beside` as in `train_attribute_network`.
    """
    vocabulary = dataset.labels.vocabulary
    note = {"vocabulary": vocabulary.to_dict(), **asdict(config.attribute_network), "seed": seed}
    of_photos: dict[str, Any] = {"photos": digest_of(dataset)}
    if CATEGORY in vocabulary.names:
        of_photos["wearers"] = find_wearers(dataset)
    if path.exists():
        network = AttributeNetwork(vocabulary.n_values, config.attribute_network)
        header = read_header(path)
        if header.get("photos", of_photos["photos"]) != of_photos["photos"]:
            say(console, f"{path}: learned from other photos, or at another size; used as it is")
        theirs = {name: header[name] for name in ("photos", "wearers") if name in header}
        load_network(path, network, note | theirs, asdict(AttributeConfig()))
        network = compute.place(network).eval().requires_grad_(False)
    else:

        def tell(step: int, steps: int, loss: float) -> None:
            if step % max(1, steps // 10) == 0:
                say(console, f"attribute network {step}/{steps}: loss {loss:.3f}")

        color = config.data.color_attribute
        network = train_attribute_network(
            dataset, config.attribute_network, compute, seed, tell, beside, color
        )
        save_network(path, network, note | of_photos)
    rows = dataset.rows(test=True)
    if len(rows):
        scores = predict_values(network, dataset.images[torch.from_numpy(rows)], compute)
        right = accuracy(scores, dataset, rows)
        text = ", ".join(f"{name} {share:.1%}" for name, share in right.items())
        say(console, f"attribute network on {len(rows)} test photos: {text}")
    return network


@torch.no_grad()
def predict_values(
    look: Callable[[torch.Tensor], torch.Tensor],
    images: torch.Tensor,
    compute: Compute,
    batch_size: int = 64,
) -> torch.Tensor:
    """Scores of all values for n x 3 x S x S photos in 0..255: n x N float32 on the CPU.

    `look` is an attribute network, or its `both_ways`.
    """
    scores = []
    for chunk in images.split(batch_size):
        x = to_network(chunk).to(compute.device)  # only now: as numbers all take four times as much
        with compute.autocast():
            scores.append(look(compute.lay_out(x)).float().cpu())
    return torch.cat(scores)


def log_shares(dataset: Dataset, rows: np.ndarray) -> torch.Tensor:
    """Logarithm of each value's share of its attribute's known labels in `rows`, N values.

    Added to the scores in training it takes what is frequent out of them (Menon et al. 2021).
    """
    vocabulary, shares = dataset.labels.vocabulary, []
    for m, attribute in enumerate(vocabulary.names):
        labels = dataset.labels.values[rows, m]
        counts = np.bincount(
            labels[labels != UNKNOWN], minlength=len(vocabulary.attributes[attribute])
        )
        shares.append(np.log(np.maximum(counts, 1) / max(1, counts.sum())))
    return torch.from_numpy(np.concatenate(shares)).float()


def digest_of(dataset: Dataset) -> str:
    """What a network learns from: names and size of the training photos, in short."""
    names = [dataset.labels.photos[row].name for row in dataset.rows(test=False)]
    told = "\n".join([*sorted(names), str(dataset.images.shape[-1])])
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()[:16]


def find_wearers(dataset: Dataset) -> dict[str, list[str]]:
    """Attribute -> categories that have it: those of which most training photos have a value.

    A blank label stands for unknown and for what a shoe's collar is; this tells them apart.
    """
    vocabulary, rows = dataset.labels.vocabulary, dataset.rows(test=False)
    known = dataset.labels.values[rows] != UNKNOWN
    kind = dataset.labels.values[rows, vocabulary.names.index(CATEGORY)]
    return {
        attribute: [
            name
            for k, name in enumerate(vocabulary.attributes[CATEGORY])
            if (kind == k).any() and known[kind == k, m].mean() > 0.5
        ]
        for m, attribute in enumerate(vocabulary.names)
        if attribute != CATEGORY
    }


def accuracy(scores: torch.Tensor, dataset: Dataset, rows: np.ndarray) -> dict[str, float]:
    """Share of the known labels of `rows` that `scores` (one row each) get right, per attribute.

    NaN for an attribute without known labels.
    """
    vocabulary, result = dataset.labels.vocabulary, {}
    for m, attribute in enumerate(vocabulary.names):
        truth = dataset.labels.values[rows, m]
        guess = scores[:, vocabulary.block(attribute)].argmax(dim=1).numpy()
        known = truth != UNKNOWN
        result[attribute] = float((guess == truth)[known].mean()) if known.any() else float("nan")
    return result


def _batches(rows: np.ndarray, batch_size: int, steps: int, seed: int):
    """`steps` batches; every epoch is a new order of all rows."""
    random = np.random.default_rng(seed)
    size = min(batch_size, len(rows))
    order = np.empty(0, dtype=int)
    for _ in range(steps):
        if len(order) < size:
            order = np.concatenate([order, random.permutation(rows)])
        batch, order = order[:size], order[size:]
        yield torch.from_numpy(batch)
