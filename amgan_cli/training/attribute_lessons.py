"""What an attribute network is shown of a few thousand photos, so that it does not know them by
heart: other views, colours, grounds and prints (ours)."""

import torch

from amgan_cli.color import recolor
from amgan_cli.config import AttributeConfig
from amgan_cli.data.dataset import Dataset, to_network
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.training.augment import random_views
from amgan_cli.training.guidance import color_prototypes
from amgan_cli.training.other_grounds import on_other_grounds
from amgan_cli.training.random_prints import printed

HIDDEN = {"pattern": 0.0, "color": 0.4}
"""What is no longer known of a photo with a print of chance on it, where the ink is more than this
share of the garment: a garment's colour is the one of more than half of it."""
COLOR = "color"


class Augmentation:
    """Photos of a data set in random views, as an `AttributeConfig` says."""

    def __init__(self, dataset: Dataset, config: AttributeConfig) -> None:
        """Colours need masks, and labels in the column `color`."""
        self.dataset, self.config = dataset, config
        self.names = dataset.labels.vocabulary.names
        self.is_masked = dataset.masks is not None
        if config.recolored and self.is_masked and COLOR in self.names:
            prototypes = color_prototypes(dataset, COLOR)
            known = dataset.labels.vocabulary.attributes[COLOR]
            self.colors = [known.index(name) for name in prototypes]
            self.prototypes = torch.tensor(list(prototypes.values()), device=dataset.images.device)

    def __call__(
        self, random: torch.Generator, rows: torch.Tensor, values: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The photos `rows` (B x 3 x S x S in -1..1) and what is still known of their `values`."""
        config, images = self.config, to_network(self.dataset.images[rows])
        if self.dataset.masks is None:
            return random_views(random, images)[0], values
        images, masks = random_views(random, images, self.dataset.masks[rows].float() / 255)
        if config.recolored and COLOR in self.names:
            images, values = self._recolored(random, images, masks, values)
        if config.other_grounds:
            images = on_other_grounds(random, images, masks, config.other_grounds)
        if config.prints:
            images, inked = printed(random, images, masks, config.prints)
            most = torch.tensor([HIDDEN.get(n, 1.0) for n in self.names], device=values.device)
            values = values.masked_fill(inked[:, None] > most, UNKNOWN)
        return images, values

    def _recolored(
        self,
        random: torch.Generator,
        images: torch.Tensor,
        masks: torch.Tensor,
        values: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Some garments of one known colour in another, labelled so."""
        n, device = len(images), images.device
        luck = torch.rand(n, generator=random, device=device)
        which = torch.randint(len(self.colors), (n,), generator=random, device=device)
        values, column = values.clone(), self.names.index(COLOR)
        colors = torch.tensor(self.colors, device=device)
        has_one = torch.isin(values[:, column], colors) & (masks.amax((1, 2, 3)) > 0.5)
        is_other = (luck < self.config.recolored) & has_one
        others = recolor(images, masks, self.prototypes[which])
        images = torch.where(is_other[:, None, None, None], others, images)
        wanted = colors[which]
        values[:, column] = torch.where(is_other, wanted, values[:, column])
        return images, values
