"""What a killed run leaves: hidden temporary files, never a half file under a final name. Light."""

import time
from collections.abc import Iterable
from pathlib import Path

HOUR = 3600
"""Seconds; a younger temporary file may be another shard's, which is at work."""


def remove_leftovers(folders: Iterable[Path]) -> None:
    """Remove temporary files (`files.atomic`) that are older than an hour."""
    for folder in set(folders):
        for file in folder.glob(".amgan-*.part"):
            try:
                if time.time() - file.stat().st_mtime > HOUR:
                    file.unlink(missing_ok=True)
            except OSError:
                continue  # another run was faster, or it is not ours to remove
