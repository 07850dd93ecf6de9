"""Renderings as teachers of an attribute network beside photos."""

import numpy as np
import pytest
import torch

from amgan_cli.catalogue import ATTRIBUTES
from amgan_cli.catalogue.dataset import read_garments, render_catalogue
from amgan_cli.catalogue.garment import Garment, sample_garment
from amgan_cli.config import AttributeConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.device import Compute
from amgan_cli.errors import DataError
from amgan_cli.nets.pixels import to_network
from amgan_cli.training.attribute_training import train_attribute_network
from amgan_cli.training.rendered_labels import LABELS, labelled_as
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


def garment(**options) -> Garment:
    return sample_garment(0, **{"wide_neck": False, "half_front": False, **options})


def test_renderings_get_the_photos_words_or_are_unknown():
    words = Vocabulary(
        {
            "collar": ("hood", "round", "shirt", "wide"),
            "fastening": ("halfzip", "placket", "zip"),
            "color": ("red",),
        }
    )
    garments = [
        garment(collar="hood", fastening="zip", color="red"),
        garment(collar="kent", fastening="zip", half_front=True),
        garment(collar="round", fastening="button", half_front=True),
        garment(collar="round", fastening="button", wide_neck=True),
        garment(collar="volant", fastening="laces", wide_neck=True, half_front=True),
    ]
    drawn = data_of(DRAWN, [[0, 0]] * 5, torch.zeros(5, 3, 8, 8, dtype=torch.uint8))
    named = labelled_as(words, drawn, garments)
    assert named.labels.vocabulary is words and named.images is drawn.images
    no = UNKNOWN  # colours are never taken over
    assert named.labels.values.tolist() == [
        [0, 2, no],
        [2, 0, no],
        [1, 1, no],
        [3, no, no],
        [no] * 3,
    ]


def test_a_catalogue_knows_the_garments_on_its_photos(tmp_path):
    out = render_catalogue(tmp_path / "c", 3, seed=7, size=64, workers=1)
    first, last = read_garments(out, ["000000.jpg", "000002.jpg"])
    rows = (out / "labels.csv").read_text().splitlines()
    for each, row in ((first, rows[1]), (last, rows[3])):
        assert row.split(",")[3:] == [
            each.category,
            each.gender,
            *(getattr(each, name) for name in ATTRIBUTES),
        ]
    for folder, name in ((tmp_path, "000000.jpg"), (out, "shirt.jpg")):
        with pytest.raises(DataError, match="give a folder of amgan render"):
            read_garments(folder, [name])


def test_a_catalogue_of_counterfactuals_knows_which_it_shows(tmp_path):
    out = render_catalogue(tmp_path / "c", 1, size=64, counterfactual="sleeve", workers=1)
    long, short = read_garments(out, ["000000-long.jpg", "000000-short.jpg"])
    assert (long.sleeve, short.sleeve) == ("long", "short")


def test_a_network_learns_from_renderings_what_no_photo_says():
    grey = torch.full((40, 3, 32, 32), 90, dtype=torch.uint8)
    photos = data_of(PHOTOS, [[UNKNOWN, i % 2] for i in range(40)], grey)
    bands = grey.clone()
    bands[::2, :, :8] = 250  # hoods are pale at the top
    renderings = data_of(PHOTOS, [[i % 2, UNKNOWN] for i in range(40)], bands)
    config = AttributeConfig(
        depth=10, input_size=32, output_stride=32, init="scratch", epochs=18, batch_size=16
    )
    compute = Compute(torch.device("cpu"), bfloat16=False)
    losses: list[float] = []

    def note(_step: int, _steps: int, loss: float) -> None:
        losses.append(loss)

    network = train_attribute_network(photos, config, compute, 0, note, renderings)
    scores = network(to_network(bands))[:, PHOTOS.block("collar")]
    right = scores[::2, 0] > scores[::2, 1], scores[1::2, 1] > scores[1::2, 0]
    assert torch.cat(right).float().mean() > 0.9
    assert np.mean(losses[-5:]) < 0.85 * np.mean(losses[:5])  # the photos can teach nothing
