"""Rendered garments as photos with labels: teachers of an attribute network beside real photos.

Wardrobes have zips on jackets and round necks on T-shirts, and a network learns to tell one by the
other. The catalogue has every collar and fastening on every garment (ours).
"""

import numpy as np

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


def values_of(rendered: Dataset, vocabulary: Vocabulary) -> np.ndarray:
    """Labels of `rendered`, a folder of `amgan render`, in another vocabulary; n x M, UNKNOWN where
    it has no such value."""
    labels = rendered.labels
    values = np.full((len(labels.values), vocabulary.n_attributes), UNKNOWN)
    for m, attribute in enumerate(vocabulary.names):
        drawn = labels.vocabulary.attributes.get(attribute)
        if drawn is None:
            continue
        names = [LABELS.get(attribute, {}).get(name) for name in drawn]
        known = vocabulary.attributes[attribute]
        table = [known.index(name) if name in known else UNKNOWN for name in names]
        column = labels.values[:, labels.vocabulary.names.index(attribute)]
        values[:, m] = np.where(column == UNKNOWN, UNKNOWN, np.array(table)[column])
    return values
