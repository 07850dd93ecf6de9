"""A picture of a garment: `Garment` and size in, photo and exact masks out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from amgan_cli.catalogue import camera, shading
from amgan_cli.catalogue.background import paint_background
from amgan_cli.catalogue.canvas import PARTS, Canvas, Mask
from amgan_cli.catalogue.cloth import cloth_coordinates, torso_share
from amgan_cli.catalogue.collar import collar_ops
from amgan_cli.catalogue.fabric import WEAVES, thread
from amgan_cli.catalogue.fastening import fastening_ops, ties
from amgan_cli.catalogue.folds import fold_height
from amgan_cli.catalogue.frame import Frame, make_frame
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.graphic import print_graphic
from amgan_cli.catalogue.hanger import hang
from amgan_cli.catalogue.materials import materials
from amgan_cli.catalogue.noise import Array
from amgan_cli.catalogue.outline import arms, body, neck
from amgan_cli.catalogue.pattern import paint_cloth
from amgan_cli.catalogue.trims import body_ops, sleeve_ops
from amgan_cli.errors import UsageError

SMALLEST, LARGEST = 32, 8192  # pixels a side
Size = int | tuple[int, int]


@dataclass(frozen=True)
class Rendering:
    """A photo and where the garment is in it."""

    image: NDArray[np.uint8]  # (H, W, 3) RGB
    # (H, W) 0 or 255: garment, torso, left_sleeve, right_sleeve (as seen in the picture),
    # collar, fastening. Torso and sleeves do not overlap; collar and fastening lie over them.
    masks: dict[str, Mask]


def render(garment: Garment, size: Size = 256) -> Rendering:
    """Photograph `garment`; `size` in pixels, one number for a square or (width, height)."""
    frame = make_frame(garment, *_check_size(size))

    # The cloth: where each pixel lies on it, and what is woven and printed there.
    folds = fold_height(garment, frame)
    sleeves = arms(garment)
    u, v = cloth_coordinates(garment, frame, sleeves, folds)
    cloth = paint_cloth(garment, u, v, 1 / frame.unit)
    cloth = print_graphic(garment, cloth, u, v, torso_share(garment, frame))
    cloth *= thread(garment, u, v, 1 / frame.unit)[..., None]

    # The sewing, lowest piece first.
    canvas = Canvas(frame, materials(garment, frame, cloth))
    for sleeve in sleeves:
        canvas.draw(sleeve_ops(garment, sleeve))
    canvas.draw(ties(garment))
    canvas.draw(body_ops(garment, body(garment)))
    canvas.draw(fastening_ops(garment))
    canvas.draw(collar_ops(garment.neckline, neck(garment)))

    # The light on it, the place behind it, and the camera before it.
    worn = _lit_garment(garment, frame, canvas, folds)
    shadow = shading.cast_shadow(garment, frame, canvas.lift)[..., None]
    place = hang(garment, frame, paint_background(garment, frame)) * shadow
    cover = canvas.masks["garment"].astype(np.float32)[..., None] * np.float32(1 / 255)
    light = place + (worn * shadow - place) * cover
    light *= camera.room_light(garment, frame.width, frame.height)[..., None]
    return Rendering(camera.develop(garment, light), _hard_masks(canvas))


def _check_size(size: Size) -> tuple[int, int]:
    sides = (size, size) if isinstance(size, int) else tuple(size)
    if len(sides) != 2 or not all(isinstance(side, int) for side in sides):
        raise UsageError(f"size is {size!r}: give one number of pixels or (width, height)")
    if not all(SMALLEST <= side <= LARGEST for side in sides):
        raise UsageError(f"size is {size!r}: give {SMALLEST} to {LARGEST} pixels a side")
    return sides[0], sides[1]


def _lit_garment(garment: Garment, frame: Frame, canvas: Canvas, folds: Array) -> Array:
    """The garment's own light (H, W, 3): its colours under the slopes of folds and sewing."""
    relief = shading.soften(frame, canvas.lift, shading.EDGE)
    across, along = shading.slopes(frame, folds + relief)
    worn = canvas.albedo * shading.lit(garment, across, along)[..., None]
    # A hollow sees less of the room than a ridge does.
    hollow = np.clip(1 + 22 * (folds - shading.soften(frame, folds, 0.02)), 0.6, 1.15)
    worn *= hollow[..., None]
    gloss = WEAVES[garment.fabric].gloss
    if gloss:
        worn += shading.highlight(garment, across, along, gloss)[..., None]
    return worn


def _hard_masks(canvas: Canvas) -> dict[str, Mask]:
    """Masks of 0 and 255: a pixel belongs to a part that covers half of it or more."""
    hard = {
        name: cv2.threshold(canvas.masks[name], 127, 255, cv2.THRESH_BINARY)[1]
        for name in (*PARTS, "garment")
    }
    for sleeve in ("left_sleeve", "right_sleeve"):
        hard[sleeve] = cv2.subtract(hard[sleeve], hard["torso"])
    return hard
