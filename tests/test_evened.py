"""Patterned cloth made plain, for itself and before another pattern lies on it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from amgan_cli import Editor
from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing.patterns.evened import STRONG, evened, main_color

SIZE = 128
NAVY, CREAM = np.array([30.0, 35.0, 90.0]), np.array([235.0, 230.0, 210.0])
INSIDE = np.zeros((SIZE, SIZE), bool)
INSIDE[20:108, 24:104] = True


def lab(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor((picture / 255).astype(np.float32), cv2.COLOR_RGB2Lab)


@pytest.fixture
def striped() -> np.ndarray:
    """Navy cloth with cream stripes, a quarter of it, on wood."""
    is_stripe = (np.arange(SIZE) % 16 < 4)[:, None, None]
    cloth = np.where(is_stripe, CREAM, NAVY) * np.ones((1, SIZE, 1))
    return np.where(INSIDE[..., None], cloth, (180.0, 140.0, 90.0)).astype(np.float32)


def test_a_ghost_goes_and_the_colour_is_what_there_is_most_of(striped):
    ghost = (0.6 * cv2.blur(striped, (1, 41)) + 0.4 * striped).astype(np.float32)
    after = lab(evened(ghost, striped, INSIDE.astype(np.float32)))
    core = cv2.erode(INSIDE.astype(np.uint8), np.ones((9, 9))) > 0
    assert 8 < lab(ghost)[core, 0].std() > 2 * after[core, 0].std()
    assert after[core, 1:].std(axis=0).max() < 0.5
    navy = lab(NAVY[None, None].astype(np.float32))[0, 0]
    assert np.abs(np.median(after[core], axis=0) - navy).max() < 4


def test_folds_stay_and_no_blot_is_stronger_than_twice_what_is_allowed(striped):
    rows, columns = np.mgrid[:SIZE, :SIZE]
    fold = 5 * np.exp(-(((columns - 64) / 5.0) ** 2))
    blot = 60 * np.exp(-(((columns - 88) ** 2 + (rows - 64) ** 2) / 60.0))
    even = np.where(INSIDE[..., None], 120.0, 200.0) * np.ones(3)
    z = (even + (fold + blot)[..., None]).astype(np.float32)
    after = lab(evened(z, striped, INSIDE.astype(np.float32)))[..., 0]
    assert after[95, 64] - after[95, 44] > 0.8
    assert after[64, 88] - after[95, 44] < 2 * STRONG


def test_without_a_garment_nothing_changes(striped):
    assert evened(striped, striped, np.zeros((SIZE, SIZE), np.float32)) is striped


def rendered(pattern: str) -> tuple[np.ndarray, np.ndarray]:
    """A blue garment with that pattern, and where its torso is."""
    cut = {"pattern": pattern, "collar": "round", "fastening": "no closure", "sleeve": "long"}
    rendering = render(sample_garment(45, color="blue", background="wood", **cut), (300, 400))
    torso = (rendering.masks["torso"] > 128).astype(np.uint8)
    return rendering.image, cv2.erode(torso, np.ones((9, 9))) > 0


@pytest.fixture(scope="module")
def checked() -> tuple[np.ndarray, np.ndarray]:
    return rendered("checked")


def without_network() -> Editor:
    """As with weights that no shading network lies beside."""
    return replace(Editor.load(device="cpu"), shading=None)


def roughness(picture: np.ndarray, where: np.ndarray) -> float:
    """How much lightness differs from its mean around."""
    light = lab(picture)[..., 0]
    return float((light - cv2.GaussianBlur(light, (0, 0), 12))[where].std())


def test_checks_become_plain_in_their_own_colour(checked):
    photo, torso = checked
    plain = without_network().edit(photo, {"pattern": "plain"}).pixels
    assert roughness(plain, torso) < 0.35 * roughness(photo, torso)
    truth, torso_there = rendered("plain")
    colors = [
        np.median(lab(each)[at], axis=0) for each, at in ((plain, torso), (truth, torso_there))
    ]
    assert np.abs(colors[0] - colors[1]).max() < 8


def test_nothing_is_left_of_checks_under_dots(checked):
    photo, torso = checked
    dotted, plain = (
        without_network().edit(photo, {"pattern": value}).pixels for value in ("dots", "plain")
    )
    beside = np.abs(lab(dotted)[torso] - lab(plain)[torso]).max(axis=1) < 3
    assert 0.4 < beside.mean() < 0.95  # between the dots lies the cloth that `plain` makes


def glossy(strength: float) -> tuple[np.ndarray, np.ndarray]:
    """A plain garment with soft folds that shine, and where its torso is."""
    photo, torso = rendered("plain")
    rows, columns = np.mgrid[: photo.shape[0], : photo.shape[1]]
    gloss = 1 + strength * np.sin(columns / 4.0 + 3 * np.sin(rows / 15.0))
    shining = np.where(torso[..., None], photo * gloss[..., None], photo)
    return shining.clip(0, 255).astype(np.uint8), torso


@pytest.mark.parametrize(
    ("strength", "value", "most", "least"), [(0.9, "stripes", 0.1, 0.3), (0.9, "plain", 0.3, 0.9)]
)
def test_glossy_cloth_that_shows_as_plain_stays(strength, value, most, least):
    photo, torso = glossy(strength)
    editor, kept = Editor.load(device="cpu"), {}
    for seen in ("plain", "allover"):
        edited = editor.edit(photo, {"pattern": value}, shown={"pattern": seen}).pixels
        kept[seen] = (np.abs(edited.astype(int) - photo).max(axis=2) < 3)[torso].mean()
    assert kept["allover"] < most and kept["plain"] > least


def test_the_main_colour_of_a_few_pixels_is_their_median():
    colors = np.array([[50, 40, 20], [51, 40, 20], [52, 40, 20]], np.float32)
    assert main_color(colors).tolist() == [51, 40, 20]
    assert main_color(colors[:1]).tolist() == [50, 40, 20]
