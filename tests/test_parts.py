"""Collars and fastenings: where they lie, how they are drawn on photos, how edits of them go."""

import numpy as np
import pytest
import torch
from garment_masks import photo_of, shirt, top
from PIL import Image

from amgan_cli import Editor
from amgan_cli.config import ModelConfig, load_preset
from amgan_cli.data.labels import Labels
from amgan_cli.data.photo_source import PhotoFile
from amgan_cli.device import Compute
from amgan_cli.edit_square import SquareEditor
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo
from amgan_cli.part_view import Bodice, View, locate
from amgan_cli.sewing.collars import COLLARS, draw_collar
from amgan_cli.sewing.fastenings import FASTENINGS, draw_fastening
from amgan_cli.training.drawn_parts import DrawnParts
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


def test_without_sleeves_the_neck_is_between_the_shoulders_and_the_torso_under_the_armholes():
    mask = top()
    flared = Bodice.of(mask)
    assert flared is not None and flared.y > 60 and flared.width > 95
    bodice = flared.raised(mask, "neck")
    assert bodice.y == pytest.approx(40, abs=1)
    assert bodice.width == pytest.approx(56, abs=4)
    assert (bodice.x, bodice.hem) == (flared.x, flared.hem)


def test_thin_straps_and_hangers_are_no_shoulders():
    mask = top()
    for left in (105, 147):
        mask[10:44, left : left + 4] = True
    mask[10:40, 124:132] = True
    flared = Bodice.of(mask)
    assert flared is not None and flared.raised(mask, "arms").y == pytest.approx(40, abs=1)


@pytest.mark.parametrize(
    "hole",
    [
        pytest.param(np.s_[:150, 118:139], id="a deep neck"),
        pytest.param(np.s_[60:100, 118:139], id="a cut-out"),
    ],
)
def test_over_an_open_chest_the_bodice_stays(hole):
    mask = top()
    mask[hole] = False
    bodice = Bodice.of(mask)
    assert bodice is not None and bodice.raised(mask, "neck") == bodice


def test_a_string_down_an_open_chest_is_no_torso():
    mask = top()
    mask[60:100] = False
    mask[60:100, 127:130] = True
    bodice = Bodice.of(mask)
    assert bodice is not None and bodice.raised(mask, "arms").half >= bodice.half / 2


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
    assert bodice.width == pytest.approx(36, abs=5)


def test_what_is_no_garment_has_no_bodice():
    assert Bodice.of(np.zeros((64, 64), bool)) is None
    dot = np.zeros((64, 64), bool)
    dot[30:33, 30:33] = True
    assert Bodice.of(dot) is None


def test_every_collar_changes_the_neck_alone_and_is_another_one():
    mask = shirt(2)
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    drawn = {value: draw_collar(photo, mask, bodice, value)[1] for value in COLLARS}
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
    _, drawn = draw_collar(photo, hooded, bodice, "round")
    assert drawn[30, 128].mean() > 160  # ground
    assert photo[30, 128].mean() < 120


@pytest.mark.parametrize(("up", "is_whole"), [(0, True), (30, True), (52, False)])
def test_a_hood_is_flatter_where_the_photo_has_little_room_for_it(up, is_whole):
    mask = np.roll(shirt(2), -up, axis=0)
    photo, bodice = photo_of(mask), Bodice.of(mask)
    assert bodice is not None
    _, drawn = draw_collar(photo, mask, bodice, "hood")
    hood = np.abs(drawn - photo)[:, int(bodice.x)].max(1) > 40
    assert hood[: max(0, round(bodice.y))].sum() > 0.5 * min(bodice.y, 2.4 * bodice.half)
    assert (not hood[:2].any()) == is_whole


def test_a_hood_on_stripes_has_a_colour_that_they_have():
    mask = shirt(2)
    bands = np.array([(200, 40, 40), (30, 60, 190), (235, 230, 220)])
    rows = bands[np.arange(256) // 6 % 3][:, None]
    photo = np.where(mask[..., None], rows, 150).astype(np.uint8)
    bodice = Bodice.of(mask)
    assert bodice is not None
    _, drawn = draw_collar(photo, mask, bodice, "hood", "stripes")
    above = slice(round(bodice.y - 1.5 * bodice.half), round(bodice.y - 0.5 * bodice.half))
    hood = drawn[above, 100:156].reshape(-1, 3)
    hood = hood[np.abs(hood - 150).max(1) > 40]
    tone, tones = (each / each.sum(-1, keepdims=True) for each in (hood, bands))  # in any light
    assert len(hood) > 200
    assert np.abs(np.median(tone, axis=0) - tones).max(1).min() < 0.05


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


def test_what_the_network_draws_of_a_part_stays_in_its_box(editor, monkeypatch):
    monkeypatch.setattr("amgan_cli.editing.parts.part_planning.tailored", lambda *_: None)
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
    x_star, alpha = SquareEditor(Tailor(), info, Compute(CPU, False)).edit(x, ("collar", "hood"))
    below = rows.stop + 3
    assert (
        torch.equal(x_star[..., below:, :], x[..., below:, :]) and not alpha[..., below:, :].any()
    )
    assert alpha.max() == pytest.approx(1) and (x_star - x).abs().max() > 0.5
