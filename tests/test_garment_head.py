"""Where the garment is: learned beside attributes, and what an edit does with a second look."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from garment_masks import photo_of, shirt

from amgan_cli import Editor, near_view
from amgan_cli.checkpoint import save_network
from amgan_cli.config import AttributeConfig, ModelConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import Labels
from amgan_cli.device import Compute
from amgan_cli.editing.outlines.second_look import SecondLook
from amgan_cli.editing.request import EditRequest
from amgan_cli.errors import UsageError
from amgan_cli.evaluation.overlap import intersection_over_union
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.attribute_model import BORDER, AttributeModel
from amgan_cli.nets.attribute_network import AttributeNetwork, build_attribute_network
from amgan_cli.nets.pixels import to_network
from amgan_cli.photos.geometry import Fit
from amgan_cli.training.attribute_training import train_attribute_network
from amgan_cli.vocabulary import Vocabulary

SMALL = AttributeConfig(depth=10, input_size=32, init="scratch", garment=True)
WORDS = Vocabulary({"sleeve": ("long", "short")})


def rectangles(n: int) -> Dataset:
    """Dark rectangles, wide or tall, on light noise; the last quarter are test photos."""
    random = np.random.default_rng(0)
    images = random.integers(150, 256, (n, 3, 32, 32)).astype(np.uint8)
    masks, values = np.zeros((n, 1, 32, 32), np.uint8), np.zeros((n, 1), int)
    for i in range(n):
        values[i] = i % 2
        top, left = random.integers(2, 10, 2)
        height, width = (8, 18) if i % 2 else (18, 8)
        here = np.s_[i, :, top : top + height, left : left + width]
        images[here], masks[here] = random.integers(0, 90, 3)[:, None, None], 255
    is_test = np.arange(n) >= 0.75 * n
    labels = Labels(WORDS, (), values, np.zeros((n, 0), int), is_test)
    return Dataset(labels, torch.from_numpy(images), torch.from_numpy(masks))


def trained(data: Dataset, **options) -> tuple[AttributeNetwork, list[float]]:
    losses: list[float] = []
    config = replace(SMALL, epochs=30, batch_size=16, **options)
    compute = Compute(torch.device("cpu"), bfloat16=False)

    def on_step(_step: int, _steps: int, loss: float) -> None:
        losses.append(loss)

    return train_attribute_network(data, config, compute, 0, on_step), losses


def test_garments_are_learned_beside_attributes(tmp_path):
    data = rectangles(64)
    network, losses = trained(data)
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])
    header = {"vocabulary": WORDS.to_dict(), **vars(replace(SMALL))}
    save_network(tmp_path / "a.safetensors", network, header)
    model = AttributeModel.load(tmp_path / "a.safetensors")
    assert model.knows_garments
    rows = torch.from_numpy(data.rows(test=True))
    found = model.find_garments(to_network(data.images[rows]))
    assert found.shape == (16, 1, 32, 32)
    assert data.masks is not None
    assert intersection_over_union(found, data.masks[rows] / 255).mean() > 0.75


def test_a_garment_is_found_alike_in_the_mirror():
    torch.manual_seed(0)
    model = AttributeModel(AttributeNetwork(2, SMALL).eval(), WORDS, {})
    x = torch.rand(1, 3, 48, 48) * 2 - 1
    there = model.find_garments(x)
    assert there.shape == (1, 1, 48, 48)
    assert torch.allclose(model.find_garments(x.flip(3)), there.flip(3), atol=1e-5)


def test_photos_without_masks_teach_attributes_alone():
    data = rectangles(32)
    data.masks[:] = 0  # type: ignore[index]
    network, losses = trained(data)
    assert np.isfinite(losses).all()
    assert network.garment_head is not None
    data.masks = None
    with pytest.raises(UsageError, match="no masks"):
        trained(data)


def test_a_start_with_a_garment_head_goes_on_with_it(tmp_path):
    torch.manual_seed(0)
    made = AttributeNetwork(2, SMALL).eval()
    save_network(tmp_path / "a.safetensors", made, {})
    start = replace(SMALL, init=str(tmp_path / "a.safetensors"))
    x = torch.rand(1, 3, 32, 32)
    again = build_attribute_network(2, start).eval().scores_and_garment(x)
    assert all(map(torch.equal, again, made.scores_and_garment(x)))
    assert build_attribute_network(2, replace(start, garment=False)).garment_head is None


def test_what_ends_at_the_photos_border_is_found_by_a_head_of_its_own(tmp_path):
    torch.manual_seed(0)
    made, x = AttributeNetwork(2, SMALL, border=True).eval(), torch.rand(2, 3, 32, 32)
    header = {"vocabulary": WORDS.to_dict(), **vars(SMALL), BORDER: True}
    save_network(tmp_path / "a.safetensors", made, header)
    model = AttributeModel.load(tmp_path / "a.safetensors")
    assert not torch.allclose(model.find_garments(x, at_border=True), model.find_garments(x))
    without = AttributeModel(AttributeNetwork(2, SMALL).eval(), WORDS, {})
    assert torch.equal(without.find_garments(x, at_border=True), without.find_garments(x))


def test_that_head_is_asked_about_photos_whose_garment_reaches_the_border():
    class Sees(Knows):
        """Half of the first photo is garment, which ends at its border, and a spot of the other."""

        def find_garments(self, x, at_border=False):
            found = torch.full_like(x[:, :1], 0.01)
            found[x[:, :1] > 0] = 0.4 if at_border else 0.99
            return found

    fit, photos = Fit(100, 200, 64), torch.full((2, 3, 128, 128), -1.0)
    photos[0, :, :, :64], photos[1, :, 50:70, 50:70] = 1, 1
    look = SecondLook.of(Sees(AttributeNetwork(2, SMALL), WORDS, {}), photos, [fit, fit])
    assert look.scores.shape == (2, 1, 64, 64)
    first, second = look.scores.sigmoid()[:, 0, 30, 27]
    assert first == pytest.approx(0.4, abs=1e-3) and second == pytest.approx(0.99, abs=1e-3)


def test_a_second_look_is_weighed_inside_of_the_photo():
    look = SecondLook(torch.full((1, 1, 64, 64), 3.0), (Fit(100, 200, 64),))
    (found,) = look.weighed(torch.full((1, 1, 64, 64), 0.9), [np.zeros((64, 64, 3), np.float32)])
    assert (found[16:48] > 0.5).all() and not found[:16].any() and not found[48:].any()


class Everywhere(torch.nn.Module):
    """A stand-in generator that takes the left half for cloth, and paints it light grey."""

    def draw(self, x, condition):
        alpha = torch.zeros_like(x[:, :1])
        alpha[..., : x.shape[-1] // 2] = 0.97
        return torch.full_like(x, 0.4), alpha, None

    def forward(self, x, condition):
        return self.draw(x, condition)[:2]


class Knows(AttributeModel):
    """A stand-in attribute network that knows where `shirt` is."""

    @property
    def knows_garments(self):
        return True

    def find_garments(self, x, at_border=False):
        mask = torch.from_numpy(shirt()).float()[None, None]
        return mask.expand(len(x), 1, 128, 128) * 0.9998 + 0.0001


def test_what_only_one_network_takes_for_cloth_is_told_by_its_colours(vocabulary):
    info = ModelInfo(vocabulary, ModelConfig(image_size=128))
    photo = photo_of(shirt(2))
    alone = Editor(Everywhere(), info, torch.device("cpu"))  # type: ignore[arg-type]
    second = Knows(AttributeNetwork(2, SMALL), WORDS, {})
    both = Editor(Everywhere(), info, torch.device("cpu"), second)  # type: ignore[arg-type]
    garment, ground = shirt(2), ~shirt(2)
    ground[:, 128:] = False
    found = [editor.edit(photo, {"color": "red"}).attention > 0.5 for editor in (alone, both)]
    assert found[0][ground].mean() > 0.5
    assert found[1][ground].mean() < 0.05
    assert found[1][garment].mean() > found[0][garment].mean() + 0.3


def test_doubt_is_what_all_that_is_known_leaves_open_beside_the_garment(vocabulary, monkeypatch):
    monkeypatch.setattr(near_view, "FILLS", 0)  # seen as it is

    class Denies(Knows):
        """Takes the generator's cloth, the left half of 128 rows, for ground in `rows` of them."""

        rows = 0

        def find_garments(self, x, at_border=False):
            found = torch.full((len(x), 1, 128, 128), 0.02)
            found[..., self.rows :, :64] = 0.97
            return found

    info = ModelInfo(vocabulary, ModelConfig(image_size=128))
    photo, doubts = photo_of(shirt()), []
    request = EditRequest.of(info, {"color": "red"})
    for rows in (0, 64, 96):
        second = Denies(AttributeNetwork(2, SMALL), WORDS, {})
        object.__setattr__(second, "rows", rows)
        editor = Editor(Everywhere(), info, torch.device("cpu"), second)  # type: ignore[arg-type]
        (plan,) = editor.plan([photo], [editor.fit(photo)], request)
        found = plan.steps[0].found  # type: ignore[attr-defined]
        is_open, area = np.abs(found - 0.5) < 0.4, (found > 0.5).sum()
        assert plan.doubt == pytest.approx(is_open.sum() / np.sqrt(area) / 128)
        doubts.append(plan.doubt)
    assert doubts[0] < 0.05 and doubts[1] > 0.3 and doubts[2] > doubts[1] + 0.2
