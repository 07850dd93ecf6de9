from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from amgan_cli import Editor
from amgan_cli.checkpoint import load_model
from amgan_cli.config import ModelConfig
from amgan_cli.editing.regions import REGIONS, parse_region
from amgan_cli.editing.request import EditRequest
from amgan_cli.errors import PhotoError, UsageError
from amgan_cli.model_info import ModelInfo

NO_SLEEVE, RED = 5, 2
"""Value numbers in the tests' vocabulary (conftest)."""


class Painter(torch.nn.Module):
    """A stand-in generator with known output: paints light grey, strongly left for sleeves."""

    def draw(self, x, condition):
        alpha = torch.zeros_like(x[:, :1])
        if condition[0, NO_SLEEVE]:
            alpha[..., :8] = 0.95
            alpha[..., 8:16] = 0.6
        else:
            alpha[..., :24] = 1.0
        return torch.full_like(x, 0.4), alpha, None

    def forward(self, x, condition):
        return self.draw(x, condition)[:2]


@pytest.fixture
def editor(vocabulary) -> Editor:
    info = ModelInfo(vocabulary, ModelConfig(image_size=32))
    return Editor(Painter(), info, torch.device("cpu"))  # type: ignore[arg-type]


@pytest.fixture
def pixels() -> np.ndarray:
    """Dark weave on the left, where the painter's garment is, on light ground."""
    weave = np.random.default_rng(0).integers(60, 100, (64, 64, 3), np.uint8)
    weave[:, 48:] += 120
    return weave


def test_edit_keeps_size_and_the_pixels_without_attention(editor, pixels):
    edited = editor.edit(pixels, {"color": "red"})
    assert edited.pixels.shape == pixels.shape
    assert edited.pixels.dtype == np.uint8
    assert (edited.attention[:, 50:] == 0).all()
    assert np.array_equal(edited.pixels[edited.attention == 0], pixels[edited.attention == 0])
    red, green, blue = edited.pixels[:, :40].mean(axis=(0, 1))
    assert red > max(green, blue) + 80  # the stand-in paints white; the shade makes it red


def test_the_weave_finer_than_the_network_sees_stays(editor, pixels):
    edited = editor.edit(pixels // 2, {"color": "red"}).pixels.astype(float)
    fine = pixels // 2 - np.repeat(np.repeat(_blocks(pixels // 2), 2, 0), 2, 1)
    kept = edited - np.repeat(np.repeat(_blocks(edited), 2, 0), 2, 1)
    correlation = np.corrcoef(fine[:, :40].ravel(), kept[:, :40].ravel())[0, 1]
    assert correlation > 0.8


def test_edits_apply_in_order(editor, pixels, monkeypatch):
    # ground under what goes is filled at full size only: not what this is about
    monkeypatch.setattr("amgan_cli.editing.lifted.find_ground", lambda *seen: None)
    both = editor.edit(pixels, [("sleeve", "sleeveless"), ("color", "red")])
    one = editor.edit(pixels, {"sleeve": "sleeveless"})
    two = editor.edit(one.pixels, {"color": "red"})
    # the second step sees the first one's result at the network's size, not shrunk again
    assert np.abs(both.pixels.astype(int) - two.pixels).mean() < 2
    assert np.allclose(both.attention, np.maximum(one.attention, two.attention))


def test_accepts_pil_pictures_and_refuses_other_arrays(editor, pixels):
    from_pil = editor.edit(Image.fromarray(pixels), {"color": "red"})
    assert np.array_equal(from_pil.pixels, editor.edit(pixels, {"color": "red"}).pixels)
    for bad in (pixels[..., 0], pixels.astype(float)):
        with pytest.raises(UsageError, match="HxWx3 uint8"):
            editor.edit(bad, {"color": "red"})
    with pytest.raises(UsageError, match="no manipulation"):
        editor.edit(pixels, {})


def test_region_edit_sleeve_changes_only_the_region_eq12(editor, pixels):
    edited = editor.region_edit(pixels, REGIONS["sleeve"], {"color": "red"})
    changed = (edited.pixels != pixels).any(axis=2)
    assert changed[:, :14].all()
    assert not changed[:, 27:].any()  # attention 0.6, up to 32, is under the threshold


def test_regions_are_spelled_as_edits_are(editor, pixels):
    edits, prototypes = {"color": "red"}, {"red": (40, 56, 28), "blue": (41, 2, -25)}
    editor = replace(editor, info=replace(editor.info, prototypes=prototypes))
    named = [
        editor.region_edit(pixels, parse_region(text), edits, threshold=0.3).pixels
        for text in ("color=blue", "COLOR=Blue", "color=#0c0280")  # nearest to blue
    ]
    assert np.array_equal(named[0], named[1]) and np.array_equal(named[0], named[2])
    assert not np.array_equal(named[0], pixels)
    with pytest.raises(UsageError, match="unknown color 'blau'"):
        editor.region_edit(pixels, parse_region("color=blau"), edits)


def test_region_edit_torso_changes_the_rest_eq13(editor, pixels):
    x_star = editor.edit(pixels, {"color": "red"}).pixels
    edited = editor.region_edit(pixels, REGIONS["torso"], {"color": "red"}).pixels
    assert np.array_equal(edited[:, 28:], x_star[:, 28:])
    assert np.array_equal(edited[:, :8], pixels[:, :8])
    assert np.array_equal(edited[:, 50:], pixels[:, 50:])  # x* stands in for z: no background


def test_raw_region_edit_takes_z_as_the_paper_writes(editor, pixels):
    edited = editor.region_edit(pixels, REGIONS["torso"], {"color": "red"}, raw=True)
    assert (edited.pixels[:, 50:] != pixels[:, 50:]).any(axis=2).all()


def test_an_empty_region_says_how_far_attention_reached(editor, pixels):
    with pytest.raises(PhotoError, match=r"attention reaches 0\.9500 at most"):
        editor.region_edit(pixels, REGIONS["sleeve"], {"color": "red"}, threshold=0.97)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strength": 2.0}, r"strength 2\.0: must be in 0\.\.1"),
        ({"shown": {"colour": "red"}}, "shown 'colour': did you mean color"),
        ({"shown": {"color": "rde"}}, "shown color 'rde': did you mean red"),
    ],
)
def test_what_cannot_be_is_refused(editor, pixels, options, message):
    with pytest.raises(UsageError, match=message):
        editor.edit(pixels, {"color": "red"}, **options)
    assert editor.edit(pixels, {"color": "red"}, shown={"category": "dress"}).pixels.any()


def test_a_strip_is_told_of_before_its_mask(editor):
    strip = np.zeros((4, 400, 3), np.uint8)
    with pytest.raises(PhotoError, match="are a strip"):
        editor.edit(strip, {"color": "red"}, garment=np.zeros((4, 400), np.uint8))


def test_names_of_files_have_no_folders():
    region = parse_region("sleeve=3/4")
    request = EditRequest((("sleeve", "3/4"), ("color", "#aa0000")), region=region)
    assert request.suffix == ".sleeve-3-4.sleeve-3-4.color-aa0000"


def test_regions_by_name_or_manipulation():
    assert parse_region("color=red").manipulation == ("color", "red")
    assert parse_region("color = red") == parse_region("color=red")
    with pytest.raises(UsageError, match="use sleeve, torso"):
        parse_region("elbow")


def test_a_saved_model_edits_the_same_everywhere(model_file, photo):
    picture = Image.open(photo).convert("RGB")
    first = Editor.load(str(model_file)).edit(picture, {"color": "red"})
    second = Editor.load(str(model_file.parent)).edit(picture, {"color": "red"})
    assert np.array_equal(first.pixels, second.pixels)
    generator, info = load_model(model_file, torch.device("cpu"))
    assert info.vocabulary.attributes["color"][RED] == "red"
    assert not generator.training


def _blocks(array: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 blocks."""
    return (array[::2, ::2] + 0.0 + array[1::2, ::2] + array[::2, 1::2] + array[1::2, 1::2]) / 4
