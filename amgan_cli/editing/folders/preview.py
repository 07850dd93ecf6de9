"""Pictures in a terminal: two pixels a character, as a half block in two colours."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style

from amgan_cli.editing.folders.outcome import Outcome


def show(outcome: Outcome, console: Console) -> None:
    """Print before, after and attention of a photo side by side, as wide as the terminal."""
    for result in outcome.results:
        pictures = [Image.open(io.BytesIO(small)) for small in result.thumbnails]
        if pictures:
            console.print(half_blocks(pictures, console.width))


def half_blocks(pictures: Sequence[Image.Image], width: int) -> Segments:
    """The pictures in one row of `width` characters."""
    each = max(2, width // len(pictures) - 1)
    height = max(1, round(each * pictures[0].height / pictures[0].width / 2)) * 2
    small = [np.asarray(p.convert("RGB").resize((each, height))) for p in pictures]
    segments: list[Segment] = []
    for row in range(0, height, 2):
        for picture in small:
            for upper, lower in zip(picture[row], picture[row + 1], strict=True):
                colors = (f"rgb({r},{g},{b})" for r, g, b in (upper, lower))
                segments.append(Segment("▀", Style(color=next(colors), bgcolor=next(colors))))
            segments.append(Segment(" "))
        segments.append(Segment.line())
    return Segments(segments)
