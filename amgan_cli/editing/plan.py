"""What is to be done to one photo, as the network sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Self

import numpy as np

from amgan_cli.nets.inks import Inked
from amgan_cli.part_view import Box
from amgan_cli.vocabulary import Manipulation


@dataclass(frozen=True)
class Step:
    """One manipulation as the network sees it: float32 squares, pictures S x S x 3 in 0..255.

    Each kind of step comes to the photo's size in a way of its own (`lifted.lift`).
    """

    x: np.ndarray
    """The photo before this step."""
    z: np.ndarray
    """The generated image."""
    alpha: np.ndarray
    """Attention, S x S in 0..1."""

    def moved(self, move: Callable[[np.ndarray], np.ndarray]) -> Self:
        """The same with all its squares moved."""
        own = {item.name: getattr(self, item.name) for item in fields(self)}
        squares = {name: move(each) for name, each in own.items() if isinstance(each, np.ndarray)}
        return replace(self, **squares)


DrawView = Callable[[np.ndarray, Manipulation], Step]
"""The step that a manipulation would be to a view, V x V x 3 in 0..255."""


@dataclass(frozen=True)
class WholeStep(Step):
    """It changes the whole garment and no shape, so that it ends at the garment's outline."""

    found: np.ndarray | None = None
    """Where the garment is by two networks, S x S in 0..1; None: by alpha alone."""


@dataclass(frozen=True)
class Recoloring(WholeStep):
    """Colours change, and the cloth's own detail stays."""

    exact_rgb: tuple[int, int, int] | None = None
    """The colour that the garment's mean is to have, where one was asked for."""
    shade: tuple[int, int, int] | None = None
    """CIELAB that the wanted colour's name stands for, where it is known."""
    printed: np.ndarray | None = None
    """Where prints are, P x P in 0..1, in a square of its own; None: no network was asked."""


@dataclass(frozen=True)
class Printing(WholeStep):
    """The garment gets a pattern."""

    inked: Inked | None = None
    """What is to be printed on z, of one photo; None where z holds it."""
    spared: np.ndarray | None = None
    """On the garment's own cloth: what gets no ink, F x F in 0..1, in a square of its own; None
    where z is the cloth too."""
    turns: bool = True
    """Whether the pattern goes along sleeves; a picture lies on the chest."""
    figured: bool = False
    """Whether that cloth has a pattern, no folds of which fall on the ink: those of z do."""


@dataclass(frozen=True)
class Redrawing(Step):
    """A part gets a new shape as the network draws it."""


@dataclass(frozen=True)
class Reshaping(Step):
    """The same on a garment that is known: ground and cloth are the photo's own."""

    garment: np.ndarray
    """Where the garment is before, S x S in 0..1."""
    may_go: np.ndarray | None = None
    """Where cloth may make way for ground, S x S in 0..1; None: everywhere."""


@dataclass(frozen=True)
class Uncovering(Step):
    """Ground shows where cloth goes, which is known, whatever its colour."""

    garment: np.ndarray
    """Where the garment is before, S x S in 0..1."""
    may_go: np.ndarray
    """Where z differs for that, S x S in 0..1."""


@dataclass(frozen=True)
class Mending(Step):
    """A piece goes and leaves the cloth that it lay on."""

    garment: np.ndarray
    """Where the garment is, S x S in 0..1."""


@dataclass(frozen=True)
class Covering(Step):
    """z takes the place of all that was there, as cloth where a print goes or a sleeve is sewn
    on."""

    shown: np.ndarray | None = None
    """Where that cloth shows, whose grain z gets, S x S in 0..1; None: it gets none."""


@dataclass(frozen=True)
class Plan:
    """What is to be done to one photo; `apply.apply_plan` does it at full size."""

    steps: tuple[Step, ...]
    region: np.ndarray | None = None
    """Attention of the region's manipulation, S x S, where the request has a region."""
    parts: tuple["PartPlan", ...] = ()
    """What is done before, in parts of the photo."""
    doubt: float = 0.0
    """What two networks together leave open of the garment's place: the area of which they say
    plainly neither yes nor no, over the root of the garment's, the square's side as 1. Some lies on
    every outline. 0 where there is but one network."""
    refused: Mapping[Manipulation, str] = field(default_factory=dict)
    """What was asked for and is not done, and why."""
    garment_mask: np.ndarray | None = None
    """Where the garment is, if the user says so: h x w of any size, in 0..1; None: it is found."""

    @property
    def attention(self) -> float:
        """Mean attention of the step that pays most, padding included."""
        of_steps = [float(step.alpha.mean()) for step in self.steps]
        return max([*of_steps, *(part.plan.attention for part in self.parts)], default=0.0)


@dataclass(frozen=True)
class PartPlan:
    """An edit that sees only a part of the photo."""

    box: Box
    """Its rows and columns of the photo."""
    plan: Plan
