"""One training batch: photos, what each is to become, and everything the losses compare with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from amgan_cli.color import recolor
from amgan_cli.config import Config
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.references import References
from amgan_cli.errors import DataError
from amgan_cli.nets.pixels import to_network
from amgan_cli.training.augment import random_views
from amgan_cli.training.guidance import Guidance
from amgan_cli.training.other_grounds import on_other_grounds
from amgan_cli.training.painted_patterns import known_patterns
from amgan_cli.training.pairs import Pair, PairSource


@dataclass(frozen=True)
class Batch:
    """B photos to be edited in one attribute; pictures B x 3 x S x S in -1..1."""

    attribute: str
    block: slice
    """The attribute's slots among the N values."""
    x: torch.Tensor
    source: torch.Tensor
    """m' as value numbers 0..N-1, B: what each photo shows."""
    target: torch.Tensor
    """m as value numbers, B: what each is to show."""
    to_source: torch.Tensor
    """Condition (m*, r) of the way back, B x (N+M)."""
    to_target: torch.Tensor
    """Condition (m, r), B x (N+M)."""
    alpha_star: torch.Tensor | None
    """Guidance masks, B x 1 x S x S in 0..1; None where guidance is off."""
    x_ref: torch.Tensor
    known: torch.Tensor | None
    """What the photos are to become, where that is known: recoloured or with a pattern painted on
    inside their weak masks."""
    is_known: torch.Tensor
    """B bool."""
    pairs: Pair | None
    """Other pictures with known results, where the attribute has them."""


class Batches:
    """Draws batches from the training split; the same key always gives the same batch."""

    def __init__(
        self,
        dataset: Dataset,
        config: Config,
        guidance: Guidance,
        prototypes: dict[str, tuple[float, float, float]],
        pairs: Mapping[str, Sequence[PairSource]],
        drawn: Mapping[str, PairSource],
    ) -> None:
        """`pairs` holds the sources of each attribute that has some; half a batch joins from each.
        Attributes with a source in `drawn` learn from its pictures alone."""
        options, ways = config.training, config.data.photo_pairs
        names = dataset.labels.vocabulary.names
        self.batch_size, self.reach = options.batch_size, options.reach
        self.other_grounds = options.other_grounds
        self.dataset, self.guidance = dataset, guidance
        self.color_attribute = color_attribute = config.data.color_attribute
        self.painted_attribute = next((n for n in names if ways.get(n) == "paint"), None)
        self.pairs, self.drawn = pairs, drawn
        self.wants_known = config.loss.pair > 0
        self.references = References(dataset.labels)
        self.device = dataset.images.device
        vocabulary = dataset.labels.vocabulary
        nothing = (float("nan"),) * 3
        colors = vocabulary.attributes.get(color_attribute, ())
        table = [prototypes.get(value, nothing) for value in colors]
        self.prototypes = torch.tensor(table, device=self.device)
        self._pools = [self._pool(m) for m in range(vocabulary.n_attributes)]

    def draw(self, m: int, key: tuple[int, ...]) -> Batch:
        """A batch for attribute number `m`; `key` (seed, step, ...) decides every choice."""
        random = np.random.default_rng(key)
        vocabulary = self.dataset.labels.vocabulary
        attribute = vocabulary.names[m]
        block = vocabulary.block(attribute)
        if attribute in self.drawn:
            return self._from_pairs(attribute, self.drawn[attribute].draw(self.batch_size, random))
        rows, source, target = self._choose(m, random)
        x_ref_rows = self.references.choose(rows, m, target, random)
        torch_random = torch.Generator(self.device).manual_seed(int(random.integers(2**62)))
        where = torch.from_numpy(rows).to(self.device)
        photos, mask = to_network(self.dataset.images[where]), self._masks(where)
        alpha_star = self.guidance.alpha_star(where, m)
        maps = [mask] if alpha_star is None else [mask, alpha_star]
        x, mask, *rest = random_views(torch_random, photos, *maps, reach=self.reach)
        alpha_star = rest[0] if rest else None
        if self.other_grounds:
            x = on_other_grounds(torch_random, x, mask, self.other_grounds)
        known, is_known = self._known(attribute, x, mask, source, target)
        share = max(1, self.batch_size // 2)
        pairs = [each.draw(share, random) for each in self.pairs.get(attribute, ())]
        return Batch(
            attribute=attribute,
            block=block,
            x=x,
            source=torch.from_numpy(source + block.start).to(self.device),
            target=torch.from_numpy(target + block.start).to(self.device),
            to_source=self._conditions(attribute, source),
            to_target=self._conditions(attribute, target),
            alpha_star=alpha_star,
            x_ref=to_network(self.dataset.images[torch.from_numpy(x_ref_rows).to(self.device)]),
            known=known,
            is_known=is_known,
            pairs=Pair.joined(pairs) if pairs else None,
        )

    def _from_pairs(self, attribute: str, pair: Pair) -> Batch:
        """Pictures whose results are all known, as a batch of their own."""
        vocabulary = self.dataset.labels.vocabulary
        block = vocabulary.block(attribute)
        return Batch(
            attribute=attribute,
            block=block,
            x=pair.x,
            source=pair.source,
            target=pair.target,
            to_source=self._conditions(attribute, (pair.source - block.start).cpu().numpy()),
            to_target=pair.to_target,
            alpha_star=pair.changed,
            x_ref=pair.y,
            known=pair.y,
            is_known=torch.ones(len(pair.x), dtype=torch.bool, device=self.device),
            pairs=None,
        )

    def _pool(self, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows with a known label of attribute `m`, their chances, and the values to ask for."""
        labels = self.dataset.labels
        name = labels.vocabulary.names[m]
        known = (labels.values[:, m] != UNKNOWN) & self.guidance.has_map(m)
        rows = np.flatnonzero(known & ~labels.is_test)
        if not len(rows):
            raise DataError(f"{name}: no training photo has both a label and a garment mask")
        counts = np.bincount(labels.values[rows, m])
        values = labels.vocabulary.attributes[name]
        targets = [values.index(value) for value in labels.vocabulary.targets(name)]
        targets = [value for value in targets if value < len(counts) and counts[value]]
        if len(targets) == 1:  # what shows it has nothing else to become
            rows = rows[labels.values[rows, m] != targets[0]]
        if not targets or not len(rows):
            raise DataError(f"{name}: no photo shows one value that another can become; label more")
        chances = 1 / np.sqrt(counts[labels.values[rows, m]])  # between equal photos and values
        return rows, chances / chances.sum(), np.array(targets)

    def _choose(self, m: int, random: np.random.Generator) -> tuple[np.ndarray, ...]:
        """Rows, the values they show, and other values to ask for, all B."""
        pool, chances, targets = self._pools[m]
        rows = random.choice(pool, self.batch_size, p=chances)
        source = self.dataset.labels.values[rows, m]
        target = np.array([random.choice(targets[targets != value]) for value in source])
        return rows, source, target

    def _conditions(self, attribute: str, values: np.ndarray) -> torch.Tensor:
        vocabulary = self.dataset.labels.vocabulary
        names = vocabulary.attributes[attribute]
        table = [vocabulary.encode(attribute, names[value]) for value in values]
        return torch.tensor(table, device=self.device)

    def _masks(self, rows: torch.Tensor) -> torch.Tensor:
        """Weak garment masks, B x 1 x S x S in 0..1; all 0 without."""
        if self.dataset.masks is None:
            return torch.zeros_like(self.dataset.images[rows, :1], dtype=torch.float32)
        return self.dataset.masks[rows].float() / 255

    def _known(
        self,
        attribute: str,
        x: torch.Tensor,
        mask: torch.Tensor,
        source: np.ndarray,
        target: np.ndarray,
    ) -> tuple[torch.Tensor | None, torch.Tensor]:
        """Known results of a batch of colours or patterns, and which photos have one."""
        nothing = None, torch.zeros(len(x), dtype=torch.bool, device=self.device)
        if not self.wants_known:
            return nothing
        if attribute == self.painted_attribute:
            names = self.dataset.labels.vocabulary.attributes[attribute]
            before, after = ([names[value] for value in values] for values in (source, target))
            return known_patterns(x, mask, before, after)
        if attribute != self.color_attribute:
            return nothing
        wanted = self.prototypes[torch.from_numpy(target).to(self.device)]
        has_target = ~wanted.isnan().any(dim=1) & (mask.amax((1, 2, 3)) > 0.5)
        return recolor(x, mask, wanted.nan_to_num()), has_target
