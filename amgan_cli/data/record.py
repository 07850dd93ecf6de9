"""What a run trained on, written into its folder."""

import csv
import json
from pathlib import Path

from amgan_cli.data.labels import Labels
from amgan_cli.files import atomic


def save_record(folder: Path, labels: Labels) -> None:
    """Write `split.csv` (file,split) and, where the loader found something out, `data.json`.

    Raises OutputError if the folder cannot be written.
    """
    with atomic(folder / "split.csv") as temporary, temporary.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "split"])
        for photo, is_test in zip(labels.photos, labels.is_test, strict=True):
            writer.writerow([photo.name, "test" if is_test else "train"])
    if labels.findings:
        with atomic(folder / "data.json") as temporary:
            text = json.dumps(labels.findings, indent=1, ensure_ascii=False)
            temporary.write_text(text, encoding="utf-8")
