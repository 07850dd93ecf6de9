"""Sleeves of other lengths on real garments: where they lie, how far they reach."""

import cv2
import numpy as np
import pytest
from garment_masks import photo_of, vest

from amgan_cli.own_sleeves import own_sleeves, split_torso
from amgan_cli.part_view import Bodice
from amgan_cli.sewing.sleeve_kinds import KINDS
from amgan_cli.sewing.sleeves import draw_sleeves, shows_sleeves
from amgan_cli.training.drawn_parts import can_have_others


def drawn_on(photo, mask, bodice, value, shown):
    """The photo with other sleeves, split from the torso where they lie beside it."""
    torso, sleeves = split_torso(mask, bodice, KINDS[shown].reach)
    return draw_sleeves(photo, torso, sleeves, bodice, value, shown)[1]


def test_sleeves_grow_at_both_sides_to_their_lengths():
    mask = vest()
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    drawn = {v: drawn_on(photo, mask, bodice, v, "sleeveless") for v in KINDS}
    assert np.array_equal(drawn["sleeveless"], photo)
    ends = {}
    for value in ("short", "threequarter", "long"):
        off = np.abs(drawn[value] - photo).max(2) > 40
        assert off[:, :76].any() and off[:, 180:].any() and not off[:, 96:160].any()
        ends[value] = np.flatnonzero(off.any(1)).max()
    assert ends["short"] + 15 < ends["threequarter"] < ends["long"]
    sleeve = drawn["long"][
        int(bodice.y + 1.5 * bodice.half), 70
    ].mean()  # the torso's own colour, lit
    assert sleeve == pytest.approx(photo[120, 100].mean(), rel=0.35)


def test_short_sleeves_make_way_and_a_print_stays_on_the_chest():
    mask = vest()
    mask[64:90, 40:216] = True  # two sleeves
    photo = photo_of(mask)
    photo[100:160, 100:156] = (230, 40, 40)
    bodice = Bodice.of(mask)
    assert bodice is not None
    without = drawn_on(photo, mask, bodice, "sleeveless", "short")
    assert without[75, 50].mean() > 160 and photo[75, 50].mean() < 120
    torso, sleeves = split_torso(mask, bodice, 0.65)
    assert sleeves[75, 50] and torso[120, 128] and not (torso & sleeves).any()
    printed = drawn_on(photo, mask, bodice, "long", "short")
    assert not ((printed[..., 0] - printed[..., 2]) > 60)[:, :70].any()
    assert np.array_equal(printed[100:160, 110:146], photo[100:160, 110:146])


def test_stripes_go_on_in_new_sleeves():
    mask = vest()
    mask[64:90, 40:216] = True
    photo = photo_of(mask)
    striped = photo.copy()
    striped[::8][mask[::8]] = striped[1::8][mask[1::8]] = 240
    bodice = Bodice.of(mask)
    assert bodice is not None
    plain, pattern = (
        drawn_on(each, mask, bodice, "long", "short")[110:150, :76] for each in (photo, striped)
    )
    sleeve = plain.mean(2) < 140
    assert sleeve.sum() > 300
    inner = cv2.erode(sleeve.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert (plain[inner].mean(1) > 160).mean() == 0
    assert 0.1 < (pattern[inner].mean(1) > 160).mean() < 0.5


def test_a_picture_is_no_stripes_where_the_pattern_is_known():
    mask = vest()
    mask[64:90, 40:216] = True
    photo = photo_of(mask)
    photo[::6][mask[::6]] = photo[1::6][mask[1::6]] = 240
    bodice = Bodice.of(mask)
    assert bodice is not None
    torso, sleeves = split_torso(mask, bodice, KINDS["short"].reach)
    light = {
        pattern: draw_sleeves(photo, torso, sleeves, bodice, "long", "short", pattern)[1]
        for pattern in ("stripes", "print")
    }
    share = {k: (z[110:150, 50:70].mean(2) > 160).mean() for k, z in light.items()}
    ground = (photo[110:150, 50:70].mean(2) > 160).mean()
    assert ground > 0.9 and share["print"] < share["stripes"] - 0.05


def test_new_sleeves_are_as_light_as_the_cloth_beside_them():
    mask = vest()
    mask[64:96, 36:220] = True
    photo = photo_of(mask)
    photo[mask] = (60, 90, 140)
    photo[:, 128:][mask[:, 128:]] = (90, 120, 170)  # light from one side
    bodice = Bodice.of(mask)
    assert bodice is not None
    drawn = drawn_on(photo, mask, bodice, "long", "short")
    ground = photo[10, 10].mean()
    for half, color in ((slice(0, 76), (60, 90, 140)), (slice(180, 256), (90, 120, 170))):
        new = drawn[110:150, half]
        sleeve = new[(new[..., 2] - new[..., 0] > 40) & (new.mean(2) < ground - 30)]
        assert len(sleeve) > 300
        assert np.median(sleeve, axis=0) == pytest.approx(color, abs=8)


def test_long_sleeves_become_shorter_ones_of_their_own_cloth():
    mask = vest()
    mask[66:200, 50:72] = mask[66:200, 184:206] = True  # two sleeves that hang down
    mask[66:84, 50:206] = True
    photo = photo_of(mask)
    photo[120:124, 56:66] = 255  # a mark on one
    bodice = Bodice.of(mask)
    assert bodice is not None and shows_sleeves(mask, bodice, "long")
    drawn = {v: drawn_on(photo, mask, bodice, v, "long") for v in KINDS}
    assert drawn["threequarter"][121:123, 58:64].min() > 240  # the photo's own cloth
    ends = [
        np.flatnonzero((drawn[value][:, 45:75].mean(2) < 140).any(1)).max()
        for value in ("short", "threequarter", "long")
    ]
    assert ends[0] + 15 < ends[1] < ends[2]
    assert drawn["sleeveless"][70:, 45:72].mean(2).min() > 160  # ground


def test_longer_sleeves_come_out_of_the_old_ones():
    mask = vest()
    mask[64:100, 30:226] = True  # wide short sleeves
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    longer, other = (drawn_on(photo, mask, bodice, v, "short") for v in ("long", "short"))
    assert longer[68:98, 60:70] == pytest.approx(photo[68:98, 60:70].astype(float), abs=0.1)
    assert not np.array_equal(other[68:98, 60:70], photo[68:98, 60:70])
    cloth = (longer.mean(2) < 140).astype(np.uint8)
    beside = np.flatnonzero(cloth[104:, :56].any(1)), np.flatnonzero(cloth[104:, 200:].any(1))
    assert all(len(rows) > 25 for rows in beside)  # they turn down and go on
    assert cv2.connectedComponents(cv2.erode(cloth, np.ones((3, 3))))[0] == 2  # in one piece


def test_longer_sleeves_go_on_along_the_edges_of_the_old_ones():
    mask = vest().astype(np.uint8)
    corners = np.array([(82, 62), (48, 104), (66, 118), (82, 100)], np.int32)  # cut askew, wide
    for side in (corners, corners * (-1, 1) + (255, 0)):
        cv2.fillPoly(mask, [side.astype(np.int32)], 1)
    mask = mask > 0
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    cloth = drawn_on(photo, mask, bodice, "long", "short").mean(2) < 140
    shoulder = cloth[:, 40:82].argmax(0)  # the first row of cloth in each column
    steps = np.diff(shoulder[cloth[:, 40:82].any(0)])
    assert np.abs(steps).max() <= 6  # no notch where they are joined
    widths = cloth[120:150, :80].sum(1)
    assert widths.min() > 14 and np.abs(np.diff(widths.astype(int))).max() <= 3


def test_sleeves_sewn_over_wide_shoulders_replace_what_lies_beside_the_torso():
    mask = vest()
    mask[60:80, 66:190] = True  # caps
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    caps = mask & ~vest()
    drawn = draw_sleeves(photo, mask & ~caps, caps, bodice, "short", "sleeveless")[1]
    bare = draw_sleeves(photo, mask & ~caps, caps & False, bodice, "short", "sleeveless")[1]
    is_cap = cv2.erode(caps.astype(np.uint8), np.ones((3, 3))) > 0
    free = is_cap & (np.abs(bare - photo).max(2) < 1)  # of the new sleeve
    assert free.sum() > 5 and np.median(drawn[free].mean(1)) > 160  # ground
    assert np.median(bare[free].mean(1)) < 140


def test_sleeves_that_lie_on_the_torso_or_go_on_as_a_skirt_are_not_taken_off():
    bodice = Bodice.of(vest())
    assert bodice is not None and shows_sleeves(vest(), bodice, "sleeveless")
    assert not shows_sleeves(vest(), bodice, "long")
    skirt = vest()
    skirt[66:204, 50:206] = True
    assert not shows_sleeves(skirt, bodice, "short")


def test_sleeves_beside_the_torso_do_not_make_it_wider():
    mask = vest()
    mask[60:204, 45:211] = True  # long sleeves close beside it
    with_sleeves, without = Bodice.of(mask), Bodice.of(vest())
    assert with_sleeves is not None and without is not None
    assert with_sleeves.x == pytest.approx(without.x, abs=1)
    assert with_sleeves.width == pytest.approx(0.85 * 144, abs=2)


def test_long_sleeves_hang_down_where_the_photo_ends_beside_the_garment():
    mask = vest()
    mask[64:90, 56:200] = True  # sleeves that point outwards
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    beside = {}
    for name, first in (("far", 0), ("near", 54)):
        drawn = photo.astype(np.float32)
        inner = np.ascontiguousarray(photo[:, first:]), mask[:, first:], bodice.moved(1, -first, 0)
        drawn[:, first:] = drawn_on(*inner, "long", "short")
        off = np.abs(drawn - photo).max(2) > 40
        assert off[110:, 190:].any()  # the other sleeve has its room
        beside[name] = off[100:, :76]
    inside = {name: off[:, 54:].sum() / off.sum() for name, off in beside.items()}
    assert inside["near"] > 0.9 > 0.8 > inside["far"]
    lowest = {name: np.flatnonzero(off.any(1)).max() for name, off in beside.items()}
    assert lowest["near"] > lowest["far"] - 3 > 30  # as long as ever


def test_a_sleeve_is_as_long_as_its_cloth_however_it_lies():
    straight, bent = vest(), vest()
    straight[66:88, 16:240] = True
    bent[66:88, 40:216] = bent[66:180, 40:62] = bent[66:180, 194:216] = True
    lengths = []
    for mask in (straight, bent):
        bodice = Bodice.of(mask)
        assert bodice is not None
        both = own_sleeves(*split_torso(mask, bodice, 1.6), bodice)
        assert [sleeve.side for sleeve in both] == [-1, 1]
        lengths.append([sleeve.length * bodice.unit for sleeve in both])
    assert lengths[0] == pytest.approx([64, 64], abs=4)
    assert lengths[1] == pytest.approx([18 + 92, 18 + 92], abs=8)  # to the corner, and down


def test_the_end_of_a_sleeve_has_its_place_heading_and_edges():
    mask = vest()
    mask[70:100, 30:226] = True
    bodice = Bodice.of(mask)
    assert bodice is not None
    left, right = own_sleeves(*split_torso(mask, bodice, 0.65), bodice)
    unit = bodice.unit
    for sleeve, column in ((left, 30), (right, 225)):
        end = sleeve.end()
        assert end.middle * unit + (bodice.x, bodice.y) == pytest.approx((column, 84.5), abs=4)
        assert end.heading == pytest.approx((sleeve.side, 0), abs=0.15)
        upper, lower = sleeve.edges(end, 0.05) * unit + (bodice.x, bodice.y)
        assert upper == pytest.approx((column - sleeve.side * 0.05 * unit, 70), abs=4)
        assert lower == pytest.approx((column - sleeve.side * 0.05 * unit, 99), abs=4)


def test_a_torso_that_widens_has_no_sleeves():
    mask = vest()
    for row in range(100, 204):  # to 8 pixels at each side
        more = (row - 100) // 13
        mask[row, 80 - more : 176 + more] = True
    bodice = Bodice.of(mask)
    assert bodice is not None
    torso, sleeves = split_torso(mask, bodice, 1.6)
    assert np.array_equal(torso, mask) and not sleeves.any()


def test_without_sleeves_the_shoulders_are_narrower_than_the_chest():
    mask = vest()
    mask[64:90, 40:216] = True
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    cloth = drawn_on(photo, mask, bodice, "sleeveless", "short").mean(2) < 140
    widths = cloth[:, :].sum(1)
    assert widths[70] < 0.85 * widths[130] and widths[130] == pytest.approx(96, abs=2)
    middle = slice(110, 146)
    assert cloth[62:200, middle].all()


def test_a_shortened_sleeve_ends_across_with_a_hem():
    mask = vest()
    mask[70:96, 16:240] = True
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    drawn = drawn_on(photo, mask, bodice, "short", "long")
    ends = [np.flatnonzero(drawn[row].mean(1) < 140)[0] for row in range(74, 92)]
    assert max(ends) - min(ends) <= 4 and 50 < min(ends) < 72
    sleeve = drawn[74:92].mean((0, 2))
    assert sleeve[ends[0] + 3 : ends[0] + 12].min() < 0.95 * photo[74:92, 60:75].mean()


def test_on_straps_no_sleeves_are_drawn():
    mask = vest()
    bodice = Bodice.of(mask)
    assert bodice is not None
    possible = [can_have_others(mask, bodice, "sleeveless", c) for c in ("strap", "round")]
    assert possible == [False, True]


def test_new_sleeves_cover_the_piping_of_the_armholes():
    mask = vest()
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    photo[60:104, 80:84] = photo[60:104, 172:176] = 250
    longer = drawn_on(photo, mask, bodice, "long", "sleeveless")
    assert longer[75:95, 80:84].mean() < 140 and longer[75:95, 172:176].mean() < 140
    assert np.array_equal(longer[120:180, 90:166], photo[120:180, 90:166])


@pytest.mark.parametrize("value", ["sleeveless", "short", "threequarter"])
def test_what_is_cut_off_is_known(value):
    mask = vest()
    mask[64:200, 56:76] = mask[64:200, 180:200] = mask[64:90, 56:200] = True  # long sleeves
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    torso, sleeves = split_torso(mask, bodice, KINDS["long"].reach)
    bare, _, stays = draw_sleeves(photo, torso, sleeves, bodice, value, "long")
    assert not (stays & ~mask).any() and stays[150, 128]
    gone = cv2.erode((mask & ~stays).astype(np.uint8), np.ones((5, 5))) > 0
    assert gone[190, 66] and gone[190, 190]
    assert bare[gone].mean() > 160 > 120 > photo[gone].mean()
    kept = cv2.erode(stays.astype(np.uint8), np.ones((5, 5))) > 0
    assert np.abs(bare[kept] - photo[kept]).max() < 40  # a hem, no ground
    assert kept[100, 66] == (value == "threequarter")


def test_an_edge_that_the_outline_misses_goes_with_its_sleeve():
    mask = vest()
    mask[64:90, 40:216] = True
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    photo[64:90, 34:40] = photo[64:90, 216:222] = (200, 40, 40)  # red cuffs
    bare = drawn_on(photo, mask, bodice, "sleeveless", "short")
    redness = bare[60:94, 30:76, 0] - bare[60:94, 30:76, 1]
    assert redness.max() < 20 and photo[70, 36, 0] - photo[70, 36, 1] > 100
