"""A pattern at the photo's own size: the new ground, the cloth's fine folds, and sharp inks."""

from dataclasses import dataclass

import numpy as np
import torch

from amgan_cli.editing.lift import Window, between_cells, lightness_of
from amgan_cli.editing.patterns.drape import Drape
from amgan_cli.nets.inks import Inked, fold_gain
from amgan_cli.photos.geometry import Fit

DETAIL = 8.0
"""Lightness (0..255) by which the cloth's own detail may differ: weave stays, old prints go."""
BRIGHT = 40.0
"""Lightness (0..255) by which a fold is lighter than the cloth, at most: what is more is a lining
or a shine, and ink there would be white."""


@dataclass(frozen=True)
class PrintedCloth:
    """z as a function of place and of the photo's own colours."""

    ground: np.ndarray | None
    """4 x h x w: z without its ink, and the lightness that the network saw: whose folds
    fall on the ink; None: those of the photo's own cloth do."""
    spared: np.ndarray | None
    """1 x h x w in 0..1: what no ink covers of the photo's own cloth; None: z without its ink
    comes in that one's place."""
    inked: Inked
    """Of one photo."""
    square: Fit
    """The photo in the network's square."""
    middle: float
    """Mean lightness of the ground: folds are lighter or darker."""
    drape: Drape | None = None
    """How inks lie on it; None: straight. Flecks always do."""

    @classmethod
    def of(
        cls,
        x: np.ndarray,
        z: np.ndarray,
        alpha: np.ndarray,
        inked: Inked,
        square: Fit,
        drape: Drape | None = None,
        spared: np.ndarray | None = None,
    ) -> "PrintedCloth":
        """On new ground: x and z 3 x h x w in 0..255, alpha h x w, the photo's part of the
        square. With `spared` (of any size) that ground is under the ink alone."""
        ground = np.concatenate([z, lightness_of(x)[None]])
        free = None if spared is None else spared[None].astype(np.float32)
        return cls(ground, free, inked, square, _middle(z, alpha), drape)

    @classmethod
    def on_own(
        cls,
        x: np.ndarray,
        alpha: np.ndarray,
        inked: Inked,
        square: Fit,
        spared: np.ndarray,
        drape: Drape | None = None,
    ) -> "PrintedCloth":
        """On the garment's own cloth, x 3 x h x w in 0..255, alpha h x w; `spared` of any size."""
        return cls(None, spared[None].astype(np.float32), inked, square, _middle(x, alpha), drape)

    def at(self, x: np.ndarray, window: Window) -> np.ndarray:
        """z (3 x rows x W) for pixels x (3 x rows x W, 0..255) at the window's corner."""
        if self.ground is None:
            even, detail = x, np.float32(0)
        else:
            *even, seen = between_cells(self.ground, x.shape[1:], window)
            even, detail = np.stack(even), lightness_of(x) - seen
        folds = np.minimum(even.mean(axis=0) - self.middle, BRIGHT)
        if self.spared is None:
            z, free, gains = even.copy(), 1, np.ones_like(folds)
        else:  # which has its detail
            free = 1 - between_cells(self.spared, x.shape[1:], window)[0].clip(0, 1)
            z, gains = x.copy(), np.zeros_like(folds)
        for cover, ink in zip(self._covers(x.shape[1:], window), self._inks(), strict=True):
            if cover.any():
                cover *= free
                gain = self._gain(ink)
                z += cover * (ink[:, None, None] + gain * folds - z)
                gains += cover * (gain - gains)
        return z + gains * DETAIL * np.tanh(detail / DETAIL)

    def _gain(self, ink: np.ndarray) -> float:
        light, middle = torch.tensor([float(ink.mean()), self.middle]) / 255
        return float(fold_gain(light, middle))

    def _inks(self) -> np.ndarray:
        return ((self.inked.colors[0].cpu().numpy() + 1) * 127.5).astype(np.float32)

    def _covers(self, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """Share of each ink in each pixel, K x rows x W; edges one pixel wide at any size."""
        top, left, height, width = self.square.box
        size = self.square.size
        v = (top + (window.top + torch.arange(shape[0]) + 0.5) * height / window.height) / size
        u = (left + (window.left + torch.arange(shape[1]) + 0.5) * width / window.width) / size
        place, pixels = self.inked.place, window.width / width  # of the photo in one of the square
        u, v = place.relative(u.to(place.u), place.u), place.relative(v.to(place.v), place.v)
        has_flecks = self.inked.heights[0, :, -1] != 0
        if self.drape is None or has_flecks.any():
            heights = self.inked.at(u, v, place.pixel(size * pixels))[0]
        else:
            on_cloth = self.drape.at(u[0].cpu(), v[0].cpu(), window)
            heights = self.inked.draped(*(each.to(place.u) for each in on_cloth))
        covers = (max(1.0, pixels) / 4 * heights + 0.5).clamp(0, 1)
        # soft, however large the photo is
        covers[has_flecks] = heights[has_flecks].sigmoid()
        return (self.inked.opacity[0, :, None, None] * covers).cpu().numpy()


def _middle(picture: np.ndarray, alpha: np.ndarray) -> float:
    """Mean lightness of a picture (3 x h x w) where `alpha` (h x w) is."""
    return float((picture.mean(axis=0) * alpha).sum() / max(alpha.sum(), 1))
