"""The catalogue on disk: a count and a seed in, a data folder of photos, labels and masks out.

images/NAME.jpg  the photo
masks/NAME.png   the garment, white
parts/NAME.png   sums of PART_BITS; collar and fastening lie over torso and sleeves
labels.csv       one row a photo; written last, so where it is the folder is complete
catalogue.json   what was asked for, so that a stopped run can only go on as it began
"""

import csv
import json
import os
import re
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from amgan_cli import __version__
from amgan_cli.catalogue.canvas import PARTS, Mask
from amgan_cli.catalogue.garment import Garment, counterfactual, sample_garment
from amgan_cli.catalogue.noise import stream
from amgan_cli.catalogue.render import LARGEST, SMALLEST, render
from amgan_cli.catalogue.values import ATTRIBUTES, check_attribute
from amgan_cli.errors import AmganError, DataError, OutputError, UsageError
from amgan_cli.files import atomic, write_whole
from amgan_cli.photos.photo import write_image
from amgan_cli.processes import start_worker

PART_BITS = {part: 1 << bit for bit, part in enumerate(PARTS)}
LABELS = ("category", "gender", *ATTRIBUTES)
COLUMNS = ("file", "split", "group", *LABELS)
ASPECTS = (0.75, 0.75, 0.75, 4 / 3, 1.0)
"""Width / height, about as often as in photos from phones."""
TEST_EVERY = 10
"""Garments of which one is a test garment, with all its counterfactuals."""
SEEDS_APART = 1_000_000_000
"""Garments a seed has before it would reach the next seed's."""
IN_FLIGHT = 64
"""Pictures given to the workers and not yet back."""


@dataclass(frozen=True)
class Settings:
    """What decides the pictures of a catalogue, but for their number."""

    seed: int = 0
    """0 or more; catalogues of different seeds share no garment."""
    size: int = 256
    """Pixels of the longer side."""
    fixed: Mapping[str, Any] | None = None
    """Field of Garment -> its value in every picture."""
    counterfactual: str | None = None
    """Attribute in whose every value each garment is drawn, or None."""

    def __post_init__(self) -> None:
        if self.counterfactual is not None:
            check_attribute(self.counterfactual)
            if self.counterfactual in (self.fixed or {}):
                raise UsageError(f"{self.counterfactual}: is set; it cannot also take every value")
        if not SMALLEST / min(ASPECTS) <= self.size <= LARGEST:
            least = round(SMALLEST / min(ASPECTS))
            raise UsageError(f"size is {self.size}: give {least} to {LARGEST} pixels")
        self.garment(0)  # refuses seeds and fields that cannot be

    def garment(self, index: int) -> Garment:
        """Garment number `index` of this seed."""
        return sample_garment(self.seed * SEEDS_APART + index, **self.fixed or {})

    def pictures(self, count: int) -> Iterator["Picture"]:
        """The pictures of the first `count` garments, in order."""
        for index in range(count):
            garment, name = self.garment(index), f"{index:06d}"
            if self.counterfactual is None:
                yield Picture(name, index, garment, self.size)
                continue
            for value in ATTRIBUTES[self.counterfactual]:
                other = counterfactual(garment, self.counterfactual, value)
                slug = value.replace("/", "-").replace(" ", "-")
                yield Picture(f"{name}-{slug}", index, other, self.size)


@dataclass(frozen=True)
class Picture:
    """One picture of a catalogue, still to be drawn."""

    name: str  # of its files, without suffix
    index: int  # of its garment
    garment: Garment
    size: int  # pixels of the longer side

    @property
    def photo(self) -> str:
        return f"{self.name}.jpg"

    @property
    def row(self) -> list[str]:
        """Its line of labels.csv, one entry for each of COLUMNS."""
        split = "test" if self.index % TEST_EVERY == 0 else "train"
        labels = (getattr(self.garment, name) for name in LABELS)
        return [self.photo, split, str(self.index), *labels]

    @property
    def shape(self) -> tuple[int, int]:
        """(width, height) pixels; the garment's seed picks among ASPECTS."""
        aspect = float(stream(self.garment.seed, "aspect").choice(ASPECTS))
        return round(self.size * min(aspect, 1.0)), round(self.size * min(1 / aspect, 1.0))


def render_catalogue(
    out: Path,
    count: int,
    seed: int = 0,
    size: int = 256,
    console: Console | None = None,
    *,
    fixed: Mapping[str, Any] | None = None,
    counterfactual: str | None = None,
    workers: int | None = None,
) -> Path:
    """Draw `count` garments into the folder `out` and return it; fields as in `Settings`.

    With `counterfactual` each garment is drawn once a value of that attribute. Pictures that are
    there already are kept, so a stopped run goes on; the bytes depend on the settings alone,
    not on `workers` (processes; default: one a core). Raises UsageError for settings that cannot
    be, DataError for a folder that holds something else, OutputError if it cannot be written.
    """
    if not 1 <= count <= SEEDS_APART:
        raise UsageError(f"count is {count}: give 1 or more pictures")
    settings = Settings(seed, size, fixed, counterfactual)
    _open_folder(out, settings)
    total = count * (len(ATTRIBUTES[counterfactual]) if counterfactual else 1)
    if (held := _rows_in(out / "labels.csv")) > total:
        raise DataError(f"{out}: holds {held} pictures; ask for as many, or name another folder")
    console = console or Console(stderr=True)
    progress = Progress(
        MofNCompleteColumn(),
        BarColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with (
        atomic(out / "labels.csv") as labels,
        labels.open("w", encoding="utf-8", newline="") as file,
        progress,
        _drawing(out, workers) as draw,
    ):
        bar = progress.add_task("", total=total)
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for picture in settings.pictures(count):
            rows.writerow(picture.row)
            progress.advance(bar, draw(picture))
    return out


def read_parts(path: Path) -> dict[str, Mask]:
    """The masks of a picture of parts/: part name to (H, W) uint8 of 0 and 255."""
    with Image.open(path) as file:
        bits = np.asarray(file)
    return {part: np.where(bits & bit, 255, 0).astype(np.uint8) for part, bit in PART_BITS.items()}


def read_garments(out: Path, photos: Sequence[str]) -> list[Garment]:
    """The garments on photos of a catalogue, by their names in its labels.

    Raises DataError if `out` holds no catalogue with these photos.
    """
    note = out / "catalogue.json"
    try:
        asked = json.loads(note.read_text(encoding="utf-8"))
        settings = Settings(**{name: asked[name] for name in Settings.__dataclass_fields__})
        last = max((int(re.split("[-.]", name)[0]) for name in photos), default=-1)
        drawn = {picture.photo: picture.garment for picture in settings.pictures(last + 1)}
        return [drawn[name] for name in photos]
    except (OSError, ValueError, KeyError, TypeError):
        message = "cannot be read or lists other photos; give a folder of amgan render"
        raise DataError(f"{note}: {message}") from None


def _open_folder(out: Path, settings: Settings) -> None:
    """Make `out`, or see that what it holds was begun with the same settings."""
    asked = {**asdict(settings), "version": __version__}
    text = json.dumps(asked, indent=2) + "\n"
    note = out / "catalogue.json"
    try:
        if note.is_file():
            if note.read_text(encoding="utf-8") != text:
                raise DataError(f"{out}: holds a catalogue of other settings; name another folder")
            return
        if out.is_dir() and any(out.iterdir()):
            raise DataError(f"{out}: is not empty and holds no catalogue; name another folder")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{out}: cannot be read ({error})") from None
    write_whole(note, text)


def _rows_in(labels: Path) -> int:
    """How many pictures a catalogue's labels list; 0 if there are none yet."""
    return len(labels.read_bytes().splitlines()) - 1 if labels.is_file() else 0


@contextmanager
def _drawing(out: Path, workers: int | None) -> Iterator[Any]:
    """`draw(picture)` hands a picture that is not there yet to the workers, waits while they have
    IN_FLIGHT of them, and returns how many are there now; all are at the end."""
    pool = ProcessPoolExecutor(workers, get_context("spawn"), start_worker)
    under_way: set[Future[None]] = set()

    def draw(picture: Picture) -> int:
        answer()
        if (out / "images" / picture.photo).is_file():
            return 1
        with _held_interrupts():
            under_way.add(pool.submit(_draw, out, picture))
        return collect() if len(under_way) >= IN_FLIGHT else 0

    def collect() -> int:
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        under_way.difference_update(done)
        for future in done:
            future.result()
        answer()
        return len(done)

    def answer() -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt

    with _noted_interrupts() as interrupted:
        try:
            yield draw
            while under_way:
                collect()
            answer()
        except BrokenProcessPool:
            message = "a drawing process was killed; free memory and run again to go on"
            raise AmganError(message) from None
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _noted_interrupts() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets: an exception amid the pool's locks would leave them locked, and
    its shutdown would wait for ever. Only the main thread hears of Ctrl-C."""
    noted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.set())
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _held_interrupts() -> Iterator[None]:
    """Processes started here do not hear Ctrl-C even before `start_worker`, where they would
    answer it with a traceback each. Windows has no such mask."""
    if os.name == "nt":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _draw(out: Path, picture: Picture) -> None:
    """Draw one picture and write its files, the photo last: it says that the masks are there."""
    rendering = render(picture.garment, picture.shape)
    garment = Image.fromarray(rendering.masks["garment"]).convert("1", dither=Image.Dither.NONE)
    write_image(out / "parts" / f"{picture.name}.png", _part_picture(rendering.masks))
    write_image(out / "masks" / f"{picture.name}.png", garment)
    # The camera's own quality again: the second time JPEG changes next to nothing.
    quality = picture.garment.jpeg_quality
    write_image(out / "images" / picture.photo, Image.fromarray(rendering.image), quality=quality)


def _part_picture(masks: Mapping[str, Mask]) -> Image.Image:
    """All parts in one indexed picture; the palette only serves who looks at it."""
    bits: NDArray[np.uint8] = np.zeros_like(masks["garment"])
    for part, bit in PART_BITS.items():
        bits |= masks[part] & bit  # masks are 0 or 255
    picture = Image.fromarray(bits)
    picture.putpalette(_PALETTE.tobytes())
    return picture


# Torso grey, sleeves red and green, collar and fastening brighter or bluer.
_PALETTE = (
    np.array([[bool(k & bit) for bit in PART_BITS.values()] for k in range(32)], np.uint8)
    @ np.array([(70, 70, 70), (110, 0, 0), (0, 110, 0), (70, 70, 0), (0, 0, 110)], np.uint8)
).astype(np.uint8)
