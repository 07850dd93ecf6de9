"""Sleeves cut off, or sewn on, where the garment's own ones can be told (ours)."""

from collections.abc import Callable

import numpy as np

from amgan_cli.editing.plan import Step
from amgan_cli.editing.sewing_table import MOST, SewingTable, draws_ground, measure
from amgan_cli.editing.side_seams import between_seams
from amgan_cli.own_sleeves import own_sleeves, split_torso
from amgan_cli.part_view import Bodice, View
from amgan_cli.photos.geometry import resized
from amgan_cli.sewing.sleeves import LEAST, LENGTHS, REACHES, draw_sleeves, shows_sleeves
from amgan_cli.vocabulary import Manipulation

SLEEVELESS = "sleeveless"
CUT = 512
"""Pixels of the view in which sleeves are cut off, at most: ground comes from the photo itself."""
SEAMED = "threequarter", "long"
"""Sleeves that reach down beside the torso."""
SHORT = 0.18
"""Under this length (garment units) own sleeves are short."""


def sewn_sleeves(
    photo: np.ndarray,
    garment: np.ndarray,
    manipulation: Manipulation,
    shown: str | None,
    size: int,
    look: Callable[[np.ndarray, Manipulation], Step],
) -> tuple[Step, View] | None:
    """The step that gives a photo's garment sleeves of another length, and its view.

    None where that is the network's. As `editing.tailor.tailored`; `shown` are the sleeves that it
    has, if that is known. Where they lie on the torso, `look` tells what of it they are.
    """
    attribute, value = manipulation
    measured = measure(photo, garment)
    if measured is None or value not in LENGTHS:
        return None
    outline, bodice = measured
    beside = _beside(outline > 0.5, bodice, value, shown)
    shown = beside or shown
    if shown not in LENGTHS or LENGTHS[shown] == LENGTHS[value]:
        return None
    is_longer = LENGTHS[value] > LENGTHS[shown]
    table = SewingTable.cut(photo, outline, bodice, "arms", MOST if is_longer else CUT)
    cloth = table.cloth[table.place] > 0.5
    seams = None
    if beside is None and shown in SEAMED:
        inside = between_seams(table.picture, cloth, table.inner)
        seams = split_torso(cloth, table.inner, REACHES[shown], inside)
        if len(own_sleeves(*seams, table.inner)) < 2 or seams[1].sum() < LEAST[shown] * cloth.sum():
            seams = None
    if seams is not None:
        torso, sleeves = seams
    elif beside is not None:
        torso, sleeves = split_torso(cloth, table.inner, REACHES[shown])
    elif value == SLEEVELESS:  # just what the network draws then
        return None
    else:
        step = look(table.view.cut(photo, size), (attribute, SLEEVELESS))
        goes = draws_ground(step, resized(table.cloth, step.alpha.shape))
        goes = resized(goes, table.cloth.shape)[table.place] > 0.5
        torso, sleeves = cloth & ~goes, cloth & goes
        if len(own_sleeves(torso, sleeves, table.inner)) < 2:
            return None
    z = table.x.copy()
    z[table.place] = draw_sleeves(table.picture, torso, sleeves, table.inner, value, shown)
    return (table.sewn(z) if is_longer else table.cut_off(z)), table.view


def _beside(garment: np.ndarray, bodice: Bodice, value: str, shown: str | None) -> str | None:
    """What the sleeves are that lie beside the torso; None if that cannot be told."""
    if shown is None:
        both = own_sleeves(*split_torso(garment, bodice, max(REACHES.values())), bodice)
        if len(both) < 2:
            return None
        is_short = np.mean([own.length for own in both]) < SHORT
        shown = "short" if is_short else "threequarter" if value == "long" else "long"
    return shown if shown in REACHES and shows_sleeves(garment, bodice, shown) else None
