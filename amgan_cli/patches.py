"""The connected patches of a mask, and what each of them is like."""

import cv2
import numpy as np


class Patches:
    """Those of a mask h x w (bool, or 0 and 1); the first one is all that is not in it."""

    def __init__(self, mask: np.ndarray, connectivity: int = 8) -> None:
        found = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=connectivity)
        self.count, number, boxes, self.middles = found
        self.number = number.astype(np.intp)
        """Which patch a pixel is of, h x w."""
        self.left, self.top, self.width, self.height, self.area = boxes.T

    def only(self, those: np.ndarray) -> np.ndarray:
        """The pixels of those patches, h x w bool; the first is never one of them."""
        return (those & (np.arange(self.count) > 0))[self.number]

    def mean(self, plane: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
        """Mean of an h x w plane over each patch; of its pixels by their `weight`, h x w."""
        if weight is None:
            return self._sum(plane) / self.area.clip(1)
        return self._sum(plane * weight) / self._sum(weight).clip(1e-3)

    def _sum(self, plane: np.ndarray) -> np.ndarray:
        return np.bincount(self.number.ravel(), plane.ravel().astype(np.float64), self.count)

    def means(self, planes: np.ndarray) -> np.ndarray:
        """The same of h x w x C, n x C."""
        return np.stack([self.mean(plane) for plane in np.moveaxis(planes, 2, 0)], axis=1)

    def most(self, plane: np.ndarray) -> np.ndarray:
        """Largest value of an h x w plane in each patch but the first."""
        result, inside = np.full(self.count, -np.inf), self.number > 0
        np.maximum.at(result, self.number[inside], plane[inside])
        return result

    def pixels(self, where: np.ndarray) -> np.ndarray:
        """How many pixels of each lie where h x w bool is true."""
        return np.bincount(self.number[where], minlength=self.count)
