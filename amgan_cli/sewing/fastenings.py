"""Fastenings of the catalogue sewn onto real garments (ours).

Photos H x W x 3 uint8 or float32 in 0..255, masks H x W bool.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from amgan_cli.catalogue.canvas import Op
from amgan_cli.catalogue.curves import Points, points
from amgan_cli.catalogue.fastening import Front, buttons, seam, zip_line
from amgan_cli.part_view import UNIT, Bodice
from amgan_cli.ramp import rise
from amgan_cli.sewing.sew import neck_units, sew

FASTENINGS = ("none", "buttons", "placket", "zip", "halfzip")
BUTTONS, TEETH = 10, 160
"""So many would fit into a view, from its upper end to its lower one."""
SMALL, NARROW = 0.7, 0.6
"""Buttons, and zips, beside the catalogue's, which are drawn to be seen in 128 pixels."""
STRIP = 0.36
"""Half the width of the old front that is covered, half neck widths."""
STARTS = {"shirt": 0.9, "stand": 0.5, "hood": 0.75, "vneck": 1.4, "wide": 0.9, "lapel": 2.5}
"""Collar -> how far under the neck a fastening starts, half neck widths; others: 0.68. The
medians of training photos on which it was pointed at by eye; shirts and lapels, which often lie
open, start between these (1.2, 2.9) and what they had before."""


@dataclass(frozen=True)
class _Raster(Front):
    """A front whose buttons and teeth have the same places in every view: a map can learn them."""

    start: float = 0.0
    """Upper end of the view, garment units."""
    side: float = 1.0
    """Of the view, the same."""

    def places(self, step: float = 0) -> Points:
        places = self._rows(BUTTONS)
        return places[(places > self.top + 0.01) & (places < self.bottom - 0.02)]

    def teeth(self) -> Points:
        teeth = self._rows(TEETH)
        return teeth[(teeth > self.top) & (teeth < self.bottom)]

    def shortened(self) -> "_Raster":
        """As far as the third button."""
        third = self.places()[:3].max(initial=self.top)
        return replace(self, bottom=min(self.bottom, third + self.side / BUTTONS / 2))

    def _rows(self, count: int) -> Points:
        return self.start + self.side * (np.arange(count) + 0.5) / count


def draw_fastening(
    photo: np.ndarray, garment: np.ndarray, bodice: Bodice, value: str, is_bare: bool, collar: str
) -> np.ndarray:
    """The photo with another fastening, float32; `is_bare`: it has none, `collar` is its collar.

    The photo is the view of the front, S x S x 3.
    """
    bare = photo.astype(np.float32) if is_bare else _bare_front(photo, garment, bodice)
    unit = bodice.unit
    front = _Raster(
        STARTS.get(collar, 0.68) * UNIT,
        (bodice.hem - bodice.y) / unit,
        waist=0.0,
        half_waist=0.0,
        rng=np.random.default_rng(0),
        size=SMALL,
        start=-bodice.y / unit,
        side=len(photo) / unit,
    )
    half, thin = front.shortened(), replace(front, size=NARROW)
    end = seam(points((-0.024, half.bottom + 0.02), (0.024, half.bottom + 0.02)))
    ops: dict[str, Callable[[], list[Op]]] = {
        "none": lambda: [],
        "buttons": lambda: buttons(front),
        "placket": lambda: [*buttons(half), end],
        "zip": lambda: zip_line(thin),
        "halfzip": lambda: zip_line(thin.shortened()),
    }
    return sew(bare, garment, bodice, ops[value](), ("fastening",))


def _bare_front(photo: np.ndarray, garment: np.ndarray, bodice: Bodice) -> np.ndarray:
    """The photo with the cloth from left and right of its fastening drawn over it."""
    u, v = neck_units(garment.shape, bodice)
    width, reach = garment.shape[1], STRIP * bodice.half
    step = max(1, round(bodice.half / 8))
    left = int(np.clip(bodice.x - reach, step, width - step - 2))
    right = int(np.clip(bodice.x + reach, left + 1, width - step - 1))
    pixels = photo.astype(np.float32)
    ends = [
        cv2.blur(pixels[:, start : start + step].mean(1, keepdims=True), (1, 2 * step + 1))
        for start in (left - step, right + 1)
    ]
    ends = [end.reshape(len(photo), 1, 3) for end in ends]
    across = rise(np.arange(width), (left, right))[None, :, None]
    cloth = ends[0] + across * (ends[1] - ends[0])
    weave = pixels - cv2.blur(pixels, (2 * step + 1, 2 * step + 1))
    cloth = cloth + np.roll(weave, round(2 * reach) + 3, axis=1).clip(-8, 8)
    share = ((STRIP + 0.12 - np.abs(u)) / 0.12).clip(0, 1) * ((v - 0.9) / 0.3).clip(0, 1) * garment
    return pixels + share[..., None].astype(np.float32) * (cloth - pixels)
