"""One garment with every sleeve and the sleeves' masks: python examples/counterfactuals.py"""

import numpy as np
from PIL import Image

from amgan_cli.catalogue import ATTRIBUTES, counterfactual, render, sample_garment

garment = sample_garment(7, pattern="striped")
pictures = [render(counterfactual(garment, "sleeve", s), (180, 240)) for s in ATTRIBUTES["sleeve"]]
photos = np.hstack([picture.image for picture in pictures])
left, right = (
    np.hstack([p.masks[f"{side}_sleeve"] for p in pictures]) for side in ("left", "right")
)
masks = np.stack([left, right, np.zeros_like(left)], 2)  # red and green
Image.fromarray(np.vstack([photos, masks])).save("sleeves-of-one-garment.png")
