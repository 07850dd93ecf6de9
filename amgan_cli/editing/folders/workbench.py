"""One photo's way: read it; when the network has planned its edits, carry them out and write."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from amgan_cli.editing.apply import Edited, apply_plan
from amgan_cli.editing.edit import Editor, as_garment
from amgan_cli.editing.folders.file_io import encode, encode_picture, read, read_mask, write_out
from amgan_cli.editing.folders.files_in import PIPE, whole
from amgan_cli.editing.folders.jobs import Job, Output
from amgan_cli.editing.folders.manifest import Manifest
from amgan_cli.editing.folders.outcome import Outcome, Result
from amgan_cli.editing.folders.sheet import CELL, THUMBNAIL, contact_sheet, side_by_side, to_grey
from amgan_cli.editing.judge import LookAt, sureness, without_objections
from amgan_cli.editing.plan import Plan
from amgan_cli.editing.request import EditRequest
from amgan_cli.errors import AmganError, OutputError, PhotoError
from amgan_cli.files import atomic, printable
from amgan_cli.photos.formats import SaveOptions
from amgan_cli.photos.geometry import at_most
from amgan_cli.photos.photo import Photo
from amgan_cli.photos.strips import as_uint8
from amgan_cli.vocabulary import Manipulation

NO_GARMENT = 0.005
"""Mean attention in the square under this: the network found nothing to change."""
LEAST_WHITE = 1e-4
"""Share of a mask that is white, at least: less is a slip of the pen."""
UNSURE = 0.12
"""`Plan.doubt` over this: one test photo in eight, and 18 of the 19 whose outline is wrong
(0.42.0)."""
HARDLY_SEEN = 0.2
"""`Plan.doubt` over this: one test photo in 25 (0.42.0), 22 of 25 pieces of ground (0.39.0)."""
DID_NOT_TAKE = 0.1
"""Probability under this: the attribute network sees another value than the wanted one."""


@dataclass(frozen=True)
class InHand:
    """A photo that has been read."""

    job: Job
    photo: Photo
    square: np.ndarray
    """What the network sees of it, S x S x 3 uint8."""
    garment_mask: np.ndarray | None = None
    """Where the user says that the garment is, h x w in 0..1, at moderate size."""
    may_change: np.ndarray | None = None
    """Where he lets the photo change, H x W in 0..1."""
    plans: tuple[Plan, ...] = ()
    """One an output, once the network has run."""
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbench:
    """What every photo needs; its methods are called from several threads at once."""

    editor: Editor
    manifest: Manifest
    save: SaveOptions
    judge: LookAt | None = None
    accept: float = 0.0
    """Pictures that the judge is less sure of go to the review folder."""
    anyway: bool = False
    """Do also what the judge has objections to."""
    thumbnails: bool = False

    def read(self, job: Job) -> InHand | Outcome:
        """Read a photo and fit it to the network's square; a failed outcome if it cannot be."""
        seconds: dict[str, float] = {}
        try:
            with _timed(seconds, "read"):
                for file in job.files:
                    self._written_as(job, file)  # or it fails before the work
                photo = read(job.source)
                if photo.pages > 1 and job.source.resolve() in job.files:
                    held = f"{printable(job.source)}: holds {photo.pages} pictures"
                    raise PhotoError(f"{held}, of which one would be left; give --out")
                square = self.editor.fit(photo.pixels8, str(job.source))
                mask = read_mask("--garment", job.garment, *photo.pixels.shape[:2])
                if mask is not None and mask.mean() < LEAST_WHITE:
                    few = "hardly anything" if mask.any() else "nothing"
                    raise PhotoError(f"--garment {job.garment}: {few} of it is white")
                mask = None if mask is None else as_garment(mask, photo.pixels)
                may_change = read_mask("--mask", job.may_change, *photo.pixels.shape[:2])
                return InHand(job, photo, square, mask, may_change, seconds=seconds)
        except Exception as error:
            return self.fail(job, error)

    def requests(
        self, hands: Sequence[InHand]
    ) -> list[list[tuple[EditRequest, Mapping[Manipulation, str]]]]:
        """For each photo and output: what is to be done, and why the rest is not."""
        wanted = [[output.request for output in hand.job.outputs] for hand in hands]
        info = self.editor.info
        asked = {name for each in wanted for request in each for name in request.attributes}
        if self.judge is None or asked <= {info.color_attribute}:
            return [[(request, {}) for request in of_photo] for of_photo in wanted]
        looks = self.judge([hand.photo.pixels8 for hand in hands])
        return [
            [without_objections(look, info, request, self.anyway) for request in of_photo]
            for look, of_photo in zip(looks, wanted, strict=True)
        ]

    def finish(self, hand: InHand | Outcome) -> Outcome:
        """Carry out the plans at full size and write all files of the photo, or none."""
        if isinstance(hand, Outcome):
            return hand
        try:
            return self._finish(hand)
        except BrokenPipeError:
            raise  # the reader of standard output has left: no fault of the photo
        except Exception as error:
            return self.fail(hand.job, error)

    def fail(self, job: Job, error: Exception) -> Outcome:
        """The outcome of a photo that could not be read, planned or written."""
        if not isinstance(error, AmganError):
            kind = "out of memory" if isinstance(error, MemoryError) else type(error).__name__
            unexpected = PhotoError(f"{job.source}: {kind}: {error}")
            unexpected.__cause__ = error
            error = unexpected
        outcome = Outcome(job.source, "failed", error=error)
        with suppress(OutputError):  # the folder may be what failed
            self.manifest.add(job, outcome, {})
        return outcome

    def _finish(self, hand: InHand) -> Outcome:
        job, photo, seconds = hand.job, hand.photo, dict(hand.seconds)
        pixels = photo.pixels
        results: list[Result] = []
        edits: list[np.ndarray] = []  # shrunk, for the contact sheet
        with _Files() as files:
            for output, plan in zip(job.outputs, hand.plans, strict=True):
                with _timed(seconds, "lift"):
                    edited = apply_plan(pixels, plan, output.request, hand.may_change)
                    result = self._judged(hand, output, plan, edited)
                    edits += [at_most(as_uint8(edited.pixels), CELL)] if job.sheet else []
                with _timed(seconds, "write"):
                    notes = self._put(files, hand, output, result.file, edited)
                    if result.file == output.review and output.reason:
                        files.put(output.reason, f"{result.remark}\n".encode())
                remarks = [result.remark, *notes] if result.remark else notes
                results.append(replace(result, remark="; ".join(remarks)))
            if job.sheet:
                titles = ["input"]
                for result, output in zip(results, job.outputs, strict=True):
                    for_review = " (review)" if result.file == output.review else ""
                    titles.append(result.edit + for_review)
                sheet = contact_sheet([at_most(photo.pixels8, CELL), *edits], titles)
                files.put(job.sheet, encode_picture(sheet, job.sheet.suffix))
            outcome = Outcome(job.source, "done", tuple(results), seconds=seconds)
            before = self.manifest.pictures(job)
            self.manifest.add(job, outcome, files.waiting)
            files.write_piped()  # when nothing else can go wrong
        for file in before - set(map(whole, files.waiting)):
            with suppress(OSError):  # of a run that this one contradicts
                file.unlink()
        return outcome

    def _judged(self, hand: InHand, output: Output, plan: Plan, edited: Edited) -> Result:
        """The figures of an edit, and whether it goes to its target or to review."""
        request, photo, file = output.request, hand.photo, output.target
        untouched = float((edited.pixels == photo.pixels).all(axis=2).mean())
        done = [each for each in request.manipulations if each not in plan.refused]
        remarks = [*plan.refused.values()]
        if done:
            remarks += self._seen_of_it(hand, request, plan, done, untouched == 1)
        is_shape = any(map(self.editor.info.is_shape, dict(done)))
        if is_shape and _is_transparent_there(photo, edited):
            remarks.append("what is transparent stays so, also where cloth came: look at it")
        # what was left undone is not what was asked for, unless the photo had it already; a colour
        # is reached by construction, and the network takes dark green for black
        color = self.editor.info.color_attribute
        shapes = [each for each in done if each[0] != color]
        surely = self._least(edited.pixels, request.manipulations if output.review else shapes)
        if surely is not None:
            (name, value), probability = surely
            if output.review and probability < self.accept:
                file = output.review
                remarks.append(f"{name}={value} has probability {probability:.2f}, for review")
            elif probability < DID_NOT_TAKE and untouched < 1 and not request.region:
                how = f"by the attribute network ({probability:.2f})"
                remarks.append(f"{name}={value} hardly shows, {how}")
        return Result(
            file,
            request.text,
            untouched,
            float(edited.attention.mean()),
            surely[1] if surely else None,
            edited.delta_e,
            "; ".join(remarks),
            _thumbnails(photo.pixels8, edited) if self.thumbnails else (),
        )

    def _seen_of_it(
        self,
        hand: InHand,
        request: EditRequest,
        plan: Plan,
        done: Sequence[Manipulation],
        is_unchanged: bool,
    ) -> list[str]:
        """What there is to say of the garment that was found, and of a photo that `is_unchanged`
        after what was `done`."""
        job = hand.job
        if plan.attention < NO_GARMENT and not job.garment:
            return ["no garment found, hardly anything changed"]
        if is_unchanged:
            return [f"nothing changed: {self._why_unchanged(hand, request, done)}"]
        if plan.doubt > UNSURE and not (job.garment or job.may_change):
            in_part = request.region or any(map(self.editor.info.is_shape, dict(done)))
            mend = "" if in_part else ", or give --garment"  # which is for whole garments
            is_seen = plan.doubt <= HARDLY_SEEN
            what = "the garment's outline is unsure" if is_seen else "no garment is seen plainly"
            return [f"{what}: look at it{mend}"]
        return []

    def _why_unchanged(
        self, hand: InHand, request: EditRequest, done: Sequence[Manipulation]
    ) -> str:
        if not request.strength:
            return "--strength is 0"
        if hand.may_change is not None and not hand.may_change.any():
            return "nothing of --mask is white"
        surely = self._least(hand.photo.pixels, done)
        is_known = surely is None or surely[1] > 0.5
        return "it looks so already" if is_known else "nothing was found that it would change"

    def _least(
        self, pixels: np.ndarray, asked: Sequence[Manipulation]
    ) -> tuple[Manipulation, float] | None:
        """What of all that was `asked` for a picture shows least surely, and how surely, 0..1; None
        where there is no judge, or it knows none of it."""
        if not self.judge or not asked:
            return None
        (look,) = self.judge([as_uint8(pixels)])
        known = [*map(self.editor.info.nearest, asked)]  # an exact colour's name
        least = sureness(look, known)
        return least and (asked[known.index(least[0])], least[1])

    def _put(
        self, files: "_Files", hand: InHand, output: Output, file: Path, edited: Edited
    ) -> list[str]:
        """Write the picture and what was asked for beside it; return what a user should know."""
        named = self._written_as(hand.job, file)
        photo = hand.photo.with_edit(edited.pixels, edited.attention)
        data, lost = encode(photo, named, self.save)
        files.put(file, data)
        if output.mask:
            files.put(output.mask, encode_picture(to_grey(edited.attention), output.mask.suffix))
        if output.compare:
            after = as_uint8(edited.pixels)
            picture = side_by_side(hand.photo.pixels8, after, edited.attention)
            files.put(output.compare, encode_picture(picture, output.compare.suffix))
        return [*photo.notes, *lost]

    def _written_as(self, job: Job, file: Path) -> Path:
        """The name that tells a new file's format; UsageError for one that is not written."""
        named = job.source if file == PIPE else file  # standard output gets the photo's format
        self.save.format_of(named)
        return named


def _is_transparent_there(photo: Photo, edited: Edited) -> bool:
    """Whether an edit reaches pixels that are partly or wholly transparent."""
    if photo.alpha is None:
        return False
    is_clear = photo.alpha < np.iinfo(photo.alpha.dtype).max
    return bool((is_clear & (edited.attention > 0.5)).any())


class _Files(ExitStack):
    """Files that get their names when the block ends well, last put first, or are never seen: where
    one cannot be named, those put before it are never seen either."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[Path, Path] = {}
        """Name -> where it lies until then."""
        self.piped: list[bytes] = []
        """What standard output is to get."""

    def write_piped(self) -> None:
        """Write to standard output. Raises OutputError."""
        for data in self.piped:
            write_out(data)

    def put(self, file: Path, data: bytes) -> None:
        """Write `data` to be `file`; standard output for `-`. Raises OutputError."""
        if file == PIPE:
            self.piped.append(data)
            return
        temporary = self.enter_context(atomic(file))
        temporary.write_bytes(data)
        self.waiting[file] = temporary


def _thumbnails(pixels: np.ndarray, edited: Edited) -> tuple[bytes, ...]:
    """Before, after, attention as small JPEGs."""
    pictures = pixels, as_uint8(edited.pixels), to_grey(edited.attention)
    return tuple(encode_picture(at_most(picture, THUMBNAIL), ".jpg", 80) for picture in pictures)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0) + time.perf_counter() - start
