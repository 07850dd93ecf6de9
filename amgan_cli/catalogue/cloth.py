"""Where each pixel lies on the cloth: folds and sleeves in, cloth coordinates out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from amgan_cli.catalogue import shading
from amgan_cli.catalogue.frame import Frame
from amgan_cli.catalogue.garment import Garment
from amgan_cli.catalogue.noise import Array
from amgan_cli.catalogue.outline import ELBOW, Arm, body


def cloth_coordinates(
    garment: Garment, frame: Frame, sleeves: list[Arm], folds: Array
) -> tuple[Array, Array]:
    """Cloth coordinates (H, W), garment units: across and along body or sleeve, and along the
    slope of each fold, where cloth that rises is seen foreshortened."""
    x, y = frame.garment_maps()
    across, along = shading.slopes(frame, folds)
    x, y = x + across * 0.007, y + along * 0.007
    u, v = x.copy(), y.copy()
    for sleeve, region in zip(sleeves, _sleeve_regions(frame, sleeves), strict=True):
        su, sv = _sleeve_coordinates(garment, sleeve, x[region], y[region])
        u[region], v[region] = su, sv
    return u, v


def _sleeve_regions(frame: Frame, sleeves: list[Arm]) -> list[NDArray[np.bool_]]:
    """Pixels of each whole sleeve, with a rim so that soft edges find their colour."""
    regions = []
    for sleeve in sleeves:
        region = np.zeros((frame.height, frame.width), np.uint8)
        outline = np.round(frame.project(sleeve.outline)).astype(np.int32)
        cv2.fillPoly(region, [outline], 1)
        cv2.polylines(region, [outline], True, 1, 3)
        regions.append(region.astype(bool))
    return regions


def _sleeve_coordinates(garment: Garment, sleeve: Arm, x: Array, y: Array) -> tuple[Array, Array]:
    """Coordinates along upper arm and forearm, eased into each other at the elbow."""
    upper_u, upper_v = _along(sleeve.root, sleeve.upper, x, y)
    lower_u, lower_v = _along(sleeve.elbow, sleeve.lower, x, y)
    reach = garment.arm_length * ELBOW
    t = np.clip((upper_v - reach) / 0.08 + 0.5, 0, 1)
    u = upper_u + (lower_u - upper_u) * t
    v = upper_v + (lower_v + reach - upper_v) * t
    # Off by the armhole, so that body and sleeve are not cut from one piece of the pattern.
    return u + 0.31 * sleeve.side, v + garment.armhole / 2


def _along(origin: Array, heading: Array, x: Array, y: Array) -> tuple[Array, Array]:
    dx, dy = x - origin[0], y - origin[1]
    return dx * heading[1] - dy * heading[0], dx * heading[0] + dy * heading[1]


def torso_share(garment: Garment, frame: Frame) -> Array:
    """1 where the body lies over whatever sleeve passes below it, (H, W)."""
    share = np.zeros((frame.height, frame.width), np.uint8)
    cv2.fillPoly(share, [np.round(frame.project(body(garment))).astype(np.int32)], 1)
    return share.astype(np.float32)
