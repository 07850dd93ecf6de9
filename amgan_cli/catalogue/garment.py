"""A garment as numbers: a seed in, a frozen `Garment` out, and its counterfactuals."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from amgan_cli.catalogue.noise import stream
from amgan_cli.catalogue.values import (
    ATTRIBUTES,
    CATEGORIES,
    GENDERS,
    check_attribute,
    check_choice,
)
from amgan_cli.errors import UsageError

Pair = tuple[float, float]
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Garment:
    """All that decides a picture. Lengths are garment units: at `scale` 1 one unit is the
    shorter side of the picture. Pairs are (left, right) as seen in the picture."""

    seed: int  # 0 or more; feeds every texture, crease and grain of noise
    category: str  # one of CATEGORIES
    gender: str  # one of GENDERS
    collar: str  # the five attributes: values in ATTRIBUTES
    color: str
    fastening: str
    pattern: str
    sleeve: str
    # what people's labels tell apart and the five attributes do not
    wide_neck: bool  # a round neck over half of the shoulders
    half_front: bool  # a zip or a row of buttons that ends on the chest: half zip, placket
    # cut
    body_length: float  # neck to hem, 0.46 to 0.95
    shoulder_width: float  # tip to tip, 0.35 to 0.43
    shoulder_drop: float  # how far the tips lie below the neck, 0.025 to 0.055
    chest_width: float  # armpit to armpit, 0.35 to 0.48
    waist_width: float  # 0.28 to 0.48
    hem_width: float  # 0.30 to 0.65
    hem_curve: float  # rounded hem: middle below (+) or above (-) the sides, -0.03 to 0.04
    armhole: float  # depth of the armpit below the neck, 0.16 to 0.23
    neck_width: float  # 0.15 to 0.19
    arm_length: float  # armhole to wrist, 0.42 to 0.54
    cuff_width: float  # 0.07 to 0.12
    sleeve_slack: float  # extra length of this sleeve, share of the arm, -0.025 to 0.025
    arm_angle: Pair  # upper arms from vertical, degrees, 15 to 46
    forearm_angle: Pair  # degrees, -8 to 22
    # cloth
    fabric: str  # one of FABRICS
    shade: Triple  # where in its colour's range of hue, saturation, value it lies, each 0 to 1
    print_scale: float  # size of the repeat against the usual, 0.75 to 1.25
    trim_contrast: bool  # ribs and collar in a second colour
    ribbed: bool  # ribbed hem and cuffs, otherwise stitched ones
    wrinkles: float  # 0.4 (ironed) to 1.5 (from the bottom of the basket)
    wobble: float  # how far outlines stray from the cut, 0.004 to 0.012
    # scene
    hung: bool  # on a hanger before a wall or door, otherwise laid flat
    background: str  # one of BACKGROUNDS
    scale: float  # 0.8 to 1.6
    rotation: float  # degrees, -9 to 9
    offset: Pair  # of the garment's middle from the picture's, shares of the shorter side
    light_angle: float  # degrees, direction the light comes from in the picture plane, 0 to 360
    light_height: float  # degrees above the cloth, 28 to 60; low light shows every fold
    ambient: float  # share of light from everywhere, 0.25 to 0.55
    unevenness: float  # spread of the light over the picture, 0.05 to 0.32
    # camera
    tilt: Pair  # perspective: change of scale per unit in x, y, about -0.4 to 0.4
    white_balance: Pair  # gain of red and of blue, 0.85 to 1.18
    exposure: float  # stops, -0.55 to 0.35
    blur: float  # spread, thousandths of the shorter side, 0 to 4
    grain: float  # spread of the noise, steps of 255, 0.4 to 3.2
    jpeg_quality: int  # 55 to 95

    @property
    def neckline(self) -> str:
        """What its collar is drawn as."""
        return "wide" if self.wide_neck and self.collar == "round" else self.collar


def sample_garment(seed: int, **fixed: Any) -> Garment:
    """Draw a garment from `seed`; keywords set single fields and leave all others as they fall.

    The five attributes are independent, so that none predicts another, and uniform but for the
    few everyday values in `_COMMON`; category and fabric are then chosen to suit them.
    """
    _check_fixed(seed, fixed)
    rng = stream(seed, "attributes")
    chosen: dict[str, Any] = {name: _draw_value(rng, name) for name in ATTRIBUTES}
    chosen["gender"] = _pick(rng, GENDERS)
    chosen |= fixed
    chosen["category"] = fixed.get("category", _draw_category(stream(seed, "category"), chosen))
    drawn: dict[str, Any] = {
        **_draw_variants(stream(seed, "variants")),
        **_draw_cut(stream(seed, "cut"), chosen["category"], chosen["gender"]),
        **_draw_cloth(stream(seed, "cloth"), chosen["category"]),
    }
    drawn |= _draw_scene(stream(seed, "scene"), drawn | chosen)
    drawn |= _draw_camera(stream(seed, "camera"))
    return Garment(**{"seed": int(seed), **drawn, **chosen})


def counterfactual(garment: Garment, attribute: str, value: str) -> Garment:
    """The same garment in the same photo with one attribute changed and nothing else."""
    check_attribute(attribute)
    check_choice(attribute, value)
    return dataclasses.replace(garment, **{attribute: value})


def _check_fixed(seed: int, fixed: dict[str, Any]) -> None:
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise UsageError(f"seed is {seed!r}: give a whole number of 0 or more")
    known = {field.name for field in dataclasses.fields(Garment)} - {"seed"}
    for option, value in fixed.items():
        if option not in known:
            names = ", ".join(sorted(known))
            raise UsageError(f"unknown garment option {option!r}: choose among {names}")
        check_choice(option, value)


# Plain cloth without fastening is what most wardrobes hold; a model warmed up on loud prints
# alone has never seen a fold undisturbed. All other values weigh 1.
_COMMON = {"plain": 6.0, "no closure": 3.0, "round": 2.0, "long": 1.5, "short": 1.5}


def _draw_value(rng: np.random.Generator, attribute: str) -> str:
    values = ATTRIBUTES[attribute]
    weights = np.array([_COMMON.get(value, 1.0) for value in values])
    return values[int(rng.choice(len(values), p=weights / weights.sum()))]


def _pick(rng: np.random.Generator, values: tuple[str, ...]) -> str:
    return values[int(rng.integers(len(values)))]


def _pair(rng: np.random.Generator, low: float, high: float) -> Pair:
    return float(rng.uniform(low, high)), float(rng.uniform(low, high))


# How well a collar suits t-shirt, shirt, jumper, jacket, coat, dress; what is not listed suits
# t-shirts, jumpers and dresses.
_COLLAR_SUITS = {
    **dict.fromkeys(("buttondown", "cutaway", "kent", "shirt"), (0, 8, 0, 1, 0, 1)),
    **dict.fromkeys(("lapel", "lined", "shawl", "turndown"), (0, 0, 1, 4, 4, 1)),
    **dict.fromkeys(("hood", "chin", "high"), (1, 0, 4, 4, 1, 1)),
    "polo": (6, 1, 1, 0, 0, 1),
    "mandarin": (0, 5, 0, 2, 1, 2),
    **dict.fromkeys(("peter pan", "volant"), (1, 3, 1, 0, 1, 4)),
}
_BARE_ARMS = ("spaghetti", "strapless", "sleeveless")


def _draw_category(rng: np.random.Generator, chosen: dict[str, Any]) -> str:
    suits = np.array(_COLLAR_SUITS.get(chosen["collar"], (5, 0, 4, 1, 0, 3)), float)
    if chosen["sleeve"] in _BARE_ARMS:
        suits = suits * (2, 1, 0.3, 0.2, 0.1, 3) + (1, 0, 0, 0, 0, 1)
    if chosen["gender"] == "men":
        suits = suits * (1, 1, 1, 1, 1, 0.05)
    return CATEGORIES[int(rng.choice(len(CATEGORIES), p=suits / suits.sum()))]


def _draw_variants(rng: np.random.Generator) -> dict[str, Any]:
    return {"wide_neck": bool(rng.random() < 0.3), "half_front": bool(rng.random() < 0.45)}


# Length range, hem against chest width (women), armhole depth, per category.
_CUTS = {
    "t-shirt": ((0.50, 0.62), (0.94, 1.10), (0.16, 0.20)),
    "shirt": ((0.56, 0.68), (0.96, 1.12), (0.17, 0.21)),
    "jumper": ((0.47, 0.60), (0.86, 1.02), (0.17, 0.22)),
    "jacket": ((0.50, 0.62), (0.94, 1.06), (0.18, 0.23)),
    "coat": ((0.72, 0.88), (1.05, 1.35), (0.18, 0.23)),
    "dress": ((0.76, 0.95), (1.10, 1.60), (0.16, 0.20)),
}


def _draw_cut(rng: np.random.Generator, category: str, gender: str) -> dict[str, Any]:
    lengths, hems, armholes = _CUTS[category]
    shoulders = rng.uniform(0.355, 0.425)
    chest = shoulders * rng.uniform(0.98, 1.13)
    women = gender == "women"
    return {
        "body_length": rng.uniform(*lengths),
        "shoulder_width": shoulders,
        "shoulder_drop": rng.uniform(0.025, 0.055),
        "chest_width": chest,
        "waist_width": chest * (rng.uniform(0.82, 0.95) if women else rng.uniform(0.94, 1.0)),
        "hem_width": chest * (rng.uniform(*hems) if women else rng.uniform(0.92, 1.03)),
        "hem_curve": rng.uniform(-0.03, 0.04),
        "armhole": rng.uniform(*armholes),
        "neck_width": rng.uniform(0.155, 0.19),
        "arm_length": shoulders * rng.uniform(1.18, 1.28),
        "cuff_width": rng.uniform(0.072, 0.115),
        "sleeve_slack": rng.uniform(-0.025, 0.025),
        "arm_angle": _pair(rng, 15, 46),
        "forearm_angle": _pair(rng, -8, 20),
    }


_FABRIC_SUITS = {
    "t-shirt": (8, 0, 1, 0, 0, 0.5),
    "shirt": (0, 8, 0, 0, 1.5, 1.5),
    "jumper": (1, 0, 4, 6, 0, 0),
    "jacket": (0, 2, 3, 0.5, 3, 1),
    "coat": (0, 3, 2, 1, 0.5, 0.5),
    "dress": (3, 4, 0, 0.5, 0.5, 2),
}


def _draw_cloth(rng: np.random.Generator, category: str) -> dict[str, Any]:
    suits = np.array(_FABRIC_SUITS[category], float)
    fabrics = ("jersey", "poplin", "sweat", "knit", "denim", "satin")
    fabric = fabrics[int(rng.choice(len(fabrics), p=suits / suits.sum()))]
    shade = rng.uniform(0, 1, 3)
    return {
        "fabric": fabric,
        "shade": (float(shade[0]), float(shade[1]), float(shade[2])),
        "print_scale": rng.uniform(0.75, 1.25),
        "trim_contrast": bool(rng.random() < 0.15),
        "ribbed": bool(rng.random() < (0.85 if fabric in ("sweat", "knit") else 0.1)),
        "wrinkles": rng.uniform(0.5, 1.5) * (0.8 if fabric in ("sweat", "knit") else 1.0),
        "wobble": rng.uniform(0.004, 0.011),
    }


_CLOSER = {"extra short": 1.25, "short": 1.2, "elbow": 1.12, "extra long": 0.92}


def _draw_scene(rng: np.random.Generator, drawn: dict[str, Any]) -> dict[str, Any]:
    hung = bool(drawn.get("hung", rng.random() < 0.3))
    walls = ("wall", "door", "wall", "door", "shop")
    grounds = ("wood", "carpet", "sheet", "tiles", "sheet", "sheet", "wood", "shop")
    # Room for long sleeves, so that a new sleeve mostly stays in the picture; bare arms leave so
    # much of it empty that people step closer.
    angles = np.radians([max(drawn["arm_angle"]), max(drawn["forearm_angle"])])
    reach = drawn["arm_length"] * np.array([0.5, 0.7]) @ np.clip(np.sin(angles), 0, 1)
    half_width = drawn["shoulder_width"] / 2 + float(reach) + 0.02
    closer = 1.3 if drawn["sleeve"] in _BARE_ARMS else _CLOSER.get(drawn["sleeve"], 1.03)
    largest = min(0.97 / (drawn["body_length"] + 0.08), 0.55 * closer / half_width)
    return {
        "hung": hung,
        "background": _pick(rng, walls if hung else grounds),
        "scale": largest * rng.uniform(0.9, 1.02),
        "rotation": rng.normal(0, 1.0 if hung else 3.5),
        "offset": _pair(rng, -0.03, 0.03),
        "light_angle": rng.uniform(180, 360) if hung else rng.uniform(0, 360),
        "light_height": rng.uniform(28, 60),
        "ambient": rng.uniform(0.25, 0.55),
        "unevenness": rng.uniform(0.05, 0.32),
        "tilt": (rng.normal(0, 0.05), rng.normal(0, 0.06 if hung else 0.16)),
    }


def _draw_camera(rng: np.random.Generator) -> dict[str, Any]:
    warmth, tint = rng.normal(0, 0.055), rng.normal(0, 0.02)
    return {
        "white_balance": (float(1 + warmth + tint), float(1 - warmth + tint)),
        "exposure": rng.uniform(-0.55, 0.35),
        "blur": rng.uniform(0, 1.3) if rng.random() < 0.85 else rng.uniform(1.3, 4.0),
        "grain": rng.uniform(0.4, 3.2),
        "jpeg_quality": int(rng.integers(55, 96)),
    }
