"""Draw the example photos: python examples/make_photos.py"""

from pathlib import Path

from PIL import Image

from amgan_cli.catalogue import render, sample_garment

HERE = Path(__file__).parent
PHOTOS = {
    "shirt.jpg": (221, {"pattern": "plain", "sleeve": "long", "collar": "shirt"}, "button"),
    "polo.jpg": (201, {"pattern": "plain", "sleeve": "short", "collar": "shirt"}, "button"),
    "hoodie.jpg": (218, {"pattern": "striped", "sleeve": "long", "collar": "hood"}, "no closure"),
    "dress.jpg": (223, {"pattern": "plain", "sleeve": "long", "collar": "v-neck"}, "no closure"),
}

for name, (seed, attributes, fastening) in PHOTOS.items():
    garment = sample_garment(seed, **attributes, fastening=fastening)
    picture = render(garment, (900, 1200)).image
    Image.fromarray(picture).save(HERE / name, quality=85)
