"""Edits at the network's size: photos in its square, x* and attention out."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from amgan_cli.device import Compute
from amgan_cli.equations import blend
from amgan_cli.model_info import ModelInfo
from amgan_cli.part_view import locate, view_of
from amgan_cli.vocabulary import Manipulation


@dataclass(frozen=True)
class SquareEditor:
    """A generator with what it knows of itself; all edits of a batch are of one manipulation.

    Photos come as x, B x 3 x S x S in -1..1. An attribute that the model sees in part is edited in
    that view.
    """

    generator: nn.Module
    info: ModelInfo
    compute: Compute

    @torch.no_grad()
    def edit(
        self, x: torch.Tensor, manipulation: Manipulation
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """x* (clipped to -1..1) and alpha."""
        z, alpha = self.draw(x, manipulation)
        return blend(alpha, z, x).clamp(-1, 1), alpha  # Eq. 1

    @torch.no_grad()
    def draw(
        self, x: torch.Tensor, manipulation: Manipulation
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """z and alpha."""
        is_seen_in_part = manipulation[0] in self.info.model.views
        return (self.draw_part if is_seen_in_part else self.draw_whole)(x, manipulation)

    def draw_whole(
        self, x: torch.Tensor, manipulation: Manipulation
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """z and alpha of what the generator sees whole."""
        condition = torch.tensor([self.info.vocabulary.encode(*manipulation)], device=x.device)
        with self.compute.autocast():
            return self.generator(self.compute.lay_out(x), condition.expand(len(x), -1))

    def draw_part(
        self, x: torch.Tensor, manipulation: Manipulation
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """z and alpha of what it sees in part; outside of the view z is x and alpha 0."""
        model, size = self.info.model, x.shape[-1]
        part, fine = model.views[manipulation[0]], model.view_size
        views = [view_of(locate(each), part, (size, size)) for each in self.find_garments(x)]
        photos = x.permute(0, 2, 3, 1).cpu().numpy()
        seen = np.stack([view.cut(each, fine, 0) for view, each in zip(views, photos, strict=True)])
        seen = torch.from_numpy(seen).permute(0, 3, 1, 2).to(x.device)
        drawn = self.draw_whole(seen, manipulation)
        z, alpha = x.clone(), torch.zeros_like(x[:, :1])
        for i, view in enumerate(views):
            (rows, columns), place = view.box((size, size)), view.place((size, size), fine)
            shape = rows.stop - rows.start, columns.stop - columns.start
            for whole, of_view in zip((z, alpha), drawn, strict=True):
                shown = of_view[i, None, :, place[0], place[1]]
                shown = F.interpolate(shown, shape, mode="bilinear", antialias=True)
                whole[i, :, rows, columns] = shown[0]
        return z, alpha

    def find_garments(self, x: torch.Tensor) -> np.ndarray:
        """What a change of colour would attend to, B x S x S in 0..1; 0 if it knows no colours."""
        color, vocabulary = self.info.color_attribute, self.info.vocabulary
        if color not in vocabulary.attributes:
            return np.zeros((len(x), *x.shape[2:]), np.float32)
        _, alpha = self.draw_whole(x, (color, vocabulary.targets(color)[0]))
        return alpha[:, 0].cpu().numpy()
