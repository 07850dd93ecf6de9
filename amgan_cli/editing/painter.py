"""What the networks draw on photos in their squares, and where they see garments there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
import torch

from amgan_cli.device import Compute
from amgan_cli.edit_square import SquareEditor
from amgan_cli.editing.colors.shift import SHADES
from amgan_cli.editing.draft import Batch, Draft
from amgan_cli.editing.outlines.second_look import SecondLook
from amgan_cli.editing.parts.part_plans import told_by_parts
from amgan_cli.editing.patterns.evened import evened
from amgan_cli.editing.patterns.picture_place import on_cloth
from amgan_cli.editing.plan import Printing, Recoloring, Redrawing, Reshaping, Step
from amgan_cli.equations import blend
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.nets.attribute_model import AttributeModel
from amgan_cli.nets.inks import Inked
from amgan_cli.nets.pixels import to_network, to_numpy
from amgan_cli.nets.shading_network import ShadingNetwork
from amgan_cli.photos.geometry import Fit
from amgan_cli.vocabulary import Manipulation, exact_rgb
from amgan_cli.words import PLAIN, PRINT

FIRM = 2.0, 0.2
"""Slope and offset for the attention of new shapes: half a sleeve is a ghost, not a sleeve."""

Painted = tuple[Sequence[Step], torch.Tensor, torch.Tensor]
"""One step a photo; z with ink and alpha, as in Drawn."""
Drawn = tuple[torch.Tensor, torch.Tensor, Inked | None]
"""z without ink (B x 3 x S x S in -1..1), alpha (B x 1 x S x S) and what is printed on z."""


@dataclass(frozen=True)
class Painter:
    """The generator, what it knows of itself, and the networks beside it."""

    generator: Generator
    info: ModelInfo
    device: torch.device
    attributes: AttributeModel | None = None
    """A second network that knows where garments are."""
    shading: ShadingNetwork | None = None
    """One that knows light and shade from patterns."""

    def steps(
        self,
        batch: Batch,
        manipulation: Manipulation,
        raw: bool,
    ) -> tuple[Sequence[Step], torch.Tensor]:
        """One manipulation of B pictures, and what they are after it (`raw`: z itself)."""
        attribute, _ = manipulation
        if self.info.is_shape(attribute):
            steps, z, alpha = self._redrawn(batch, manipulation)
        elif attribute == self.info.color_attribute:
            steps, z, alpha = self._recolored(batch, manipulation)
        else:
            steps, z, alpha = self._printed(batch, manipulation, raw)
        return steps, z if raw else blend(alpha, z, batch.x)  # Eq. 1

    def _redrawn(self, batch: Batch, manipulation: Manipulation) -> Painted:
        """New shapes."""
        z, alpha = _shaped(*self.draw(batch.x, manipulation))
        pictures = [*map(to_numpy, (batch.x, z, alpha))]
        if self.info.color_attribute not in self.info.vocabulary.attributes:
            return list(map(Redrawing, *pictures)), z, alpha
        return list(map(Reshaping, *pictures, self.garments(batch))), z, alpha

    def _recolored(self, batch: Batch, manipulation: Manipulation) -> Painted:
        """New colours."""
        z, alpha, inked = self._draw_known(batch, self.info.nearest(manipulation))
        z = z if inked is None else inked.over(z, alpha)
        _, value = manipulation
        rgb, shade = exact_rgb(value), SHADES.get(value.lower().replace(" ", ""))
        pictures, found = map(to_numpy, (batch.x, z, alpha)), _found(batch, alpha)
        steps = map(Recoloring, *pictures, found, repeat(rgb), repeat(shade))
        return list(steps), z, alpha

    def _printed(self, batch: Batch, manipulation: Manipulation, raw: bool) -> Painted:
        """New patterns; the ink lies on z at the photo's own size."""
        attribute, value = manipulation
        is_inked = attribute == self.info.model.inks and not raw
        x = batch.x
        ground, alpha, inked = self._draw_known(batch, manipulation)
        found = _found(batch, alpha)
        if value == PLAIN and is_inked:  # the network leaves ghosts
            drawn = zip(*map(to_numpy, (ground, x, alpha)), strict=True)
            ground = self.to_network([evened(*each) for each in drawn])
        if inked is not None and value == PRINT and is_inked:
            inked = on_cloth(inked, to_numpy(alpha) if batch.second is None else found)
        inks = [None if inked is None else inked.one(i) for i in range(len(x))]
        steps = list(map(Printing, *map(to_numpy, (x, ground, alpha)), found, inks))
        return steps, ground if inked is None else inked.over(ground, alpha), alpha

    def draw_views(self, seen: torch.Tensor, manipulation: Manipulation) -> list[Redrawing]:
        """What a manipulation would do to B views of its part, B x 3 x V x V in -1..1."""
        z, alpha = _shaped(*self._draw_here(seen, manipulation))
        return list(map(Redrawing, *map(to_numpy, (seen, z, alpha))))

    def draw_view(self, view: np.ndarray, manipulation: Manipulation) -> Redrawing:
        """The same of one view, V x V x 3 in 0..255."""
        (step,) = self.draw_views(self.to_network([view]), manipulation)
        return step

    def garments(self, batch: Batch) -> np.ndarray:
        """Where the garments are, B x S x S in 0..1."""
        found = self._in_square.find_garments(batch.x)
        if batch.second is not None and found.any():
            pictures = list(to_numpy(batch.x))
            found = np.stack(batch.second.weighed(torch.from_numpy(found)[:, None], pictures))
        both = zip(found, (draft.mask_in_square for draft in batch.drafts), strict=True)
        return np.stack([there if mask is None else mask for there, mask in both])

    def second_look(self, drafts: Sequence[Draft]) -> SecondLook | None:
        """Where garments are in photos whose parts are done, by the attribute network."""
        if self.attributes is None or not self.attributes.knows_garments:
            return None
        side, size = self.attributes.network.input_size, self.info.model.image_size
        seen = self.to_network([draft.at(side) for draft in drafts])
        fits = [Fit.of(draft.photo, size) for draft in drafts]
        told = [told_by_parts(size, draft.photo, draft.parts) for draft in drafts]
        return replace(SecondLook.of(self.attributes, seen, fits), told=tuple(told))

    def draw(self, x: torch.Tensor, manipulation: Manipulation) -> Drawn:
        """What the generator draws, of a part too, in the square."""
        if manipulation[0] in self.info.model.views:
            return *self._in_square.draw_part(x, manipulation), None
        return self._draw_here(x, manipulation)

    @property
    def _in_square(self) -> SquareEditor:
        return SquareEditor(self.generator, self.info, Compute(self.device, bfloat16=False))

    def _draw_known(self, batch: Batch, manipulation: Manipulation) -> Drawn:
        """What the generator draws of whole garments; where they are known, on these alone."""
        x = batch.x
        z, alpha, inked = self.draw(x, manipulation)
        in_squares = [draft.mask_in_square for draft in batch.drafts]
        if all(mask is None for mask in in_squares):
            return z, alpha, inked
        everywhere = np.ones(x.shape[2:], np.float32)
        filled = [everywhere if mask is None else mask for mask in in_squares]
        masks = torch.from_numpy(np.stack(filled))[:, None].to(alpha)
        attended = alpha * masks
        if inked is not None and self.generator.inks is not None:
            is_known = torch.tensor([mask is not None for mask in in_squares], device=x.device)
            lies = torch.where(is_known[:, None, None, None], masks, alpha)
            inked = self.generator.inks(x, lies, self._condition(manipulation, len(x)))
        return z, attended, inked

    def _condition(self, manipulation: Manipulation, count: int) -> torch.Tensor:
        """(m, r) for so many pictures, B x (N+M)."""
        condition = torch.tensor([self.info.vocabulary.encode(*manipulation)], device=self.device)
        return condition.expand(count, -1)

    def _draw_here(self, x: torch.Tensor, manipulation: Manipulation) -> Drawn:
        """What the generator draws on x as it is."""
        return self.generator.draw(x, self._condition(manipulation, len(x)))

    def to_network(self, squares: Sequence[np.ndarray]) -> torch.Tensor:
        """B x S x S x 3 in 0..255 to B x 3 x S x S in -1..1."""
        x = torch.from_numpy(np.stack(squares).astype(np.float32)).permute(0, 3, 1, 2)
        return to_network(x).to(self.device)


def _shaped(
    z: torch.Tensor, alpha: torch.Tensor, inked: Inked | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """z and alpha of a new shape, which is there or not."""
    z = z if inked is None else inked.over(z, alpha)
    return z, (FIRM[0] * alpha - FIRM[1]).clip(0, 1)


def _found(batch: Batch, alpha: torch.Tensor) -> list:
    """Where two networks together see garments, B of S x S in 0..1; None by one alone."""
    if batch.second is None:
        return [None] * len(batch.x)
    return batch.second.weighed(alpha, list(to_numpy(batch.x)))
