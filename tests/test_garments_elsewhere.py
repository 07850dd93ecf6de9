"""Garments on other grounds and with prints of chance, for training."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from amgan_cli.config import AttributeConfig, LossConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.training import attribute_training
from amgan_cli.training.attribute_training import _augmented
from amgan_cli.training.augment import random_views
from amgan_cli.training.guidance import Guidance
from amgan_cli.training.other_grounds import PANELS, on_other_grounds
from amgan_cli.training.random_prints import printed
from amgan_cli.vocabulary import Vocabulary

SIZE = 64


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def photos() -> tuple[torch.Tensor, torch.Tensor]:
    """Two photos: a dark garment on red ground, one on blue, both padded left and right."""
    mask = torch.zeros(2, 1, SIZE, SIZE)
    mask[:, :, 20:44, 24:40] = 1
    x = torch.zeros(2, 3, SIZE, SIZE)
    x[:, :, :, 8:56] = torch.tensor([[0.8, -0.6, -0.6], [-0.6, -0.6, 0.8]])[..., None, None]
    return torch.where(mask > 0, -0.7, x), mask


def test_a_garment_moves_to_the_ground_of_another_photo_or_a_plain_one(photos):
    x, mask = photos
    other = torch.tensor([[-0.6, -0.6, 0.8], [0.8, -0.6, -0.6]])
    seen = set()
    for seed in range(12):
        laid = on_other_grounds(seeded(seed), x, mask, 1.0)
        garment = mask.expand_as(x) > 0
        torch.testing.assert_close(laid[garment], x[garment])
        assert torch.equal(laid[..., :8], x[..., :8])  # the padding
        assert not torch.equal(laid[0], x[0])
        for i in range(2):
            far = laid[i, :, :6, 8:56].mean((1, 2))  # no shadow there
            seen.add("other" if torch.allclose(far, other[i], atol=0.02) else "plain")
    assert seen == {"other", "plain"}
    again = on_other_grounds(seeded(11), x, mask, 1.0)
    assert torch.equal(again, laid)


def test_grounds_change_on_a_share_and_never_without_a_mask(photos):
    x, mask = photos
    assert torch.equal(on_other_grounds(seeded(), x, mask, 0.0), x)
    mask[1] = 0
    assert torch.equal(on_other_grounds(seeded(), x, mask, 1.0)[1], x[1])
    many = on_other_grounds(
        seeded(), x[:1].expand(200, -1, -1, -1), mask[:1].expand(200, -1, -1, -1), 0.25
    )
    share = (many != x[0]).flatten(1).any(1).float().mean()
    assert 0.15 < share < 0.35


def test_some_grounds_take_the_garments_colour(photos):
    many = [each[:1].expand(300, -1, -1, -1) for each in photos]
    laid = on_other_grounds(seeded(3), *many, 1.0)
    far = laid[:, :, :6, 8:56].mean((2, 3))
    distance = (far + 0.7).abs().amax(1)  # from the garment's dark grey
    # a quarter goes half the way to all of it, about half of these at least 0.7 of it
    assert 0.08 < (distance < 0.45).float().mean() < 0.22
    assert (distance > 1).float().mean() > 0.5
    torch.testing.assert_close(laid[:, :, 20:44, 24:40], many[0][:, :, 20:44, 24:40])


def test_some_grounds_end_at_a_straight_border(photos):
    x, mask = (each[:1].expand(400, -1, -1, -1) for each in photos)
    laid = on_other_grounds(seeded(5), x, mask, 1.0)
    ground = laid[:, :, :, 8:56].masked_fill(mask[..., 8:56] > 0, float("nan"))
    left, right = ground[..., :10].nanmean((1, 2, 3)), ground[..., -10:].nanmean((1, 2, 3))
    upper, lower = ground[:, :, :10].nanmean((1, 2, 3)), ground[:, :, -10:].nanmean((1, 2, 3))
    differ = torch.maximum((left - right).abs(), (upper - lower).abs()) > 0.4
    assert PANELS / 3 < differ.float().mean() < PANELS
    torch.testing.assert_close(laid[:, :, 20:44, 24:40], x[:, :, 20:44, 24:40])


def test_photos_without_a_mask_do_not_teach_that_nothing_is_a_garment(photos):
    _, mask = photos
    mask[1] = 0
    words = Vocabulary({"color": ("red", "blue"), "sleeve": ("long", "short")})
    labels = Labels(words, (), np.zeros((2, 2), int), np.zeros((2, 0), int), np.zeros(2, bool))
    pictures = torch.full((2, 3, SIZE, SIZE), 90, dtype=torch.uint8)
    data = Dataset(labels, pictures, (mask * 255).to(torch.uint8))
    where = LossConfig(guidance={"color": "mask", "sleeve": "off"})
    assert Guidance(data, None, where).has_map(0).tolist() == [True, False]
    assert Guidance(data, None, where).has_map(1).tolist() == [True, True]
    cams = torch.zeros(2, 2, 4, 4)
    assert Guidance(data, cams, where).has_map(0).tolist() == [True, True]  # a CAM stands in
    unwatched = replace(where, att=0.0)  # no loss compares attention with masks
    assert Guidance(data, None, unwatched).has_map(0).tolist() == [True, True]
    unmasked = Dataset(labels, pictures, None)
    assert Guidance(unmasked, None, where).has_map(0).tolist() == [True, True]


def test_prints_stay_inside_the_garment_and_their_share_of_it_is_told(photos):
    x, mask = photos
    mask[1] = 0
    shown, inked = printed(seeded(), x, mask, 1.0)
    changed = ((shown - x).abs().amax(1, keepdim=True) > 0.3).float()[0].sum() / mask[0].sum()
    assert inked[1] == 0
    assert inked[0] == pytest.approx(changed.item(), abs=0.25) and 0.02 < inked[0] < 0.9
    assert torch.equal(shown[1], x[1])
    outside = mask.expand_as(x) == 0
    assert torch.equal(shown[outside], x[outside])
    assert shown[0, :, 20:44, 24:40].std() > 0.02


def test_what_a_print_hides_is_not_taught(photos, monkeypatch):
    _, mask = photos
    pictures = torch.full((2, 3, SIZE, SIZE), 90, dtype=torch.uint8)
    words = {"collar": ("hood", "vneck"), "color": ("red", "blue"), "pattern": ("plain", "dots")}
    words = Vocabulary(words)
    known = np.array([[0, 1, 0], [1, 0, 0]])
    labels = Labels(words, (), known, np.zeros((2, 0), int), np.zeros(2, bool))
    data = Dataset(labels, pictures, (mask * 255).to(torch.uint8))
    config = AttributeConfig(init="scratch", other_grounds=0.5, prints=1.0)
    values = torch.from_numpy(data.labels.values)
    shares = torch.tensor([0.6, 0.2])
    monkeypatch.setattr(attribute_training, "printed", lambda r, x, m, share: (x, shares))
    images, known, masks, twins = _augmented(
        seeded(), data, torch.tensor([0, 1]), values, config, "color"
    )
    assert images.shape == (2, 3, SIZE, SIZE)
    assert twins is None and masks is not None and masks.shape == (2, 1, SIZE, SIZE)
    # collars are still seen; the colour of what has another one on most of it is not
    assert known.tolist() == [[0, UNKNOWN, UNKNOWN], [1, 0, UNKNOWN]]


def test_views_of_more_reach_end_garments_at_the_border():
    mask = torch.zeros(400, 1, SIZE, SIZE)
    mask[:, :, 8:56, 8:56] = 1
    x = torch.ones(400, 3, SIZE, SIZE)
    cut = []
    for reach in (1.0, 1.9):
        _, seen = random_views(seeded(), x, mask, reach=reach)
        sides = torch.stack([seen[..., 0, :], seen[..., -1, :], seen[..., 0], seen[..., -1]])
        cut.append((sides > 0.5).any(0).any(-1).any(-1).float().mean())
    assert cut[1] > 1.3 * cut[0]
