"""Parts drawn on garments' masks, by a network that is asked or is not."""

import numpy as np
from garment_masks import photo_of, vest

from amgan_cli.editing.parts.tailor import tailored
from amgan_cli.editing.plan import Step
from amgan_cli.part_view import View
from amgan_cli.vocabulary import Manipulation


def unasked(view: np.ndarray, manipulation: Manipulation) -> Step:
    raise AssertionError("the network was asked though the sleeves lie beside the torso")


def takes_nothing_away(view: np.ndarray, manipulation: Manipulation) -> Step:
    x = view.astype(np.float32)
    return Step(x, x, np.zeros(x.shape[:2], np.float32))


def takes_sides_away(view: np.ndarray, manipulation: Manipulation) -> Step:
    assert manipulation == ("sleeve", "sleeveless") and len(view) == 256
    x = view.astype(np.float32)
    cloth = x[..., 2] - x[..., 0] > 40
    columns = np.flatnonzero(cloth.any(axis=0))
    side, width = cloth.copy(), columns[-1] - columns[0]
    side[:, columns[0] + width // 6 : columns[-1] - width // 6] = False
    z = np.where(side[..., None], np.float32([200, 195, 190]), x)
    return Step(x, z, side.astype(np.float32))


def with_sleeves(rows: slice) -> np.ndarray:
    mask = vest()
    mask[rows, 50:68] = mask[rows, 188:206] = True  # hanging, with a gap beside the torso
    mask[64:82, 50:206] = True
    return mask


def tailored_to(value: str, mask: np.ndarray, shown: str | None, look=unasked, **known: str):
    known = known if shown is None else {"sleeve": shown, **known}
    garment = mask.astype(np.float32)
    return tailored(photo_of(mask), garment, ("sleeve", value), "arms", known, 256, look)


def changed_by(step: Step, view: View, shape: tuple[int, ...]) -> np.ndarray:
    """The step's attention in the photo."""
    changed, box = np.zeros(shape, np.float32), view.box(shape)
    scale = len(step.alpha) / view.side
    rows = ((np.arange(box[0].start, box[0].stop) - view.top + 0.5) * scale).astype(int)
    columns = ((np.arange(box[1].start, box[1].stop) - view.left + 0.5) * scale).astype(int)
    changed[box] = step.alpha[np.ix_(rows, columns)]
    return changed
