"""What is to be done to one photo, as the network sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from amgan_cli.inks import Inked
from amgan_cli.part_view import Box
from amgan_cli.vocabulary import Manipulation


@dataclass(frozen=True)
class Step:
    """One manipulation as the network sees it: float32 squares, pictures S x S x 3 in 0..255."""

    x: np.ndarray
    """The photo before this step."""
    z: np.ndarray
    """The generated image."""
    alpha: np.ndarray
    """Attention, S x S in 0..1."""
    recolors: bool = True
    """Whether colours change and the cloth's own detail stays."""
    fills: bool = True
    """Whether the whole garment changes and no shape, so that the edit ends at its outline."""
    exact_rgb: tuple[int, int, int] | None = None
    """The colour that the garment's mean is to have, where one was asked for."""
    shade: tuple[int, int, int] | None = None
    """CIELAB that the wanted colour's name stands for, where it is known."""
    inked: Inked | None = None
    """What is to be printed on z, of one photo; None where z holds it or there is none."""
    garment: np.ndarray | None = None
    """Of a new shape: where the garment is before, S x S in 0..1, if the model knows colours."""
    may_go: np.ndarray | None = None
    """Where cloth may make way for ground, S x S in 0..1; None: everywhere."""
    uncovers: bool = False
    """Whether it does so wherever it may and z differs: what goes is known, whatever its colour."""
    spared: np.ndarray | None = None
    """Of a pattern on the garment's own cloth: what gets no ink, F x F in 0..1, in a square of its
    own; None where z is the cloth too."""
    turns: bool = True
    """Whether that pattern goes along sleeves; a picture lies on the chest."""
    figured: bool = False
    """Whether that cloth has a pattern, no folds of which fall on the ink: those of z do."""
    mends: bool = False
    """Whether a piece goes and leaves the cloth that it lay on."""
    replaces: bool = False
    """Whether z takes the place of all that was there, as cloth where a print goes or a sleeve is
    sewn on; `garment` is where that cloth shows, None if nowhere."""
    printed: np.ndarray | None = None
    """Of a change of colours: where prints are, P x P in 0..1, in a square of its own; None: no
    network was asked."""
    found: np.ndarray | None = None
    """Of a whole garment: where it is by two networks, S x S in 0..1; None: by alpha alone."""


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
    every outline. 0 in regions, and where there is but one network."""
    refused: Mapping[Manipulation, str] = field(default_factory=dict)
    """What was asked for and is not done, and why."""
    garment: np.ndarray | None = None
    """Where the garment is, if the user says so: h x w of any size, in 0..1; None: it is found."""

    @property
    def attention(self) -> float:
        """Mean attention of the step that pays most, padding included."""
        steps = [*self.steps, *(step for part in self.parts for step in part.plan.steps)]
        return max((float(step.alpha.mean()) for step in steps), default=0.0)


@dataclass(frozen=True)
class PartPlan:
    """An edit that sees only a part of the photo."""

    box: Box
    """Its rows and columns of the photo."""
    plan: Plan
