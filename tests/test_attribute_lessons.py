"""What is shown of photos in training: other colours, and views from near by."""

import numpy as np
import torch

from amgan_cli.config import AttributeConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.training.attribute_lessons import Augmentation
from amgan_cli.training.augment import random_views
from amgan_cli.vocabulary import Vocabulary

SIZE = 32
WORDS = Vocabulary({"color": ("red", "blue", "multi"), "sleeve": ("long", "short")})


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def red_and_blue(n: int = 40) -> Dataset:
    """Red and blue squares on grey, the last of several colours and the one before unknown."""
    values = np.stack([np.arange(n) % 2, np.arange(n) // 2 % 2], 1)
    values[-2:, 0] = UNKNOWN, 2
    pictures = torch.full((n, 3, SIZE, SIZE), 128, dtype=torch.uint8)
    for i in range(n):
        pictures[i, 0 if values[i, 0] == 0 else 2, 8:24, 8:24] = 220
    masks = torch.zeros(n, 1, SIZE, SIZE, dtype=torch.uint8)
    masks[:, :, 8:24, 8:24] = 255
    labels = Labels(WORDS, (), values, np.zeros((n, 0), int), np.zeros(n, bool))
    return Dataset(labels, pictures, masks)


def test_recoloured_garments_are_labelled_with_their_new_colour(monkeypatch):
    data = red_and_blue(200)
    monkeypatch.setattr(Vocabulary, "targets", lambda self, name: self.attributes[name][:2])
    augment = Augmentation(data, AttributeConfig(init="scratch", recolored=0.5))
    values = torch.from_numpy(data.labels.values)
    images, known = augment(seeded(1), torch.arange(200), values)
    middle = images[:, :, 14:18, 14:18].mean((2, 3))
    is_red = middle[:, 0] > middle[:, 2]
    assert known[:198, 0].tolist() == [0 if red else 1 for red in is_red[:198]]
    assert 30 <= (known[:198, 0] != values[:198, 0]).sum() <= 70  # a half, of which half change
    assert known[198:, 0].tolist() == [UNKNOWN, 2]
    assert torch.equal(known[:, 1], values[:, 1])


def test_views_of_more_reach_end_garments_at_the_border():
    mask = torch.zeros(200, 1, SIZE, SIZE)
    mask[:, :, 4:28, 4:28] = 1
    x = torch.ones(200, 3, SIZE, SIZE)
    cut = []
    for reach in (1.0, 1.9):
        _, seen = random_views(seeded(), x, mask, reach=reach)
        sides = torch.stack([seen[..., 0, :], seen[..., -1, :], seen[..., 0], seen[..., -1]])
        cut.append((sides > 0.5).any(0).any(-1).any(-1).float().mean())
    assert cut[1] > cut[0] + 0.15
