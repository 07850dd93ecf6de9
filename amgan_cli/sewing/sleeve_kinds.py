"""Sleeves by their lengths, as photos are labelled with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SleeveKind:
    """Lengths in garment units, down and out from the neck's middle."""

    length: float
    """To what longer ones are cut off: short is a fifth of a long one, what is longer looks long
    beside its torso; threequarter ends a little below the elbow."""
    own_length: float
    """How long such sleeves of real garments are."""
    least: float
    """Share of the garment that is such sleeves, at least; if less, they lie on the torso."""
    reach: float
    """How far under the neck they may reach, in the torso's widths; what is lower is a skirt."""
    end: tuple[float, float] | None = None
    """Where those that come out of own ones end, out and down: in one place, which a generator can
    learn sharply; None of those that none can come out of."""
    drawn: Mapping[str, Any] = field(default_factory=dict)
    """The catalogue's sleeve; empty for none."""


KINDS = {
    "long": SleeveKind(0.49, 0.53, 0.14, 1.6, (0.46, 0.62), {"sleeve": "long", "arm_length": 0.5}),
    "threequarter": SleeveKind(
        0.28, 0.4, 0.09, 1.2, (0.38, 0.33), {"sleeve": "3/4", "arm_length": 0.38}
    ),
    "short": SleeveKind(0.1, 0.17, 0.03, 0.65, None, {"sleeve": "short", "arm_length": 0.42}),
    "sleeveless": SleeveKind(0.0, 0.0, 0.0, 0.0),
}
"""By the values of the attribute."""
