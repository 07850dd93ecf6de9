"""Draw the README's pictures from the example photos: python examples/make_picture.py"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from amgan_cli import Editor
from amgan_cli.editing.regions import REGIONS

HERE = Path(__file__).parent
WIDTH, HEIGHT, TITLE = 180, 240, 16
EDITS = {
    "red": {"color": "red"},
    "stripes": {"pattern": "stripes"},
    "3/4 sleeves": {"sleeve": "threequarter"},
    "hood": {"collar": "hood"},
    "V neck": {"collar": "vneck"},
    "zip": {"fastening": "zip"},
}
PATTERNS = "plain", "stripes", "dots", "allover", "melange"
SHOWN = {
    "checked.webp": {"pattern": "checks"},
    "jumper.jpg": {"sleeve": "long"},
    "polo.jpg": {"sleeve": "short"},
    "shirt.jpg": {"sleeve": "long"},
}


def cell(pixels: np.ndarray) -> Image.Image:
    """A picture HxWx3 or mask HxW in the size of the sheet's cells."""
    if pixels.ndim == 2:
        pixels = np.repeat((pixels * 255).astype(np.uint8)[..., None], 3, axis=2)
    return Image.fromarray(cv2.resize(pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))


def save_sheet(titles: Sequence[str], lines: Sequence[Sequence[Image.Image]], name: str) -> None:
    """Lines of cells under their titles, as a picture of the documentation."""
    sheet = Image.new("RGB", (WIDTH * len(titles), HEIGHT * len(lines) + TITLE), "white")
    for column, title in enumerate(titles):
        ImageDraw.Draw(sheet).text((column * WIDTH + 4, 2), title, fill="black")
        for row, line in enumerate(lines):
            sheet.paste(line[column], (column * WIDTH, TITLE + row * HEIGHT))
    sheet.save(HERE.parent / "docs" / name, quality=82)


editor = Editor.load()
lines = []
for name in ("shirt.jpg", "polo.jpg", "jumper.jpg"):
    photo = np.asarray(Image.open(HERE / name))
    edits = [editor.edit(photo, wanted, shown=SHOWN[name]) for wanted in EDITS.values()]
    sleeves = editor.region_edit(photo, REGIONS["sleeve"], {"color": "orange"}, threshold=0.5)
    pictures = [photo, edits[0].attention, *(edit.pixels for edit in edits)]
    lines.append([cell(picture) for picture in (*pictures, sleeves.pixels, sleeves.attention)])
save_sheet(("input", "attention", *EDITS, "sleeves orange", "region"), lines, "edits.jpg")

photo, shown = np.asarray(Image.open(HERE / "checked.webp")), SHOWN["checked.webp"]
edits = [editor.edit(photo, {"pattern": value}, shown=shown).pixels for value in PATTERNS]
save_sheet(("input", *PATTERNS), [list(map(cell, (photo, *edits)))], "patterns.jpg")
