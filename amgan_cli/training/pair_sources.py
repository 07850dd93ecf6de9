"""Which attribute gets known results from where, as the configuration says."""

from collections.abc import Callable
from pathlib import Path

from amgan_cli.checkpoint import load_model
from amgan_cli.config import Config
from amgan_cli.data.dataset import Dataset
from amgan_cli.errors import UsageError
from amgan_cli.training.cut_sleeves import cut_sleeves
from amgan_cli.training.drawn_parts import DrawnParts
from amgan_cli.training.painted_patterns import PaintedPatterns
from amgan_cli.training.pairs import PairSource
from amgan_cli.training.rendered_pairs import render_pairs

NEEDED = {"paint": ("plain", "stripes"), "sleeves": ("long", "short", "sleeveless")}
"""Way of `photo_pairs` -> values that the attribute must have."""


def pair_sources(
    dataset: Dataset, config: Config, start_from: Path | None, tell: Callable[[str], None]
) -> dict[str, list[PairSource]]:
    """Sources of pairs of each attribute that has some.

    Raises UsageError where what a source needs is missing: masks, a model to start from, values.
    """
    vocabulary, size = dataset.labels.vocabulary, config.model.image_size
    sources: dict[str, list[PairSource]] = {name: [] for name in vocabulary.names}
    for name, garments in config.data.rendered_pairs.items():
        if name in sources:
            device = dataset.images.device
            sources[name].append(render_pairs(vocabulary, name, garments, size, device, tell))
    for name, way in config.data.photo_pairs.items():
        if name in sources and way != "draw":
            if dataset.masks is None:
                raise UsageError(f"data.photo_pairs.{name}: needs garment masks (data.masks)")
            sources[name] += _from_photos(dataset, name, way, start_from, tell)
    return {name: each for name, each in sources.items() if each}


def drawn_sources(
    dataset: Dataset, config: Config, tell: Callable[[str], None]
) -> dict[str, PairSource]:
    """Sources of the attributes that are drawn in views of their own.

    Raises UsageError where a view and its drawings are not both asked for, or cannot be made.
    """
    vocabulary, size = dataset.labels.vocabulary, config.model.image_size
    views = {name: part for name, part in config.model.views.items() if name in vocabulary.names}
    ways = config.data.photo_pairs
    drawn = {name for name, way in ways.items() if way == "draw" and name in vocabulary.names}
    if drawn != set(views) or (views and config.loss.adversarial):
        raise UsageError(
            "model.views: an attribute seen in part needs data.photo_pairs 'draw', and the other "
            "way round; discriminators see whole photos, so loss.adv and loss.cls must be 0"
        )
    device = dataset.images.device
    return {
        name: DrawnParts(dataset.labels, name, part, size, device, tell)
        for name, part in views.items()
    }


def _from_photos(
    dataset: Dataset,
    name: str,
    way: str,
    start_from: Path | None,
    tell: Callable[[str], None],
) -> list[PairSource]:
    """The sources that `way` names; UsageError if the labels or a start model are not enough."""
    missing = set(NEEDED.get(way, ())) - set(dataset.labels.vocabulary.attributes[name])
    if missing:
        raise UsageError(
            f"data.photo_pairs.{name} '{way}': needs the values {', '.join(NEEDED[way])}"
        )
    if way == "paint":
        return [PaintedPatterns(dataset, name)]
    if start_from is None:
        raise UsageError(f"data.photo_pairs.{name} 'sleeves': give --start-from, also to go on")
    device, size = dataset.images.device, dataset.images.shape[-1]
    cuts = cut_sleeves(dataset, name, load_model(start_from, device))
    tell(f"sleeves of {len(cuts.images)} photos cut")
    return [cuts, DrawnParts(dataset.labels, name, "sleeves", size, device, tell)]
