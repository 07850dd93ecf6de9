"""The cut of body and sleeves: a `Garment` in, outlines in garment units out.

The neck point line is y = 0 and the garment's middle is x = 0. Sleeves lie under the body, so
an outline of a sleeve starts a little inside the armhole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amgan_cli.catalogue.curves import Points, curve, mirrored, points, symmetric
from amgan_cli.catalogue.garment import Garment
from amgan_cli.ramp import eased

# Where a sleeve ends, as a share of the way from armhole to wrist.
SLEEVE_REACH = {
    "extra short": 0.17,
    "short": 0.35,
    "elbow": 0.56,
    "3/4": 0.79,
    "long": 0.98,
    "extra long": 1.40,
}
ELBOW = 0.50  # same measure


@dataclass(frozen=True)
class Neck:
    """Where a collar sits: on the shoulders, or on the bust line if there are none."""

    y: float  # height of its ends
    half: float  # half its width; collars are drawn in multiples of it
    height: float = 1.0  # share of its own height that what stands above it has


@dataclass(frozen=True)
class Arm:
    """One sleeve's middle line and outline. `side` is -1 on the picture's left, 1 on its right."""

    side: int
    root: Points  # (2,) middle of the armhole
    elbow: Points  # (2,)
    upper: Points  # (2,) unit vector along the upper arm
    lower: Points  # (2,) unit vector along the forearm
    line: Points  # (N, 2) middle line, armhole to the sleeve's end
    outer: Points  # (N, 2) edge away from the body
    inner: Points  # (N, 2) edge towards it

    @property
    def outline(self) -> Points:
        return np.concatenate([self.outer, self.inner[::-1]])


def has_shoulders(garment: Garment) -> bool:
    return garment.sleeve not in ("spaghetti", "strapless")


def bust_line(garment: Garment) -> float:
    """Height of the top edge of a garment without shoulders."""
    return garment.armhole - 0.055


def waist_line(garment: Garment) -> float:
    return min(0.37, 0.62 * garment.body_length)


def neck(garment: Garment) -> Neck:
    if has_shoulders(garment):
        return Neck(0.0, garment.neck_width / 2)
    return Neck(bust_line(garment) + 0.004, garment.neck_width / 2 * 1.03)


def body(garment: Garment) -> Points:
    """Outline of the torso, up to the back of the neck."""
    half_chest, half_hem = garment.chest_width / 2, garment.hem_width / 2
    armpit = (half_chest, garment.armhole)
    side = curve(
        [
            armpit,
            (garment.waist_width / 2, waist_line(garment)),
            (half_hem, garment.body_length - 0.004),
        ]
    )
    hem = curve(
        [
            (half_hem, garment.body_length),
            (half_hem * 0.6, garment.body_length + garment.hem_curve * 0.75),
            (0, garment.body_length + garment.hem_curve),
        ]
    )
    return symmetric(np.concatenate([_top_edge(garment), side, hem]))


def _top_edge(garment: Garment) -> Points:
    """Right half of the edge from the middle of the neck to the armpit."""
    half_neck, armpit = garment.neck_width / 2, (garment.chest_width / 2, garment.armhole)
    back = (0.0, 0.018)
    if not has_shoulders(garment):
        top = bust_line(garment)
        return curve([(0, top + 0.012), (half_neck, top), (armpit[0] * 0.80, top - 0.01), armpit])
    if garment.sleeve == "sleeveless":
        tip = half_neck + 0.52 * (garment.shoulder_width / 2 - half_neck)
        hole = curve([(tip, 0.6 * garment.shoulder_drop), (tip + 0.004, 0.1), armpit])
    else:
        tip = garment.shoulder_width / 2 - 0.010
        bend = (0.5 * (tip + armpit[0]) - 0.02, 0.6 * garment.armhole)
        hole = curve([(tip, garment.shoulder_drop + 0.004), bend, armpit])
    return np.concatenate([curve([back, (half_neck * 0.6, 0.012), (half_neck, 0)]), hole])


def straps(garment: Garment) -> list[Points]:
    """The two thin straps of a spaghetti top, from the bust line to the shoulders."""
    if garment.sleeve != "spaghetti":
        return []
    foot, tip = garment.chest_width / 2 * 0.74, garment.neck_width / 2 + 0.025
    low, width = bust_line(garment) + 0.01, 0.0065
    line = curve([(foot, low), (0.5 * (foot + tip) + 0.004, low * 0.5), (tip, -0.01)])
    across = np.array([width, 0], np.float32)
    strap = np.concatenate([line - across, (line + across)[::-1]])
    return [strap, mirrored(strap)]


def arms(garment: Garment) -> list[Arm]:
    """Left and right sleeve, or none."""
    if garment.sleeve not in SLEEVE_REACH:
        return []
    reach = SLEEVE_REACH[garment.sleeve] + garment.sleeve_slack
    return [arm(garment, -1, reach), arm(garment, 1, reach)]


def arm(garment: Garment, side: int, reach: float) -> Arm:
    """A sleeve that ends at `reach` (share of the arm), posed by the garment's arm angles."""
    index = 0 if side < 0 else 1
    shoulder = np.array(
        [garment.shoulder_width / 2 - 0.006, garment.shoulder_drop - 0.002], np.float32
    )
    armpit = np.array([garment.chest_width / 2 - 0.006, garment.armhole], np.float32)
    root = (shoulder + armpit) / 2
    turns = np.radians([garment.arm_angle[index], garment.forearm_angle[index]])
    upper, lower = (np.array([np.sin(t), np.cos(t)], np.float32) for t in turns)

    along = np.linspace(0, reach, 24, dtype=np.float32)
    bend = eased(np.clip((along - ELBOW + 0.07) / 0.14, 0, 1))[:, None]
    heading = upper + (lower - upper) * bend
    heading /= np.linalg.norm(heading, axis=1, keepdims=True)
    stride = garment.arm_length * (along[1] - along[0])
    line = root + np.concatenate([points((0, 0)), np.cumsum(heading[:-1] * stride, 0)])

    normal = np.stack([heading[:, 1], -heading[:, 0]], 1)
    half = _half_width(garment, along, float(np.linalg.norm(shoulder - armpit)) / 2)[:, None]
    # The armhole is not square to the arm: ease from its two ends into the tube.
    ease = np.square(np.clip(1 - along / 0.22, 0, 1))[:, None]
    outer = line + normal * half + ease * (shoulder - line[0] - normal[0] * half[0])
    inner = line - normal * half + ease * (armpit - line[0] + normal[0] * half[0])
    inside = points((-0.04, 0))
    flip = np.array([side, 1], np.float32)
    return Arm(
        side,
        root * flip,
        (root + upper * garment.arm_length * ELBOW) * flip,
        upper * flip,
        lower * flip,
        line * flip,
        np.concatenate([shoulder + inside, outer]) * flip,
        np.concatenate([armpit + inside, inner]) * flip,
    )


def _half_width(garment: Garment, along: Points, at_armhole: float) -> Points:
    """Half the sleeve's width at each share of the arm; ribbed cuffs pull it in."""
    at_armhole = max(at_armhole * 0.92, garment.cuff_width / 2)
    taper = np.clip(along, 0, 1) ** 0.8
    half = at_armhole + (garment.cuff_width / 2 - at_armhole) * taper
    return half * (1 + 0.25 * np.clip(along - 1.0, 0, 1))
