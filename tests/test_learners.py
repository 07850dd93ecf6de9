"""What learns in a run: how it begins from a model, and how it steps."""

import pytest
import torch
from conftest import tiny

from amgan_cli.errors import CheckpointError
from amgan_cli.model_info import ModelInfo
from amgan_cli.training.learners import Learners, learning_rate
from amgan_cli.vocabulary import Vocabulary


def test_a_start_model_of_fewer_values_keeps_what_it_knows(tmp_path):
    known = Vocabulary({"sleeve": ("long", "short"), "color": ("red", "blue")})
    wider = Vocabulary(
        {
            "color": ("blue", "green", "red"),
            "collar": ("round", "wide"),
            "sleeve": ("short", "long"),
        }
    )
    config = tiny().override("model", conditional_norm=True)
    before = Learners(ModelInfo(known, config.model), config, torch.device("cpu"))
    before.save(tmp_path / "state.pt", tmp_path / "model.safetensors", 0)
    config = config.override("model", palette=True, inks="sleeve", coordinates=True)
    after = Learners(ModelInfo(wider, config.model), config, torch.device("cpu"))
    after.start_from(tmp_path / "model.safetensors")
    x = torch.rand(1, 3, config.model.image_size, config.model.image_size)
    for manipulation in (("color", "red"), ("sleeve", "short")):
        old, new = (torch.tensor([words.encode(*manipulation)]) for words in (known, wider))
        z, alpha = before.average.module(x, old)
        z_after, alpha_after = after.generator(x, new)
        torch.testing.assert_close(z_after, z, atol=0.1, rtol=0)  # half precision, palette
        torch.testing.assert_close(alpha_after, alpha, atol=0.02, rtol=0)


@pytest.mark.parametrize("had", [{"width": 16}, {"coordinates": True}])
def test_a_start_model_of_other_sizes_is_refused(tmp_path, had):
    words = Vocabulary({"color": ("red", "blue")})
    before, after = (
        Learners(ModelInfo(words, config.model), config, torch.device("cpu"))
        for config in (tiny().override("model", **had), tiny())
    )
    before.save(tmp_path / "state.pt", tmp_path / "model.safetensors", 0)
    with pytest.raises(CheckpointError, match="other layers than the preset"):
        after.start_from(tmp_path / "model.safetensors")


@pytest.mark.parametrize("coordinates", [False, True])
def test_a_start_model_of_fewer_blocks_begins_as_it_was(tmp_path, coordinates):
    words = Vocabulary({"color": ("red", "blue")})
    config = tiny().override("model", coordinates=coordinates)
    before = Learners(ModelInfo(words, config.model), config, torch.device("cpu"))
    config = config.override("training", seed=1)
    before.save(tmp_path / "state.pt", tmp_path / "model.safetensors", 0)
    deeper = config.override("model", residual_blocks=config.model.residual_blocks + 2)
    after = Learners(ModelInfo(words, deeper.model), deeper, torch.device("cpu"))
    assert after.start_from(tmp_path / "model.safetensors") is False  # no inks came along
    x = torch.rand(1, 3, config.model.image_size, config.model.image_size)
    red = torch.tensor([words.encode("color", "red")])
    z, alpha = before.average.module(x, red)
    z_after, alpha_after = after.generator(x, red)
    torch.testing.assert_close(z_after, z, atol=0.02, rtol=0)  # half precision
    torch.testing.assert_close(alpha_after, alpha, atol=0.02, rtol=0)


def test_a_start_model_of_more_values_prints_and_draws_as_it_did(tmp_path):
    known = Vocabulary({"pattern": ("checks", "plain", "stripes"), "collar": ("hood", "round")})
    fewer = Vocabulary({"pattern": ("plain", "stripes"), "collar": ("round",), "color": ("red",)})
    config = tiny().override("model", palette=True, inks="pattern", coordinates=True)
    config = config.override("model", views={"collar": "neck"}, finer=True)
    before = Learners(ModelInfo(known, config.model), config, torch.device("cpu"))
    generator = before.average.module
    with torch.no_grad():  # visible ink and pictures
        for layer in (generator.inks.heights, generator.inks.opacity, generator.inks.colors):
            layer.weight.normal_(std=0.3)
        generator.parts["neck"].templates.maps.normal_(std=0.1)
        generator.parts["neck"].finer.templates.maps.normal_(std=0.1)
        generator.parts["neck"].finer.heads.weight.normal_(std=0.1)
    before.save(tmp_path / "state.pt", tmp_path / "model.safetensors", 0)
    after = Learners(ModelInfo(fewer, config.model), config, torch.device("cpu"))
    assert after.start_from(tmp_path / "model.safetensors") is True
    size = config.model.image_size
    for manipulation, side in ((("pattern", "stripes"), size), (("collar", "round"), 2 * size)):
        x = torch.rand(1, 3, side, side)
        old, new = (torch.tensor([words.encode(*manipulation)]) for words in (known, fewer))
        for shown, wanted in zip(after.generator(x, new), generator(x, old), strict=True):
            torch.testing.assert_close(shown, wanted, atol=0.02, rtol=0)  # half precision


def test_a_gradient_is_no_longer_than_the_clip():
    words = Vocabulary({"color": ("red", "blue")})
    norms = {}
    for clip in (0.0, 1e-3):
        config = tiny(clip=clip)
        learners = Learners(ModelInfo(words, config.model), config, torch.device("cpu"))
        x = torch.rand(2, 3, config.model.image_size, config.model.image_size)
        z, alpha = learners.generator(x, torch.tensor([words.encode("color", "red")] * 2))
        learners.step_generator((z - x).abs().mean() + alpha.mean())
        gradients = [each.grad for each in learners.generator.parameters() if each.grad is not None]
        norms[clip] = float(torch.cat([each.flatten() for each in gradients]).norm())
    assert norms[0.0] > 0.01 and norms[1e-3] == pytest.approx(1e-3, rel=1e-2)


def test_the_average_follows_the_generator_slowly():
    words = Vocabulary({"color": ("red", "blue")})
    config = tiny(ema_decay=0.75)
    learners = Learners(ModelInfo(words, config.model), config, torch.device("cpu"))
    kept = [[each.detach().clone() for each in learners.generator.parameters()] for _ in range(1)]
    x = torch.rand(2, 3, config.model.image_size, config.model.image_size)
    red = torch.tensor([words.encode("color", "red")] * 2)
    for _ in range(2):
        z, alpha = learners.generator(x, red)
        learners.step_generator((z - x).abs().mean() + alpha.mean())
        kept.append([each.detach().clone() for each in learners.generator.parameters()])
    # the first step is taken over, as the average begins there; then a quarter of each
    for average, first, second in zip(learners.average.module.parameters(), *kept[1:], strict=True):
        torch.testing.assert_close(average, 0.75 * first + 0.25 * second)


def test_fixed_inks_stay_while_the_rest_learns():
    words = Vocabulary({"pattern": ("plain", "stripes")})
    config = tiny().override("model", palette=True, inks="pattern")
    learners = Learners(ModelInfo(words, config.model), config, torch.device("cpu"))
    learners.fix_inks()
    before = {name: value.clone() for name, value in learners.generator.state_dict().items()}
    x = torch.rand(2, 3, config.model.image_size, config.model.image_size)
    striped = torch.tensor([words.encode("pattern", "stripes")]).expand(2, -1)
    z, alpha = learners.generator(x, striped)
    learners.step_generator((z - x).abs().mean() + alpha.mean())
    after = learners.generator.state_dict()
    changed = {name for name, value in before.items() if not torch.equal(after[name], value)}
    assert "image_head.weight" in changed
    assert not any(name.startswith("inks.") for name in changed)


def test_the_learning_rate_falls_to_zero_after_half():
    rates = [learning_rate(1e-4, step, 1000) for step in (0, 499, 500, 750, 999, 1000)]
    assert rates == pytest.approx([1e-4, 1e-4, 1e-4, 0.5e-4, 2e-7, 0])
