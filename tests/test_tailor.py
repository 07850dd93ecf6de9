"""Parts drawn at an edit's own size: when, where, and when not."""

from pathlib import Path

import numpy as np
import pytest
from conftest import read_pixels
from garment_masks import photo_of, shirt, top, vest
from PIL import Image
from tailoring import changed_by, unasked

from amgan_cli import Editor
from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing.folders.files_in import Found
from amgan_cli.editing.folders.jobs import Naming
from amgan_cli.editing.folders.manifest import Manifest
from amgan_cli.editing.folders.pipeline import _plan_batch
from amgan_cli.editing.folders.workbench import InHand, Workbench
from amgan_cli.editing.judge import LookAt, without_objections
from amgan_cli.editing.parts.sewing_table import has_narrow_shoulders
from amgan_cli.editing.parts.tailor import tailored
from amgan_cli.editing.plan import Covering, Plan, Uncovering
from amgan_cli.editing.regions import REGIONS
from amgan_cli.editing.request import EditRequest
from amgan_cli.look import Look
from amgan_cli.model_info import find_weights, read_info
from amgan_cli.photos.formats import SaveOptions
from amgan_cli.vocabulary import Manipulation

PLAIN = {"pattern": "plain", "collar": "round", "fastening": "no closure", "sleeve": "long"}


@pytest.mark.parametrize("shown", ["sleeveless", "short"])
def test_a_neck_without_sleeves_lies_between_the_shoulders(shown):
    mask = top()
    known = {"sleeve": shown, "collar": "round", "pattern": "plain"}
    photo, garment = photo_of(mask), mask.astype(np.float32)
    (step,), view = tailored(photo, garment, ("fastening", "halfzip"), "front", known, 256, unasked)
    rows = np.flatnonzero((changed_by(step, view, mask.shape) > 0.5).any(1))
    assert (rows[0] < 65) == (shown == "sleeveless")


@pytest.mark.parametrize(
    ("known", "part", "expected"),
    [
        ({"sleeve": "sleeveless", "collar": "round"}, "front", True),
        ({"sleeve": "sleeveless", "collar": "wide"}, "neck", True),
        ({"sleeve": "sleeveless", "collar": "wide"}, "front", False),  # its front lies deep
        ({"sleeve": "sleeveless", "collar": "hood"}, "arms", False),
        ({"sleeve": "long", "collar": "round"}, "front", False),
        ({}, "arms", False),
    ],
)
def test_narrow_shoulders_are_looked_for_where_nothing_stands_over_them(known, part, expected):
    assert has_narrow_shoulders(known, part) == expected


@pytest.mark.parametrize("change", [("collar", "shirt"), ("fastening", "buttons")])
def test_collars_and_fastenings_are_sewn_on_as_they_are_drawn(change):
    mask = shirt()
    part = {"collar": "neck", "fastening": "front"}[change[0]]
    (*_, step), view = tailored(
        photo_of(mask), mask.astype(np.float32), change, part, {}, 256, unasked
    )
    assert isinstance(step, Covering) and len(step.alpha) == min(1024, max(256, view.side))
    drawn = np.abs(step.z - step.x).max(axis=2) > 25
    assert 0.002 < drawn.mean() < 0.2 and step.alpha[drawn].mean() > 0.9
    middle = np.flatnonzero(drawn.any(axis=0)).mean() / len(drawn)
    assert middle == pytest.approx(0.5, abs=0.03)


def test_ground_comes_where_a_hood_goes_before_the_new_collar_is_sewn_on():
    mask = vest()
    mask[10:62, 96:160] = True  # a hood
    garment, photo = mask.astype(np.float32), photo_of(mask)
    steps, view = tailored(photo, garment, ("collar", "round"), "neck", {}, 256, unasked)
    gone, sewn = (changed_by(step, view, mask.shape) > 0.5 for step in steps)
    assert [type(step) for step in steps] == [Uncovering, Covering]
    assert gone[20:50, 100:156].mean() > 0.9 and not gone[90:].any()
    assert not sewn[20:45, 100:156].any() and sewn[55:110, 100:156].mean() > 0.2


def test_where_a_fastening_goes_the_network_draws():
    mask = vest().astype(np.float32)
    assert (
        tailored(photo_of(vest()), mask, ("fastening", "none"), "front", {}, 256, unasked) is None
    )


def test_the_command_cuts_sleeves_off_straight(amgan, tmp_path):
    rendering = render(sample_garment(44, color="blue", background="wood", **PLAIN), (300, 400))
    Image.fromarray(rendering.image).save(tmp_path / "jumper.png")
    words = ("--set", "sleeve=short", "-o", tmp_path / "out.png", "-d", "cpu")
    done = amgan("edit", tmp_path / "jumper.png", *words)
    assert done.returncode == 0, done.stderr
    before, after = rendering.image.astype(int), read_pixels(tmp_path / "out.png").astype(int)
    is_blue = [(p[..., 2] - p[..., 0] > 20) for p in (before, after)]
    for name in ("left_sleeve", "right_sleeve"):
        sleeve = rendering.masks[name] > 128
        rows = np.flatnonzero(sleeve.any(1))
        lower, upper = sleeve.copy(), sleeve.copy()
        lower[: rows[0] + len(rows) // 2] = upper[rows[0] + len(rows) // 6 :] = False
        assert is_blue[0][lower].mean() > 0.9 > 0.1 > is_blue[1][lower].mean()
        assert is_blue[1][upper].mean() > 0.8
    torso = rendering.masks["torso"] > 128
    assert is_blue[1][torso].mean() > 0.9 * is_blue[0][torso].mean()


def test_an_edit_knows_what_the_attribute_network_sees():
    seen = {"sleeve": {"long": 0.6, "short": 0.4}, "collar": {"round": 0.9}}
    look = Look({**seen, "fastening": {"zip": 0.7, "none": 0.3}})
    info = read_info(find_weights(None))
    round_neck, long = ("collar", "round"), ("sleeve", "long")
    for wanted, shown in (
        ({"sleeve": "short"}, (round_neck, long)),
        ({"collar": "shirt"}, (round_neck, long)),
        # it begins under it
        ({"fastening": "buttons"}, (round_neck, ("fastening", "zip"), long)),
        # it is printed around both, and turned with sleeves
        ({"pattern": "dots"}, (round_neck, ("fastening", "zip"), long)),
        ({"sleeve": "short", "pattern": "dots"}, (round_neck, ("fastening", "zip"), long)),
        ({"color": "red"}, ()),
    ):
        for anyway in (False, True):
            request, _ = without_objections(look, info, EditRequest.of(info, wanted), anyway)
            assert request.shown == shown


def test_what_is_bare_most_likely_is_left_so():
    info = read_info(find_weights(None))
    look = Look({"fastening": {"none": 0.7, "zip": 0.3}, "collar": {"hood": 0.7}})
    request, refused = without_objections(look, info, EditRequest.of(info, {"fastening": "none"}))
    assert not request.manipulations and "looks none already" in refused["fastening", "none"]
    assert not without_objections(look, info, EditRequest.of(info, {"collar": "hood"}))[1]


def test_new_sleeves_are_of_the_pattern_that_is_seen_and_shoes_have_no_zip():
    info = read_info(find_weights(None))
    dress = Look({"sleeve": {"short": 0.9}, "category": {"dress": 0.9}})
    request, _ = without_objections(dress, info, EditRequest.of(info, {"sleeve": "long"}))
    assert request.shown == (("category", "dress"), ("sleeve", "short"))
    look = Look({"sleeve": {"short": 0.9}, "pattern": {"print": 0.9}})
    request, _ = without_objections(look, info, EditRequest.of(info, {"sleeve": "long"}))
    assert request.shown == (("pattern", "print"), ("sleeve", "short"))
    kinds = {"shoes": 0.9, "coat": 0.1}
    shoes = Look({"category": kinds, "fastening": {"zip": 0.9}}, {"fastening": ("coat",)})
    request, _ = without_objections(shoes, info, EditRequest.of(info, {"pattern": "dots"}))
    assert request.shown == ()
    sleeves = {"sleeve": {"long": 0.9, "sleeveless": 0.1}}
    skirt = Look({"category": kinds, **sleeves}, {"sleeve": ("coat",)})
    request, _ = without_objections(skirt, info, EditRequest.of(info, {"pattern": "dots"}))
    assert request.shown == (("sleeve", "sleeveless"),)


def test_the_command_asks_what_a_photo_shows_for_patterns_too_and_not_for_colours(tmp_path):
    rendering = render(sample_garment(44, color="blue", background="wood", **PLAIN), (60, 80))
    Image.fromarray(rendering.image).save(tmp_path / "a.png")
    asked = []

    def judge(squares) -> list[Look]:
        asked.append(len(squares))
        return [Look({"fastening": {"none": 0.9, "zip": 0.1}}) for _ in squares]

    editor = Editor.load(device="cpu")
    bench = Workbench(editor, Manifest(None, {}), SaveOptions(), judge)
    wanted = [EditRequest.of(editor.info, {"color": "red"})]
    photo = Found(tmp_path / "a.png", Path("a.png"))

    def shown(requests: list[EditRequest]) -> tuple[Manipulation, ...]:
        hand = bench.read(Naming(tmp_path / "out").job(photo, requests))
        assert isinstance(hand, InHand)
        (((request, refused),),) = bench.requests([hand])
        assert request.manipulations == requests[0].manipulations and not refused
        return request.shown

    assert shown(wanted) == () and not asked
    wanted = [EditRequest.of(editor.info, {"pattern": "stripes"})]
    assert shown(wanted) == (("fastening", "none"),) and asked == [1]


def test_what_is_done_anyway_is_done_by_what_the_photo_shows():
    look, info = Look({"sleeve": {"long": 0.9, "short": 0.1}}), read_info(find_weights(None))
    wanted = EditRequest.of(info, {"sleeve": "long"})
    assert not without_objections(look, info, wanted)[0].manipulations
    request, refused = without_objections(look, info, wanted, anyway=True)
    assert request.manipulations == wanted.manipulations and not refused
    assert request.shown == (("sleeve", "long"),)


def test_sleeves_that_cannot_be_measured_are_left_alone_unless_they_are_to_be_drawn(
    tmp_path, monkeypatch
):
    rendering = render(sample_garment(44, color="blue", background="wood", **PLAIN), (150, 200))
    Image.fromarray(rendering.image).save(tmp_path / "a.png")
    monkeypatch.setattr("amgan_cli.editing.parts.part_planning.tailored", lambda *_: None)
    editor = Editor.load(device="cpu")

    def look_at(photos) -> list[Look]:
        return [Look({"sleeve": {"long": 0.6, "short": 0.4}}) for _ in photos]

    def plan(value: str, anyway: bool = False, judge: LookAt | None = look_at) -> Plan:
        bench = Workbench(editor, Manifest(None, {}), SaveOptions(), judge, anyway=anyway)
        both = {"sleeve": value, "color": "red"}
        wanted = EditRequest.of(editor.info, both, even_unmeasured=anyway)
        job = Naming(tmp_path / "out").job(Found(tmp_path / "a.png", Path("a.png")), [wanted])
        hand = bench.read(job)
        assert isinstance(hand, InHand)
        (made,) = _plan_batch([hand], bench)
        assert isinstance(made, InHand)
        return made.plans[0]

    left = plan("short")
    assert not left.parts and len(left.steps) == 1  # the colour
    assert list(left.refused) == [("sleeve", "short")]
    assert "cannot be measured" in left.refused["sleeve", "short"]
    assert "already" in plan("long").refused["sleeve", "long"]
    assert "cannot be measured" in plan("short", judge=None).refused["sleeve", "short"]
    assert plan("sleeveless").parts
    drawn = plan("short", anyway=True)
    assert drawn.parts and not drawn.refused


def test_an_editor_is_told_what_a_photo_shows():
    rendering = render(sample_garment(44, color="blue", background="wood", **PLAIN), (150, 200))
    editor = Editor.load(device="cpu")
    same, cut = (
        editor.edit(rendering.image, {"sleeve": "short"}, shown={"sleeve": value}).pixels
        for value in ("short", "long")
    )
    assert not np.array_equal(same, cut)


@pytest.mark.parametrize(
    ("look", "name", "said"),
    [
        (Look({"category": {"pants": 0.9}}, {"sleeve": ("shirt",)}), "sleeve", "looks like pants"),
        (Look({"category": {"pants": 0.9}}, {"sleeve": ("shirt",)}), "torso", "looks like pants"),
        (Look({"sleeve": {"sleeveless": 0.9, "long": 0.1}}), "sleeve", "it looks sleeveless"),
        (Look({"sleeve": {"sleeveless": 0.9, "long": 0.1}}), "torso", ""),
        (Look({"sleeve": {"sleeveless": 0.2, "long": 0.8}}), "sleeve", ""),
    ],
)
def test_a_region_that_a_garment_has_not_is_refused(look, name, said):
    info = read_info(find_weights(None))
    region = REGIONS[name].checked(info)
    wanted = EditRequest.of(info, {"color": "orange"}, region=region)
    request, refused = without_objections(look, info, wanted)
    assert bool(request.manipulations) == (not said)
    assert said in refused.get(("color", "orange"), "")
    assert without_objections(look, info, wanted, anyway=True)[0].manipulations
    assert wanted.attributes == {"color", "sleeve"}
