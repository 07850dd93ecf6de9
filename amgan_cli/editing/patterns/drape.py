"""How a new pattern lies on a garment: turned with each sleeve, shifted by folds (ours).

A pattern that goes straight over everything looks like a pane of glass in front of the photo.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from amgan_cli.editing.lift import Window, between_cells, lightness_of
from amgan_cli.means import gaussian_mean
from amgan_cli.nets.inks import Place
from amgan_cli.own_sleeves import OwnSleeve, own_sleeves, split_torso
from amgan_cli.part_view import Bodice
from amgan_cli.photos.geometry import Fit

LOWEST = 1.6
"""How far under the neck sleeves are looked for, widths of the torso."""
TURNED = 0.15
"""Radians away from straight down from which a sleeve's pattern is turned."""
FINE, COARSE = 1.5, 6.0
"""Cells between which a fold lies."""
FOLD, SHIFT = 15.0, 0.007
"""Lightness (0..255) of a fold that is plainly seen, and by how much it shifts a pattern at most,
on the side of a square of the garment's area."""


@dataclass(frozen=True)
class Turn:
    """A sleeve, in coordinates on the garment (`Place.relative`)."""

    u: float
    v: float
    """Where it begins."""
    angle: float
    """To where it points, radians from straight down, to the right."""


@dataclass(frozen=True)
class Drape:
    """Where on the cloth each pixel of a garment lies."""

    cells: np.ndarray
    """n x h x w: by how much folds shift the pattern, and each turned sleeve's share."""
    turns: tuple[Turn, ...]

    def at(
        self, u: torch.Tensor, v: torch.Tensor, window: Window
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Columns and rows on the cloth, m x n each, for columns u (n), rows v (m) of the photo."""
        shift, *shares = map(torch.from_numpy, between_cells(self.cells, (len(v), len(u)), window))
        rows, columns = torch.meshgrid(v, u, indexing="ij")
        across, down = columns, rows
        for turn, share in zip(self.turns, shares, strict=True):
            x, y = columns - turn.u, rows - turn.v
            cos, sin = float(np.cos(turn.angle)), float(np.sin(turn.angle))
            here = share > 0.5
            across = torch.where(here, turn.u + x * cos - y * sin, across)
            down = torch.where(here, turn.v + x * sin + y * cos, down)
        return across + shift, down + shift


def find_drape(
    photo: np.ndarray,
    outline: np.ndarray,
    fit: Fit,
    place: Place,
    folds: bool,
    turns_with_sleeves: bool = True,
) -> Drape:
    """Of the garment that lies in `outline` (h x w in 0..1) of a photo (3 x h x w in 0..255).

    `folds`: its lightness is that of folds, not of an old pattern. `fit` is the photo's in the
    network's square, `place` where the garment lies there.
    """
    mask, turns = outline > 0.5, []
    planes = [_shift(photo, outline) if folds else np.zeros_like(outline)]
    for own in _sleeves(mask) if turns_with_sleeves else ():
        turn = _turn(own, fit, place)
        if turn is not None:
            turns.append(turn)
            mine = np.isfinite(own.way).astype(np.uint8)  # and the pixels beside it on the outline
            planes.append(cv2.dilate(mine, np.ones((3, 3))) * (mine | ~mask))
    return Drape(np.stack(planes).astype(np.float32), tuple(turns))


def _sleeves(mask: np.ndarray) -> list[OwnSleeve]:
    """Both that lie beside the torso, or none: what has one is a trouser leg or a shoe."""
    bodice = Bodice.of(mask)
    both = [] if bodice is None else own_sleeves(*split_torso(mask, bodice, LOWEST), bodice)
    return both if len(both) == 2 else []


def _shift(photo: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """By how much folds shift a pattern, h x w."""
    lightness = lightness_of(photo)
    fine, coarse = (gaussian_mean(lightness, outline, blur, 1e-3) for blur in (FINE, COARSE))
    return SHIFT * np.tanh((fine - coarse) / FOLD) * outline


def _turn(own: OwnSleeve, fit: Fit, place: Place) -> Turn | None:
    """The turn of a sleeve; None for one that hangs down."""
    near = own.way < 0.3 * own.length
    far = np.isfinite(own.way) & (own.way > 0.6 * own.length)
    if not near.any() or not far.any():
        return None
    start, end = (np.mean(np.nonzero(part), axis=1) for part in (near, far))
    angle = float(np.arctan2(end[1] - start[1], end[0] - start[0]))
    if abs(angle) < TURNED:
        return None
    corner, inner = np.array(fit.box[:2]), np.array(fit.box[2:])
    v, u = (corner + (start + 0.5) * inner / own.way.shape) / fit.size
    side = float(place.side[0])
    return Turn((u - float(place.u[0])) / side, (v - float(place.v[0])) / side, angle)
