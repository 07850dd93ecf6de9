"""Means with bootstrap confidence intervals: values and whom they belong to in, figures out."""

from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class Figure:
    """A mean and its 95 % interval; NaN where nothing was measured."""

    mean: float
    low: float
    high: float
    n: int
    """How many values the mean is over."""


NOTHING = Figure(float("nan"), float("nan"), float("nan"), 0)


def bootstrap(
    values: np.ndarray, owners: np.ndarray, groups: np.ndarray | None = None, seed: int = 0
) -> Figure:
    """Mean of n `values`, NaN ones left out, with its percentile bootstrap interval.

    `owners` (n integers) are resampled, not values: the edits of one photo, or the votes of one
    participant, rise and fall together. With `groups` (n integers) it is the mean of the groups'
    means, as the paper averages over attributes. The same seed gives the same interval.
    """
    known = ~np.isnan(values)
    if not known.any():
        return NOTHING
    values = values[known].astype(np.float64)
    _, owner = np.unique(owners[known], return_inverse=True)
    _, group = np.unique(
        np.zeros(len(values)) if groups is None else groups[known], return_inverse=True
    )
    shape = owner.max() + 1, group.max() + 1
    cell = owner * shape[1] + group
    sums = np.bincount(cell, values, minlength=shape[0] * shape[1]).reshape(shape)
    counts = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(shape[0], np.full(shape[0], 1 / shape[0]), size=RESAMPLES)
    drawn = drawn.astype(np.float64)
    totals, sizes = drawn @ sums, drawn @ counts
    # a group that a resample missed gives no mean there; the others' mean stands in
    means = np.divide(totals, sizes, out=np.full_like(totals, np.nan), where=sizes > 0)
    low, high = np.quantile(np.nanmean(means, axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    mean = (sums.sum(axis=0) / counts.sum(axis=0)).mean()
    return Figure(float(mean), float(low), float(high), len(values))
