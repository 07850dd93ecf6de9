"""The smallest use as a library: python examples/edit_one.py"""

from pathlib import Path

from PIL import Image

from amgan_cli import Editor

photo = Image.open(Path(__file__).parent / "shirt.jpg")
editor = Editor.load()  # the shipped weights; no network needed
edited = editor.edit(photo, {"color": "red"})  # what `amgan edit --set color=red` does
Image.fromarray(edited.pixels).save("red.png")
print(f"{(edited.attention == 0).mean():.0%} of the pixels are the photo's own")
