"""A run as one static page: before, after, attention and figures of every photo, sortable.

Rows are written as photos are done, so that the page costs no memory.
"""

import base64
import html
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

import numpy as np
from PIL import Image, ImageOps

from amgan_cli.editing.folders.outcome import Outcome, Result, one_line
from amgan_cli.editing.folders.sheet import THUMBNAIL
from amgan_cli.files import atomic

TEMPLATE = Path(__file__).with_name("report.html")
MARKER = "<!-- rows -->\n"
FIGURES = ("probability", "attention", "untouched")


class Report:
    """An open page; it gets its name when `open_report`'s block ends."""

    def __init__(self, path: Path, file: IO[str]) -> None:
        self._folder, self._file = path.parent, file

    def add(self, outcome: Outcome) -> None:
        """Add the rows of one photo."""
        if not outcome.results:
            self._file.write(self._row(outcome, None))
        for result in outcome.results:
            self._file.write(self._row(outcome, result))

    def _row(self, outcome: Outcome, result: Result | None) -> str:
        name = html.escape(one_line(outcome.source))
        remark = one_line(outcome.error) if outcome.error else result.remark if result else ""
        figures = {key: getattr(result, key, None) for key in FIGURES}
        data = {"photo": name, "status": outcome.status} | {
            key: f"{value:.4f}" for key, value in figures.items() if value is not None
        }
        attributes = " ".join(f'data-{key}="{value}"' for key, value in data.items())
        cells = [
            f'<td class="photo">{name}<br><small>{html.escape(result.edit if result else "")}'
            f'</small><span class="remark">{html.escape(remark)}</span></td>',
            *self._pictures(outcome, result),
            *(f'<td class="figure">{_percent(figures[key])}</td>' for key in FIGURES),
        ]
        return f'<tr class="{outcome.status}" {attributes}>{"".join(cells)}</tr>\n'

    def _pictures(self, outcome: Outcome, result: Result | None) -> Iterator[str]:
        """Three cells; before and after link to their files, as long as both are there."""
        small = result.thumbnails if result else ()
        is_in_place = result is not None and result.file == outcome.source.resolve()
        links = (None if is_in_place else outcome.source, result.file) if result else ()
        if not small:  # skipped: made by an earlier run
            small = tuple(_thumbnail(file) if file else b"" for file in links)
        for i in range(3):
            picture = ""
            if i < len(small) and small[i]:
                data = base64.b64encode(small[i]).decode()
                picture = f'<img alt="" src="data:image/jpeg;base64,{data}">'
            link = links[i] if i < len(links) else None
            if picture and link:
                place = quote(os.fsencode(os.path.relpath(link, self._folder)))
                picture = f'<a href="{place}">{picture}</a>'
            yield f"<td>{picture}</td>"


@contextmanager
def open_report(path: Path) -> Iterator[Report]:
    """A page that is whole at `path` when the block ends; raises OutputError."""
    head, tail = TEMPLATE.read_text(encoding="utf-8").split(MARKER)
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write(head)
        yield Report(path, file)
        file.write(tail)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _thumbnail(file: Path) -> bytes:
    """A small JPEG of a picture file; nothing where it cannot be read."""
    try:
        with Image.open(file) as opened:
            opened.draft("RGB", (THUMBNAIL, THUMBNAIL))  # JPEG: decode an eighth of it
            picture = ImageOps.exif_transpose(opened)
            if picture.mode.startswith("I;16"):  # which would be cut off at 255
                picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
            picture = picture.convert("RGB")
            picture.thumbnail((THUMBNAIL, THUMBNAIL))
            buffer = io.BytesIO()
            picture.save(buffer, format="JPEG", quality=80)
    except (OSError, ValueError, Image.DecompressionBombError):
        return b""
    return buffer.getvalue()
