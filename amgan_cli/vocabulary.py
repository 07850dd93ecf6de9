"""Attributes and their values: from a label file to the generator's condition (m, r).

Light: imports neither torch nor numpy, so that the command line can check `--set` at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from amgan_cli.errors import UsageError, suggest

Manipulation = tuple[str, str]
"""(attribute, value): the wanted value of one attribute."""


class PartSlots(NamedTuple):
    """The condition's numbers for the values of the attributes that one part of a garment shows."""

    values: tuple[int, ...]
    targets: tuple[int, ...]
    """Of them those that an edit may ask for."""


@dataclass(frozen=True)
class Vocabulary:
    """The M attributes and N values that a model knows, in the order of its channels.

    `source_only` lists values that photos may have but nobody can ask for ("multi" is no colour).
    """

    attributes: Mapping[str, tuple[str, ...]]
    source_only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def n_values(self) -> int:
        """N, the number of attribute values over all attributes."""
        return sum(len(values) for values in self.attributes.values())

    @property
    def n_attributes(self) -> int:
        """M, the number of attributes."""
        return len(self.attributes)

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes' names, in channel order."""
        return tuple(self.attributes)

    def block(self, attribute: str) -> slice:
        """The attribute's slots among the N values."""
        start = 0
        for name, values in self.attributes.items():
            if name == attribute:
                return slice(start, start + len(values))
            start += len(values)
        raise KeyError(attribute)

    def targets(self, attribute: str) -> tuple[str, ...]:
        """The values that an edit may ask for."""
        hidden = self.source_only.get(attribute, ())
        return tuple(value for value in self.attributes[attribute] if value not in hidden)

    def number(self, attribute: str, value: str) -> int:
        """The value's slot among the N."""
        return self.block(attribute).start + self.attributes[attribute].index(value)

    def encode(self, attribute: str, value: str) -> list[float]:
        """Return m (N values) and r (M attributes) as one list of 0 and 1, length N + M (Sec. 3).

        Only the slot of `value` and the slot of `attribute` are 1.
        """
        m = [0.0] * self.n_values
        m[self.number(attribute, value)] = 1.0
        r = [float(name == attribute) for name in self.names]
        return m + r

    def split(self, text: str) -> Manipulation:
        """Take `color=red` apart; raise UsageError if it is no such pair."""
        example = f"{self.names[0]}={self.targets(self.names[0])[0]}"
        return split_pair(text, f"--set {text}: write attribute=value, for example {example}")

    def check(self, attribute: str, value: str) -> Manipulation:
        """Return (attribute, value) as the vocabulary spells them, or raise UsageError."""
        attribute = _spelled("attribute", attribute, self.names)
        return attribute, _spelled(attribute, value, self.targets(attribute))

    def to_dict(self) -> dict:
        """Plain lists, as saved in every checkpoint."""
        return {
            "attributes": {name: list(values) for name, values in self.attributes.items()},
            "source_only": {name: list(values) for name, values in self.source_only.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping) -> "Vocabulary":
        """The inverse of `to_dict`."""
        return cls(
            {name: tuple(values) for name, values in data["attributes"].items()},
            {name: tuple(values) for name, values in data.get("source_only", {}).items()},
        )


def split_pair(text: str, wrong: str) -> Manipulation:
    """Take `color=red` apart; UsageError that says what is `wrong` if it is no such pair."""
    attribute, _, value = (part.strip() for part in text.partition("="))
    if not attribute or not value:
        raise UsageError(wrong)
    return attribute, value


def exact_rgb(value: str) -> tuple[int, int, int] | None:
    """(r, g, b) of `#b03a2e`; None for any other word."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        return None
    return tuple(int(value[i : i + 2], 16) for i in (1, 3, 5))  # type: ignore[return-value]


def _spelled(kind: str, word: str, known: tuple[str, ...]) -> str:
    """The known word that `word` is whatever its case; UsageError naming the nearest if none is."""
    if word in known:
        return word
    for name in known:
        if name.lower() == word.lower():
            return name
    raise UsageError(f"unknown {kind} '{word}': {suggest(word, known)}")
