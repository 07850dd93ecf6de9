"""Known results that training makes from photos: patterns, cut sleeves; how they are compared."""

import numpy as np
import pytest
import torch

from amgan_cli.color import masked_median, rgb_to_lab
from amgan_cli.config import load_preset
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import Labels
from amgan_cli.errors import UsageError
from amgan_cli.training.losses import EMPHASIS, result_distance
from amgan_cli.training.painted_patterns import PAINTERS, PaintedPatterns, known_patterns
from amgan_cli.training.pairs import Counterfactuals, Pair, changed
from amgan_cli.vocabulary import Vocabulary

SIZE = 64
VOCABULARY = Vocabulary(
    {
        "pattern": ("plain", "stripes", "camo"),
        "collar": ("round", "vneck"),
    }
)


def shirt() -> np.ndarray:
    """A mask of 64 x 64: a torso of 24 x 40 pixels and two arms of 8 x 28 that hang beside it."""
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[12:52, 20:44] = mask[12:18, 8:56] = mask[12:40, 8:16] = mask[12:40, 48:56] = 255
    return mask


@pytest.fixture
def dataset() -> Dataset:
    """Eight shirts of random greys on light ground, all plain."""
    random = np.random.default_rng(0)
    images = np.full((8, 3, SIZE, SIZE), 220, np.uint8)
    for image in images:
        image[:, shirt() > 0] = random.integers(40, 160)
    values = np.array([[0, i % 2] for i in range(8)])
    labels = Labels(VOCABULARY, (), values, np.zeros((8, 0), int), np.zeros(8, bool))
    masks = torch.from_numpy(np.repeat(shirt()[None, None], 8, axis=0))
    return Dataset(labels, torch.from_numpy(images), masks)


def test_stripes_lie_on_the_garment_alone_and_have_their_period():
    mask = torch.from_numpy(shirt())[None, None].float() / 255
    x = torch.where(mask > 0, -0.6, 0.7).expand(1, 3, -1, -1)
    striped, known = known_patterns(x, mask, ["plain"], ["stripes"])
    assert known.all()
    assert torch.equal(striped[mask.expand_as(x) == 0], x[mask.expand_as(x) == 0])
    column = striped[0, 0, 12:52, 30]
    bright = (column > -0.35).int()
    starts = int((bright.diff() == 1).sum())
    assert starts == pytest.approx(8 * 40 / mask.sum().sqrt(), abs=1)  # 8 on its side


def test_every_pattern_can_be_told_from_plain_and_what_has_no_painter_is_not_known():
    mask = torch.from_numpy(shirt())[None, None].float() / 255
    x = torch.where(mask > 0, -0.2, 0.7).expand(1, 3, -1, -1)
    for value in set(PAINTERS) - {"plain"}:
        painted, known = known_patterns(x, mask, ["plain"], [value])
        assert known.all() and (painted - x).abs().amax() > 0.15, value
    same, known = known_patterns(x, mask, ["plain"], ["camo"])
    assert not known.any() and torch.equal(same, x)


@pytest.mark.parametrize("value", ["stripes", "checks", "dots"])
def test_ink_has_the_cloths_own_hue_and_leaves_most_of_it(value):
    mask = torch.ones(1, 1, SIZE, SIZE)
    red = torch.tensor([0.2, -0.6, -0.5])[:, None, None].expand(1, 3, SIZE, SIZE)
    painted, _ = known_patterns(red, mask, ["plain"], [value])
    before, after = rgb_to_lab(red), rgb_to_lab(painted)
    assert ((after - before).abs().amax(1) < 1).float().mean() > 0.3  # the cloth stays
    inked = (after[:, 0] - before[:, 0]) > 15
    assert 0.1 < inked.float().mean() < 0.65
    hue = [torch.atan2(lab[:, 2], lab[:, 1]) for lab in (before, after)]
    assert (hue[0] - hue[1])[inked].abs().max() < 0.5


def test_stripes_evened_out_leave_the_garments_own_colour():
    mask = torch.from_numpy(shirt())[None, None].float() / 255
    x = torch.where(mask > 0, -0.3, 0.7).expand(1, 3, -1, -1).clone()
    lab = masked_median(rgb_to_lab(x), mask)
    x[:, :, 20:52:6] = torch.where(mask[:, :, 20:52:6] > 0, 0.9, x[:, :, 20:52:6])
    plain, _ = known_patterns(x, mask, ["stripes"], ["plain"])
    inside = rgb_to_lab(plain)[:, :, 20:50, 24:40]
    assert (inside - lab[..., None, None]).abs().mean() < 6
    assert rgb_to_lab(x)[:, 0, 20:50, 24:40].std() > 4 * inside[:, 0].std()


def test_painted_pairs_lead_back_to_the_plain_photo(dataset):
    pair = PaintedPatterns(dataset, "pattern").draw(6, np.random.default_rng(1))
    plain = VOCABULARY.number("pattern", "plain")
    assert set(pair.target.tolist()) <= {plain, VOCABULARY.number("pattern", "stripes")}
    back = pair.target == plain
    assert back.any()
    assert not pair.changed[~back].any()  # stripes to stripes, the only other value here
    for x, y in zip(pair.x[back], pair.y[back], strict=True):
        assert x.diff(dim=1).abs().sum() > 1.2 * y.diff(dim=1).abs().sum()


def test_counterfactuals_go_from_any_value_to_any_other():
    images = torch.arange(3, dtype=torch.uint8).mul(100)[None, :, None, None, None]
    images = images.expand(4, 3, 3, 16, 16)
    source = Counterfactuals(images, [0, 1, 2], torch.eye(3).tolist())
    pair = source.draw(64, np.random.default_rng(0))
    asked = set(zip(pair.source.tolist(), pair.target.tolist(), strict=True))
    assert asked == {(a, b) for a in range(3) for b in range(3) if a != b}
    assert torch.equal(pair.to_target.argmax(1), pair.target)
    both = Pair.joined([pair, pair])
    assert len(both.x) == len(both.target) == 128


def test_changed_leaves_out_single_pixels():
    x = torch.zeros(1, 3, 16, 16)
    y = x.clone()
    y[..., 3, 3] = 1
    y[..., 8:14, 8:14] = 1
    found = changed(x, y)[0, 0]
    assert found[3, 3] == 0 and found[10, 10] == 1


def test_what_changes_visibly_counts_more():
    x, y = torch.zeros(2, 3, 4, 4), torch.zeros(2, 3, 4, 4)
    y[0, :, 1, 1], y[1, :, 1, 1] = 1.0, 0.1
    distance = result_distance(x, x, y)
    torch.testing.assert_close(distance, torch.tensor([(1 + EMPHASIS) / 16, 0.1 / 16]))


def test_a_way_that_does_not_exist_is_answered():
    with pytest.raises(UsageError, match=r"photo_pairs\.collar 'nek'"):
        load_preset("five").override("data", photo_pairs={"collar": "nek"})
