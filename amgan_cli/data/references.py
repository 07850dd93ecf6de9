"""Choice of x_ref, a training photo that shows the attributes wanted after the edit (Sec. 3.3)."""

from dataclasses import dataclass, field

import numpy as np

from amgan_cli.data.labels import UNKNOWN, Labels


@dataclass
class References:
    """Picks references among the training photos and counts how well they match."""

    labels: Labels
    exact: int = 0
    """References on which no known label contradicts the wanted ones."""
    relaxed: int = 0
    """References for which some other label had to give way."""
    _rows: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)

    def choose(self, rows: np.ndarray, m: int, target: np.ndarray, random) -> np.ndarray:
        """For each photo in `rows`, edited in attribute number `m` to `target`: a training row.

        The target value is a must; of the other attributes and match columns as few known ones
        as possible differ. An unknown label contradicts nothing.
        """
        return np.array(
            [self._one(row, m, int(t), random) for row, t in zip(rows, target, strict=True)]
        )

    def _one(self, row: int, m: int, target: int, random: np.random.Generator) -> int:
        candidates = self._with_value(m, target)
        wanted = self.labels.values[row].copy()
        wanted[m] = target
        conflicts = _conflicts(self.labels.values[candidates], wanted)
        conflicts += _conflicts(self.labels.match[candidates], self.labels.match[row])
        conflicts[candidates == row] += 1000
        fewest = conflicts.min()
        if fewest == 0:
            self.exact += 1
        else:
            self.relaxed += 1
        return int(random.choice(candidates[conflicts == fewest]))

    def _with_value(self, m: int, value: int) -> np.ndarray:
        if (m, value) not in self._rows:
            fits = (self.labels.values[:, m] == value) & ~self.labels.is_test
            self._rows[m, value] = np.flatnonzero(fits)
        return self._rows[m, value]


def _conflicts(labels: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Number of columns in which both are known and differ, for each row."""
    return ((labels != wanted) & (labels != UNKNOWN) & (wanted != UNKNOWN)).sum(axis=1)
