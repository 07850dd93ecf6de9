"""Shopping100k's attributes and the names of their values, in the order of the label numbers."""

from amgan_cli.catalogue.values import ATTRIBUTES

PAPER_ATTRIBUTES = tuple(ATTRIBUTES)
"""The five that the paper edits, as amgan calls them."""
COLUMN_NAMES = {"sleevelen": "sleeve"}
"""What amgan calls an attribute whose file has another name."""
VALUE_COUNTS = {
    **{"category": 16, "collar": 17, "color": 19, "fabric": 14, "fastening": 10, "fit": 15},
    **{"gender": 2, "neckline": 11, "pattern": 16, "pocket": 7, "sleevelen": 9, "sport": 15},
}
"""The data set's 12 attributes (151 values) by file name; ADDE's one-hot rows have this order."""
VALUE_NAMES: dict[str, tuple[str, ...]] = {
    "category": (
        *("coat", "jacket", "suit", "shirt", "t-shirt", "jumper", "shorts", "trouser", "jean"),
        *("swimming", "jumpsuit", "pyjamas", "tracksuit bottoms", "tracksuit", "skirt", "dress"),
    ),
    "collar": ATTRIBUTES["collar"],
    "color": ATTRIBUTES["color"],
    "fabric": (
        *("canvas", "crocheted", "denim", "fleece", "hardshell", "jersey", "jersey lace", "lace"),
        *("mesh", "mesh jersey", "rib", "softshell", "sweat", "leather"),
    ),
    "fastening": (*ATTRIBUTES["fastening"], "others"),
    "fit": (
        *("bootcut", "flared", "high waist", "jeggings", "large", "loose", "low", "oversize"),
        *("regular", "skinny", "slim", "small", "straight", "tailered", "tapered"),
    ),
    "neckline": (
        *("boat", "backless", "cache-coeur", "henley", "low v-neck", "low round"),
        *("off-the-shoulder", "round", "square", "v-neck", "envelope"),
    ),
    "pattern": ATTRIBUTES["pattern"],
    "pocket": ("side", "cargo", "flap", "napoleon", "belt", "sleeve", "zip"),
    "sleevelen": ATTRIBUTES["sleeve"],
}
"""Names as published with the data set; those of gender and sport are not known."""


def value_words(attribute: str, indices: list[int]) -> list[str]:
    """Words for value numbers counted from 0 (-1, missing, is ""); the number where unnamed."""
    words = VALUE_NAMES.get(attribute) or tuple(map(str, range(VALUE_COUNTS[attribute])))
    return ["" if index < 0 else words[index] for index in indices]
