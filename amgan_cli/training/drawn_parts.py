"""Known results for collar, fastening and sleeve: drawn on real photos, in the view of such edits.

See `amgan_cli.part_view` and `amgan_cli.sewing`.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.data.labels import Labels
from amgan_cli.data.photo_source import PhotoSource, as_large_as
from amgan_cli.errors import PhotoError, UsageError
from amgan_cli.nets.pixels import to_network
from amgan_cli.own_sleeves import split_torso
from amgan_cli.part_view import Bodice, Box, view_of
from amgan_cli.processes import worker_pool
from amgan_cli.sewing.collars import COLLARS, draw_collar
from amgan_cli.sewing.fastenings import FASTENINGS, draw_fastening
from amgan_cli.sewing.sleeve_kinds import KINDS
from amgan_cli.sewing.sleeves import draw_sleeves, shows_sleeves
from amgan_cli.training.augment import random_views, tinted
from amgan_cli.training.hung_sleeves import hang_sleeves
from amgan_cli.training.pairs import Pair, differs

DRAWN = {"neck": tuple(COLLARS), "front": FASTENINGS, "arms": tuple(KINDS)}
"""Part -> values that can be drawn there."""
ONTO = {"arms": tuple(KINDS)}
"""Part -> values of photos that it can be drawn on; others: all."""
REAL = 0.7
"""Share of pairs that start from the photo itself; the others start from another drawing."""
HUNG = 2
"""How many times long sleeves are hung beside the torso; these count as photos."""

AT_ONCE = 256
"""Photos handed out to the processes that draw."""
REACH = 0.04
"""Of the random views of a part: edits get theirs where it is, as far as that can be told."""


class DrawnParts:
    """Photos with one attribute drawn in every value: 50 KB a picture of 128 pixels."""

    def __init__(
        self,
        labels: Labels,
        attribute: str,
        part: str,
        size: int,
        device: torch.device,
        tell: Callable[[str], None],
    ) -> None:
        """Takes all training photos with a known value, a mask and a garment that stands upright.

        `part` is a view of `amgan_cli.part_view`; nothing is drawn before `fill`.

        Raises UsageError if the attribute has fewer than two values that can be drawn. `tell` gets
        a line for the user.
        """
        vocabulary = labels.vocabulary
        values = [value for value in vocabulary.targets(attribute) if value in DRAWN[part]]
        if len(values) < 2:
            known = ", ".join(DRAWN[part])
            raise UsageError(f"data.photo_pairs.{attribute}: seen by {part} can be drawn: {known}")
        self.labels, self.attribute, self.part, self.size = labels, attribute, part, size
        self.names, self.device, self.tell = values, device, tell
        self.values = np.array([vocabulary.attributes[attribute].index(v) for v in values])
        self.first = vocabulary.block(attribute).start
        table = [vocabulary.encode(attribute, name) for name in vocabulary.attributes[attribute]]
        self.conditions = torch.tensor(table, device=device)
        self.filled = threading.Event()
        self.error: Exception | None = None

    def fill(self) -> None:
        """Draw everything, on all cores, and let those go on who `wait`."""
        try:
            self._fill()
        except Exception as error:
            self.error = error
        finally:
            self.filled.set()

    def wait(self) -> None:
        """Until everything is drawn; raise UsageError if no photo will do."""
        self.filled.wait()
        if self.error is not None:
            raise self.error

    def _fill(self) -> None:
        labels, attribute, part, values = self.labels, self.attribute, self.part, self.names
        known = labels.vocabulary.attributes[attribute]
        column = labels.values[:, labels.vocabulary.names.index(attribute)]
        onto = ONTO.get(part, known)
        usable = [i for i, v in enumerate(known) if v in onto]
        rows = np.flatnonzero(np.isin(column, usable) & ~labels.is_test)
        self.tell(f"drawing {attribute} {', '.join(values)} on {len(rows)} photos")
        draw = partial(_draw, attribute=attribute, part=part, values=values, size=self.size)
        jobs = [(labels.photos[int(i)], labels.look(int(i))) for i in rows]
        with worker_pool(len(jobs), gives_way=True) as pool:
            # a run that ends meanwhile waits for what was handed out
            handed = (jobs[i : i + AT_ONCE] for i in range(0, len(jobs), AT_ONCE))
            drawn = [each for some in handed for each in pool.map(draw, some, chunksize=4)]
        self.shown = np.repeat(column[rows], [len(pictures) for pictures in drawn])
        if not len(self.shown):
            raise UsageError(f"data.photo_pairs.{attribute}: no photo shows a {part}")
        pictures = np.stack([each for pictures in drawn for each in pictures])
        self.images = torch.from_numpy(pictures).to(self.device)
        chances = 1 / np.sqrt(np.bincount(self.shown)[self.shown])
        self.chances = chances / chances.sum()

    def draw(self, batch_size: int, random: np.random.Generator) -> Pair:
        """Photos, or drawings on them, and another value drawn on the same, in random views.

        Waits until everything is drawn.
        """
        self.wait()
        device = self.device
        rows = random.choice(len(self.images), batch_size, p=self.chances)
        before = random.integers(1, 1 + len(self.values), batch_size)  # 0 is the photo itself
        before[random.random(batch_size) < REAL] = 0
        shown = np.where(before == 0, self.shown[rows], self.values[before - 1])
        after = [random.choice(np.flatnonzero(self.values != value)) for value in shown]
        after = np.array(after)
        both = torch.cat([self.images[rows, before], self.images[rows, 1 + after]], dim=1)
        views = torch.Generator(device).manual_seed(int(random.integers(2**62)))
        both = tinted(views, to_network(both))
        # a placket lies on one side: flipped ones would teach both
        (both,) = random_views(views, both, reach=REACH, mirrored=False)
        x, y = both.chunk(2, dim=1)
        source, target = (torch.from_numpy(each).to(device) for each in (shown, self.values[after]))
        # outside they are the same photo: what differs at all was drawn, a button's few pixels too
        drawn = F.max_pool2d(differs(x, y), 3, stride=1, padding=1)
        condition = self.conditions[target]
        return Pair(x, y, condition, target + self.first, source + self.first, drawn)


def _draw(
    job: tuple[PhotoSource, Mapping[str, str]],
    attribute: str,
    part: str,
    values: list[str],
    size: int,
) -> list[np.ndarray]:
    """Each (1 + V) x 3 x S x S uint8: the view of a photo as it is, then with every value drawn.

    One where it can be drawn, and those of its sleeves hung where they can be.
    """
    source, look = job
    try:
        pixels = source.read()
    except PhotoError:
        return []
    mask = as_large_as(pixels, source.read_mask())
    if mask is None:
        return []
    shown, whole = look[attribute], mask > 127
    bodice = Bodice.of(whole)
    if bodice is None:
        return []
    if part == "arms" and not can_have_others(whole, bodice, shown, look.get("collar")):
        return []
    view = view_of(bodice, part, mask.shape)
    photo, garment = view.cut(pixels, size), view.cut(mask, size, pad=0) > 127
    scale, place = size / view.side, view.place(mask.shape, size)
    near = bodice.moved(scale, -scale * view.left, -scale * view.top)
    pictures = [photo]
    for value in values:
        drawn = drawn_as(value, shown, part, look, photo, garment, near, place)
        square = photo.copy()  # the padding stays what it is
        square[place] = np.rint(drawn)[place]
        pictures.append(square)
    own = np.stack(pictures).transpose(0, 3, 1, 2)
    if part != "arms" or shown != "long":
        return [own]
    return [own, *_hang(pixels, whole, bodice, values, size)]


def _hang(
    pixels: np.ndarray, garment: np.ndarray, bodice: Bodice, values: list[str], size: int
) -> Iterator[np.ndarray]:
    """As `_draw`, of a photo whose long sleeves were hung, each time otherwise."""
    for time in range(HUNG):
        random = np.random.default_rng((time, int(garment.sum())))
        hung = hang_sleeves(pixels, garment, bodice, values, random)
        if hung is None:
            continue
        drawn, whole = hung
        view = view_of(Bodice.of(whole), "arms", garment.shape)  # as edits will measure it
        pictures = [np.rint(drawn[value]).astype(np.uint8) for value in ("long", *values)]
        yield np.stack([view.cut(each, size) for each in pictures]).transpose(0, 3, 1, 2)


def drawn_as(
    value: str,
    shown: str,
    part: str,
    look: Mapping[str, str],
    photo: np.ndarray,
    garment: np.ndarray,
    bodice: Bodice,
    place: Box,
) -> np.ndarray:
    """H x W x 3 float32: a photo that shows `shown` in its `part`, with `value` drawn there.

    `look` are its labels; `garment` is H x W bool; around `place` lies padding.
    """
    if part == "neck":
        return draw_collar(photo, garment, bodice, value, look.get("pattern", "plain"))[1]
    if part == "front":
        collar = look.get("collar", "")
        return draw_fastening(photo, garment, bodice, value, shown == "none", collar)
    rows, columns = place
    drawn = photo.astype(np.float32)
    inner = bodice.moved(1, -columns.start, -rows.start)
    split = split_torso(garment[place], inner, KINDS[shown].reach)
    inside = np.ascontiguousarray(photo[place])
    drawn[place] = draw_sleeves(inside, *split, inner, value, shown)[1]
    return drawn


def can_have_others(garment: np.ndarray, bodice: Bodice, shown: str, collar: str | None) -> bool:
    """Whether sleeves other than the `shown` ones can be drawn: on straps there is no shoulder to
    sew them to."""
    return collar != "strap" and shows_sleeves(garment, bodice, shown)
