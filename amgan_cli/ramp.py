"""How far something is, between not at all and fully."""

import numpy as np


def ramp(values: np.ndarray | float, between: tuple[float, float]) -> np.ndarray:
    """From 0 to 1 between two values, evenly."""
    return ((np.asarray(values) - between[0]) / (between[1] - between[0])).clip(0, 1)


def eased(share: np.ndarray) -> np.ndarray:
    """A share in 0..1 that leaves 0 and comes to 1 slowly."""
    return share * share * (3 - 2 * share)


def rise(values: np.ndarray | float, between: tuple[float, float]) -> np.ndarray:
    """From 0 to 1 between two values, smoothly."""
    return eased(ramp(values, between))
