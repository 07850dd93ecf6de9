"""Competitors and ablations of Table 1: sizes, settings, losses by hand, steps, files, edits."""

import io
import json
import math
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file
from sizes import count_parameters

from amgan_cli import Editor
from amgan_cli.checkpoint import load_model, load_state
from amgan_cli.config import AttributeConfig, Config, ModelConfig, load_preset
from amgan_cli.device import Compute
from amgan_cli.editing.regions import REGIONS
from amgan_cli.equations import normalize_cam
from amgan_cli.errors import UsageError
from amgan_cli.methods import choose_method
from amgan_cli.model_info import read_info
from amgan_cli.nets.amgan import Generator, build_discriminators
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.nets.cam_generator import CamGenerator
from amgan_cli.training.batches import Batch
from amgan_cli.training.learners import Learners, learning_rate
from amgan_cli.training.losses import Networks, Objective, discriminator_loss, generator_loss
from amgan_cli.training.train import train

CPU = torch.device("cpu")
PAPER = load_preset("paper-shopping100k")
CROP, PERCEPTUAL, ATTENTION = "crop-discriminator", "perceptual", "attention-loss"
ROWS: dict[str, dict] = {
    "stargan": {"method": "stargan"},
    "ganimation": {"method": "ganimation"},
    "sagan": {"method": "sagan"},
    "amgan": {"method": "amgan"},
    "no-crop": {"method": "amgan", "without": [CROP]},
    "no-perceptual": {"method": "amgan", "without": [CROP, PERCEPTUAL]},
    "no-attention": {"method": "amgan", "without": [CROP, PERCEPTUAL, ATTENTION]},
    "cam": {"method": "amgan", "without": [CROP, PERCEPTUAL], "attention": "cam"},
}
"""The rows of Table 1."""


# ---- networks and settings ----


def test_stargan_has_its_published_size():
    model = choose_method(PAPER, "stargan").model
    assert count_parameters(Generator(5, model)) == 8_430_528
    whole, crop = build_discriminators(5, model)
    assert count_parameters(whole) == 44_762_048
    assert crop is None


def test_ganimation_is_stargan_with_a_mask_head():
    model = choose_method(PAPER, "ganimation").model
    assert count_parameters(Generator(5, model)) == 8_430_528 + 64 * 7 * 7


def test_sagan_has_two_nets_of_its_published_layers():
    model = choose_method(PAPER, "sagan").model
    encoder = [(64, 32), (128, 64), (256, 128)]
    condition, body = 5, 0
    body += (3 + condition) * 32 * 49 + 32
    body += 2 * sum(after * before * 16 for after, before in encoder)  # down and up again
    body += (64 + 128 + 256) + (128 + 64 + 32)  # their biases
    body += 4 * (2 * (256 * 256 * 9 + 256) + 2 * 2 * 256)  # two convolutions, two batch norms
    heads = (3 + 1) * (32 * 49 + 1)
    generator = Generator(condition, model)
    assert count_parameters(generator) == 2 * body + heads
    assert generator.first.kernel_size == (7, 7)
    whole, _ = build_discriminators(1, model)
    widths = [3, 32, 64, 128, 256, 512, 1024]
    trunk = sum(a * b * 16 + b for a, b in pairwise(widths))
    assert count_parameters(whole) == trunk + (1024 * 9 + 1) + (1024 * 4 + 1)
    assert {m.negative_slope for m in whole.modules() if hasattr(m, "negative_slope")} == {0.2}


@pytest.mark.parametrize(
    ("method", "cyc", "rec", "n_critic", "batch", "rate", "decay_from"),
    [
        ("stargan", 10, 0, 5, 16, 1e-4, 0.5),
        ("ganimation", 10, 0, 5, 25, 1e-4, pytest.approx(2 / 3, abs=1e-3)),
        ("sagan", 20, 100, 3, 16, 2e-4, 1),
    ],
)
def test_competitors_have_their_published_settings(
    method, cyc, rec, n_critic, batch, rate, decay_from
):
    config = choose_method(load_preset("five"), method)  # none of our additions stays
    model, plain = config.model, ModelConfig()
    for name in ("palette", "inks", "coordinates", "views", "finer", "finer_blocks"):
        assert getattr(model, name) == getattr(plain, name)
    assert (config.training.other_grounds, config.training.reach, config.training.clip) == (0, 1, 0)
    assert not config.data.photo_pairs and not config.data.rendered_pairs
    loss, training = config.loss, config.training
    assert (loss.adv, loss.cls, loss.gp, loss.cyc, loss.rec) == (1, 1, 10, cyc, rec)
    assert (loss.att, loss.perc, loss.pair) == (0, 0, 0)
    masks = (0.1, 1e-5) if method == "ganimation" else (0, 0)
    assert (loss.mask_mean, loss.mask_tv) == masks
    assert (training.n_critic, training.batch_size) == (n_critic, batch)
    assert (training.learning_rate, training.beta1, training.beta2) == (rate, 0.5, 0.999)
    assert training.decay_from == decay_from
    assert not config.model.conditional_norm
    assert not config.needs_attribute_network(["color"], has_masks=True)


def test_ablations_add_up_as_in_the_paper():
    left = choose_method(PAPER, "amgan", [CROP])
    assert (left.model.crop_discriminator, left.loss.perc, left.loss.att) == (False, 10, 10)
    left = choose_method(PAPER, "amgan", [CROP, PERCEPTUAL])
    assert (left.model.crop_discriminator, left.loss.perc, left.loss.att) == (False, 0, 10)
    left = choose_method(PAPER, "amgan", [CROP, PERCEPTUAL, ATTENTION])
    assert (left.model.crop_discriminator, left.loss.perc, left.loss.att) == (False, 0, 0)
    assert not left.needs_attribute_network(["color"], has_masks=True)
    assert choose_method(left, "amgan") == left
    assert choose_method(PAPER, "amgan") == PAPER


def test_wrong_names_and_ablations_of_other_methods_are_answered():
    with pytest.raises(UsageError, match="did you mean stargan"):
        choose_method(PAPER, "stargan2")
    with pytest.raises(UsageError, match="did you mean perceptual"):
        choose_method(PAPER, "amgan", ["perceptal"])
    with pytest.raises(UsageError, match="for amgan only"):
        choose_method(PAPER, "stargan", [PERCEPTUAL])
    with pytest.raises(UsageError, match="--attention cams: did you mean cam"):
        choose_method(PAPER, "amgan", attention="cams")
    with pytest.raises(UsageError, match="--without attention-loss: is off in this preset, or"):
        choose_method(PAPER, "amgan", [ATTENTION], attention="cam")


def test_a_rate_without_decay_stays_and_one_from_two_thirds_falls():
    assert learning_rate(2e-4, 999, 1000, decay_from=1) == 2e-4
    rates = [learning_rate(1e-4, step, 900, decay_from=2 / 3) for step in (600, 750, 900)]
    assert rates == pytest.approx([1e-4, 0.5e-4, 0])


# ---- losses on a made case ----


class Painter(torch.nn.Module):
    """Returns z = 0.8 with a known attention, or with ones as a generator without attention."""

    def __init__(self, mask: str) -> None:
        super().__init__()
        self.mask = mask

    def forward(self, x, condition):
        alpha = torch.tensor([[0.5, 0.0], [1.0, 1.0]]).expand(len(x), 1, 2, 2)
        return torch.full_like(x, 0.8), torch.ones_like(alpha) if self.mask == "none" else alpha


class Critic(torch.nn.Module):
    """D_src is the picture's mean, D_cls knows nothing; D_C answers 3 whatever it sees."""

    def __init__(self, crop: bool = False) -> None:
        super().__init__()
        self.crop = crop

    def forward(self, x):
        src = x.mean((1, 2, 3))
        return src * 0 + 3 if self.crop else src, torch.zeros(len(x), 2)


class Features(torch.nn.Module):
    def features(self, x):
        return {"conv5": x, "avg_pool": x.mean((2, 3))}


def made_case(row: str) -> tuple[Networks, Batch, Objective]:
    """Two black-to-grey photos of 2 x 2 (x = 0); x* is 0.8 alpha, its way back 0.8 (2a - a^2)."""
    config = choose_method(load_preset("paper-deepfashion"), **ROWS[row])
    crop = Critic(crop=True) if config.model.crop_discriminator else None
    nets = Networks(Painter(config.model.mask), Critic(), crop, Features())  # type: ignore
    x, none = torch.zeros(2, 3, 2, 2), torch.zeros(2, 3)
    batch = Batch(
        attribute="sleeve",
        block=slice(0, 2),
        x=x,
        source=torch.tensor([0, 1]),
        target=torch.tensor([1, 0]),
        to_source=none,
        to_target=none,
        alpha_star=torch.ones(2, 1, 2, 2),
        x_ref=x,
        known=None,
        is_known=torch.zeros(2, dtype=torch.bool),
        pairs=None,
    )
    return nets, batch, Objective(config.loss, Compute(CPU, False), augment=False)


GUESS = math.log(2)
"""Cross-entropy of a critic that knows nothing of two values."""


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # x* = 0.8 everywhere, and so is the way back
        ("stargan", -0.8 + GUESS + 10 * 0.8),
        # mean x* 0.5, mean way back 0.55; mean 1 - alpha 0.375 and TV 2 x 2 photos, in both passes
        ("ganimation", -0.5 + GUESS + 10 * 0.55 + 0.1 * (0.375 + 0.375) + 1e-5 * (4 + 4)),
        # the edit to what is there already is off by 0.5 too
        ("sagan", -0.5 + GUESS + 20 * 0.55 + 100 * 0.5),
        # D_C adds -3 and a guess; mean |alpha - 1| 0.375; 0.5 in each of two layers
        ("amgan", (-0.5 - 3) + 2 * GUESS + 10 * 0.55 + 10 * 0.375 + 20 * (0.5 + 0.5)),
        ("no-crop", -0.5 + GUESS + 10 * 0.55 + 10 * 0.375 + 20 * (0.5 + 0.5)),
        ("no-perceptual", -0.5 + GUESS + 10 * 0.55 + 10 * 0.375),
        ("no-attention", -0.5 + GUESS + 10 * 0.55),
        ("cam", -0.5 + GUESS + 10 * 0.55),
    ],
)
def test_generator_objective_by_hand(row, expected):
    nets, batch, objective = made_case(row)
    total, parts = generator_loss(nets, batch, objective, torch.Generator())
    assert total.item() == pytest.approx(expected, rel=1e-5)
    assert ("alpha_mean" in parts) == (row != "stargan")


@pytest.mark.parametrize(("row", "fake"), [("stargan", 0.8), ("ganimation", 0.5), ("sagan", 0.5)])
def test_discriminator_objective_by_hand(row, fake):
    nets, batch, objective = made_case(row)
    total, _ = discriminator_loss(nets, batch, objective, torch.Generator())
    penalty = (12**-0.5 - 1) ** 2  # the mean of 3 x 2 x 2 numbers has a gradient of 12 x 1/12
    assert total.item() == pytest.approx(fake + 10 * penalty + GUESS, rel=1e-5)


# ---- training, files, edits ----


@pytest.fixture(scope="module")
def runs(data_folder, tmp_path_factory) -> dict[str, tuple[Path, Config]]:
    """Each row of Table 1 after two generator steps, one an attribute, of the smallest size."""
    folder, done = tmp_path_factory.mktemp("rows"), {}
    tiny = load_preset("tiny").override("attribute_network", epochs=1)
    tiny = tiny.override("model", width=4, discriminator_width=4)
    tiny = tiny.override("loss", pair=0.0)
    options = {"steps": 2, "batch_size": 4, "n_critic": 1, "precision": "float32"}
    for row in sorted(ROWS):  # amgan is the first and trains the attribute network
        out = folder / row
        out.mkdir()
        if done:
            shutil.copy(folder / "amgan" / "attribute_network.safetensors", out)
        config = choose_method(tiny, **ROWS[row]).override("training", **options)
        train(data_folder, out, config, "cpu", console=Console(file=io.StringIO()))
        done[row] = out, config
    return done


def attribute_network(out: Path, config: Config, info) -> AttributeNetwork:
    network = AttributeNetwork(info.vocabulary.n_values, config.attribute_network)
    network.load_state_dict(load_file(out / "attribute_network.safetensors"))
    return network.eval().requires_grad_(False)


@pytest.mark.parametrize("row", ROWS)
def test_a_step_changes_every_weight_that_learns(runs, row):
    out, config = runs[row]
    info = read_info(out / "model.safetensors")
    attribute = attribute_network(out, config, info) if row == "cam" else None
    before = Learners(info, config, CPU, attribute)
    state = load_state(out / "state.pt", CPU)
    nets = {"generator": before.generator, "discriminator_image": before.discriminator_image}
    assert ("discriminator_crop" in state) == (row == "amgan")
    if row == "amgan":
        nets["discriminator_crop"] = before.discriminator_crop  # type: ignore[assignment]
    for kind, net in nets.items():
        for name, weight in net.named_parameters():
            changed = not torch.equal(weight, state[kind][name])
            if name.startswith("attribute."):
                assert not changed, name  # the attribute network is fixed
            elif name.endswith("weight"):
                assert changed, f"{kind}: {name}"


@pytest.mark.parametrize("row", ROWS)
def test_the_model_file_rebuilds_its_generator(runs, row):
    out, config = runs[row]
    generator, info = load_model(out / "model.safetensors", CPU)
    assert info.model == config.model
    assert info.model.method == ROWS[row]["method"]
    average = load_state(out / "state.pt", CPU)["average"]
    for name, value in generator.state_dict().items():
        assert torch.allclose(value, average[f"module.{name}"], rtol=1e-3, atol=1e-6), name
        assert value.is_floating_point() or name.endswith("num_batches_tracked")


def test_batch_norm_answers_for_one_photo_as_for_many(runs):
    generator, info = load_model(runs["sagan"][0] / "model.safetensors", CPU)
    x = torch.rand(3, 3, 32, 32) * 2 - 1
    condition = torch.eye(info.n_condition)[:3]
    together, _ = generator(x, condition)
    alone, _ = generator(x[:1], condition[:1])
    assert torch.allclose(together[:1], alone, atol=1e-5)
    assert generator.trunk[0].norm1.num_batches_tracked > 0  # type: ignore[union-attr]


@pytest.mark.parametrize("row", ["ganimation", "sagan", "amgan", "cam"])
def test_edit_and_region_edit_with_a_method_that_has_attention(runs, row):
    editor = Editor.load(str(runs[row][0]), "cpu")
    pixels = np.random.default_rng(0).integers(0, 255, (48, 40, 3), np.uint8)
    edited = editor.edit(pixels, {"color": "red"})
    assert edited.pixels.shape == pixels.shape
    assert edited.attention.max() > 0.02
    region = editor.region_edit(pixels, REGIONS["sleeve"], {"color": "red"}, threshold=0.3)
    assert (region.pixels != pixels).any()


def test_stargan_edits_everywhere_and_has_no_region(runs, photo, amgan, tmp_path):
    model = runs["stargan"][0]
    edited = Editor.load(str(model), "cpu").edit(
        np.full((32, 32, 3), 90, np.uint8), {"color": "red"}
    )
    assert (edited.attention == 1).all()
    words = ("region-edit", photo, "--region", "sleeve", "--set", "color=red", "-w", model)
    done = amgan(*words, "-o", "out.png")
    assert done.returncode == 2
    assert done.stderr == ("amgan: --region sleeve: stargan has no attention; give another model\n")
    assert not (tmp_path / "out.png").exists()


def test_cam_attention_is_the_cam_of_what_the_photo_shows(vocabulary):
    torch.manual_seed(0)
    small = AttributeConfig(depth=18, input_size=32, output_stride=16, init="scratch")
    network = AttributeNetwork(vocabulary.n_values, small).eval().requires_grad_(False)
    model = ModelConfig(image_size=32, width=4, residual_blocks=1, mask="cam")
    generator = CamGenerator(vocabulary, model, network)
    x = torch.rand(2, 3, 32, 32) * 2 - 1
    for attribute in vocabulary.names:
        block = vocabulary.block(attribute)
        condition = torch.tensor(
            [vocabulary.encode(attribute, vocabulary.attributes[attribute][0])]
        )
        _, alpha = generator(x, condition.expand(2, -1))
        shown = network(x)[:, block].argmax(dim=1) + block.start
        expected = normalize_cam(network.cam(x, shown[:, None]), 32)
        assert torch.allclose(alpha, expected, atol=1e-4)
        assert not alpha.requires_grad


def test_the_cam_models_attribute_network_is_the_runs(runs):
    out, config = runs["cam"]
    generator, info = load_model(out / "model.safetensors", CPU)
    expected = attribute_network(out, config, info)
    assert isinstance(generator, CamGenerator)
    x = torch.rand(1, 3, 32, 32) * 2 - 1
    assert torch.allclose(generator.attribute(x), expected(x), rtol=1e-2, atol=1e-2)
    assert info.attribute_network is not None


def test_a_run_from_before_the_methods_goes_on(runs, data_folder, tmp_path):
    before, config = runs["no-perceptual"]
    out = shutil.copytree(before, tmp_path / "run")
    options = json.loads((out / "config.json").read_text())
    for name in ("method", "mask", "downsamples", "trunk_norm", "bias", "init_std"):
        del options["model"][name]
    (out / "config.json").write_text(json.dumps(options))
    config = config.override("training", precision="auto")
    console = Console(file=io.StringIO())
    model = train(data_folder, out, config, "cpu", resume=True, console=console)
    assert read_info(model).steps == 2
    longer = config.override("model", trunk_norm="batch")
    with pytest.raises(UsageError, match="other options"):
        train(data_folder, out, longer, "cpu", resume=True, console=console)


def test_the_command_trains_a_method_at_the_presets_scale(amgan, data_folder, tmp_path):
    preset = tmp_path / "small.toml"
    preset.write_text(
        "[model]\nimage_size = 32\nwidth = 4\nresidual_blocks = 1\ndiscriminator_width = 4\n"
    )
    words = ("train", data_folder, "-o", "run", "--preset", preset, "-d", "cpu", "--steps", "1")
    wrong = amgan(*words, "--without", "perceptual", "--without", "crop")
    assert wrong.returncode == 2
    assert "--without crop: known: crop-discriminator, perceptual" in wrong.stderr
    done = amgan(*words, "--method", "sagan", "--batch-size", "2")
    assert done.returncode == 0, done.stderr
    options = json.loads((tmp_path / "run" / "config.json").read_text())
    assert options["model"]["method"] == "sagan"
    assert options["model"]["width"] == 2  # half of the preset's
    assert (options["training"]["n_critic"], options["training"]["batch_size"]) == (3, 2)


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"learning_rate": -1.0}, {"learning_rate": math.nan}]
)
def test_options_that_cannot_be_are_refused_at_once(wrong):
    with pytest.raises(UsageError, match="must"):
        load_preset("tiny").override("training", **wrong)
