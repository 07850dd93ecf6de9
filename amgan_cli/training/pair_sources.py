"""Which attribute gets known results from where, as the configuration says."""

import threading
from collections.abc import Callable

from amgan_cli.config import Config
from amgan_cli.data.dataset import Dataset
from amgan_cli.errors import UsageError
from amgan_cli.training.drawn_parts import DrawnParts
from amgan_cli.training.painted_patterns import PaintedPatterns
from amgan_cli.training.pairs import PairSource
from amgan_cli.training.rendered_pairs import render_pairs

PAINTED_FROM = ("plain", "stripes")
"""Values that an attribute must have whose patterns are painted."""


def pair_sources(
    dataset: Dataset, config: Config, tell: Callable[[str], None]
) -> dict[str, list[PairSource]]:
    """Sources of pairs of each attribute that has some.

    Raises UsageError where what a source needs is missing: masks, values.
    """
    vocabulary, size = dataset.labels.vocabulary, config.model.image_size
    sources: dict[str, list[PairSource]] = {name: [] for name in vocabulary.names}
    painted = [name for name, way in config.data.photo_pairs.items() if way == "paint"]
    if len(painted) > 1:
        raise UsageError(f"data.photo_pairs: paint is for one attribute, not {', '.join(painted)}")
    for name, garments in config.data.rendered_pairs.items():
        if name in config.model.views:
            raise UsageError(f"data.rendered_pairs.{name}: it is seen in part (model.views)")
        if name in sources:
            device = dataset.images.device
            sources[name].append(render_pairs(vocabulary, name, garments, size, device, tell))
    for name, way in config.data.photo_pairs.items():
        if name in sources and way == "paint":
            missing = set(PAINTED_FROM) - set(vocabulary.attributes[name])
            if missing:
                needed = ", ".join(PAINTED_FROM)
                raise UsageError(f"data.photo_pairs.{name}: needs the values {needed}")
            _check_masks(dataset, name)
            sources[name].append(PaintedPatterns(dataset, name))
    return {name: each for name, each in sources.items() if each}


def drawn_sources(
    dataset: Dataset, config: Config, tell: Callable[[str], None]
) -> dict[str, DrawnParts]:
    """Sources of the attributes that are drawn in views of their own.

    They are being filled when this returns if the first steps can do without (`whole_first`).
    Raises UsageError where a view and its drawings are not both asked for, or cannot be made.
    """
    vocabulary, size = dataset.labels.vocabulary, config.model.view_size
    views = {name: part for name, part in config.model.views.items() if name in vocabulary.names}
    ways = config.data.photo_pairs
    drawn = {name for name, way in ways.items() if way == "draw" and name in vocabulary.names}
    if drawn != set(views) or (views and config.loss.adversarial):
        raise UsageError(
            "model.views: an attribute seen in part needs data.photo_pairs 'draw', and the other "
            "way round; discriminators see whole photos, so loss.adv and loss.cls must be 0"
        )
    sources: dict[str, DrawnParts] = {}
    device = dataset.images.device
    for name, part in views.items():
        _check_masks(dataset, name)
        if name in (config.training.only or views):
            sources[name] = DrawnParts(dataset.labels, name, part, size, device, tell)

    def fill() -> None:
        for source in sources.values():
            source.fill()

    if config.training.whole_first:
        threading.Thread(target=fill, daemon=True).start()
    else:
        fill()
        for source in sources.values():
            source.wait()
    return sources


def _check_masks(dataset: Dataset, name: str) -> None:
    """UsageError without masks."""
    if dataset.masks is None:
        raise UsageError(f"data.photo_pairs.{name}: needs garment masks (data.masks)")
