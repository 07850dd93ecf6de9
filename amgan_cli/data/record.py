"""What a run trained on: written into its folder, and read again where it matters."""

import csv
import io
import json
from pathlib import Path

from amgan_cli.data.labels import Labels
from amgan_cli.files import write_whole

SPLIT_FILE, DATA_FILE = "split.csv", "data.json"


def save_record(folder: Path, data: str | Path, labels: Labels) -> None:
    """Write `split.csv` (file,split) and `data.json`, which data set that was and what the loader
    found out about its files.

    Raises OutputError if the folder cannot be written.
    """
    split = io.StringIO()
    csv.writer(split).writerows([("file", "split"), *split_of(labels).items()])
    write_whole(folder / SPLIT_FILE, split.getvalue())
    record = {"data": place_of(data), **labels.findings}
    write_whole(folder / DATA_FILE, json.dumps(record, indent=1, ensure_ascii=False))


def read_split(folder: Path, data: str | Path | None = None) -> dict[str, str]:
    """Photo -> `train` or `test` in the run of `folder`, if that trained on `data` (None: on any);
    empty where nothing is recorded."""
    try:
        text = (folder / DATA_FILE).read_text(encoding="utf-8", errors="surrogateescape")
        record = json.loads(text)
        split_file = folder / SPLIT_FILE
        with split_file.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
            split = {row["file"]: row["split"] for row in csv.DictReader(file)}
    except (OSError, ValueError, KeyError):
        return {}
    return split if data is None or record.get("data") == place_of(data) else {}


def split_of(labels: Labels) -> dict[str, str]:
    """Photo -> `train` or `test`."""
    both = zip(labels.photos, labels.is_test, strict=True)
    return {photo.name: "test" if is_test else "train" for photo, is_test in both}


def place_of(data: str | Path) -> str:
    """A data set's name wherever the command is given: names of photos alone tell no two apart."""
    kind, colon, rest = str(data).partition(":")
    if Path(data).exists() or not colon:
        return str(Path(data).resolve())
    return f"{kind}:{Path(rest).resolve()}" if Path(rest).exists() else str(data)
