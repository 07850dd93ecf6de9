"""Parts of a garment drawn on the photo itself, at its own size.

The network tells where a garment lies, but of what it was taught to draw in a view of 256 px it
keeps the mean: soft edges, round ends. Where the garment can be measured, collars, fastenings and
sleeves are drawn as they were for its training (`amgan_cli.sewing`), sharp at any size (ours).
"""

from collections.abc import Mapping

import numpy as np

from amgan_cli.editing.parts.sewing_table import SewingTable
from amgan_cli.editing.parts.sewn_sleeves import sewn_sleeves
from amgan_cli.editing.plan import DrawView, Step
from amgan_cli.part_view import View
from amgan_cli.sewing.collars import COLLARS, draw_collar
from amgan_cli.sewing.fastenings import FASTENINGS, draw_fastening
from amgan_cli.vocabulary import Manipulation
from amgan_cli.words import NONE, PLAIN


def tailored(
    photo: np.ndarray,
    garment: np.ndarray,
    manipulation: Manipulation,
    part: str,
    shown: Mapping[str, str],
    size: int,
    draw_view: DrawView,
) -> tuple[tuple[Step, ...], View] | None:
    """The steps that draw a manipulation of a `part` on a photo H x W x 3 uint8, and their view.

    None where that is the network's. `garment` (S x S in 0..1) is where it lies in the network's
    square, `shown` what is known of it; views that the network looks at are `size` pixels wide.
    """
    name, value = manipulation
    if part == "arms":
        return sewn_sleeves(photo, garment, manipulation, shown, size, draw_view)
    table = SewingTable.of(photo, garment, part, shown)
    if table is None:
        return None
    cloth = table.cloth > 0.5
    if part == "neck" and value in COLLARS:
        garment, pattern = cloth[table.place], shown.get("pattern", PLAIN)
        drawn = draw_collar(table.picture, garment, table.inner, value, pattern)
        return table.exchanged(*drawn), table.view
    if part == "front" and value in FASTENINGS and value != NONE:  # the photo mends that better
        is_bare, collar = shown.get(name) == NONE, shown.get("collar", "")
        drawn = draw_fastening(table.x, cloth, table.bodice, value, is_bare, collar)[table.place]
        return (table.sewn(table.with_picture(drawn)),), table.view
    return None
