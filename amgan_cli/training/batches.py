"""One training batch: photos, what each is to become, and everything the losses compare with."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from amgan_cli.color import recolor
from amgan_cli.data.dataset import Dataset, to_network
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.references import References
from amgan_cli.training.augment import random_views
from amgan_cli.training.guidance import Guidance
from amgan_cli.training.rendered_pairs import Pair, RenderedPairs


@dataclass(frozen=True)
class Batch:
    """B photos to be edited in one attribute; pictures B x 3 x S x S in -1..1."""

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
    recolored: torch.Tensor | None
    """The photos recoloured inside their weak masks, where this is a colour batch."""
    has_recolored: torch.Tensor
    """B bool."""
    rendered: Pair | None
    """Rendered pictures with their counterfactuals, where the attribute has them."""


class Batches:
    """Draws batches from the training split; the same key always gives the same batch."""

    def __init__(
        self,
        dataset: Dataset,
        guidance: Guidance,
        prototypes: dict[str, tuple[float, float, float]],
        color_attribute: str,
        rendered: Mapping[str, RenderedPairs],
        batch_size: int,
    ) -> None:
        """`rendered` holds the pairs of each attribute that has some; half a batch joins each."""
        self.dataset, self.guidance, self.batch_size = dataset, guidance, batch_size
        self.color_attribute, self.rendered = color_attribute, rendered
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
        rows, source, target = self._choose(m, random)
        x_ref_rows = self.references.choose(rows, m, target, random)
        torch_random = torch.Generator(self.device).manual_seed(int(random.integers(2**62)))
        where = torch.from_numpy(rows).to(self.device)
        alpha_star, masks = self.guidance.alpha_star(where, m), self._masks(where)
        maps = masks if alpha_star is None else torch.cat([masks, alpha_star], dim=1)
        x, maps = random_views(torch_random, to_network(self.dataset.images[where]), maps)
        recolored, has_recolored = self._recolored(attribute, x, maps[:, :1], target)
        pairs = self.rendered.get(attribute)
        return Batch(
            block=block,
            x=x,
            source=torch.from_numpy(source + block.start).to(self.device),
            target=torch.from_numpy(target + block.start).to(self.device),
            to_source=self._conditions(attribute, source),
            to_target=self._conditions(attribute, target),
            alpha_star=None if alpha_star is None else maps[:, 1:],
            x_ref=to_network(self.dataset.images[torch.from_numpy(x_ref_rows).to(self.device)]),
            recolored=recolored,
            has_recolored=has_recolored,
            rendered=pairs.draw(max(1, self.batch_size // 2), random) if pairs else None,
        )

    def _pool(self, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows with a known label of attribute `m`, their chances, and the values to ask for."""
        labels = self.dataset.labels
        rows = np.flatnonzero((labels.values[:, m] != UNKNOWN) & ~labels.is_test)
        counts = np.bincount(labels.values[rows, m])
        chances = 1 / np.sqrt(counts[labels.values[rows, m]])  # between equal photos and values
        name = labels.vocabulary.names[m]
        values = labels.vocabulary.attributes[name]
        targets = [values.index(value) for value in labels.vocabulary.targets(name)]
        targets = [value for value in targets if value < len(counts) and counts[value]]
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

    def _recolored(
        self, attribute: str, x: torch.Tensor, mask: torch.Tensor, target: np.ndarray
    ) -> tuple[torch.Tensor | None, torch.Tensor]:
        if attribute != self.color_attribute:
            return None, torch.zeros(len(x), dtype=torch.bool, device=self.device)
        wanted = self.prototypes[torch.from_numpy(target).to(self.device)]
        has_target = ~wanted.isnan().any(dim=1) & (mask.amax((1, 2, 3)) > 0.5)
        return recolor(x, mask, wanted.nan_to_num()), has_target
