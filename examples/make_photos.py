"""Draw the example photos, such as users have: python examples/make_photos.py [NAME ...]"""

import sys
from pathlib import Path

from PIL import Image

from amgan_cli.catalogue import Rendering, render, sample_garment

HERE = Path(__file__).parent
UPRIGHT = (900, 1200)
Example = tuple[int, tuple[int, int], dict[str, str | bool]]
"""Seed of the garment, (width, height) of the upright picture, what is not left to chance."""


def garment(words: str, background: str, hung: bool = False, **more: str) -> dict[str, str | bool]:
    """Fields of a garment: `words` are its color, pattern, sleeve, collar, fastening."""
    names = ("color", "pattern", "sleeve", "collar", "fastening")
    fields = dict(zip(names, words.split(", "), strict=True))
    return {**fields, "background": background, "hung": hung, **more}


PHOTOS: dict[str, Example] = {
    "shirt.jpg": (
        *(1039, UPRIGHT),
        garment("light blue, plain, long, shirt, button", "wood", fabric="poplin"),
    ),
    "polo.jpg": (
        *(1001, UPRIGHT),
        garment("green, plain, short, polo, no closure", "sheet", category="t-shirt"),
    ),
    "hoodie.jpg": (1080, UPRIGHT, garment("orange, striped, long, hood, no closure", "carpet")),
    "dress.jpg": (
        *(1068, UPRIGHT),
        garment("purple, plain, long, v-neck, no closure", "tiles", category="dress"),
    ),
    "blouse.jpg": (
        *(1056, UPRIGHT),
        garment("white, floral, 3/4, round, button", "door", hung=True, category="shirt"),
    ),
    "jumper.jpg": (
        *(1018, (1200, 1200)),
        garment("maroon, plain, long, round, no closure", "wall", category="jumper"),
    ),
    # Cut out: transparent but for the garment.
    "tshirt.png": (
        *(1032, (600, 800)),
        garment("blue, plain, short, round, no closure", "shop", category="t-shirt"),
    ),
    # The phone was held sideways: stored lying, with the EXIF note that says so.
    "jacket.jpg": (
        *(1046, UPRIGHT),
        garment("olive, plain, long, turndown, zip", "wall", hung=True, category="jacket"),
    ),
    "checked.webp": (
        *(1034, UPRIGHT),
        garment("red, checked, long, kent, button", "sheet", category="shirt"),
    ),
    # 12 megapixels, as a phone makes them.
    "coat.jpg": (
        *(1035, (3000, 4000)),
        garment("beige, plain, long, lapel, button", "carpet", category="coat"),
    ),
    # As small as an old advertisement's.
    "top.jpg": (
        *(1088, (300, 400)),
        garment("black, polka dot, sleeveless, round, no closure", "tiles"),
    ),
    "cardigan.jpg": (
        *(1063, (1600, 1200)),
        garment("gray, marl, long, v-neck, button", "wood", category="jumper"),
    ),
}


def draw(name: str) -> Rendering:
    """The upright picture and the masks of an example."""
    seed, size, fields = PHOTOS[name]
    fields = {"trim_contrast": False, "blur": 0.6, "grain": 0.8, **fields}
    return render(sample_garment(seed, **fields), size)


def save(name: str, rendering: Rendering) -> None:
    picture, options = Image.fromarray(rendering.image), {"quality": 82}
    if name.endswith(".png"):
        picture.putalpha(Image.fromarray(rendering.masks["garment"]))
    if name == "jacket.jpg":
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        options["exif"] = Image.Exif()
        options["exif"][0x0112] = 6  # Orientation: turn clockwise to see it upright
    picture.save(HERE / name, **options)


if __name__ == "__main__":
    for example in sys.argv[1:] or PHOTOS:
        save(example, draw(example))
