"""Collars and fastenings: where they lie, how they are drawn on photos, how edits of them go."""

import numpy as np
import pytest
import torch
from PIL import Image

from amgan_cli import Editor
from amgan_cli.config import ModelConfig, load_preset
from amgan_cli.data.labels import Labels
from amgan_cli.data.photo_source import PhotoFile
from amgan_cli.device import Compute
from amgan_cli.edit_square import edit_to
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo
from amgan_cli.part_view import NECK, Bodice, View, locate
from amgan_cli.training.drawn_parts import DrawnParts
from amgan_cli.training.part_drawing import COLLARS, FASTENINGS, draw_collar, draw_fastening
from amgan_cli.training.sleeve_drawing import SLEEVES, draw_sleeves, shows_sleeves, split_torso
from amgan_cli.training.train import train
from amgan_cli.vocabulary import Vocabulary

CPU = torch.device("cpu")
WORDS = Vocabulary(
    {
        "color": ("blue", "red"),
        "collar": ("round", "vneck", "hood"),
        "fastening": ("none", "zip"),
    }
)
VIEWS = {"collar": "neck", "fastening": "front"}


def shirt(scale: int = 1) -> np.ndarray:
    """A mask of 128 x 128: a torso of 48 x 72 pixels from row 30 with two arms beside it."""
    mask = np.zeros((128, 128), bool)
    mask[30:102, 40:88] = mask[30:42, 20:108] = mask[30:80, 20:32] = mask[30:80, 96:108] = True
    return mask.repeat(scale, 0).repeat(scale, 1)


def photo_of(mask: np.ndarray) -> np.ndarray:
    """Dark cloth with a fine weave on light ground."""
    weave = np.random.default_rng(0).integers(-4, 5, (*mask.shape, 1))
    return (np.where(mask[..., None], (70, 90, 150), (200, 195, 190)) + weave).astype(np.uint8)


def test_the_bodice_is_where_a_shirt_has_it():
    bodice = Bodice.of(shirt())
    assert bodice is not None
    assert bodice.x == pytest.approx(64, abs=1)
    assert 30 <= bodice.y <= 34
    assert bodice.half == pytest.approx(0.19 * 48, abs=1)
    assert bodice.hem == 102
    rows, columns = bodice.view("neck").box((128, 128))
    assert rows.start < 30 and 50 < rows.stop < 80 and columns.start > 20 and columns.stop < 108
    rows, columns = bodice.view("front").box((128, 128))
    assert rows.start < 30 and rows.stop > 102 and columns.start < 40 and columns.stop > 88
    rows, columns = bodice.view("arms").box((128, 128))
    assert rows.start < 30 and rows.stop > 102 and columns.start < 20 and columns.stop > 108
    twice = bodice.moved(2, 0, 0)
    larger = Bodice.of(shirt(2))
    assert larger is not None and twice.half == pytest.approx(larger.half, rel=0.05)
    found = locate(shirt().astype(np.float32))
    assert found is not None and found.y == pytest.approx(bodice.y, abs=1)


def test_a_view_that_leaves_the_picture_is_padded_and_finds_back():
    picture = np.arange(40 * 60, dtype=np.float32).reshape(40, 60)
    view = View(top=-10, left=20, side=40)
    assert view.box(picture.shape) == (slice(0, 30), slice(20, 60))
    assert view.place(picture.shape, 80) == (slice(20, 80), slice(0, 80))
    square = view.cut(picture, 80, pad=-1)
    assert (square[:20] == -1).all()
    assert square[20:].mean() == pytest.approx(picture[:30, 20:].mean(), rel=0.01)
    assert View.whole((30, 60)).place((30, 60), 60) == (slice(15, 45), slice(0, 60))


def test_a_dress_has_its_bodice_over_the_skirt():
    rows, columns = np.mgrid[:160, :128]
    half = np.where(rows < 70, 18, 18 + 0.45 * (rows - 70))
    bodice = Bodice.of((rows >= 20) & (rows < 150) & (np.abs(columns - 64) < half))
    assert bodice is not None and bodice.y < 26
    assert bodice.half / NECK == pytest.approx(36, abs=5)


def test_what_is_no_garment_has_no_bodice():
    assert Bodice.of(np.zeros((64, 64), bool)) is None
    dot = np.zeros((64, 64), bool)
    dot[30:33, 30:33] = True
    assert Bodice.of(dot) is None


def test_every_collar_changes_the_neck_alone_and_is_another_one():
    mask = shirt(2)
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    drawn = {value: draw_collar(photo, mask, bodice, value) for value in COLLARS}
    below = int(bodice.y + 5 * bodice.half)
    for value, picture in drawn.items():
        assert np.abs(picture[below:] - photo[below:]).max() < 1.5, value
        others = [np.abs(picture - other).mean() for v, other in drawn.items() if v != value]
        assert min(others) > 0.15, value
    x, y = int(bodice.x), int(bodice.y + 1.6 * bodice.half)
    chest = photo[y, x].astype(float).sum()
    assert drawn["vneck"][y, x].sum() < 0.75 * chest  # the inside, in shadow
    assert drawn["round"][y, x].sum() > 0.75 * chest
    above = int(bodice.y - bodice.half)
    assert np.abs(drawn["hood"][above, x] - photo[above, x]).max() > 40  # stands on the ground
    assert np.abs(drawn["round"][above, x] - photo[above, x]).max() < 15


def test_a_hood_makes_way_for_another_collar():
    hooded = shirt(2)
    hooded[20:60, 104:152] = True
    photo = photo_of(hooded)
    bodice = Bodice.of(hooded)
    assert bodice is not None
    drawn = draw_collar(photo, hooded, bodice, "round")
    assert drawn[30, 128].mean() > 160  # ground
    assert photo[30, 128].mean() < 120


def test_fastenings_lie_on_the_middle_and_none_takes_them_away():
    mask = shirt(2)
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    drawn = {v: draw_fastening(photo, mask, bodice, v, True, "round") for v in FASTENINGS}
    assert np.array_equal(drawn["none"], photo)
    x, low, high = int(bodice.x), int(bodice.hem - 30), int(bodice.y + 2 * bodice.half)
    off = {v: np.abs(picture - photo).max(2) for v, picture in drawn.items()}
    assert off["zip"][low, x - 4 : x + 5].max() > 30 and off["zip"][high, x - 4 : x + 5].max() > 30
    assert off["halfzip"][low].max() < 2 < 30 < off["halfzip"][high, x - 4 : x + 5].max()
    assert off["zip"][:, : x - 30].max() < 2
    buttons = off["buttons"][:, x] > 60
    assert 4 <= (np.diff(buttons.astype(int)) == 1).sum() <= 40
    zipped = np.rint(drawn["zip"]).astype(np.uint8)
    without = draw_fastening(zipped, mask, bodice, "none", False, "round")
    middle = slice(int(bodice.y + 2 * bodice.half), int(bodice.hem) - 4), slice(x - 2, x + 3)
    assert np.abs(without[middle] - photo[middle]).mean() < 12
    assert np.abs(zipped[middle].astype(float) - photo[middle]).mean() > 30


def vest() -> np.ndarray:
    """A mask of 256 x 256 without arms."""
    mask = np.zeros((256, 256), bool)
    mask[60:204, 80:176] = True
    return mask


def test_sleeves_grow_at_both_sides_to_their_lengths():
    mask = vest()
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    drawn = {v: draw_sleeves(photo, mask, bodice, v, "sleeveless", False) for v in SLEEVES}
    assert np.array_equal(drawn["sleeveless"], photo)
    ends = {}
    for value in ("short", "threequarter", "long"):
        off = np.abs(drawn[value] - photo).max(2) > 40
        assert off[:, :76].any() and off[:, 180:].any() and not off[:, 90:166].any()
        ends[value] = np.flatnonzero(off.any(1)).max()
    assert ends["short"] + 15 < ends["threequarter"] < ends["long"]
    sleeve = drawn["long"][bodice_row(bodice), 70].mean()  # the torso's own colour, lit
    assert sleeve == pytest.approx(photo[120, 100].mean(), rel=0.35)


def test_short_sleeves_make_way_and_a_print_stays_on_the_chest():
    mask = vest()
    mask[64:90, 40:216] = True  # two sleeves
    photo = photo_of(mask)
    photo[100:160, 100:156] = (230, 40, 40)
    bodice = Bodice.of(mask)
    assert bodice is not None
    without = draw_sleeves(photo, mask, bodice, "sleeveless", "short", True)
    assert without[75, 50].mean() > 160 and photo[75, 50].mean() < 120
    torso, sleeves = split_torso(mask, bodice, 0.65)
    assert sleeves[75, 50] and torso[120, 128] and not (torso & sleeves).any()
    printed, going_on = (
        draw_sleeves(photo, mask, bodice, "long", "short", is_printed)
        for is_printed in (True, False)
    )
    red_of = {
        is_printed: ((picture[..., 0] - picture[..., 2]) > 60)[:, :70].sum()
        for is_printed, picture in ((True, printed), (False, going_on))
    }
    assert red_of[True] == 0 < red_of[False]
    assert np.array_equal(printed[100:160, 110:146], photo[100:160, 110:146])


def test_long_sleeves_become_shorter_ones_of_their_own_cloth():
    mask = vest()
    mask[66:200, 50:72] = mask[66:200, 184:206] = True  # two sleeves that hang down
    mask[66:84, 50:206] = True
    photo = photo_of(mask)
    photo[120:124, 56:66] = 255  # a mark on one
    bodice = Bodice.of(mask)
    assert bodice is not None and shows_sleeves(mask, bodice, "long")
    drawn = {v: draw_sleeves(photo, mask, bodice, v, "long", False) for v in SLEEVES}
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
    longer, other = (
        draw_sleeves(photo, mask, bodice, v, "short", False) for v in ("long", "short")
    )
    assert np.array_equal(longer[68:98, 32:70], photo[68:98, 32:70])
    assert not np.array_equal(other[68:98, 32:70], photo[68:98, 32:70])
    below = np.abs(longer - photo).max(2)[104:] > 40
    assert below[:, :56].any() and below[:, 200:].any()


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
    assert with_sleeves.half / NECK == pytest.approx(0.85 * 144, abs=2)


@pytest.mark.parametrize("hem", [80, 102, 120])
def test_buttons_lie_in_the_same_rows_of_every_view(hem):
    mask = shirt()
    mask[80:, 40:88] = False
    mask[80:hem, 40:88] = True
    bodice = Bodice.of(mask)
    assert bodice is not None
    view = bodice.view("front")
    photo, garment = view.cut(photo_of(mask), 256), view.cut(mask.astype(np.uint8), 256, 0) > 0
    scale = 256 / view.side
    near = bodice.moved(scale, -scale * view.left, -scale * view.top)
    drawn = draw_fastening(photo, garment, near, "buttons", True, "round")
    is_button = drawn[:, int(near.x) - 4 : int(near.x) + 5, 0].max(axis=1) > 130
    is_button[: int(near.y + near.half)] = is_button[int(near.hem) - 1 :] = False  # the ground
    starts, ends = (np.flatnonzero(np.diff(is_button.astype(int)) == step) for step in (1, -1))
    assert len(starts) == len(ends) >= 3
    middles = (starts + ends + 1) / 2
    rows = middles / 25.6 - 0.5
    assert np.abs(rows - rows.round()).max() < 0.12


def bodice_row(bodice: Bodice) -> int:
    """A row under the shoulders."""
    return int(bodice.y + 1.5 * bodice.half)


@pytest.fixture
def labels(tmp_path) -> Labels:
    """Four shirts in files, of two collars, without fastening."""
    for i in range(4):
        Image.fromarray(photo_of(shirt())).save(tmp_path / f"{i}.png")
        Image.fromarray(shirt().astype(np.uint8) * 255).save(tmp_path / f"mask{i}.png")
    photos = [PhotoFile(f"{i}", tmp_path / f"{i}.png", tmp_path / f"mask{i}.png") for i in range(4)]
    values = np.array([[0, i % 2, 0] for i in range(4)])
    return Labels(WORDS, photos, values, np.zeros((4, 0), int), np.zeros(4, bool))


@pytest.mark.parametrize(("attribute", "part"), VIEWS.items())
def test_drawn_pairs_ask_for_another_value_than_is_shown(labels, attribute, part):
    said = []
    source = DrawnParts(labels, attribute, part, 64, CPU, said.append)
    source.fill()
    assert "4 photos" in said[0]
    pair = source.draw(32, np.random.default_rng(0))
    assert pair.x.shape == pair.y.shape == (32, 3, 64, 64)
    assert (pair.source != pair.target).all()
    block = WORDS.block(attribute)
    assert block.start <= pair.target.min() and pair.target.max() < block.stop
    for target, condition in zip(pair.target, pair.to_target, strict=True):
        assert condition[target] == 1 and condition.sum() == 2
    assert (pair.changed.mean((1, 2, 3)) > 0.003).float().mean() > 0.9
    assert pair.changed.mean() < 0.5
    again = source.draw(32, np.random.default_rng(0))
    assert torch.equal(again.x, pair.x) and torch.equal(again.y, pair.y)


def test_photos_that_show_no_garment_are_answered_where_the_drawings_are_waited_for(
    labels, tmp_path
):
    for i in range(4):
        Image.fromarray(np.zeros((64, 64), np.uint8)).save(tmp_path / f"mask{i}.png")
    source = DrawnParts(labels, "collar", "neck", 64, CPU, lambda text: None)
    source.fill()
    with pytest.raises(UsageError, match=r"photo_pairs\.collar: no photo shows a neck"):
        source.draw(4, np.random.default_rng(0))


def test_values_that_nobody_can_draw_are_answered(labels):
    with pytest.raises(UsageError, match=r"photo_pairs\.color: seen by neck can be drawn: round"):
        DrawnParts(labels, "color", "neck", 64, CPU, print)


def test_a_view_needs_drawings_and_no_discriminators(data_folder, tmp_path):
    config = load_preset("tiny").override("model", views={"sleeve": "neck"})
    with pytest.raises(UsageError, match=r"model\.views: an attribute seen in part needs"):
        train(data_folder, tmp_path / "run", config, "cpu")
    with pytest.raises(UsageError, match=r"model\.views\.collar 'knee': use neck, front or arms"):
        config.override("model", views={"collar": "knee"})


class Tailor(torch.nn.Module):
    """A stand-in: finds dark pixels for a colour, paints everything it sees dark for the rest."""

    def draw(self, x, condition):
        z, alpha = torch.full_like(x, -0.9), torch.ones_like(x[:, :1])
        if condition[0, : len(WORDS.attributes["color"])].any():
            z, alpha = -z, (x.mean(1, keepdim=True) < 0.2).float()
        return z, alpha, None

    def forward(self, x, condition):
        return self.draw(x, condition)[:2]


@pytest.fixture
def editor() -> Editor:
    info = ModelInfo(WORDS, ModelConfig(image_size=64, views=VIEWS))
    return Editor(Tailor(), info, CPU)  # type: ignore[arg-type]


def test_an_edit_of_a_part_stays_in_its_box(editor):
    mask = shirt(3)
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    edited = editor.edit(photo, {"collar": "vneck"})
    rows, columns = bodice.view("neck").box(mask.shape)
    inside = np.zeros(mask.shape, bool)
    inside[rows.start - 6 : rows.stop + 6, columns.start - 6 : columns.stop + 6] = True
    assert np.array_equal(edited.pixels[~inside], photo[~inside])
    assert (edited.attention[~inside] == 0).all()
    middle = edited.pixels[(rows.start + rows.stop) // 2, (columns.start + columns.stop) // 2]
    assert middle.max() < 40


def test_parts_come_first_and_the_rest_sees_them(editor):
    mask = shirt(3)
    photo = photo_of(mask)
    both = editor.edit(photo, [("color", "red"), ("collar", "vneck")])
    collar = editor.edit(photo, {"collar": "vneck"})
    then = editor.edit(collar.pixels, {"color": "red"})
    assert np.abs(both.pixels.astype(int) - then.pixels).mean() < 3


def test_a_region_may_be_a_part(editor):
    from amgan_cli.editing.regions import Region

    mask = shirt(3)
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    region = Region("collar=vneck", ("collar", "vneck"))
    edited = editor.region_edit(photo, region, {"color": "red"})
    rows, _ = bodice.view("neck").box(mask.shape)
    assert (edited.attention[rows.stop + 40 :] == 0).all()
    assert edited.attention[rows.start : rows.stop].max() > 0.9


def test_at_the_networks_size_a_part_is_edited_alone_too():
    mask = shirt()
    info = ModelInfo(WORDS, ModelConfig(image_size=128, views=VIEWS))
    x = torch.from_numpy(photo_of(mask)).permute(2, 0, 1)[None] / 127.5 - 1
    bodice = Bodice.of(mask)
    assert bodice is not None
    rows, _ = bodice.view("neck").box((128, 128))
    x_star, alpha = edit_to(Tailor(), info, x, ("collar", "hood"), Compute(CPU, False))
    below = rows.stop + 3
    assert (
        torch.equal(x_star[..., below:, :], x[..., below:, :]) and not alpha[..., below:, :].any()
    )
    assert alpha.max() == 1 and (x_star - x).abs().max() > 0.5
