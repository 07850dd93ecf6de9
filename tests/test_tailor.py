"""Parts drawn at an edit's own size: when, where, and when not."""

from pathlib import Path

import numpy as np
import pytest
from conftest import read_pixels
from garment_masks import photo_of, shirt, top, vest
from PIL import Image

from amgan_cli import Editor
from amgan_cli.catalogue import render, sample_garment
from amgan_cli.editing.folders.files_in import Found
from amgan_cli.editing.folders.jobs import Naming
from amgan_cli.editing.folders.manifest import Manifest
from amgan_cli.editing.folders.pipeline import _plan_batch
from amgan_cli.editing.folders.workbench import InHand, Workbench
from amgan_cli.editing.judge import Judge, allowed
from amgan_cli.editing.parts.sewing_table import has_narrow_shoulders
from amgan_cli.editing.parts.tailor import tailored
from amgan_cli.editing.plan import Plan, Step
from amgan_cli.editing.request import EditRequest
from amgan_cli.look import Look
from amgan_cli.model_info import find_weights, read_info
from amgan_cli.part_view import View
from amgan_cli.photos.formats import SaveOptions
from amgan_cli.vocabulary import Manipulation

PLAIN = {"pattern": "plain", "collar": "round", "fastening": "no closure", "sleeve": "long"}


def unasked(view: np.ndarray, manipulation: Manipulation) -> Step:
    raise AssertionError("the network was asked though the sleeves lie beside the torso")


def takes_nothing_away(view: np.ndarray, manipulation: Manipulation) -> Step:
    x = view.astype(np.float32)
    return Step(x, x, np.zeros(x.shape[:2], np.float32))


def takes_sides_away(view: np.ndarray, manipulation: Manipulation) -> Step:
    assert manipulation == ("sleeve", "sleeveless") and len(view) == 256
    x = view.astype(np.float32)
    cloth = x[..., 2] - x[..., 0] > 40
    columns = np.flatnonzero(cloth.any(axis=0))
    side, width = cloth.copy(), columns[-1] - columns[0]
    side[:, columns[0] + width // 6 : columns[-1] - width // 6] = False
    z = np.where(side[..., None], np.float32([200, 195, 190]), x)
    return Step(x, z, side.astype(np.float32))


def with_sleeves(rows: slice) -> np.ndarray:
    mask = vest()
    mask[rows, 50:68] = mask[rows, 188:206] = True  # hanging, with a gap beside the torso
    mask[64:82, 50:206] = True
    return mask


def tailored_to(value: str, mask: np.ndarray, shown: str | None, look=unasked, **known: str):
    known = known if shown is None else {"sleeve": shown, **known}
    garment = mask.astype(np.float32)
    return tailored(photo_of(mask), garment, ("sleeve", value), "arms", known, 256, look)


def changed_by(step: Step, view: View, shape: tuple[int, ...]) -> np.ndarray:
    """The step's attention in the photo."""
    changed, box = np.zeros(shape, np.float32), view.box(shape)
    scale = len(step.alpha) / view.side
    rows = ((np.arange(box[0].start, box[0].stop) - view.top + 0.5) * scale).astype(int)
    columns = ((np.arange(box[1].start, box[1].stop) - view.left + 0.5) * scale).astype(int)
    changed[box] = step.alpha[np.ix_(rows, columns)]
    return changed


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


@pytest.mark.parametrize("shown", [None, "long"])
def test_long_sleeves_are_cut_off_where_they_lie(shown):
    mask = with_sleeves(slice(64, 200))
    (step,), view = tailored_to("short", mask, shown)
    assert not step.replaces and step.may_go is not None
    assert view.place(mask.shape, len(step.alpha))[0].stop <= len(step.alpha)
    changed = changed_by(step, view, mask.shape)
    assert changed[130:190, 54:64].mean() > 0.95  # the lower sleeve
    assert changed[68:78, 74:80].mean() < 0.05 and changed[100:200, 90:166].mean() < 0.02


def test_a_wide_garment_keeps_its_sides():
    mask = np.zeros((256, 256), bool)
    mask[70:180, 48:208] = True  # wider than tall
    mask[90:130, 16:240] = True
    (step,), view = tailored_to("sleeveless", mask, "threequarter")
    changed = changed_by(step, view, mask.shape)
    assert changed[100:120, 28:40].mean() > 0.95 and changed[100:120, 216:228].mean() > 0.95
    assert changed[150:170, 54:202].mean() < 0.02


@pytest.mark.parametrize(("shown", "value"), [("short", "long"), ("sleeveless", "threequarter")])
def test_longer_sleeves_are_sewn_on_as_they_are_drawn(shown, value):
    mask = with_sleeves(slice(64, 90)) if shown == "short" else vest()
    (*_, step), _ = tailored_to(value, mask, shown)
    assert step.replaces and step.garment is not None
    new = (step.alpha > 0.9) & (np.abs(step.z - step.x).max(axis=2) > 40)
    assert new.mean() > 0.03
    assert not (step.garment * (step.alpha > 0)).any()  # its grain comes from what stays


def test_ground_comes_before_longer_sleeves_where_old_ones_go():
    mask = vest()
    mask[64:90, 30:226] = True  # sleeves that point outwards
    (goes, comes), view = tailored_to("long", mask, "short")
    assert goes.may_go is not None and not goes.replaces and comes.replaces
    gone, sewn = (changed_by(step, view, mask.shape) > 0.5 for step in (goes, comes))
    assert gone[68:86, 31:38].mean() > 0.9 and not sewn[64:72, 31:38].any()  # the old corner
    assert not gone[64:90, 80:176].any() and sewn[120:140, :76].sum() > 200
    inside = goes.alpha > 0.99
    assert np.array_equal(comes.x[inside], goes.z[inside])


def test_longer_sleeves_are_sewn_over_short_ones_that_cannot_be_told():
    mask = vest()
    mask[60:76, 72:184] = True  # caps, which are no sleeves yet
    nothing = lambda view, _: Step(view, view, np.zeros(view.shape[:2], np.float32))  # noqa: E731
    (*_, step), _ = tailored_to("long", mask, "short", nothing)
    new = (step.alpha > 0.9) & (np.abs(step.z - step.x).max(axis=2) > 40)
    assert step.replaces and new.mean() > 0.05
    assert tailored_to("sleeveless", mask, "short", nothing) is None


def test_the_skirt_of_a_long_dress_stays_where_its_sleeves_go():
    mask = np.zeros((256, 256), bool)
    mask[30:240, 98:158] = True
    rows, columns = np.mgrid[:256, :256]
    skirt = np.abs(columns - 128) < 30 + 0.4 * (rows - 90)
    mask |= skirt & (rows >= 90) & (rows < 240)
    mask[32:46, 60:196] = mask[32:84, 60:74] = mask[32:84, 182:196] = True
    (step,), view = tailored_to("sleeveless", mask, "long")
    changed = changed_by(step, view, mask.shape)
    assert changed[50:80, 63:71].mean() > 0.9  # a sleeve
    assert changed[110:230][(skirt & mask)[110:230]].mean() < 0.03


def test_sides_that_hang_to_the_hem_are_sleeves_unless_it_is_a_dress():
    mask = np.zeros((256, 256), bool)
    mask[30:145, 98:158] = mask[32:46, 60:196] = True
    mask[32:144, 60:82] = mask[32:144, 174:196] = True
    (step,), view = tailored_to("sleeveless", mask, "long", category="shirt")
    assert changed_by(step, view, mask.shape)[60:120, 66:78].mean() > 0.9
    none_left = tailored_to("sleeveless", mask, "long", takes_nothing_away, category="dress")
    assert none_left is None


def test_a_flared_hem_stays_where_sleeves_are_cut_off():
    mask = with_sleeves(slice(64, 120))
    mask[150:204, 60:196] = True
    (step,), view = tailored_to("sleeveless", mask, "long", category="shirt")
    changed = changed_by(step, view, mask.shape)
    assert changed[90:116, 54:64].mean() > 0.9
    assert changed[154:200, 62:194].mean() < 0.02


def test_of_short_sleeves_that_are_too_long_for_it_no_longer_ones_are_sewn_on():
    def takes_sides_away(view: np.ndarray, _: Manipulation) -> Step:
        x = view.astype(np.float32)
        cloth = x[..., 2] - x[..., 0] > 40
        columns = np.flatnonzero(cloth.any(axis=0))
        cloth[:, columns[0] + 30 : columns[-1] - 30] = False
        z = np.where(cloth[..., None], np.float32([200, 195, 190]), x)
        return Step(x, z, cloth.astype(np.float32))

    mask = vest()
    mask[60:204, 64:192] = True  # sides down to the hem, no gap
    assert tailored_to("long", mask, "short", takes_sides_away) is None
    mask = vest()
    mask[60:94, 64:192] = True
    assert tailored_to("long", mask, "short", takes_sides_away) is not None


def test_of_sleeves_that_are_no_pair_none_is_cut():
    mask = with_sleeves(slice(64, 150))
    assert tailored_to("sleeveless", mask, "long") is not None
    mask[84:, :68] = mask[:, :58] = False  # a stump at one side
    assert tailored_to("sleeveless", mask, "long", takes_nothing_away) is None


def test_sleeves_on_the_torso_are_what_the_network_takes_away():
    mask = vest()
    mask[60:204, 60:196] = True  # no gap
    for value, least in ("short", 0.03), ("sleeveless", 0.06):
        (step,), view = tailored_to(value, mask, "long", takes_sides_away)
        changed = changed_by(step, view, mask.shape)
        assert changed.mean() > least
        assert changed[150:190, 64:74].mean() > 0.9 and changed[150:190, 90:166].mean() == 0


def test_of_sleeves_that_are_told_but_half_the_lower_half_goes_too_unless_they_are_short():
    mask = vest()
    mask[60:204, 60:196] = True

    def takes_upper_sides_away(view: np.ndarray, manipulation: Manipulation) -> Step:
        step = takes_sides_away(view, manipulation)
        rows = np.flatnonzero(step.alpha.any(axis=1))
        upper = np.arange(len(view))[:, None] < rows[0] + 0.5 * len(rows)
        z = np.where(upper[..., None], step.z, step.x)
        return Step(step.x, z, step.alpha * upper)

    for shown, share in ("long", 1.0), ("short", 0.0):
        (step,), view = tailored_to("sleeveless", mask, shown, takes_upper_sides_away)
        changed = changed_by(step, view, mask.shape)
        assert changed[80:110, 64:74].mean() > 0.9
        assert changed[150:180, 64:74].mean() == pytest.approx(share, abs=0.1)


def test_of_a_dress_whose_sleeves_the_network_tells_the_sides_stay():
    mask = vest()
    mask[60:204, 60:196] = True
    assert tailored_to("short", mask, "long", takes_sides_away, category="dress") is None


def test_what_cannot_be_told_is_left_to_the_network():
    long = with_sleeves(slice(64, 200))
    assert tailored_to("long", long, "long") is None
    assert tailored_to("short", vest(), None) is None  # none, or close to the torso
    assert tailored_to("short", np.zeros((256, 256), bool), "long") is None


@pytest.mark.parametrize("change", [("collar", "shirt"), ("fastening", "buttons")])
def test_collars_and_fastenings_are_sewn_on_as_they_are_drawn(change):
    mask = shirt()
    part = {"collar": "neck", "fastening": "front"}[change[0]]
    (*_, step), view = tailored(
        photo_of(mask), mask.astype(np.float32), change, part, {}, 256, unasked
    )
    assert step.replaces and len(step.alpha) == min(1024, max(256, view.side))
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
    assert steps[0].may_go is not None and not steps[0].replaces and steps[1].replaces
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
            request, _ = allowed(look, info, EditRequest.of(info, wanted), anyway)
            assert request.shown == shown


def test_what_is_bare_most_likely_is_left_so():
    info = read_info(find_weights(None))
    look = Look({"fastening": {"none": 0.7, "zip": 0.3}, "collar": {"hood": 0.7}})
    request, refused = allowed(look, info, EditRequest.of(info, {"fastening": "none"}))
    assert not request.manipulations and "looks none already" in refused["fastening", "none"]
    assert not allowed(look, info, EditRequest.of(info, {"collar": "hood"}))[1]


def test_new_sleeves_are_of_the_pattern_that_is_seen_and_shoes_have_no_zip():
    info = read_info(find_weights(None))
    dress = Look({"sleeve": {"short": 0.9}, "category": {"dress": 0.9}})
    request, _ = allowed(dress, info, EditRequest.of(info, {"sleeve": "long"}))
    assert request.shown == (("category", "dress"), ("sleeve", "short"))
    look = Look({"sleeve": {"short": 0.9}, "pattern": {"print": 0.9}})
    request, _ = allowed(look, info, EditRequest.of(info, {"sleeve": "long"}))
    assert request.shown == (("pattern", "print"), ("sleeve", "short"))
    kinds = {"shoes": 0.9, "coat": 0.1}
    shoes = Look({"category": kinds, "fastening": {"zip": 0.9}}, {"fastening": ("coat",)})
    request, _ = allowed(shoes, info, EditRequest.of(info, {"pattern": "dots"}))
    assert request.shown == ()
    sleeves = {"sleeve": {"long": 0.9, "sleeveless": 0.1}}
    skirt = Look({"category": kinds, **sleeves}, {"sleeve": ("coat",)})
    request, _ = allowed(skirt, info, EditRequest.of(info, {"pattern": "dots"}))
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
        (((request, refused),),) = bench.allowed([hand])
        assert request.manipulations == requests[0].manipulations and not refused
        return request.shown

    assert shown(wanted) == () and not asked
    wanted = [EditRequest.of(editor.info, {"pattern": "stripes"})]
    assert shown(wanted) == (("fastening", "none"),) and asked == [1]


def test_what_is_done_anyway_is_done_by_what_the_photo_shows():
    look, info = Look({"sleeve": {"long": 0.9, "short": 0.1}}), read_info(find_weights(None))
    wanted = EditRequest.of(info, {"sleeve": "long"})
    assert not allowed(look, info, wanted)[0].manipulations
    request, refused = allowed(look, info, wanted, anyway=True)
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

    def plan(value: str, anyway: bool = False, judge: Judge | None = look_at) -> Plan:
        bench = Workbench(editor, Manifest(None, {}), SaveOptions(), judge, anyway=anyway)
        wanted = EditRequest.of(editor.info, {"sleeve": value, "color": "red"})
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
