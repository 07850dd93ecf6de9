"""Garments that fill little of a photo are looked at again from nearer."""

import numpy as np
import pytest

from amgan_cli import Editor, near_view
from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing.judge import judge_by
from amgan_cli.editing.plan import Plan
from amgan_cli.editing.regions import REGIONS
from amgan_cli.editing.request import EditRequest

LOOK = {"pattern": "plain", "collar": "round", "fastening": "no closure", "sleeve": "long"}


@pytest.fixture(scope="module")
def editor():
    return Editor.load(device="cpu")


@pytest.fixture(scope="module")
def room():
    """A garment on a piece of wall, 180 x 240 pixels of a room of 480 x 640, and its mask."""
    shirt = render(sample_garment(46, color="blue", background="wall", **LOOK), (180, 240))
    wall = np.median(shirt.image[:8].reshape(-1, 3), axis=0)
    room = wall + np.random.default_rng(0).normal(0, 4, (640, 480, 1))
    photo, mask = room.clip(0, 255).astype(np.uint8), np.zeros((640, 480), bool)
    photo[60:300, 200:380], mask[60:300, 200:380] = shirt.image, shirt.masks["garment"] > 0
    return photo, mask


def test_a_small_garment_is_seen_as_large(editor, room, monkeypatch):
    photo, mask = room

    def iou() -> float:
        found = editor.edit(photo, {"color": "red"}).attention > 0.5
        return float((found & mask).sum() / (found | mask).sum())

    near = iou()
    monkeypatch.setattr(near_view, "FILLS", 0)
    assert near > 0.9 > iou()


def test_only_the_cut_around_it_changes_and_an_exact_colour_is_told_of(editor, room):
    photo, mask = room
    request = EditRequest.of(editor.info, {"color": "#c01020"})
    (plan,) = editor.plan([photo], [editor.fit(photo)], request)
    (part,) = plan.parts
    assert not plan.steps and plan.doubt == part.plan.doubt
    assert plan.attention == part.plan.attention > 0.1
    assert Plan(()).attention == 0
    rows, columns = part.box
    assert mask[part.box].sum() == mask.sum()
    assert (rows.stop - rows.start) * (columns.stop - columns.start) < 0.5 * mask.size
    edited = editor.edit(photo, {"color": "#c01020"})
    changed = (edited.pixels != photo).any(axis=2)
    assert changed[mask].mean() > 0.8
    changed[part.box] = False
    assert not changed.any()
    assert edited.delta_e is not None and edited.delta_e < 3


def test_shapes_and_regions_of_small_garments_are_theirs(editor, room):
    photo, mask = room
    bounds = np.argwhere(mask)
    (top, left), (bottom, right) = bounds.min(0), bounds.max(0)
    zip_only = editor.edit(photo, {"fastening": "zip"}).attention > 0.5
    places = np.argwhere(zip_only)
    assert top < places[:, 0].min() and places[:, 0].max() < bottom + 3
    assert left + 40 < places[:, 1].min() and places[:, 1].max() < right - 40
    sleeves = editor.region_edit(photo, REGIONS["sleeve"], {"color": "red"}).attention > 0.5
    assert sleeves.any() and (sleeves & mask).sum() > 0.8 * sleeves.sum()


def test_large_garments_and_known_ones_are_seen_as_they_are(editor, room):
    photo, mask = room
    large = np.ascontiguousarray(photo[60:300, 200:380])
    request = EditRequest.of(editor.info, {"color": "red"})
    for picture, garment in ((large, None), (photo, mask.astype(np.float32))):
        (plan,) = editor.plan([picture], [editor.fit(picture)], request, [garment])
        assert plan.steps and not plan.parts


def test_the_judge_sees_it_nearer_too(editor, room, monkeypatch):
    photo, _ = room
    look = judge_by(editor.attributes)
    assert look([photo])[0].likeliest("category")[0] != "hat"
    monkeypatch.setattr(near_view, "FILLS", 0)
    assert look([photo])[0].likeliest("category")[0] == "hat"
