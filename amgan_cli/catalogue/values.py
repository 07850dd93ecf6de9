"""The vocabulary of the catalogue: attribute names in, their values out, and checks of both."""

from __future__ import annotations

from amgan_cli.errors import UsageError

# Names and order as in Shopping100k. Its fastening list has a tenth value, "others", which is
# left out: it names whatever the nine do not, so no picture could show it.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "collar": (
        *("buttondown", "cutaway", "high", "hood", "kent", "lapel", "lined", "mandarin", "polo"),
        *("round", "shawl", "turndown", "v-neck", "peter pan", "volant", "shirt", "chin"),
    ),
    "color": (
        *("maroon", "black", "white", "charcoal", "indigo", "navy", "pink", "light blue", "blue"),
        *("beige", "orange", "yellow", "red", "purple", "brown", "olive", "green", "gray", "multi"),
    ),
    "fastening": (
        *("zip", "back closure", "belt", "button", "covered", "hook", "laces", "no closure"),
        "front",
    ),
    "pattern": (
        *("animal", "burnout", "camouflage", "checked", "colour gradient", "colourful", "floral"),
        *("herringbone", "marl", "paisley", "photo", "pinstriped", "plain", "polka dot", "print"),
        "striped",
    ),
    "sleeve": (
        *("3/4", "spaghetti", "sleeveless", "elbow", "extra long", "extra short", "long", "short"),
        "strapless",
    ),
}

CATEGORIES = ("t-shirt", "shirt", "jumper", "jacket", "coat", "dress")
GENDERS = ("women", "men")
FABRICS = ("jersey", "poplin", "sweat", "knit", "denim", "satin")
BACKGROUNDS = ("wood", "carpet", "sheet", "tiles", "wall", "door", "shop")

CHOICES: dict[str, tuple[str, ...]] = {
    **ATTRIBUTES,
    "category": CATEGORIES,
    "gender": GENDERS,
    "fabric": FABRICS,
    "background": BACKGROUNDS,
}


def check_attribute(attribute: str) -> None:
    """Raise UsageError unless `attribute` is one of the five."""
    if attribute not in ATTRIBUTES:
        names = ", ".join(ATTRIBUTES)
        raise UsageError(f"unknown attribute {attribute!r}: choose one of {names}")


def check_choice(option: str, value: object) -> None:
    """Raise UsageError if `option` takes names and `value` is none of them."""
    if option in CHOICES and value not in CHOICES[option]:
        names = ", ".join(CHOICES[option])
        raise UsageError(f"unknown value {value!r} for {option}: choose one of {names}")
