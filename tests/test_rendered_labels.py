"""Renderings as teachers of an attribute network beside photos."""

import numpy as np
import torch

from amgan_cli.catalogue import ATTRIBUTES
from amgan_cli.config import AttributeConfig
from amgan_cli.data.dataset import Dataset, to_network
from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.device import Compute
from amgan_cli.training.attribute_training import train_attribute_network
from amgan_cli.training.rendered_labels import LABELS, values_of
from amgan_cli.vocabulary import Vocabulary

PHOTOS = Vocabulary({"collar": ("hood", "vneck", "wide"), "color": ("red", "blue")})
DRAWN = Vocabulary({"collar": ("hood", "kent", "v-neck"), "color": ("blue", "red")})


def data_of(vocabulary: Vocabulary, values: list[list[int]], images: torch.Tensor) -> Dataset:
    known, n = np.array(values), len(values)
    labels = Labels(vocabulary, (), known, np.zeros((n, 0), int), np.zeros(n, bool))
    return Dataset(labels, images, None)


def test_labels_name_what_the_catalogue_draws():
    for attribute, names in LABELS.items():
        assert set(names) <= set(ATTRIBUTES[attribute])


def test_values_get_the_photos_names_and_numbers_or_are_unknown():
    drawn = data_of(
        DRAWN, [[0, 1], [1, 0], [2, UNKNOWN]], torch.zeros(3, 3, 8, 8, dtype=torch.uint8)
    )
    expected = [[0, UNKNOWN], [UNKNOWN, UNKNOWN], [1, UNKNOWN]]  # colours are never taken over
    assert values_of(drawn, PHOTOS).tolist() == expected


def test_a_network_learns_from_renderings_what_no_photo_says():
    grey = torch.full((40, 3, 32, 32), 90, dtype=torch.uint8)
    photos = data_of(PHOTOS, [[UNKNOWN, i % 2] for i in range(40)], grey)
    bands = grey.clone()
    bands[::2, :, :8] = 250  # hoods are pale at the top
    renderings = data_of(DRAWN, [[0 if i % 2 == 0 else 2, 0] for i in range(40)], bands)
    config = AttributeConfig(
        depth=10, input_size=32, output_stride=32, init="scratch", epochs=12, batch_size=16
    )
    compute = Compute(torch.device("cpu"), bfloat16=False)
    losses: list[float] = []

    def note(_step: int, _steps: int, loss: float) -> None:
        losses.append(loss)

    network = train_attribute_network(photos, config, compute, 0, note, renderings)
    scores = network(to_network(bands))[:, PHOTOS.block("collar")]
    right = scores[::2, 0] > scores[::2, 1], scores[1::2, 1] > scores[1::2, 0]
    assert torch.cat(right).float().mean() > 0.9
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
