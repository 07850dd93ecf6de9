"""The random test split of a data set that names none (Sec. 5)."""

import numpy as np

TEST_PHOTOS = 2_000
"""Test photos of both data sets of the paper."""


def draw_test(pool: np.ndarray, n: int) -> np.ndarray:
    """Draw the test rows of a data set of `n` photos among the rows `pool`, always the same ones.

    The paper's 2,000, or a tenth where there are fewer than 20,000 photos.
    """
    count = min(TEST_PHOTOS, max(1, n // 10))
    return pool[np.random.default_rng(0).permutation(len(pool))[:count]]
