"""The random test split of a data set that names none (Sec. 6.2)."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

TEST_PHOTOS = 2_000
"""Test photos of both data sets of the paper."""


def draw_test(pool: np.ndarray, n: int) -> np.ndarray:
    """Draw the test rows of a data set of `n` photos among the rows `pool`, always the same ones.

    The paper's 2,000, or a tenth where there are fewer than 20,000 photos.
    """
    return pool[np.random.default_rng(0).permutation(len(pool))[: _test_photos(n)]]


def draw_test_groups(groups: Sequence[str]) -> np.ndarray:
    """Which of n photos (bool) are test photos, given the group of each: no group is divided.

    As many as `draw_test` draws, or fewer where the groups drawn next are too large; at least the
    smallest group.
    """
    sizes, chosen, left = Counter(groups), set(), _test_photos(len(groups))
    names = sorted(sizes)
    for i in np.random.default_rng(0).permutation(len(names)):
        if sizes[names[i]] <= left:
            chosen.add(names[i])
            left -= sizes[names[i]]
    if not chosen:
        chosen = {min(names, key=sizes.__getitem__)}
    return np.array([group in chosen for group in groups])


def _test_photos(n: int) -> int:
    return min(TEST_PHOTOS, max(1, n // 10))
