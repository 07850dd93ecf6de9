"""Draw the README's picture from the example photos: python examples/make_picture.py"""

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
SHOWN = {
    "jumper.jpg": {"sleeve": "long"},
    "polo.jpg": {"sleeve": "short"},
    "shirt.jpg": {"sleeve": "long"},
}


def cell(pixels: np.ndarray) -> Image.Image:
    """A picture HxWx3 or mask HxW in the size of the sheet's cells."""
    if pixels.ndim == 2:
        pixels = np.repeat((pixels * 255).astype(np.uint8)[..., None], 3, axis=2)
    return Image.fromarray(cv2.resize(pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))


editor = Editor.load()
lines = []
for name in ("shirt.jpg", "polo.jpg", "jumper.jpg"):
    photo = np.asarray(Image.open(HERE / name))
    edits = [editor.edit(photo, wanted, shown=SHOWN[name]) for wanted in EDITS.values()]
    sleeves = editor.region_edit(photo, REGIONS["sleeve"], {"color": "orange"}, threshold=0.5)
    pictures = [photo, edits[0].attention, *(edit.pixels for edit in edits)]
    lines.append([cell(picture) for picture in (*pictures, sleeves.pixels, sleeves.attention)])
titles = ("input", "attention", *EDITS, "sleeves orange", "region")
sheet = Image.new("RGB", (WIDTH * len(titles), HEIGHT * len(lines) + TITLE), "white")
for column, title in enumerate(titles):
    ImageDraw.Draw(sheet).text((column * WIDTH + 4, 2), title, fill="black")
    for row, line in enumerate(lines):
        sheet.paste(line[column], (column * WIDTH, TITLE + row * HEIGHT))
sheet.save(HERE.parent / "docs" / "edits.jpg", quality=82)
