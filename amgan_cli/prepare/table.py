"""The label file while it is being made: rows by photo, proposals beside what a person has said.

`color_confidence` is the network's for its proposal, CHECKED once a person has looked, and blank
where nobody has said anything yet.
"""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from amgan_cli.data.labels import CONFIDENCE
from amgan_cli.errors import DataError
from amgan_cli.spreadsheet import read_csv

FILE, GROUP = "file", "group"
CHECKED = "1"
SUREST = 0.99
"""Most that a network's confidence is written as, so that only a person is CHECKED."""


@dataclass
class LabelTable:
    """Columns in order, and a row (column -> text) for each photo's name."""

    columns: list[str] = field(default_factory=lambda: [FILE, GROUP])
    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def attributes(self) -> list[str]:
        """The columns that have a confidence beside them."""
        return [name for name in self.columns if name + CONFIDENCE in self.columns]

    def add_columns(self, attribute: str) -> None:
        """An attribute and its confidence; what is there stays."""
        for column in (attribute, attribute + CONFIDENCE):
            if column not in self.columns:
                self.columns.append(column)

    def is_open(self, name: str, attribute: str) -> bool:
        """Nobody, person or network, has said anything of this photo's attribute yet."""
        row = self.rows[name]
        return not row.get(attribute) and not row.get(attribute + CONFIDENCE)

    def is_checked(self, name: str, attribute: str) -> bool:
        """A person has said this; a label without a confidence can only be a person's, too."""
        row = self.rows[name]
        confidence = row.get(attribute + CONFIDENCE)
        return confidence == CHECKED or bool(row.get(attribute) and not confidence)

    def propose(
        self, name: str, attribute: str, value: str, confidence: float, threshold: float
    ) -> None:
        """Write a value unless a person has spoken; below `threshold` the label is blank."""
        if self.is_checked(name, attribute):
            return
        self.rows[name][attribute] = value if confidence >= threshold else ""
        self.rows[name][attribute + CONFIDENCE] = f"{min(confidence, SUREST):.2f}"

    def values(self, attribute: str) -> set[str]:
        """The labels in use."""
        return {row[attribute] for row in self.rows.values() if row.get(attribute)}

    def to_csv(self) -> str:
        """The whole file."""
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows.values())
        return text.getvalue()


def read_table(path: Path) -> LabelTable:
    """An earlier run's label file, with all that people did to it; empty if there is none yet.

    Raises DataError if it is no label file: it has no column of files, or cannot be read.
    """
    if not path.exists():
        return LabelTable()
    try:
        reader = read_csv(path.read_bytes())
        columns = [name for name in reader.fieldnames or [] if name]
        rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read ({error}); save it as CSV UTF-8") from None
    if FILE not in columns:
        raise DataError(f"{path}: no column '{FILE}'; mend it or choose another --out")
    if GROUP not in columns:
        columns.insert(1, GROUP)
    kept = [{name: (row.get(name) or "").strip() for name in columns} for row in rows]
    return LabelTable(columns, {row[FILE]: row for row in kept})
