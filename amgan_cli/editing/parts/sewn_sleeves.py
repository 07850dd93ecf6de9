"""Sleeves cut off, or sewn on, where the garment's own ones can be told (ours)."""

from collections.abc import Callable, Mapping

import numpy as np

from amgan_cli.editing.parts.hems import down_to_hem, parted, without_skirt
from amgan_cli.editing.parts.sewing_table import MOST_VIEW, SewingTable, draws_ground, measure
from amgan_cli.editing.parts.side_seams import split_beside, split_close, split_told
from amgan_cli.editing.plan import DrawView, Step
from amgan_cli.own_sleeves import own_sleeves, split_torso
from amgan_cli.part_view import Bodice, View
from amgan_cli.photos.geometry import resized
from amgan_cli.sewing.sleeve_kinds import KINDS
from amgan_cli.sewing.sleeves import draw_sleeves, shows_sleeves
from amgan_cli.vocabulary import Manipulation
from amgan_cli.words import CATEGORY, LONG, SHORT, SLEEVELESS

DRESS = "dress"
CUT = 512
"""Pixels of the view in which sleeves are cut off, at most: ground comes from the photo itself."""
WIDE = 0.4
"""From which share on of what seem to be shorter sleeves beside the torso such as go down to the
hem are the torso's."""
PAIR = 0.4
"""How large a sleeve is beside the other one, at least."""
HANGING = "threequarter", LONG
"""Sleeves that reach down beside the torso."""
SHORTER, LONGEST = 0.18, 0.28
"""Under the first, a length in garment units, own sleeves are short; over the second none is."""


def sewn_sleeves(
    photo: np.ndarray,
    garment: np.ndarray,
    manipulation: Manipulation,
    shown: Mapping[str, str],
    size: int,
    draw_view: DrawView,
) -> tuple[tuple[Step, ...], View] | None:
    """The steps that give a photo's garment sleeves of another length, and their view.

    None where that is the network's. As `tailor.tailored`. Where its own sleeves lie on the
    torso, `draw_view` tells what of it they are.
    """
    attribute, value = manipulation
    measured = measure(photo, garment, shown, "arms")
    if measured is None or value not in KINDS:
        return None
    outline, bodice = measured
    beside = _beside(outline > 0.5, bodice, value, shown.get(attribute))
    own = beside or shown.get(attribute)
    if own not in KINDS or KINDS[own].length == KINDS[value].length:
        return None
    is_longer = KINDS[value].length > KINDS[own].length
    table = SewingTable.cut(photo, outline, bodice, "arms", MOST_VIEW if is_longer else CUT)
    split = _split(
        table,
        manipulation,
        own,
        is_beside=beside is not None,
        is_dress=shown.get(CATEGORY) == DRESS,
        draw_view=lambda wanted: draw_view(table.view.cut(photo, size), wanted),
    )
    if split is None and is_longer and own == SHORT:  # caps, which longer ones cover
        cloth = table.cloth[table.place] > 0.5
        own, split = SLEEVELESS, split_torso(cloth, table.inner, KINDS[SHORT].reach)
    if split is None or (own == SHORT and _longest(*split, table.inner) > LONGEST):
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
    draw_view: Callable[[Manipulation], Step],
) -> tuple[np.ndarray, np.ndarray] | None:
    """Torso and sleeves in the table's picture, H x W bool each; None if they cannot be told."""
    picture, cloth, bodice = table.picture, table.cloth[table.place] > 0.5, table.inner
    attribute, value = manipulation
    hangs = shown in HANGING and KINDS[value].length < KINDS[shown].length
    if shown == SLEEVELESS:
        return split_torso(cloth, bodice, KINDS[shown].reach)
    if is_beside:
        if hangs:
            _, sleeves = split_beside(picture, cloth, bodice, KINDS[shown].reach)
        else:
            _, sleeves = split_torso(cloth, bodice, KINDS[shown].reach)
        sides = sleeves & down_to_hem(cloth, bodice)
        if shown != LONG and sides.sum() > WIDE * sleeves.sum():
            sleeves &= ~sides
        return _told(cloth, without_skirt(sleeves, cloth, bodice, is_dress), bodice)
    if hangs:
        _, sleeves = split_close(picture, cloth, bodice)
        sleeves = without_skirt(sleeves, cloth, bodice, is_dress)
        is_large = sleeves.sum() >= KINDS[shown].least * cloth.sum()
        split = _told(cloth, sleeves, bodice) if is_large else None
        if split is not None:
            return split
    step = draw_view((attribute, SLEEVELESS))
    goes = draws_ground(step, resized(table.cloth, step.alpha.shape[::-1]))
    goes = resized(goes, table.cloth.shape[::-1])[table.place] > 0.5
    reach = KINDS[shown].reach if shown in HANGING else 0.0
    _, sleeves = split_told(cloth, cloth & goes, bodice, reach)
    if is_dress and reach:
        sleeves &= ~down_to_hem(cloth, bodice)
    return _told(cloth, sleeves, bodice)


def _told(
    cloth: np.ndarray, sleeves: np.ndarray, bodice: Bodice
) -> tuple[np.ndarray, np.ndarray] | None:
    """Torso and sleeves; None unless there is one at either side, and they are a pair."""
    torso, sleeves = parted(cloth & ~sleeves, sleeves, bodice)
    both = own_sleeves(torso, sleeves, bodice)
    sizes = [np.isfinite(own.way).sum() for own in both]
    is_pair = len(both) == 2 and min(sizes) > PAIR * max(sizes)
    return (torso, sleeves) if is_pair else None


def _longest(torso: np.ndarray, sleeves: np.ndarray, bodice: Bodice) -> float:
    """Length of the longer one of own sleeves, garment units."""
    return max((own.length for own in own_sleeves(torso, sleeves, bodice)), default=0.0)


def _beside(garment: np.ndarray, bodice: Bodice, value: str, shown: str | None) -> str | None:
    """What the sleeves are that lie beside the torso; None if that cannot be told."""
    if shown is None:
        both = own_sleeves(*split_torso(garment, bodice, KINDS[LONG].reach), bodice)
        if len(both) < 2:
            return None
        is_short = np.mean([own.length for own in both]) < SHORTER
        shown = SHORT if is_short else "threequarter" if value == LONG else LONG
    return shown if shown in KINDS and shows_sleeves(garment, bodice, shown) else None
