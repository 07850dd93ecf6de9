"""Prints on garments, as the shading network sees them."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from amgan_cli.editing.draft import Draft
from amgan_cli.editing.painter import Painter
from amgan_cli.editing.plan import Recoloring, Step
from amgan_cli.patches import Patches
from amgan_cli.photos.geometry import Fit, resized

PRINT_SIDE = 448
"""Side of the square in which they are looked for; large ones are seen in half of it."""
LIKELY, SURELY = 0.45, 0.7
"""How sure the network is of a print beside one that it is surer of, and of that."""
RIM, MOST = 9, 0.1
"""Pixels around a place all of which are garment but at its edge, and share of a piece up to which
that lies at the edge: collars, what is seen inside the neck and ground do."""


def with_prints(steps: Sequence[Step], painter: Painter, drafts: Sequence[Draft]) -> list[Step]:
    """Each photo's step, which knows what of the garment are prints after its parts are done."""
    knowing = []
    for step, draft in zip(steps, drafts, strict=True):
        assert isinstance(step, Recoloring)
        garment = step.alpha if step.found is None else step.found
        if draft.garment_mask is not None:
            garment = draft.placed(draft.garment_mask, PRINT_SIDE)
        knowing.append(replace(step, printed=find_prints(painter, draft, garment)))
    return knowing


def find_prints(painter: Painter, draft: Draft, garment: np.ndarray) -> np.ndarray | None:
    """Where the prints are of a photo whose parts are done, in a square of PRINT_SIDE, 0 or 1; None
    without the network for it. `garment` (S x S in 0..1) is where that is in its square."""
    if painter.shading is None:
        return None
    picture, fit = draft.at(PRINT_SIDE), Fit.of(draft.photo, PRINT_SIDE)
    there = (resized(garment, (PRINT_SIDE, PRINT_SIDE)) > 0.5).astype(np.float32)
    fine = painter.shading.see(picture, there).printed
    half = PRINT_SIDE // 2, PRINT_SIDE // 2
    broad = painter.shading.see(resized(picture, half), resized(there, half)).printed
    printed = (fine + resized(broad, (PRINT_SIDE, PRINT_SIDE))) / 2
    return fit.placed(surely(fit.inside(printed), fit.inside(there)))


def surely(printed: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """What of the prints that a network sees (h x w in 0..1) hangs together with what it is sure
    of, and does not lie at the edge of the garment, h x w, 0 or 1; 0 or 1."""
    pieces = Patches(printed > LIKELY)
    edge = cv2.erode(garment, np.ones((RIM, RIM))) == 0
    stays = pieces.pixels(edge) <= MOST * pieces.area
    return pieces.only(stays & (pieces.pixels(printed > SURELY) > 0)).astype(np.float32)
