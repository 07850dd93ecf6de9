"""A photo on its way to its plan: what is known of it, and what is to be done to it so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from amgan_cli.editing.outlines.second_look import SecondLook
from amgan_cli.editing.parts.part_plans import with_parts
from amgan_cli.editing.patterns.bare import Bare
from amgan_cli.editing.plan import PartPlan, Plan, Step, WholeStep
from amgan_cli.photos.geometry import Fit
from amgan_cli.vocabulary import Manipulation

PLAINLY = 0.4
"""Attention this far from 0.5 says plainly what is garment and what is ground."""


@dataclass
class Draft:
    """The networks see many as a batch; all that is not seen by them is here."""

    photo: np.ndarray
    """H x W x 3 uint8 of any size."""
    square: np.ndarray
    """The same in the generator's square, S x S x 3 uint8 or float in 0..255."""
    garment_mask: np.ndarray | None = None
    """Where the user says that the garment is, h x w in 0..1; None: the networks find it."""
    parts: tuple[PartPlan, ...] = ()
    """What is done before, in parts of the photo."""
    steps: tuple[Step, ...] = ()
    refused: dict[Manipulation, str] = field(default_factory=dict)
    """What was asked for and is not done, and why."""
    found: np.ndarray | None = None
    """Where the garment is by two networks, S x S in 0..1; None as long as they have not said."""
    cloth: Bare | None = None
    """What is known of the cloth that the next pattern lies on."""

    def at(self, side: int) -> np.ndarray:
        """The photo after its parts are done, in a square of any side, float32 in 0..255."""
        return with_parts(Fit.of(self.photo, side).to_square(self.photo), self.photo, self.parts)

    def placed(self, garment: np.ndarray, side: int) -> np.ndarray:
        """Where the garment is (h x w) in a square of any side."""
        return Fit.of(self.photo, side).placed(garment)

    @property
    def mask_in_square(self) -> np.ndarray | None:
        """`garment_mask` in the generator's square."""
        mask = self.garment_mask
        return None if mask is None else self.placed(mask, len(self.square))

    def add(self, step: Step) -> None:
        """One that comes after those so far; the first of a whole garment tells where that is."""
        self.steps += (step,)
        if self.found is None and isinstance(step, WholeStep):
            self.found = step.found

    def plan(self) -> Plan:
        """All of it."""
        return Plan(
            self.steps,
            parts=self.parts,
            doubt=doubt_of(self.found),
            refused=self.refused,
            garment_mask=self.garment_mask,
        )


@dataclass(frozen=True)
class Batch:
    """Photos on their way together, as the networks see them."""

    drafts: Sequence[Draft]
    x: torch.Tensor
    """B x 3 x S x S in -1..1: the photos as they are after what is planned so far."""
    second: SecondLook | None
    """Where the attribute network sees their garments; None without one that knows."""


def doubt_of(found: np.ndarray | None) -> float:
    """What two networks together leave open of where a garment is, S x S in 0..1: `Plan.doubt`."""
    if found is None:
        return 0.0
    is_open, area = np.abs(found - 0.5) < PLAINLY, max(1, (found > 0.5).sum())
    return float(is_open.sum() / np.sqrt(area) / len(found))
