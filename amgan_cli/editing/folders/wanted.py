"""What is wanted of each photo: the same edit for all, variants, or a line of a table. Light."""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amgan_cli.editing.folders.files_in import Found
from amgan_cli.editing.request import EditRequest
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo
from amgan_cli.spreadsheet import read_csv
from amgan_cli.vocabulary import Manipulation, split_pair

Asked = tuple[Manipulation, ...]


@dataclass(frozen=True)
class Wanted:
    """Turns a photo into its edit requests."""

    info: ModelInfo
    common: Asked = ()
    """Of every photo, first."""
    variants: Asked = ()
    """Each is one more edit of the same photo."""
    targets: Mapping[str, Asked] | None = None
    """Photo's place in its folder (or its name) -> what it gets, which may be nothing, as others
    get."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Of EditRequest: strength, prints, even_unmeasured; region, threshold, raw."""

    def of(self, photo: Found) -> tuple[EditRequest, ...]:
        """The photo's requests, in order; none if the table leaves it out.

        Raises UsageError if nothing at all was asked for.
        """
        own = self.common
        if self.targets is not None:
            row = self.named(photo)
            if not row:
                return ()
            own += row
        edits = [(*own, variant) for variant in self.variants] or [own]
        try:
            return tuple(EditRequest.of(self.info, edit, **self.options) for edit in edits)
        except UsageError as error:
            whose = "" if self.targets is None else f"{photo.relative}: "
            raise UsageError(f"{whose}{error}") from None

    def named(self, photo: Found) -> Asked | None:
        """The photo's line of the table; None if it has none."""
        targets = self.targets or {}
        return targets.get(plain_name(photo.relative), targets.get(plain_name(photo.path.name)))


def plain_name(name: Path | str) -> str:
    """A photo's name as a table and a disk agree on it, whichever way either writes accents."""
    return unicodedata.normalize("NFC", Path(name).as_posix() if str(name) else "")


def parse_variants(text: str, info: ModelInfo) -> Asked:
    """`color=red,navy` gives color=red and color=navy; UsageError for what cannot be asked for."""
    wrong = f"--variants {text}: write attribute=value,value,value"
    attribute, values = split_pair(text, wrong)
    pairs = [split_pair(f"{attribute}={value}", wrong) for value in values.split(",")]
    variants = tuple(info.check(*pair) for pair in pairs)
    if len(set(variants)) < len(variants):
        raise UsageError(f"--variants {text}: names a value twice")
    return variants


def read_targets(path: Path, info: ModelInfo) -> dict[str, Asked]:
    """Read a CSV with a `file` column and one column an attribute; a blank leaves it as it is.

    As spreadsheets write it. Rows without any value ask for nothing. Raises UsageError with the
    line for anything wrong.
    """
    try:
        reader = read_csv(path.read_bytes())
        columns = [column.strip() for column in reader.fieldnames or ()]
        reader.fieldnames = ["file" if column.lower() == "file" else column for column in columns]
        if "file" not in reader.fieldnames:
            raise UsageError(f"--targets {path}: no column 'file'; it has {', '.join(columns)}")
        if len({column.lower() for column in columns}) < len(columns):
            raise UsageError(f"--targets {path}: two columns of one name")
        rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        message = f"cannot be read ({error.strerror}); check name and rights"
        raise UsageError(f"--targets {path}: {message}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"cannot be read ({error}); save it as CSV UTF-8"
        raise UsageError(f"--targets {path}: {message}") from None
    targets: dict[str, Asked] = {}
    for line, row in rows:
        if not any(str(value or "").strip() for value in row.values()):
            continue  # what a spreadsheet leaves at the end
        name = plain_name((row.pop("file") or "").strip())
        if not name or name in targets:
            raise UsageError(f"--targets {path} line {line}: file '{name}' is blank or twice there")
        try:
            targets[name] = _values(row, info)
        except UsageError as error:
            raise UsageError(f"--targets {path} line {line}: {error}") from None
    return targets


def _values(row: Mapping[str | None, str | None], info: ModelInfo) -> Asked:
    if None in row or None in row.values():
        raise UsageError("has not as many columns as the first line")
    given: Sequence = [(name, value.strip()) for name, value in row.items() if value and name]
    return tuple(info.check(name, value) for name, value in given if value)
