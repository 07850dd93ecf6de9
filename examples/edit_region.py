"""Another colour for the sleeves only, and where they were found: python examples/edit_region.py"""

from pathlib import Path

from PIL import Image

from amgan_cli import Editor
from amgan_cli.editing.regions import REGIONS

photo = Image.open(Path(__file__).parent / "polo.jpg")
edited = Editor.load().region_edit(photo, REGIONS["sleeve"], {"color": "orange"}, threshold=0.5)
Image.fromarray(edited.pixels).save("sleeves.png")
Image.fromarray((edited.attention * 255).astype("uint8")).save("sleeves-mask.png")
