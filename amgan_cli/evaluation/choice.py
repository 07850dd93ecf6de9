"""Which edits are shown to people: the same ones for a seed, attributes in turn."""

from dataclasses import dataclass

import numpy as np

from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.vocabulary import Manipulation


@dataclass(frozen=True)
class Choice:
    """One photo and one manipulation of it."""

    row: int
    manipulation: Manipulation

    @property
    def title(self) -> str:
        """`color: red`."""
        return ": ".join(self.manipulation)


def choose_edits(labels: Labels, rows: np.ndarray, number: int, seed: int) -> list[Choice]:
    """`number` edits of random photos among `rows` whose label is known, to another value.

    The values of an attribute come in turn, so that each is shown about as often. Fewer come out
    where there are fewer.
    """
    random = np.random.default_rng(seed)
    vocabulary = labels.vocabulary
    queues = []
    for m, (attribute, values) in enumerate(vocabulary.attributes.items()):
        known = random.permutation(rows[labels.values[rows, m] != UNKNOWN])
        targets = random.permutation(np.array(vocabulary.targets(attribute)))
        edits = []
        for i, row in enumerate(known):
            others = [t for t in np.roll(targets, -i) if t != values[labels.values[row, m]]]
            if others:
                edits.append(Choice(int(row), (attribute, str(others[0]))))
        queues.append(edits)
    longest = max(map(len, queues))
    in_turn = [queue[i] for i in range(longest) for queue in queues if i < len(queue)]
    return in_turn[:number]
