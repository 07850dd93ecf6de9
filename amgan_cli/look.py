"""What an attribute network sees in one photo. Light."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amgan_cli.words import CATEGORY


@dataclass(frozen=True)
class Look:
    """Every attribute's values, each with its softmax probability, 0..1."""

    probabilities: Mapping[str, Mapping[str, float]]
    wearers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Attribute -> categories of garments that have it; what all have may be left out."""

    def probability(self, attribute: str, value: str) -> float | None:
        """Of one value; None if it is not known."""
        return self.probabilities.get(attribute, {}).get(value)

    def likeliest(self, attribute: str) -> tuple[str, float]:
        """The value that is most probable, and how probable it is."""
        return max(self.probabilities[attribute].items(), key=lambda item: item[1])

    def wears(self, attribute: str) -> float:
        """Probability that such a garment has the attribute at all: shoes have no collar."""
        kinds = self.probabilities.get(CATEGORY)
        if kinds is None or attribute not in self.wearers:
            return 1.0
        return sum(kinds[kind] for kind in self.wearers[attribute])

    def lacks(self, attribute: str) -> bool:
        """Whether what the garment most looks like has no such attribute."""
        if CATEGORY not in self.probabilities or attribute not in self.wearers:
            return False
        return self.likeliest(CATEGORY)[0] not in self.wearers[attribute]
