"""Twins of photos: what a network says must not hang on what an edit changes."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from amgan_cli.config import AttributeConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import Labels
from amgan_cli.device import Compute
from amgan_cli.errors import UsageError
from amgan_cli.nets.pixels import to_network
from amgan_cli.training.attribute_training import train_attribute_network
from amgan_cli.training.random_prints import COLOR_SHOWS
from amgan_cli.training.twins import RECOLORED, WHOLE, disagreement, twins_of
from amgan_cli.vocabulary import Vocabulary

NAMES = "color", "pattern", "sleeve"
MANY = 400


@pytest.fixture(scope="module")
def twins() -> tuple[torch.Tensor, ...]:
    """Photos of a greenish square on reddish ground, padded left and right; the last ones have no
    mask. With their masks, twins, and what is untouched in them."""
    x = torch.zeros(MANY, 3, 32, 32)
    x[..., 4:28] = torch.tensor([0.6, -0.4, -0.5])[:, None, None]
    x[:, :, 8:24, 10:22] = torch.tensor([-0.5, 0.3, -0.2])[:, None, None]
    mask = torch.zeros(MANY, 1, 32, 32)
    mask[: MANY // 2, :, 8:24, 10:22] = 1
    return x, mask, *twins_of(torch.Generator().manual_seed(0), x, mask, NAMES, "color")


def test_what_a_twin_changes_is_told(twins):
    x, mask, seen, untouched = twins
    assert untouched[:, 2].all()
    same = (seen == x).flatten(1).all(1)
    assert 0.05 < same.float().mean() < 0.4
    assert untouched[same].all()
    masked = mask.amax((1, 2, 3)) > 0
    changed = (seen - x)[masked, :, 8:24, 10:22].abs().amax(1).mean((1, 2))
    farthest = 1.5  # from the garment's colour to the ink's, in a channel
    assert changed[untouched[masked, 0]].max() < COLOR_SHOWS * farthest
    is_even = seen[masked, :, 8:24, 10:22].std((2, 3)).amax(1) < 1e-3
    assert torch.equal(untouched[masked, 1], is_even)


def test_garments_get_other_colours_and_some_photos_with_their_ground(twins):
    x, mask, seen, untouched = twins
    assert torch.equal(seen[..., :4], x[..., :4])  # the padding
    ground = (seen - x)[:, :, :8, 4:28].abs().amax((1, 2, 3)) > 1e-3
    masked = mask.amax((1, 2, 3)) > 0
    whole = RECOLORED * WHOLE
    assert ground[masked].float().mean() == pytest.approx(whole, abs=0.09)
    assert ground[~masked].float().mean() == pytest.approx(RECOLORED, abs=0.12)
    assert not untouched[ground, 0].any()
    plain = masked & ~ground & untouched[:, 1] & ~untouched[:, 0]
    assert seen[plain, :, 16, 16].std(0).min() > 0.3  # colours of every kind


def test_disagreement_is_the_divergence_of_what_is_untouched():
    words = Vocabulary({"color": ("red", "blue"), "sleeve": ("long", "short")})
    half, most = [0.0, 0.0], [float(np.log(3)), 0.0]  # 1/2, 1/2 and 3/4, 1/4
    ours = torch.tensor([half + half, half + half], requires_grad=True)
    theirs = torch.tensor([most + most, half + most], requires_grad=True)
    untouched = torch.tensor([[False, True], [True, False]])
    apart = 0.75 * np.log(1.5) + 0.25 * np.log(0.5)
    loss = disagreement(ours, theirs, untouched, words)
    assert loss.item() == pytest.approx((0 + apart) / 2, abs=1e-6)
    loss.backward()
    assert theirs.grad is None and ours.grad is not None and ours.grad.abs().sum() > 0


WORDS = Vocabulary({"sleeve": ("long", "short")})
SMALL = AttributeConfig(depth=10, input_size=32, init="scratch", epochs=12, batch_size=16)


def rectangles(n: int, swapped: bool) -> Dataset:
    """Tall red rectangles (long) and wide blue ones (short) on light noise, or in each other's
    colour."""
    random = np.random.default_rng(n)
    images = random.integers(150, 256, (n, 3, 32, 32)).astype(np.uint8)
    masks, values = np.zeros((n, 1, 32, 32), np.uint8), np.arange(n)[:, None] % 2
    for i in range(n):
        top, left = random.integers(2, 10, 2)
        height, width = (8, 18) if i % 2 else (18, 8)
        here = np.s_[i, :, top : top + height, left : left + width]
        color = [180, 30, 30] if i % 2 == int(swapped) else [30, 30, 180]
        images[here], masks[here] = np.array(color)[:, None, None], 255
    labels = Labels(WORDS, (), values, np.zeros((n, 0), int), np.zeros(n, bool))
    return Dataset(labels, torch.from_numpy(images), torch.from_numpy(masks))


def right_in_other_colors(config: AttributeConfig) -> float:
    compute = Compute(torch.device("cpu"), bfloat16=False)
    data, others = rectangles(64, swapped=False), rectangles(40, swapped=True)
    network = train_attribute_network(data, config, compute, 0, lambda *_: None)
    seen = network(to_network(others.images)).argmax(1).numpy()
    return (seen == others.labels.values[:, 0]).mean()


def test_with_twins_colours_are_no_hint_at_shapes():
    assert right_in_other_colors(SMALL) < 0.4  # it takes red for long
    assert right_in_other_colors(replace(SMALL, twins=True)) > 0.7


def test_twins_need_masks():
    data = rectangles(8, swapped=False)
    data.masks = None
    with pytest.raises(UsageError, match=r"attribute_network\.twins: the data have no masks"):
        train_attribute_network(
            data,
            replace(SMALL, twins=True),
            Compute(torch.device("cpu"), bfloat16=False),
            0,
            lambda *_: None,
        )
