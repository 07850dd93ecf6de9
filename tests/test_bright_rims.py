"""Ground in a dark garment's shadow is no part of it."""

import cv2
import numpy as np

from amgan_cli.editing.outlines.bright_rims import find_bright_rims
from amgan_cli.editing.outlines.outline import find_outline

ROWS, COLUMNS = np.mgrid[:256, :256]
SHIRT = (ROWS > 40) & (ROWS < 220) & (COLUMNS > 60) & (COLUMNS < 190)
SHADOW = (ROWS > 50) & (ROWS < 220) & (COLUMNS >= 190) & (COLUMNS < 198)
TAKEN = (SHIRT | SHADOW).astype(np.float32)


def lightness(cloth: float, shadow: float = 45, ground: float = 75) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 1, (256, 256))
    return np.select([SHIRT, SHADOW], [cloth, shadow], ground) + noise


def test_a_shadow_beside_black_cloth_is_found():
    found = find_bright_rims(lightness(12), TAKEN)
    assert found[60:210, 192:196].all() and not found[:, :189].any()
    large = cv2.resize(lightness(12), (512, 512), interpolation=cv2.INTER_NEAREST)
    taken = cv2.resize(TAKEN, (512, 512), interpolation=cv2.INTER_NEAREST)
    assert find_bright_rims(large, taken)[120:420, 384:392].all()


def test_light_cloth_edges_prints_and_whole_parts_stay():
    assert not find_bright_rims(lightness(60, 90), TAKEN).any()
    photo = lightness(12)
    assert not find_bright_rims(photo, SHIRT.astype(np.float32)).any()
    photo[100:150, 100:150] = 90  # a print inside
    photo[60:200, 70:90], photo[60:200, 185:190] = 40, 45  # folds, one at the edge
    assert not find_bright_rims(photo, SHIRT.astype(np.float32)).any()
    photo = lightness(12)
    photo[40:120, 61:140] = 80  # a light half
    assert not find_bright_rims(photo, SHIRT.astype(np.float32)).any()
    assert not find_bright_rims(photo, 0 * TAKEN).any()


def test_an_outline_leaves_the_shadow_out():
    grey = lightness(12)[..., None] * np.array([2.5, 2.45, 2.4])
    photo = grey.clip(0, 255).astype(np.uint8)
    outline = find_outline(photo, cv2.GaussianBlur(TAKEN, (0, 0), 2))
    assert outline[60:210, 192:196].max() < 0.5 < outline[60:200, 70:180].min()
