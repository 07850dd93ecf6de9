"""Sleeves cut off, or sewn on, where the garment's own ones can be told (ours)."""

from collections.abc import Callable, Mapping

import numpy as np

from amgan_cli.editing.parts.sewing_table import MOST, SewingTable, draws_ground, measure
from amgan_cli.editing.parts.side_seams import split_beside, split_close
from amgan_cli.editing.plan import Step
from amgan_cli.look import CATEGORY
from amgan_cli.own_sleeves import own_sleeves, split_torso
from amgan_cli.part_view import NECK, Bodice, View
from amgan_cli.photos.geometry import resized
from amgan_cli.sewing.sleeves import (
    LEAST,
    LENGTHS,
    REACHES,
    draw_sleeves,
    shows_sleeves,
)
from amgan_cli.vocabulary import Manipulation

SLEEVELESS = "sleeveless"
DRESS = "dress"
CUT = 512
"""Pixels of the view in which sleeves are cut off, at most: ground comes from the photo itself."""
LONG = "long"
HEM, WIDE, HUNG = 0.07, 0.4, 0.5
"""How far over the garment's hem that of its sides may lie, in its height; from which share on of
what seem to be shorter sleeves beside the torso such sides are the torso's; and from which on they
are sleeves though the hem is low, but for a dress's: sleeves may hang so far down."""
PAIR = 0.4
"""How large a sleeve is beside the other one, at least."""
HANGING = "threequarter", "long"
"""Sleeves that reach down beside the torso."""
SHORT, SHORTER = "short", 0.18
"""Under the second, a length in garment units, own sleeves are short."""


def sewn_sleeves(
    photo: np.ndarray,
    garment: np.ndarray,
    manipulation: Manipulation,
    shown: Mapping[str, str],
    size: int,
    look: Callable[[np.ndarray, Manipulation], Step],
) -> tuple[tuple[Step, ...], View] | None:
    """The steps that give a photo's garment sleeves of another length, and their view.

    None where that is the network's. As `tailor.tailored`. Where its own sleeves lie on the
    torso, `look` tells what of it they are.
    """
    attribute, value = manipulation
    measured = measure(photo, garment, shown, "arms")
    if measured is None or value not in LENGTHS:
        return None
    outline, bodice = measured
    beside = _beside(outline > 0.5, bodice, value, shown.get(attribute))
    own = beside or shown.get(attribute)
    if own not in LENGTHS or LENGTHS[own] == LENGTHS[value]:
        return None
    is_longer = LENGTHS[value] > LENGTHS[own]
    table = SewingTable.cut(photo, outline, bodice, "arms", MOST if is_longer else CUT)
    split = _split(
        table,
        manipulation,
        own,
        is_beside=beside is not None,
        is_dress=shown.get(CATEGORY) == DRESS,
        look=lambda wanted: look(table.view.cut(photo, size), wanted),
    )
    if split is None and is_longer and own == SHORT:  # caps, which longer ones cover
        cloth = table.cloth[table.place] > 0.5
        own, split = SLEEVELESS, split_torso(cloth, table.inner, REACHES[SHORT])
    if split is None:
        return None
    pattern = shown.get("pattern")
    drawn = draw_sleeves(table.picture, *split, table.inner, value, own, pattern)
    return table.exchanged(*drawn), table.view


def _split(
    table: SewingTable,
    manipulation: Manipulation,
    shown: str,
    is_beside: bool,
    is_dress: bool,
    look: Callable[[Manipulation], Step],
) -> tuple[np.ndarray, np.ndarray] | None:
    """Torso and sleeves in the table's picture, H x W bool each; None if they cannot be told."""
    picture, cloth, bodice = table.picture, table.cloth[table.place] > 0.5, table.inner
    attribute, value = manipulation
    hangs = shown in HANGING and LENGTHS[value] < LENGTHS[shown]
    if is_beside:
        if hangs:
            _, sleeves = split_beside(picture, cloth, bodice, REACHES[shown])
        else:
            _, sleeves = split_torso(cloth, bodice, REACHES[shown])
        sides = sleeves & _down_to_hem(cloth, bodice)
        is_wide = shown != LONG and sides.sum() > WIDE * sleeves.sum()
        if is_wide or _has_skirt(sides, sleeves, bodice, is_dress):
            sleeves &= ~sides
        is_told = shown == SLEEVELESS or _are_two(cloth & ~sleeves, sleeves, bodice)
        return (cloth & ~sleeves, sleeves) if is_told else None
    if hangs:
        _, sleeves = split_close(picture, cloth, bodice)
        sides = sleeves & _down_to_hem(cloth, bodice)
        if _has_skirt(sides, sleeves, bodice, is_dress):
            sleeves &= ~sides
        torso = cloth & ~sleeves
        is_large = sleeves.sum() >= LEAST[shown] * cloth.sum()
        if is_large and _are_two(torso, sleeves, bodice):
            return torso, sleeves
    if value == SLEEVELESS:  # just what the network draws then
        return None
    step = look((attribute, SLEEVELESS))
    goes = draws_ground(step, resized(table.cloth, step.alpha.shape))
    goes = resized(goes, table.cloth.shape)[table.place] > 0.5
    is_told = _are_two(cloth & ~goes, cloth & goes, bodice)
    return (cloth & ~goes, cloth & goes) if is_told else None


def _are_two(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> bool:
    """Whether there is a sleeve at either side, and they are a pair."""
    sizes = [np.isfinite(own.way).sum() for own in own_sleeves(torso, sleeves, bodice)]
    return len(sizes) == 2 and min(sizes) > PAIR * max(sizes)


def _has_skirt(sides: np.ndarray, sleeves: np.ndarray, bodice: Bodice, is_dress: bool) -> bool:
    """Whether the sides of what seem to be sleeves are the garment's: it is a dress, or its hem is
    lower than sleeves reach, and they are not most of them."""
    is_long = bodice.hem > bodice.y + REACHES[LONG] * bodice.half / NECK
    return bool(is_dress or (is_long and sides.sum() < HUNG * sleeves.sum()))


def _down_to_hem(garment: np.ndarray, bodice: Bodice) -> np.ndarray:
    """Where there is nothing but cloth below, H x W bool: of a wide garment no sleeves."""
    hem = round(bodice.hem - HEM * (bodice.hem - bodice.y))
    below = garment.copy()
    below[:hem] = np.logical_and.accumulate(garment[:hem][::-1])[::-1]
    return below


def _beside(garment: np.ndarray, bodice: Bodice, value: str, shown: str | None) -> str | None:
    """What the sleeves are that lie beside the torso; None if that cannot be told."""
    if shown is None:
        both = own_sleeves(*split_torso(garment, bodice, max(REACHES.values())), bodice)
        if len(both) < 2:
            return None
        is_short = np.mean([own.length for own in both]) < SHORTER
        shown = SHORT if is_short else "threequarter" if value == "long" else "long"
    return shown if shown in REACHES and shows_sleeves(garment, bodice, shown) else None
