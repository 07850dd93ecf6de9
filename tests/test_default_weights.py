"""The shipped model does what it is for: real edits of rendered photos through the command."""

import cv2
import numpy as np
import pytest
import torch
from conftest import read_pixels
from PIL import Image

from amgan_cli import Editor
from amgan_cli.catalogue import render, sample_garment
from amgan_cli.color import delta_e, masked_median, rgb_to_lab
from amgan_cli.model_info import find_weights, read_info

PLAIN = {"pattern": "plain", "collar": "round", "fastening": "no closure", "sleeve": "long"}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A rendered blue long-sleeved garment on disk, with its masks."""
    rendering = render(sample_garment(44, color="blue", background="wood", **PLAIN), (300, 400))
    path = tmp_path_factory.mktemp("rendered") / "jumper.png"
    Image.fromarray(rendering.image).save(path)
    return path, rendering.masks


def lab(pixels: np.ndarray) -> torch.Tensor:
    """1 x 3 x H x W"""
    return rgb_to_lab(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 127.5 - 1)


def nearest(pixels: np.ndarray, mask: np.ndarray) -> str:
    """The colour value whose prototype is nearest to the garment's median."""
    prototypes = read_info(find_weights(None)).prototypes
    median = masked_median(lab(pixels), torch.from_numpy(mask)[None, None] / 255)[0]
    return min(prototypes, key=lambda name: float((torch.tensor(prototypes[name]) - median).norm()))


@pytest.mark.parametrize("color", ["red", "green", "black"])
def test_the_garment_gets_the_colour_and_the_floor_keeps_its_own(amgan, rendered, tmp_path, color):
    path, masks = rendered
    assert nearest(read_pixels(path), masks["garment"]) not in (color,)
    done = amgan("edit", path, "--set", f"color={color}", "-o", tmp_path / "out.png", "-d", "cpu")
    assert done.returncode == 0, done.stderr
    out = read_pixels(tmp_path / "out.png")
    assert nearest(out, masks["garment"]) == color
    far = torch.from_numpy(masks["garment"] == 0)
    far &= ~torch.nn.functional.max_pool2d(1.0 - far[None].float(), 25, 1, 12)[0].bool()
    assert delta_e(lab(read_pixels(path)), lab(out))[0][far].mean() < 1.5


def test_a_garment_that_fills_the_picture_is_found(rendered):
    path, masks = rendered
    part = np.s_[120:330, 70:230]  # torso and upper arms, which end at three of its sides
    pixels, garment = read_pixels(path)[part], masks["garment"][part] > 0
    editor = Editor.load(device="cpu")
    assert editor.attributes is not None and editor.attributes.knows_garments
    found = editor.edit(pixels, {"color": "red"}).attention > 0.5
    assert (found & garment).sum() / (found | garment).sum() > 0.95


@pytest.mark.parametrize("old, new, least", [("black", "white", 0.75), ("white", "black", 0.9)])
def test_folds_show_as_much_on_cloth_of_another_lightness(old, new, least):
    rendering = render(sample_garment(44, color=old, background="wood", **PLAIN), (300, 400))
    inside = cv2.erode(rendering.masks["garment"], np.ones((25, 25))) > 0
    edited = Editor.load(device="cpu").edit(rendering.image, {"color": new})
    light = [lab(each)[0, 0].numpy() for each in (rendering.image, edited.pixels)]
    before, after = ((each - cv2.GaussianBlur(each, (0, 0), 3))[inside] for each in light)
    assert np.corrcoef(before, after)[0, 1] > 0.8
    assert after.std() > least * before.std()


def test_there_is_no_glow_around_black_letters_on_white_cloth_made_navy():
    rendering = render(sample_garment(44, color="white", background="wood", **PLAIN), (300, 400))
    rows, columns = np.mgrid[:400, :300]
    shirt = rendering.masks["garment"] > 0
    middle = [int(np.median(each[shirt])) for each in (rows, columns)]
    away = np.maximum(np.abs(rows - middle[0]), np.abs(columns - middle[1]) / 2)
    bars = (away < 18) & (rows % 10 < 6)
    photo = np.where(bars[..., None], 30, rendering.image).astype(np.uint8)
    editor = Editor.load(device="cpu")
    plain, lettered = (
        lab(editor.edit(each, {"color": "navy"}).pixels)[0, 0].numpy()
        for each in (rendering.image, photo)
    )
    beside = (away > 19) & (away < 23)
    assert np.abs((lettered - plain)[beside].mean()) < 5


def test_the_shipped_weights_fit_under_40_megabytes():
    folder = find_weights(None).parent
    assert sum(file.stat().st_size for file in folder.glob("*.safetensors")) < 40e6


def test_region_edit_of_the_sleeves_changes_sleeves(amgan, rendered, tmp_path):
    path, masks = rendered
    words = ("--region", "sleeve", "--set", "color=red", "-o", tmp_path / "out.png")
    done = amgan("region-edit", path, *words, "-d", "cpu", "--save-mask", tmp_path / "mask.png")
    assert done.returncode == 0, done.stderr
    mask = np.asarray(Image.open(tmp_path / "mask.png")) / 255
    sleeves = (masks["left_sleeve"] > 0) | (masks["right_sleeve"] > 0)
    assert mask[sleeves].mean() > 3 * mask[~sleeves].mean()
    assert mask[sleeves].sum() / mask.sum() > 0.5


def test_stripes_leave_the_zip_that_they_are_printed_around():
    cut = {**PLAIN, "fastening": "zip", "collar": "round"}
    rendering = render(sample_garment(44, color="blue", background="wood", **cut), (300, 400))
    before, masks = rendering.image, rendering.masks
    after = Editor.load(device="cpu").edit(before, {"pattern": "stripes"}).pixels
    changed = np.abs(after.astype(int) - before).max(axis=2) > 12
    zipped = masks["fastening"] > 128
    beside = np.roll(zipped, 30, axis=1) & (masks["torso"] > 128) & ~zipped
    assert changed[beside].mean() > 0.2
    assert changed[zipped].mean() < 0.4 * changed[beside].mean()


def test_around_a_new_print_a_checked_garment_stays_as_it_is():
    cut = {**PLAIN, "pattern": "checked"}
    rendering = render(sample_garment(45, color="blue", background="wood", **cut), (300, 400))
    before, torso = rendering.image, rendering.masks["torso"] > 128
    after = Editor.load(device="cpu").edit(before, {"pattern": "print"}).pixels
    changed = np.abs(after.astype(int) - before).max(axis=2) > 2
    rows, _ = np.nonzero(torso)
    chest = np.zeros_like(torso)
    chest[round(np.quantile(rows, 0.2)) : round(np.quantile(rows, 0.8))] = True
    assert 0.05 < changed[torso].mean() < 0.5
    assert changed[torso & ~chest].mean() < 0.01


def test_stripes_leave_a_zip_that_comes_with_them_though_the_photo_shows_none():
    cut = {**PLAIN, "collar": "round"}
    before = render(sample_garment(44, color="blue", background="wood", **cut), (300, 400)).image
    editor, shown = Editor.load(device="cpu"), {"fastening": "none"}
    zipped, both, striped = (
        editor.edit(before, changes, shown=shown).pixels.astype(int)
        for changes in (
            {"fastening": "zip"},
            {"fastening": "zip", "pattern": "stripes"},
            {"pattern": "stripes"},
        )
    )
    on_zip = np.abs(zipped - before).max(axis=2) > 40
    inked = np.abs(striped - before).max(axis=2) > 12
    assert on_zip.sum() > 300 and inked[on_zip].mean() > 0.2
    assert (np.abs(both - zipped).max(axis=2) > 12)[on_zip].mean() < 0.3 * inked[on_zip].mean()


def test_dots_over_each_other_are_buttons_unless_there_is_no_fastening():
    cut = {**PLAIN, "collar": "round"}
    before = render(sample_garment(44, color="blue", background="wood", **cut), (300, 400)).image
    dotted, places = before.copy(), [(150, row) for row in range(165, 245, 20)]
    for place in places:
        cv2.circle(dotted, place, 4, (250, 240, 60), -1)
    editor, left = Editor.load(device="cpu"), {}
    for value in ("none", "buttons"):
        plain = editor.edit(dotted, {"pattern": "plain"}, shown={"fastening": value}).pixels
        changed = np.abs(plain.astype(int) - dotted).max(axis=2)
        left[value] = [changed[row, column] < 40 for column, row in places]
    assert not any(left["none"]) and all(left["buttons"])


def test_parts_that_lie_on_each_other_come_in_one_order(rendered):
    path, _ = rendered
    editor, pixels = Editor.load(device="cpu"), read_pixels(path)
    hooded, zipped = ("collar", "hood"), ("fastening", "zip")
    one, other = (
        editor.edit(pixels, order).pixels for order in ((hooded, zipped), (zipped, hooded))
    )
    assert np.array_equal(one, other) and not np.array_equal(one, pixels)
