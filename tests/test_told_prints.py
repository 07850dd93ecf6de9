"""Prints that the shading network sees: they keep their colours, and they go."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from amgan_cli import Editor
from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing.colors.told_prints import surely
from amgan_cli.editing.patterns.bare import BARE_SIDE, lay_bare
from amgan_cli.editing.regions import parse_region
from amgan_cli.nets.shading_network import ShadingNetwork

SIZE = 300, 400
PLAIN = {"pattern": "plain", "collar": "round", "fastening": "no closure", "sleeve": "long"}


class Told(ShadingNetwork):
    """Says that what has this colour is print."""

    def __init__(self, color: tuple[int, int, int]) -> None:
        super().__init__()
        self.color = torch.tensor(color)[None, :, None, None] / 127.5 - 1

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        near = (x - self.color).abs().amax(dim=1, keepdim=True) < 0.12
        return torch.cat([torch.zeros_like(mask), torch.where(near, 9.0, -9.0)], dim=1)


@pytest.fixture(scope="module")
def editor() -> Editor:
    return Editor.load(device="cpu")


@pytest.fixture(scope="module")
def shirt() -> np.ndarray:
    """A navy garment with a paler disc of the same hue, which light could make of it."""
    photo = render(sample_garment(3, color="navy", background="wood", **PLAIN), SIZE).image.copy()
    cv2.circle(photo, (150, 220), 26, DISC, -1)
    return photo


DISC = (92, 100, 142)
THERE = np.s_[205:236, 135:166]


def test_they_keep_their_colours_under_a_new_one_unless_prints_change_too(editor, shirt):
    told, dark = replace(editor, shading=Told(DISC)), {"color": "burgundy"}
    kept = told.edit(shirt, dark).pixels[THERE].astype(int)
    assert np.abs(kept - DISC).max() < 12
    changed = told.edit(shirt, dark, prints=True).pixels[THERE].astype(int)
    unseen = replace(editor, shading=None).edit(shirt, dark).pixels[THERE].astype(int)
    for other in (changed, unseen):
        assert (other[..., 0] - other[..., 2]).mean() > 20  # a tint of it


def test_they_keep_their_colours_in_regions_too(editor, shirt):
    torso = parse_region("torso")
    unseen, told = (
        replace(editor, shading=network).region_edit(shirt, torso, {"color": "burgundy"}).pixels
        for network in (None, Told(DISC))
    )
    assert np.abs(told[THERE].astype(int) - DISC).max() < 12
    assert (unseen[THERE][..., 0] - unseen[THERE][..., 2].astype(int)).mean() > 20
    raw = replace(editor, shading=Told(DISC)).region_edit(
        shirt, torso, {"color": "burgundy"}, raw=True
    )
    assert np.abs(raw.pixels[THERE].astype(int) - DISC).max() > 20  # z itself


@pytest.mark.parametrize("color", ["white", "#f4f4f4", "red"])
def test_they_change_where_they_would_not_be_the_lighter_ones_any_more(editor, shirt, color):
    told, unseen = (
        replace(editor, shading=network).edit(shirt, {"color": color}).pixels[THERE].astype(int)
        for network in (Told(DISC), None)
    )
    assert np.abs(told - unseen).mean() < 4


def test_they_are_looked_for_in_the_garment_that_the_user_names(editor, shirt):
    class Watching(Told):
        def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            self.mask = mask[0, 0].numpy()
            return super().forward(x, mask)

    mask = np.zeros(shirt.shape[:2], bool)
    mask[:, :150] = True
    network = Watching(DISC)
    replace(editor, shading=network).edit(shirt, {"color": "red"}, garment=mask)
    middle = network.mask.shape[1] // 2
    assert network.mask[:, :middle].sum() > 10 and network.mask[:, middle + 1 :].sum() == 0


def test_new_patterns_where_a_print_was_change_with_the_rest(editor, shirt):
    both = {"pattern": "stripes", "color": "red"}
    told = replace(editor, shading=Told(DISC)).edit(shirt, both).pixels
    inside, beside = told[THERE], told[205:236, 180:200]
    hues = [np.median(each[..., 0].astype(int) - each[..., 2]) for each in (inside, beside)]
    assert hues[0] == pytest.approx(hues[1], abs=20) and hues[0] > 40


def test_cloth_that_is_taken_for_a_print_changes_with_the_rest(editor, shirt):
    cloth = tuple(int(n) for n in np.median(shirt[150:180, 140:160].reshape(-1, 3), axis=0))
    mistaken = replace(editor, shading=Told(cloth)).edit(shirt, {"color": "red"}).pixels
    unasked = replace(editor, shading=None).edit(shirt, {"color": "red"}).pixels
    differs = np.abs(mistaken.astype(int) - unasked).max(axis=2) > 8
    assert differs.mean() < 0.01


def test_a_soft_print_goes_where_it_is_told_of():
    rows, columns = np.mgrid[:BARE_SIDE, :BARE_SIDE]
    garment = ((rows > 40) & (rows < 290) & (columns > 60) & (columns < 260)).astype(np.float32)
    cloth = np.where(garment[..., None] > 0, (70.0, 140.0, 90.0), 235.0).astype(np.float32)
    glow = np.exp(-((rows - 150) ** 2 + (columns - 160) ** 2) / 400.0)[..., None]
    picture = (cloth + garment[..., None] * glow * 70).clip(0, 255).astype(np.float32)
    unseen = lay_bare(picture, garment)
    assert unseen is not None and unseen.step is None  # light has such borders
    seen = lay_bare(picture, garment, printed=(glow[..., 0] > 0.1).astype(np.float32))
    assert seen is not None and seen.step is not None
    assert seen.step.alpha[140:160, 150:170].min() > 0.9
    assert np.abs(seen.step.z[150, 160] - (70, 140, 90)).max() < 8
    assert seen.step.alpha[240:, :].max() == 0


def test_prints_are_what_hangs_together_with_what_it_is_sure_of_but_at_the_edge():
    printed, garment = np.zeros((40, 40), np.float32), np.zeros((40, 40), np.float32)
    garment[5:35, 5:35] = 1
    printed[15, 15:18] = 0.5, 0.9, 0.5
    printed[20, 15:18] = 0.5, 0.6, 0.5
    printed[5:8, 18:24] = 1  # as the neck's inside
    printed[25:35, 16:24] = 1  # a large one that reaches the hem lies half at the edge
    wanted = np.zeros((40, 40))
    wanted[15, 15:18] = 1
    np.testing.assert_array_equal(surely(printed, garment), wanted)
    printed[18:35, 12:28], printed[32:35, :] = 1, 0
    assert surely(printed, garment)[20:30, 15:25].all()  # one row in fourteen of it does
