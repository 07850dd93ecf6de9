"""Light and shade under patterns: what teaches the network, its training, its file."""

import copy

import cv2
import numpy as np
import pytest
import torch

from amgan_cli.catalogue.garment import sample_garment
from amgan_cli.catalogue.render import render
from amgan_cli.checkpoint import save_network
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import Labels
from amgan_cli.device import Compute
from amgan_cli.errors import CheckpointError
from amgan_cli.nets.shading_network import NOTE, OFFSET, STRIDE, ShadingNetwork
from amgan_cli.training.shading.patterned_photos import PatternedPhotos
from amgan_cli.training.shading.printed_figures import figures
from amgan_cli.training.shading.reflectances import reflectance
from amgan_cli.training.shading.training import draw_batch, print_loss, shading_loss, train_shading
from amgan_cli.vocabulary import Vocabulary

SIDE, DRAWN = 240, 96
CPU = Compute(torch.device("cpu"), bfloat16=False)
PATTERNS = ("checks", "plain", "stripes")


def as_photos(pictures: list[tuple[np.ndarray, np.ndarray, str]]) -> PatternedPhotos:
    """Of pictures, S x S x 3, their masks (255 = garment) and patterns; a third are test photos."""
    images = torch.from_numpy(np.stack([picture.transpose(2, 0, 1) for picture, *_ in pictures]))
    masks = torch.from_numpy(np.stack([mask[None] for _, mask, _ in pictures]))
    n = len(pictures)
    values = np.array([[PATTERNS.index(value)] for *_, value in pictures])
    is_test = np.arange(n) % 3 == 2
    match = np.empty((n, 0), np.int64)
    labels = Labels(Vocabulary({"pattern": PATTERNS}), [None] * n, values, match, is_test)
    return PatternedPhotos(Dataset(labels, images, masks), "pattern")


@pytest.fixture(scope="module")
def photos() -> PatternedPhotos:
    """Of twelve rendered garments."""
    pictures = []
    drawn = {"checks": "checked", "plain": "plain", "stripes": "striped"}
    for seed in range(12):
        value = PATTERNS[seed // 3 % 3]
        rendered = render(sample_garment(seed, color="red", pattern=drawn[value]), SIDE)
        pictures.append((rendered.image, rendered.masks["garment"], value))
    return as_photos(pictures)


def test_plain_training_photos_are_drawn_on_and_patterned_ones_copied_from(photos):
    assert (len(photos.plain), len(photos.patterned)) == (2, 6)


def test_patterns_of_chance_have_several_colours(photos):
    random = np.random.default_rng(0)
    several, prints = 0, 0
    for _ in range(60):
        drawn = reflectance(random, DRAWN, photos.patterned)
        picture, printed = drawn.picture, drawn.printed
        if printed is not None and printed.any():
            assert printed.shape == (DRAWN, DRAWN) and printed.min() == 0 and printed.max() <= 1
            cloth = picture[printed == 0]
            assert np.ptp(cloth, axis=0).max() < 1e-6  # prints stand on cloth of one colour
            prints += 1
        assert picture.shape == (DRAWN, DRAWN, 3) and picture.dtype == np.float32
        assert picture.min() >= 0 and np.isfinite(picture).all()
        several += picture.std(axis=(0, 1)).max() > 0.02
    assert several > 45 and prints > 5


def test_figures_are_known_inside_and_outside_of_their_edges():
    random = np.random.default_rng(0)
    drawn = [each for _ in range(30) for each in figures(random, DRAWN)]
    assert len(drawn) > 50
    for away in drawn:
        assert away.shape == (DRAWN, DRAWN) and away.min() < -1
        assert np.abs(np.diff(away, axis=0)).max() < 1.5  # pixels a pixel
    shares = np.array([(away > 0).mean() for away in drawn])
    assert 0 < np.median(shares) < 0.2 and (shares > 0).mean() > 0.8


CLOTH, SHADE = np.array([60, 90, 150]), 0.5


def half_in_shade() -> PatternedPhotos:
    """Plain cloth of one colour, whose left half is darker."""
    photo = np.full((SIDE, SIDE, 3), 200, np.uint8)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[20:220, 20:220] = 255
    photo[20:220, 20:220] = CLOTH
    photo[20:220, 20:100] = np.rint(CLOTH * SHADE)
    return as_photos([(photo, mask, "plain")] * 2)


def test_the_shading_is_that_of_the_plain_photo_whatever_is_drawn_on_it():
    photos, random = half_in_shade(), np.random.default_rng(0)

    def lightness(share: float) -> float:
        """CIELAB, of a colour in 0..255 that is so much of the cloth's."""
        linear = (share * CLOTH / 255) ** 2.2 @ [0.2126, 0.7152, 0.0722]
        return 116 * np.cbrt(linear) - 16

    wanted = np.log((lightness(SHADE) + OFFSET) / (lightness(1) + OFFSET))
    spreads, steps = [], 0
    for _ in range(30):
        sample = photos.draw(random, DRAWN)
        inner = cv2.erode(sample.counts[0], np.ones((9, 9))) > 0  # off the ground, which is lighter
        if inner.sum() < 500:
            continue
        shading = sample.shading[inner]
        dark, light = np.percentile(shading, (15, 85))
        is_light = shading >= (dark + light) / 2 - 1e-4
        if light - dark > 0.1:  # else it shows one half
            step = np.median(shading[~is_light]) - np.median(shading[is_light])
            assert step == pytest.approx(wanted, abs=0.05)
            steps += 1
        spreads.append(sample.x[inner][is_light].std())
    assert steps > 5
    assert np.median(spreads) > 10  # there is a pattern on it


def test_prints_are_known_where_nothing_else_is_no_cloth():
    photos, random, prints = half_in_shade(), np.random.default_rng(0), 0
    for _ in range(60):
        sample = photos.draw(random, DRAWN)
        assert (sample.counts[1] <= sample.counts[0]).all()
        is_print, cloth = (sample.counts[1] > 0) & (sample.printed > 0.9), sample.printed == 0
        prints += is_print.sum() > 50 and (cloth & (sample.counts[1] > 0)).sum() > 50
    assert prints > 5


def test_the_loss_is_the_mean_error_and_that_of_slopes():
    off, counts = torch.zeros(1, 1, 16, 16), torch.ones(1, 1, 16, 16)
    assert shading_loss(off, counts) == 0
    assert shading_loss(off + 0.25, counts) == pytest.approx(0.25)  # even, so without slopes
    off[..., ::2] = 1  # every other column: across, steps of 1 are wrong by 1, others by 0
    assert shading_loss(off, counts).item() == pytest.approx(0.5 + 2 / 6 * 1)
    counts[..., 1::2] = 0
    assert shading_loss(1 - off, counts) == 0  # what does not count is free


def test_it_begins_without_its_blocks_and_takes_any_size():
    torch.manual_seed(0)
    network = ShadingNetwork().eval()
    without = copy.deepcopy(network)
    for level in (*without.before, *without.after):
        for i in range(len(level)):
            level[i] = torch.nn.Identity()
    for height, width in ((STRIDE, 2 * STRIDE), (3 * STRIDE, STRIDE)):
        x, mask = torch.rand(2, 3, height, width), torch.ones(2, 1, height, width)
        assert network(x, mask).shape == (2, 2, height, width)
        torch.testing.assert_close(network(x, mask), without(x, mask))


def test_training_reduces_the_loss(monkeypatch):
    monkeypatch.setattr("amgan_cli.training.shading.training.SIZE", 64)
    photos, losses = half_in_shade(), []
    network = train_shading(photos, CPU, 60, 0, lambda step, loss: losses.append(loss))
    assert len(losses) == 60 and np.mean(losses[-20:]) < 0.7 * np.mean(losses[:10])
    x, mask, wanted, counts = draw_batch(photos, np.random.default_rng(9))
    untrained = ShadingNetwork().eval()
    said, before = network(x, mask), untrained(x, mask)
    assert not network.training and not said.requires_grad
    off, much = ((each - wanted)[:, :1] for each in (said, before))
    assert shading_loss(off, counts[:, :1]) < 0.7 * shading_loss(much, counts[:, :1])
    now, once = (print_loss(each[:, 1:], wanted[:, 1:], counts[:, 1:]) for each in (said, before))
    assert now < 0.7 * once


def test_the_loss_of_prints_is_cross_entropy_where_it_counts():
    said, counts = torch.tensor([[[[0.0, 2.0, 9.0]]]]), torch.tensor([[[[1.0, 1.0, 0.0]]]])
    printed = torch.tensor([[[[1.0, 0.0, 0.0]]]])
    wanted = (np.log(2) + np.log(1 + np.exp(2))) / 2
    assert print_loss(said, printed, counts).item() == pytest.approx(wanted, rel=1e-5)


def test_it_sees_a_picture_as_it_sees_a_batch_of_one():
    torch.manual_seed(0)
    network = ShadingNetwork().eval()
    picture = 255 * np.random.default_rng(0).random((32, 32, 3)).astype(np.float32)
    garment = np.ones((32, 32), np.float32)
    x = torch.from_numpy(picture.transpose(2, 0, 1))[None] / 127.5 - 1
    shading, score = network(x, torch.ones(1, 1, 32, 32))[0].detach()
    seen = network.see(picture, garment)
    np.testing.assert_allclose(seen.shading, shading, atol=1e-5)
    np.testing.assert_allclose(seen.printed, score.sigmoid(), atol=1e-5)


def test_a_file_gives_the_same_network_and_others_are_refused(tmp_path):
    torch.manual_seed(0)
    network, file = ShadingNetwork().eval(), tmp_path / "shading.safetensors"
    x, mask = torch.rand(1, 3, 32, 32), torch.ones(1, 1, 32, 32)
    save_network(file, network.half(), NOTE)
    loaded = ShadingNetwork.load(file, torch.device("cpu"))
    torch.testing.assert_close(loaded(x, mask), network.float()(x, mask))
    for wrong, note, message in (
        (network, {**NOTE, "network": "another"}, "is no shading network"),
        (torch.nn.Linear(2, 2), NOTE, "do not fit"),
    ):
        save_network(file, wrong, note)
        with pytest.raises(CheckpointError, match=message):
            ShadingNetwork.load(file, torch.device("cpu"))
