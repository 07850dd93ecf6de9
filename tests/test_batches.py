"""Batches of one attribute: targets, guidance masks in their photos' views, CAMs of labels."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import tiny

from amgan_cli.config import LossConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.device import Compute
from amgan_cli.training.batches import Batches
from amgan_cli.training.guidance import Guidance, compute_cams
from amgan_cli.vocabulary import Vocabulary

SIZE = 32
WORDS = Vocabulary({"color": ("blue", "green", "red"), "sleeve": ("long", "short")})
VALUES = np.array([[0, 0], [1, 1], [2, 0], [0, 1], [1, UNKNOWN], [2, 1]])


@pytest.fixture
def dataset() -> Dataset:
    """Six dark photos, each with a white garment at another place, which its mask shows."""
    n = len(VALUES)
    masks = torch.zeros(n, 1, SIZE, SIZE, dtype=torch.uint8)
    for i in range(n):
        masks[i, :, 4 + 2 * i : 14 + 2 * i, 6:22] = 255
    images = masks.expand(-1, 3, -1, -1).clamp_min(40)
    photos = [SimpleNamespace(name=str(i)) for i in range(n)]
    match, is_test = np.zeros((n, 0), int), np.zeros(n, bool)
    return Dataset(Labels(WORDS, photos, VALUES, match, is_test), images, masks)


def test_a_guidance_mask_moves_with_its_photo_and_no_photo_is_to_stay_as_it_is(dataset):
    config, loss = tiny(batch_size=16), LossConfig(guidance={"color": "mask", "sleeve": "mask"})
    batches = Batches(dataset, config, Guidance(dataset, None, loss), {}, {}, {})
    for m in (0, 1):
        batch = batches.draw(m, (7, m))
        block = WORDS.block(WORDS.names[m])
        for numbers in (batch.source, batch.target):
            assert ((numbers >= block.start) & (numbers < block.stop)).all()
        assert (batch.source != batch.target).all()
        assert batch.alpha_star is not None
        white = batch.x.mean(1, keepdim=True) > 0.3
        differ = (white != (batch.alpha_star > 0.6)).float().mean((1, 2, 3))
        assert differ.max() < 0.03  # but for the edges
        places = [tuple(torch.nonzero(each[0])[0].tolist()) for each in white]
        assert len(set(places)) > len(VALUES)  # views of their own


@pytest.mark.parametrize("weight", [0, 1])
def test_known_results_are_made_where_a_loss_compares_with_them(dataset, weight):
    config, loss = tiny(), LossConfig(pair=weight, guidance={"color": "off", "sleeve": "off"})
    prototypes = dict.fromkeys(WORDS.attributes["color"], (40.0, 50.0, 25.0))
    guidance = Guidance(dataset, None, loss)
    batches = Batches(dataset, replace(config, loss=loss), guidance, prototypes, {}, {})
    batch = batches.draw(0, (1,))
    assert (batch.known is not None) == bool(batch.is_known.any()) == bool(weight)


def test_guidance_is_the_cam_of_what_the_photo_shows(dataset):
    def cam(images: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        return (numbers + 1.0)[..., None, None].expand(-1, -1, 2, 2)

    network = SimpleNamespace(cam=cam)
    cams = compute_cams(network, dataset, Compute(torch.device("cpu"), False))  # type: ignore[arg-type]
    numbers = np.add(VALUES, [1, 4])  # those of sleeves count on
    shown = np.where(VALUES == UNKNOWN, 0, numbers)
    assert cams[:, :, 0, 0].tolist() == shown.tolist()
