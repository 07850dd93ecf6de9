import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import resnet18, resnet50

from amgan_cli.checkpoint import save_network
from amgan_cli.config import AttributeConfig
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import Labels
from amgan_cli.errors import CheckpointError
from amgan_cli.look import Look
from amgan_cli.nets.attribute_model import AttributeModel
from amgan_cli.nets.attribute_network import (
    AttributeNetwork,
    build_attribute_network,
    masked_cross_entropy,
)
from amgan_cli.training.attribute_training import find_wearers
from amgan_cli.vocabulary import Vocabulary

SMALL = AttributeConfig(depth=18, input_size=64, init="scratch")


@pytest.fixture(scope="module")
def network() -> AttributeNetwork:
    torch.manual_seed(0)
    return AttributeNetwork(5, SMALL).eval()


def test_features_and_scores_have_their_shapes(network):
    x = torch.zeros(2, 3, 32, 32)  # enlarged to 64 inside
    features = network.features(x)
    assert features["conv5"].shape == (2, 512, 2, 2)
    assert torch.allclose(features["avg_pool"], features["conv5"].mean((2, 3)))
    assert network(x).shape == (2, 5)


def test_a_photo_and_its_mirror_image_are_seen_alike(network):
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert not torch.allclose(network(x), network(x.flip(3)), atol=1e-3)
    assert torch.allclose(network.both_ways(x), network.both_ways(x.flip(3)), atol=1e-5)


def test_output_stride_16_doubles_the_cam():
    config = AttributeConfig(depth=18, input_size=64, output_stride=16, init="scratch")
    finer = AttributeNetwork(5, config)
    assert finer.features(torch.zeros(1, 3, 64, 64))["conv5"].shape[2:] == (4, 4)


@pytest.mark.parametrize("depth", [18, 50])
def test_eq8_mean_of_the_cam_is_the_score_without_bias(depth):
    torch.manual_seed(0)
    net = AttributeNetwork(4, AttributeConfig(depth=depth, input_size=64, init="scratch")).eval()
    x, value = torch.randn(3, 3, 64, 64), torch.tensor([0, 3, 1])
    cam = net.cam(x, value[:, None])
    scores = net(x) - net.head.bias
    assert torch.allclose(cam.mean((1, 2, 3)), scores[torch.arange(3), value], atol=1e-4)


@pytest.mark.parametrize(("depth", "made"), [(18, resnet18), (50, resnet50)])
def test_starts_from_torchvisions_files_and_sees_the_same(tmp_path, depth, made):
    torch.manual_seed(1)
    original = made(weights=None).eval()
    file = tmp_path / "resnet.safetensors"
    save_file(original.state_dict(), file)
    config = AttributeConfig(depth=depth, input_size=64, init=str(file))
    network = build_attribute_network(5, config).eval()
    original.avgpool = original.fc = torch.nn.Identity()
    x = torch.rand(1, 3, 64, 64)
    conv5 = network.features(2 * x - 1)["conv5"]
    assert torch.allclose(original((x - network.mean) / network.std), conv5.flatten(1), atol=1e-4)
    wrong = AttributeConfig(depth=68 - depth, init=config.init)
    with pytest.raises(CheckpointError, match=f"no ResNet-{68 - depth}"):
        build_attribute_network(5, wrong)


def test_a_network_of_as_many_values_goes_on_with_its_head(tmp_path, network):
    file = tmp_path / "known.safetensors"
    save_network(file, network, {})
    config = AttributeConfig(depth=18, input_size=64, init=str(file))
    x = torch.randn(1, 3, 64, 64)
    assert torch.equal(build_attribute_network(5, config).eval()(x), network(x))
    assert build_attribute_network(4, config).head.out_features == 4


def test_unknown_labels_add_nothing_to_the_loss():
    vocabulary = Vocabulary({"a": ("x", "y"), "b": ("p", "q", "r")})
    scores = torch.randn(3, 5, generator=torch.Generator().manual_seed(0))
    values = torch.tensor([[0, -1], [1, -1], [-1, 2]])
    first = torch.nn.functional.cross_entropy(scores[:2, :2], torch.tensor([0, 1]))
    second = torch.nn.functional.cross_entropy(scores[2:, 2:], torch.tensor([2]))
    expected = (first + second) / 2
    assert torch.allclose(masked_cross_entropy(scores, values, vocabulary), expected)
    nothing = masked_cross_entropy(scores, torch.full((3, 2), -1), vocabulary)
    assert nothing.item() == 0


def test_a_kind_of_garment_wears_what_most_of_its_photos_have_a_label_for():
    vocabulary = Vocabulary({"category": ("shirt", "shoes"), "sleeve": ("long", "short")})
    values = np.array([[0, 1], [0, 0], [0, -1], [1, -1], [1, -1], [1, 0], [1, 0], [1, 0]])
    is_test = np.array([False] * 5 + [True] * 3)
    labels = Labels(vocabulary, (), values, np.zeros((8, 0), int), is_test)
    dataset = Dataset(labels, torch.zeros(8, 3, 4, 4, dtype=torch.uint8), None)
    assert find_wearers(dataset) == {"sleeve": ["shirt"]}
    look = Look({"category": {"shirt": 0.3, "shoes": 0.7}}, find_wearers(dataset))
    assert (look.wears("sleeve"), look.wears("pattern")) == (0.3, 1.0)
    assert look.lacks("sleeve") and not look.lacks("pattern")
    shirt = Look({"category": {"shirt": 0.3, "shoes": 0.2, "hat": 0.2}}, find_wearers(dataset))
    assert not shirt.lacks("sleeve")


@pytest.mark.parametrize("wrong", [{"vocabulary": {"attributes": None}}, {"depth": 7}])
def test_a_header_that_is_none_of_a_network_is_refused(tmp_path, wrong):
    words = {"attributes": {"sleeve": ["long", "short"]}}
    header = {"vocabulary": words, "depth": 10, "input_size": 64, "output_stride": 32} | wrong
    save_network(tmp_path / "odd.safetensors", torch.nn.Linear(1, 1), header)
    with pytest.raises(CheckpointError, match=r"odd\.safetensors: is no attribute network"):
        AttributeModel.load(tmp_path / "odd.safetensors")


@pytest.mark.parametrize("depth", [10, 18])
def test_a_saved_network_is_rebuilt_from_its_header(tmp_path, depth):
    words = Vocabulary({"sleeve": ("long", "short")})
    made = AttributeNetwork(2, AttributeConfig(depth, 64, init="scratch")).eval()
    header = {"vocabulary": words.to_dict(), "depth": depth, "input_size": 64, "output_stride": 32}
    save_network(tmp_path / "seen.safetensors", made, header)
    model = AttributeModel.load(tmp_path / "seen.safetensors")
    x = torch.rand(1, 3, 64, 64)
    assert model.vocabulary == words and torch.equal(model.network(x), made(x))
