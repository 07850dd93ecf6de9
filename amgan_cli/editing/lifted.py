"""Each kind of step as functions of a photo's own colours, at any size."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from amgan_cli.editing.colors.recolor import Recolored, recolor
from amgan_cli.editing.lift import (
    NOISE,
    Window,
    add_remainder,
    constants,
    fit_affine,
    guided,
    instead,
    share_of,
    to_planes,
)
from amgan_cli.editing.outlines.matte import Matte, cut_out
from amgan_cli.editing.outlines.outline import outline_on
from amgan_cli.editing.parts.cloth import Cloth, find_cloth
from amgan_cli.editing.parts.ground import CELLS, Ground, find_ground
from amgan_cli.editing.parts.mend import find_mend
from amgan_cli.editing.patterns.bare import find_grain
from amgan_cli.editing.patterns.drape import find_drape
from amgan_cli.editing.patterns.printed_cloth import PrintedCloth
from amgan_cli.editing.plan import (
    Covering,
    Mending,
    Printing,
    Recoloring,
    Redrawing,
    Reshaping,
    Step,
    Uncovering,
    WholeStep,
)
from amgan_cli.photos.geometry import Fit, at_most


@dataclass(frozen=True)
class Lifted:
    """One step as functions of the photo's own colours."""

    matte: Matte
    z: Recolored | PrintedCloth
    """z of a pixel that is all garment."""
    ground: Ground | None = None
    """What shows where parts of the garment go."""
    cloth: Cloth | None = None
    """What shows where the garment grows."""
    delta_e: float | None = None
    """CIEDE2000 between the garment's mean and the exact colour, where one was asked for."""
    seen: np.ndarray = field(default_factory=lambda: np.ones((1, 1), bool))
    """Where alpha is not 0, at moderate size; everywhere as long as that is not known."""

    def at(self, x: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """z (3 x rows x W) and alpha (rows x W) for the rows x of the photo, 0..255.

        At the edge z is x with the whole change of the garment's own colour there, of which a
        pixel gets its share in Eq. 1; there it can leave 0..255.
        """
        alpha = share_of(self.matte.alpha.at(x, window)[0])
        garment = self.matte.pure(x, alpha, window)
        z = self.z.at(garment, window)
        if self.cloth is not None:
            z, alpha = self.cloth.on(z, alpha, window)
        np.clip(z, 0, 255, out=z)
        z = z + x - garment
        return (z, alpha) if self.ground is None else self.ground.under(z, alpha, window)

    def reaches(self, rows: slice, height: int) -> bool:
        """Whether it may change a pixel in these rows of the photo, which has `height`."""
        share = len(self.seen) / height
        near = slice(max(0, int(rows.start * share) - 2), math.ceil(rows.stop * share) + 2)
        return bool(self.seen[near].any())


@dataclass(frozen=True)
class Scene:
    """A photo as it is before a step."""

    pixels: np.ndarray
    """All of it before the first step, H x W x 3 uint8 or uint16."""
    fit: Fit
    """Its place in the network's square."""
    photo: np.ndarray
    """3 x h x w in 0..255, at moderate size."""
    prints: bool
    """Whether prints get the garment's new colour too."""
    garment_mask: np.ndarray | None = None
    """Where the user says that the garment is, h x w in 0..1; None: it is found."""

    def inside(self, step: Step) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x, z (3 x h x w in 0..255) and alpha (h x w), the photo's part of the squares."""
        x, z, alpha = (self.fit.inside(each) for each in (step.x, step.z, step.alpha))
        return to_planes(x), to_planes(z), alpha

    def cut_out(self, step: WholeStep) -> tuple[Matte, np.ndarray]:
        """The garment that a step changes all of, and its outline, h x w in 0..1."""
        outline = self.garment_mask
        if outline is None:
            found = self.fit.inside(step.alpha if step.found is None else step.found)
            outline = outline_on(self.photo, to_planes(self.fit.inside(step.x)), found)
        return cut_out(self.photo, outline, guided(self.photo, 2 * outline - 0.2, 2)), outline

    def of_own_square(self, square: np.ndarray) -> np.ndarray:
        """The photo's part of a square of another size."""
        return Fit(self.fit.height, self.fit.width, len(square)).inside(square)


def lift(step: Step, scene: Scene) -> Lifted:
    """The step at the photo's size, whichever kind it is."""
    ways: dict[type[Step], Callable[..., Lifted]] = {
        Recoloring: _recolored,
        Printing: _printed,
        Redrawing: _redrawn,
        Reshaping: _reshaped,
        Mending: _mended,
        Uncovering: _uncovered,
        Covering: _covered,
    }
    return ways[type(step)](step, scene)


def _recolored(step: Recoloring, scene: Scene) -> Lifted:
    matte, outline = scene.cut_out(step)
    printed = step.printed
    if printed is not None:
        size = scene.photo.shape[:0:-1]
        printed = cv2.resize(scene.of_own_square(printed), size, interpolation=cv2.INTER_AREA)
    drawn = scene.inside(step)
    z, delta_e = recolor(step, drawn, scene.photo, matte, outline, scene.prints, printed)
    return Lifted(matte, z, delta_e=delta_e)


def _printed(step: Printing, scene: Scene) -> Lifted:
    matte, outline = scene.cut_out(step)
    x, z, alpha = scene.inside(step)
    inked, fit = step.inked, scene.fit
    if inked is None:
        return Lifted(matte, _as_drawn(x, z, alpha))
    spared = None if step.spared is None else scene.of_own_square(step.spared)
    is_plain = spared is not None and not step.figured
    drape = find_drape(scene.photo, outline, fit, inked.place, is_plain, step.turns)
    if spared is not None and is_plain:
        return Lifted(matte, PrintedCloth.on_own(x, alpha, inked, fit, spared, drape))
    return Lifted(matte, PrintedCloth.of(x, z, alpha, inked, fit, drape, spared))


def _redrawn(step: Redrawing, scene: Scene) -> Lifted:
    x, z, alpha = scene.inside(step)
    return Lifted(_guided(x, alpha), _as_drawn(x, z, alpha))


def _reshaped(step: Reshaping, scene: Scene) -> Lifted:
    x, z, alpha = scene.inside(step)
    seen, may_go = _in_cells(scene, step, step.garment, step.may_go)
    ground = find_ground(scene.pixels, *seen, may_go)
    cloth = find_cloth(scene.pixels, *seen)
    return Lifted(_guided(x, alpha), _as_drawn(x, z, alpha), ground, cloth)


def _uncovered(step: Uncovering, scene: Scene) -> Lifted:
    x, z, alpha = scene.inside(step)
    seen, may_go = _in_cells(scene, step, step.garment, step.may_go)
    ground = find_ground(scene.pixels, *seen, may_go, goes=True)
    return Lifted(_guided(x, alpha), _as_drawn(x, z, alpha), ground)


def _mended(step: Mending, scene: Scene) -> Lifted:
    x, z, alpha = scene.inside(step)
    (seen, _, garment, attended), _ = _in_cells(scene, step, step.garment, None)
    mend = find_mend(scene.pixels, seen, garment, attended)
    return Lifted(_guided(x, alpha), _as_drawn(x, z, alpha), mend)


def _covered(step: Covering, scene: Scene) -> Lifted:
    x, z, alpha = scene.inside(step)
    grain = None
    if step.shown is not None:
        grain = find_grain(scene.pixels, z, scene.fit.inside(step.shown), alpha)
    return Lifted(Matte(constants(alpha[None]), np.zeros_like(x)), Recolored(instead(z)), grain)


def _guided(x: np.ndarray, alpha: np.ndarray) -> Matte:
    """A part's attention, which follows the photo's edges."""
    return Matte(guided(x, alpha, 1), np.zeros_like(x))


def _as_drawn(x: np.ndarray, z: np.ndarray, alpha: np.ndarray) -> Recolored:
    """z as the network drew it, with the photo's own detail."""
    near = fit_affine(x, z - x, alpha, radius=2, noise=NOISE)
    return Recolored(add_remainder(near, x, z - x, alpha, 0.7))


def _in_cells(
    scene: Scene, step: Step, garment: np.ndarray, may_go: np.ndarray | None
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray | None]:
    """x, z, garment and alpha, no larger than ground is sought in, and where cloth may go."""
    squares = step.x, step.z, garment, step.alpha
    x, z, garment, alpha = (at_most(scene.fit.inside(square), CELLS) for square in squares)
    goes = None if may_go is None else at_most(scene.fit.inside(may_go), CELLS)
    return (to_planes(x), to_planes(z), garment, alpha), goes
