"""Where a garment's own collar and fastening lie: patterns are printed around them.

A zip, a row of buttons or a collar's edge is lost between stripes. Where they are is what the
network would change to have a round neck, and no fastening (ours).
"""

import cv2
import numpy as np

from amgan_cli.editing.plan import DrawView
from amgan_cli.model_info import ModelInfo
from amgan_cli.morphology import disc
from amgan_cli.part_view import Bodice, locate, view_of
from amgan_cli.patches import Patches
from amgan_cli.photos.geometry import resized
from amgan_cli.sewing.sew import neck_units
from amgan_cli.vocabulary import Manipulation

COLLAR, FASTENING = ("collar", "round"), ("fastening", "none")
"""The edits that take a garment's own away."""
COVERED = ("colorblock", "lace", "melange", "plain", "print")
"""Patterns of what a garment is cut from, which its collar and its band of buttons have too, and a
picture that is one over both."""
CHANGES = 25.0
"""What such an edit changes less (0..255) is cloth."""
CLOSE, SPECK = 25, 5
"""Pixels of a view: between two pieces of one collar or fastening, at most, and across something
that is none."""
ROUND, EDGE = "round", (1.4, 1.0)
"""A collar that is a band around the neck, which ends so far across and under its middle, half neck
widths: more of the garment goes with it."""
MOST = 0.16
"""Share of the garment that one of them is, at most: where a hood goes, shoulders change too."""
TALL, LOW, APART = 0.45, 0.8, 0.2
"""How tall a fastening is at least, how far down it goes, and how far its pieces lie apart at most,
in the garment's height: what is shorter or ends above may be a print."""
HALF, HALF_LENGTH = ("placket", "halfzip"), 1.6
"""Fastenings that end on the chest, and how long they are, half neck widths."""
START, STRIP = 0.5, 0.2
"""How far under the neck fastenings start, and half of their width, the same."""


def find_trim(
    picture: np.ndarray,
    garment: np.ndarray,
    info: ModelInfo,
    trim: Manipulation,
    draw_view: DrawView,
    shown: str | None = None,
) -> np.ndarray:
    """The COLLAR or FASTENING in a picture F x F x 3 in 0..255 of a garment, F x F in 0..1.

    `garment` (S x S in 0..1) is where it lies, `shown` the value that the garment has, if known.
    Empty if the model does not know that trim.
    """
    nothing, bodice = np.zeros(picture.shape[:2], np.float32), locate(garment)
    (name, value), part = trim, info.model.views.get(trim[0])
    if bodice is None or part is None or value not in info.vocabulary.attributes.get(name, ()):
        return nothing
    if trim == FASTENING and shown == value:
        return nothing
    bodice = bodice.moved(len(picture) / len(garment), 0, 0)
    if trim == FASTENING and shown in HALF:
        return _strip(nothing.shape, bodice, HALF_LENGTH)
    view = view_of(bodice, part, picture.shape)
    step = draw_view(view.cut(picture, info.model.view_size), trim)
    goes = step.alpha * (np.abs(step.z - step.x).max(axis=2) > CHANGES)
    whole = cv2.morphologyEx(goes, cv2.MORPH_CLOSE, disc(CLOSE))
    whole = cv2.GaussianBlur(cv2.morphologyEx(whole, cv2.MORPH_OPEN, disc(SPECK)), (0, 0), 1)
    found, box = nothing.copy(), view.box(picture.shape)
    place = view.place(picture.shape, len(whole))
    found[box] = resized(whole[place], found[box].shape[::-1]).clip(0, 1)
    if found.mean() > MOST * garment.mean():
        found = nothing
    if trim == COLLAR:
        return _at_neck(found, bodice) if shown == ROUND else found
    found = _tall(found, garment)
    return found if shown is None or found.any() else _strip(found.shape, bodice)


def _at_neck(found: np.ndarray, bodice: Bodice) -> np.ndarray:
    """What of it (F x F in 0..1) is a band around the neck."""
    u, v = neck_units(found.shape, bodice)
    is_near = np.hypot(u / EDGE[0], v / EDGE[1]) < 1
    return found * cv2.GaussianBlur(is_near.astype(np.float32), (0, 0), 1)


def _strip(shape: tuple[int, ...], bodice: Bodice, length: float = np.inf) -> np.ndarray:
    """Where fastenings are: down the middle from the neck to the hem, or as long (in half neck
    widths); F x F in 0..1."""
    u, v = neck_units(shape, bodice)
    is_there = (np.abs(u) < STRIP) & (v > START) & (v < START + length)
    return cv2.GaussianBlur(is_there.astype(np.float32), (0, 0), 1)


def _tall(found: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """The pieces of it that are as tall as fastenings and go down as far."""
    rows = np.flatnonzero(garment.max(axis=1) > 0.5) * len(found) / len(garment)
    top, height = rows[0], rows[-1] - rows[0]
    below = np.ones((round(APART * height) | 1, 1), np.uint8)
    rows_of = cv2.morphologyEx((found > 0.1).astype(np.uint8), cv2.MORPH_CLOSE, below)
    pieces = Patches(rows_of)
    is_low = pieces.top + pieces.height > top + LOW * height
    return found * pieces.only(is_low & (pieces.height > TALL * height))
