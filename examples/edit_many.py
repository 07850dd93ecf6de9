"""One editor, many photos, each file's rotation, profile and transparency kept.

python examples/edit_many.py [COLOR]
"""

import sys
from pathlib import Path

from amgan_cli import Editor
from amgan_cli.photos.photo import read_photo, write_photo

color = sys.argv[1] if len(sys.argv) > 1 else "navy"
editor = Editor.load()
for name in ("top.jpg", "tshirt.png", "jacket.jpg"):
    photo = read_photo(Path(__file__).parent / name)
    edited = editor.edit(photo.pixels, {"color": color})
    write_photo(Path(f"{color}-{name}"), photo.with_pixels(edited.pixels))
    print(f"{color}-{name}")
