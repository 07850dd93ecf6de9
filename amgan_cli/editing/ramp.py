"""How far something is, between not at all and fully."""

import numpy as np


def rise(values: np.ndarray | float, between: tuple[float, float]) -> np.ndarray:
    """From 0 to 1 between two values, smoothly."""
    share = ((np.asarray(values) - between[0]) / (between[1] - between[0])).clip(0, 1)
    return share * share * (3 - 2 * share)
