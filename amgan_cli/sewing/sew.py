"""Pieces of cloth sewn onto a real garment, with their relief and shadow.

Photos H x W x 3 uint8 or float32 in 0..255, masks H x W bool.
"""

import cv2
import numpy as np

from amgan_cli.catalogue import shading
from amgan_cli.catalogue.canvas import Canvas, Op
from amgan_cli.catalogue.folds import fold_height
from amgan_cli.catalogue.frame import upright_frame
from amgan_cli.catalogue.garment import Garment, sample_garment
from amgan_cli.catalogue.noise import Array
from amgan_cli.morphology import grown
from amgan_cli.part_view import Bodice

LIGHT = sample_garment(0, light_angle=270.0, light_height=48.0, ambient=0.4)
"""Gives the light, which comes from above: views are mirrored."""
BASE = 0.006
"""Height of the cloth over the ground, garment units."""
GAMMA = 2.2
SOME = 500
"""So many pixels tell which colours cloth has."""
LIKE, RARE = 0.1, 0.1
"""Differences (0..1) up to which two colours are alike, and the share of the cloth from which on a
colour is one of its own."""


def sew(
    photo: np.ndarray,
    garment: np.ndarray,
    bodice: Bodice,
    ops: list[Op],
    parts: tuple[str, ...],
    cloth: np.ndarray | None = None,
    cut: Garment | None = None,
) -> np.ndarray:
    """Pieces in the garment's own colour, with their relief and shadow, float32 in 0..255.

    `parts` names the masks they belong to; `cloth` is what they are cut from, else the photo; `cut`
    is the catalogue's garment whose folds they have.
    """
    chest = garment & (np.abs(neck_units(garment.shape, bodice)[1] - 2.5) < 1.5)
    if not ops or not chest.any():
        return photo.clip(0, 255)
    frame = upright_frame(garment.shape, bodice.x, bodice.y, bodice.unit)
    light = (photo.clip(0, 255) / 255) ** GAMMA
    stuff = light if cloth is None else (cloth.clip(0, 255) / 255) ** GAMMA
    canvas = Canvas(frame, _paints(stuff, _main_color(light[chest])))
    canvas.albedo[:] = light
    canvas.lift[:] = BASE * garment
    canvas.masks["torso"][:] = garment * np.uint8(255)
    before = canvas.lift.copy()
    canvas.draw(ops)
    relief = shading.soften(frame, canvas.lift - before, shading.EDGE)
    drawn = np.max([canvas.masks[part] for part in parts], axis=0)
    if cut is not None:
        relief = relief + fold_height(cut, frame) * (drawn / np.float32(255))
    lit = shading.lit(LIGHT, *shading.slopes(frame, relief))
    shadow, old = (shading.cast_shadow(LIGHT, frame, lift) for lift in (canvas.lift, before))
    side = 2 * int(bodice.half / 5) + 1
    near = cv2.dilate(drawn, np.ones((side, side), np.uint8)).astype(np.float32) / 255
    near = cv2.GaussianBlur(near, (0, 0), max(0.6, bodice.half / 12))
    shade = 1 + (lit * (shadow / old).clip(0, 1.1) - 1) * near
    return (canvas.albedo * shade[..., None]).clip(0, 1) ** (1 / GAMMA) * 255


def _main_color(cloth: Array) -> Array:
    """The colour (3,) of pieces on cloth, n x 3 linear: its median, or, where hardly any of it has
    that, as between stripes of two hues, the one that most has."""
    some = np.random.default_rng(0).choice(cloth, SOME)
    candidates = np.concatenate([np.median(cloth, axis=0)[None], some]) ** (1 / GAMMA)
    away = np.abs(candidates[:, None] - candidates[None, 1:]).max(axis=2)
    share = (away < LIKE).mean(axis=1)
    return (candidates[0 if share[0] >= RARE else share.argmax()] ** GAMMA).astype(np.float32)


def _paints(light: Array, cloth: Array) -> dict[str, Array]:
    """Linear colours of the pieces on cloth of one colour (3,); bands lie in the photo's own."""
    is_dark = cloth.mean() < 0.3
    leaf = (1.05 * cloth + 0.002).astype(np.float32)
    knob = _ink(*((0.70, 0.68, 0.62) if is_dark else (0.02, 0.02, 0.02)))
    tape = _ink(*((0.09, 0.09, 0.10) if cloth.mean() < 0.03 else (0.015, 0.015, 0.018)))
    own = ("trim", "trim_cloth", "lapel", "leaf_left", "leaf_right")
    return {
        **dict.fromkeys(own, leaf),
        "cloth": light,
        "inside": (0.48 * cloth + 0.002).astype(np.float32),
        "shade": (0.25 * cloth).astype(np.float32),
        "label": _ink(0.75, 0.75, 0.72),
        "metal": _ink(0.50, 0.48, 0.45),
        "button": knob,
        "cord": knob,
        "zip_tape": tape,
    }


def _ink(*channels: float) -> Array:
    return np.array(channels, np.float32)


def neck_units(shape: tuple[int, ...], bodice: Bodice) -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows from the neck's middle, in half neck widths, H x W each."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return (columns - bodice.x) / bodice.half, (rows - bodice.y) / bodice.half


def inpainted(photo: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """The photo (uint8) as its surroundings go on (Telea) where it is `unknown`, and a pixel
    around that."""
    unknown = grown(unknown, 1).astype(np.uint8)
    return cv2.inpaint(np.ascontiguousarray(photo), unknown, 3, cv2.INPAINT_TELEA)
