"""Which new files a photo gives, and that no two of them and no photo are the same file. Light."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from amgan_cli.editing.folders.files_in import PIPE, Found, whole
from amgan_cli.editing.request import NO_NAME, EditRequest
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo
from amgan_cli.photos.formats import READ_ONLY, check_format

SHEET_SUFFIX = ".variants.jpg"
LONGEST = 255
"""Bytes of a file's name, at most."""


@dataclass(frozen=True)
class Output:
    """One edit of a photo and the files it is written to."""

    request: EditRequest
    target: Path
    review: Path | None = None
    """Where the picture goes instead if the judge is not sure enough of it; None: it does not."""
    mask: Path | None = None
    """The attention, as a grey picture."""
    compare: Path | None = None
    """Input, output and attention side by side."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are sure to be written: `review` is not one of them."""
        return tuple(file for file in (self.target, self.mask, self.compare) if file)

    @property
    def reason(self) -> Path | None:
        """The text that says why the picture is in the review folder."""
        if self.review is None:
            return None
        reason = self.review.with_name(f"{self.review.name}.txt")
        is_named = len(os.fsencode(reason.name)) <= LONGEST
        return reason if is_named else self.review.with_suffix(".txt")

    @property
    def places(self) -> tuple[Path, ...]:
        """The files that may be written."""
        return (*self.files, *(file for file in (self.review, self.reason) if file))


@dataclass(frozen=True)
class Job:
    """A photo, read once, and all that is made of it."""

    source: Path
    outputs: tuple[Output, ...]
    sheet: Path | None = None
    """All outputs on one picture."""
    may_change: Path | None = None
    """Grey picture of the photo's size; nothing changes where it is black."""
    garment: Path | None = None
    """Grey picture of the photo's size; the garment is white."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every new file, but those for review."""
        files = [file for output in self.outputs for file in output.files]
        return (*files, self.sheet) if self.sheet else tuple(files)

    @property
    def places(self) -> tuple[Path, ...]:
        """Every file that may be written."""
        places = [file for output in self.outputs for file in output.places]
        return (*places, self.sheet) if self.sheet else tuple(places)


@dataclass(frozen=True)
class Naming:
    """How new files are named after their photo."""

    out: Path | None
    """A folder, or the new file's name where one photo gives one picture; None: beside it."""
    one_picture: bool = False
    """One photo gives one picture: options that name folders may name a file."""
    in_place: bool = False
    variants: bool = False
    """The pictures of one photo are told apart by their edit."""
    suffix: str | None = None
    """Of pictures in another format than the photo's: `.png`."""
    save_mask: Path | None = None
    compare: Path | None = None
    may_change: Path | None = None
    """A mask for every photo, or a folder of them."""
    garment: Path | None = None
    """Where the garment is, for every photo; or a folder, for those that have a mask there."""
    review: bool = False
    """Pictures may go to a folder of that name instead."""

    def job(self, photo: Found, requests: Iterable[EditRequest]) -> Job:
        """Name all files of one photo."""
        outputs = tuple(self._output(photo, request) for request in requests)
        sheet = None
        if self.variants:
            sheet = self._folder(photo) / photo.relative.with_suffix(SHEET_SUFFIX)
        names = [photo.relative, *(photo.relative.with_name(o.target.name) for o in outputs)]
        may_change = self.may_change and _named_as(names, self.may_change)
        garment = self.garment and _named_as(names, self.garment)
        if garment and self.garment != garment and not garment.exists():
            garment = None  # a folder has masks of some
        return Job(photo.path, outputs, sheet, may_change, garment)

    def _output(self, photo: Found, request: EditRequest) -> Output:
        target = self._target(photo, request)
        own = photo.relative.with_suffix(self.suffix or photo.relative.suffix)
        place = own if target == PIPE else photo.relative.with_name(target.name)
        return Output(
            request,
            target,
            self._folder(photo) / "review" / place if self.review else None,
            self._side_file(self.save_mask, place.with_suffix(".png")),
            self._side_file(self.compare, place),
        )

    def _target(self, photo: Found, request: EditRequest) -> Path:
        if self.in_place:
            return photo.path.resolve()  # a link stays a link
        if self.one_picture and self.out and (self.out == PIPE or self.names_file(self.out)):
            return self.out
        if self.out is None and photo.path == PIPE:
            return PIPE
        plain = photo.relative.with_suffix(self.suffix or photo.relative.suffix)
        if self.variants or self.out is None:
            plain = plain.with_name(f"{plain.stem}{request.suffix}{plain.suffix}")
        return self._folder(photo) / plain

    def _folder(self, photo: Found) -> Path:
        if self.out is None or self.out == PIPE:
            return photo.path.parent
        return self.out.parent if self.one_picture and self.names_file(self.out) else self.out

    def _side_file(self, given: Path | None, place: Path) -> Path | None:
        if given is None or (self.one_picture and self.names_file(given)):
            return given
        return given / place

    @staticmethod
    def names_file(path: Path) -> bool:
        """A name with a suffix that is no folder yet is a file's."""
        return bool(path.suffix) and not path.is_dir()


def named_as_edits(found: Iterable[Found], info: ModelInfo) -> set[Found]:
    """Those of the photos that are named as the edits of others beside them are, where no folder
    was named for these: `shirt.color-navy.jpg` beside `shirt.jpg`."""
    photos = {(photo.path.parent, photo.path.stem): photo for photo in found}
    attributes = "|".join(re.sub(NO_NAME, "-", name) for name in info.vocabulary.names)
    is_edit = re.compile(rf"(.+?)(\.variants|(\.\w+)?(\.({attributes})-[^.]+)+)")
    edits = set()
    for (folder, stem), photo in photos.items():
        named = is_edit.fullmatch(stem)
        if named and (folder, named[1]) in photos:
            edits.add(photo)
    return edits


def _named_as(names: list[Path], masks: Path) -> Path:
    """The mask given, or of a folder the one that is named as the photo is or as what `save_mask`
    wrote; the first name if there is none."""
    if not masks.is_dir():
        return masks
    places = [masks / name.with_suffix(".png") for name in names]
    return next((place for place in places if place.exists()), places[0])


def check_files(jobs: Iterable[Job], in_place: bool = False) -> None:
    """Refuse, before any work, what would lose a file.

    A suffix that is only read costs its own photo, where there are others. Raises UsageError for
    an unknown suffix, for two photos that would give the same new file, for a
    new file that is one of the masks, and (unless `in_place`) for one that is one of the photos.
    """
    jobs = list(jobs)
    given = {mask for job in jobs for mask in (job.may_change, job.garment) if mask}
    masks = set(map(_identity, given)) - {None}
    photos = {_identity(job.source) for job in jobs} - {None}
    makers: dict[Path, Path] = {}
    for job in jobs:
        reasons = {output.reason for output in job.outputs}
        for file in job.places:
            if file == PIPE:
                continue
            is_alone = len(jobs) == 1
            if file not in reasons and (is_alone or file.suffix.lower() not in READ_ONLY):
                check_format(file)
            if _identity(file) in masks:
                raise UsageError(f"{file}: is one of the masks given; name another place")
            if not in_place and _identity(file) in photos:
                raise UsageError(
                    f"{file}: is the photo itself, which is never changed; name another or give "
                    "--in-place"
                )
            other = makers.setdefault(whole(file), job.source)
            if other != job.source:
                raise UsageError(
                    f"{file}: would be made of {other} and of {job.source}; rename one, or edit "
                    "one after the other into different folders"
                )
        if len(set(map(whole, job.places))) < len(job.places):
            raise UsageError(f"{job.source}: two new files of one name; give them different names")


def _identity(path: Path) -> tuple[int, int] | None:
    """Equal for two names of one file; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
