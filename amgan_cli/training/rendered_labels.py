"""Rendered garments as photos with labels: teachers of an attribute network beside real photos.

Wardrobes have zips on jackets and round necks on T-shirts, and a network learns to tell one by the
other. The catalogue has every collar and fastening on every garment (ours).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from amgan_cli.catalogue.garment import Garment
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.vocabulary import Vocabulary

LABELS = {
    "collar": {
        **dict.fromkeys(("buttondown", "cutaway", "kent", "polo", "turndown", "shirt"), "shirt"),
        **dict.fromkeys(("high", "mandarin", "chin"), "stand"),
        **dict.fromkeys(("lapel", "shawl"), "lapel"),
        **{"hood": "hood", "round": "round", "v-neck": "vneck"},
    },
    "fastening": {
        **{"zip": "zip", "button": "buttons", "no closure": "none", "back closure": "none"},
    },
    "sleeve": {
        **dict.fromkeys(("spaghetti", "sleeveless", "strapless"), "sleeveless"),
        **dict.fromkeys(("long", "extra long"), "long"),
        **dict.fromkeys(("short", "extra short"), "short"),
        "3/4": "threequarter",
    },
    "pattern": {
        **dict.fromkeys(("floral", "paisley", "animal", "camouflage"), "allover"),
        **dict.fromkeys(("striped", "pinstriped"), "stripes"),
        **dict.fromkeys(("print", "photo"), "print"),
        **{"plain": "plain", "checked": "checks", "polka dot": "dots", "marl": "melange"},
    },
}
"""Attribute -> the catalogue's value -> what people call that on a photo; others are unknown.

Colours are left out: on photos they are greyer.
"""


HALF = {"zip": "halfzip", "button": "placket"}
"""The catalogue's fastening -> what people call it where it ends on the chest."""


def labelled_as(vocabulary: Vocabulary, rendered: Dataset, garments: Sequence[Garment]) -> Dataset:
    """Renderings (of `garments`) with labels of a photos' vocabulary; UNKNOWN where it has no such
    value."""
    values = np.full((len(garments), vocabulary.n_attributes), UNKNOWN)
    for m, attribute in enumerate(vocabulary.names):
        known = vocabulary.attributes[attribute]
        for i, garment in enumerate(garments):
            name = _name(attribute, garment)
            if name in known:
                values[i, m] = known.index(name)
    labels = replace(rendered.labels, vocabulary=vocabulary, values=values)
    return Dataset(labels, rendered.images, rendered.masks)


def _name(attribute: str, garment: Garment) -> str | None:
    """What people call a garment's value; None where they have no word for it."""
    if attribute == "collar" and garment.neckline == "wide":
        return "wide"
    if attribute == "fastening" and garment.half_front and garment.fastening in HALF:
        return HALF[garment.fastening]
    if attribute not in LABELS:
        return None
    return LABELS[attribute].get(getattr(garment, attribute))
