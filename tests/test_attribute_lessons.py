"""What attribute networks are shown: colours of chance, mixed photos, teachers' opinions."""

import numpy as np
import pytest
import torch

from amgan_cli.attribute_network import AttributeNetwork
from amgan_cli.checkpoint import save_network
from amgan_cli.config import AttributeConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.device import pick_compute
from amgan_cli.errors import CheckpointError
from amgan_cli.training.attribute_lessons import Augmentation, imitation, mixed
from amgan_cli.training.attribute_training import train_attribute_network
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


def test_mixed_pictures_are_sums_of_two():
    x = torch.rand(6, 3, 4, 4)
    same, _, share = mixed(seeded(), x, 0.0)
    assert share == 1 and torch.equal(same, x)
    shares = set()
    for seed in range(8):
        both, others, share = mixed(seeded(seed), x, 0.4)
        torch.testing.assert_close(both, share * x + (1 - share) * x[others])
        assert 0.5 <= share <= 1 and sorted(others.tolist()) == list(range(6))
        shares.add(round(share, 3))
    assert len(shares) > 4


def test_imitation_is_least_at_the_teachers_mean():
    first, second = torch.zeros(1, 5), torch.tensor([[0.0, 0, 0, 2, 0]])
    shares = [[1 / 3] * 3, (torch.tensor([0.5, 0.5]) + second[0, 3:].softmax(0)).div(2).tolist()]
    best = torch.tensor([[*np.log(shares[0]), *np.log(shares[1])]], dtype=torch.float32)
    least = imitation(best, [first, second], WORDS)
    entropy = [-sum(p * np.log(p) for p in each) for each in shares]
    assert least.item() == pytest.approx(np.mean(entropy), abs=1e-5)
    assert imitation(best + torch.tensor([[0, 0, 0, 1.0, 0]]), [first, second], WORDS) > least


def test_a_pupil_learns_from_a_teacher_what_no_label_says(tmp_path):
    data, compute = red_and_blue(), pick_compute("cpu", "float32")
    config = AttributeConfig(10, SIZE, 32, "scratch", epochs=12, batch_size=20, learning_rate=3e-3)
    teacher = train_attribute_network(data, config, compute, 0, lambda *_: None)
    file = tmp_path / "teacher.safetensors"
    header = {"vocabulary": WORDS.to_dict(), "depth": 10, "input_size": SIZE, "output_stride": 32}
    save_network(file, teacher, header)
    data.labels.values[:, 0] = UNKNOWN
    options = {**vars(config), "teachers": (str(file),), "mixup": 0.2}
    pupil = train_attribute_network(data, AttributeConfig(**options), compute, 1, lambda *_: None)
    x = data.images[:38].float() / 127.5 - 1
    seen = [net(x)[:, :3].argmax(1) for net in (teacher, pupil)]
    assert (seen[0] == torch.arange(38) % 2).float().mean() > 0.9
    assert (seen[1] == seen[0]).float().mean() > 0.9

    other = {**header, "vocabulary": Vocabulary({"color": ("red", "blue")}).to_dict()}
    save_network(file, AttributeNetwork(2, config), other)
    with pytest.raises(CheckpointError, match=r"teacher\.safetensors: a teacher must know"):
        train_attribute_network(data, AttributeConfig(**options), compute, 1, lambda *_: None)


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
