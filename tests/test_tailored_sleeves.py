"""Sleeves drawn at an edit's own size: cut off, sewn on, or left to the network."""

import numpy as np
import pytest
from garment_masks import vest
from tailoring import changed_by, tailored_to, takes_nothing_away, takes_sides_away, with_sleeves

from amgan_cli.editing.plan import Covering, Step, Uncovering
from amgan_cli.vocabulary import Manipulation


@pytest.mark.parametrize("shown", [None, "long"])
def test_long_sleeves_are_cut_off_where_they_lie(shown):
    mask = with_sleeves(slice(64, 200))
    (step,), view = tailored_to("short", mask, shown)
    assert isinstance(step, Uncovering)
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
    assert isinstance(step, Covering) and step.shown is not None
    new = (step.alpha > 0.9) & (np.abs(step.z - step.x).max(axis=2) > 40)
    assert new.mean() > 0.03
    assert not (step.shown * (step.alpha > 0)).any()  # its grain comes from what stays


def test_ground_comes_before_longer_sleeves_where_old_ones_go():
    mask = vest()
    mask[64:90, 30:226] = True  # sleeves that point outwards
    (goes, comes), view = tailored_to("long", mask, "short")
    assert isinstance(goes, Uncovering) and isinstance(comes, Covering)
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
    assert isinstance(step, Covering) and new.mean() > 0.05
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
