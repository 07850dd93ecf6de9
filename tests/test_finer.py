"""Parts drawn at twice the size that the trunk sees."""

import numpy as np
import pytest
import torch

from amgan_cli import Editor
from amgan_cli.checkpoint import build_generator, load_model, save_model
from amgan_cli.config import ModelConfig, load_preset
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.finer import Finer, enlarged, reduced
from amgan_cli.training.learners import Learners
from amgan_cli.vocabulary import Vocabulary

WORDS = Vocabulary({"color": ("blue", "red"), "collar": ("round", "bow")})  # the network draws bows
SMALL = ModelConfig(
    image_size=32, width=8, residual_blocks=1, palette=True, views={"collar": "neck"}
)
FINE = ModelConfig(**{**vars(SMALL), "finer": True})
BLOCKS = ModelConfig(**{**vars(FINE), "finer_blocks": 5})
BOW = torch.tensor([WORDS.encode("collar", "bow")])
RED = torch.tensor([WORDS.encode("color", "red")])


@pytest.mark.parametrize("config", [FINE, BLOCKS])
def test_it_begins_as_an_enlargement_of_the_coarse_edit(config):
    torch.manual_seed(0)
    info = ModelInfo(WORDS, config)
    generator = build_generator(info).eval()
    x = enlarged(torch.rand(2, 3, 32, 32) * 2 - 1)
    with torch.no_grad():
        z, alpha = generator(x, BOW.expand(2, -1))
        z_small, alpha_small = generator(reduced(x), BOW.expand(2, -1))
    assert z.shape == (2, 3, 64, 64) and alpha.shape == (2, 1, 64, 64)
    assert z.dtype == alpha.dtype == torch.float32
    torch.testing.assert_close(alpha, enlarged(alpha_small), atol=0.02, rtol=0)
    assert (reduced(z) - z_small).abs().mean() < 0.05
    assert generator(reduced(x), RED.expand(2, -1))[0].shape == (2, 3, 32, 32)


def test_it_learns_lines_that_the_coarse_size_cannot_hold():
    torch.manual_seed(0)
    finer = Finer((2, 3), 1, SMALL)
    h, x = torch.rand(2, 8, 32, 32), torch.rand(2, 3, 64, 64)
    outputs, condition = torch.zeros(2, 1, 32, 32), BOW.expand(2, -1)
    lines = torch.zeros(1, 1, 64, 64)
    lines[..., 20:44:2] = 1  # every other pixel: grey at half the size
    assert finer(outputs, x, h, condition).abs().max() == 0
    optimizer = torch.optim.Adam(finer.parameters(), 3e-3)
    for _ in range(150):
        optimizer.zero_grad()
        ((finer(outputs, x, h, condition) - lines) ** 2).mean().backward()
        optimizer.step()
    learned = finer(outputs, x, h, condition).mean((0, 1, 2))
    assert learned[20:44:2].mean() - learned[21:44:2].mean() > 0.6


def test_blocks_learn_edges_from_what_lies_far_from_them():
    torch.manual_seed(0)
    x = torch.zeros(4, 3, 64, 64)
    tops = torch.arange(8, 40, 8)
    for i, top in enumerate(tops):
        x[i, :, top : top + 2] = 1
    wanted = torch.stack([(torch.arange(64) > top + 16).float() for top in tops])
    wanted = wanted[:, None, :, None].expand(-1, 1, -1, 64)  # an edge 16 rows under a line
    h, outputs = torch.zeros(4, 8, 32, 32), torch.zeros(4, 1, 32, 32)
    condition = BOW.expand(4, -1)
    losses = []
    for config in (FINE, BLOCKS):
        finer = Finer((2, 3), 1, config)
        finer.templates.maps.requires_grad_(False)  # these would learn the mean
        optimizer = torch.optim.Adam(finer.parameters(), 3e-3)
        for _ in range(120):
            loss = ((finer(outputs, x, h, condition) - wanted) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    assert losses[1] < 0.6 * losses[0]


def test_a_saved_fine_model_edits_photos_in_fine_views(tmp_path):
    torch.manual_seed(0)
    info = ModelInfo(WORDS, BLOCKS)
    generator = build_generator(info)
    save_model(tmp_path / "fine.safetensors", generator, info)
    known, read = load_model(tmp_path / "fine.safetensors", torch.device("cpu"))
    assert read.model.finer and read.model.view_size == 64 and known.parts["neck"].finer is not None
    seen = []
    draw = known.draw
    known.draw = lambda x, condition: (seen.append(x.shape[-1]), draw(x, condition))[1]
    photo = np.random.default_rng(0).integers(0, 256, (90, 70, 3)).astype(np.uint8)
    edited = Editor(known, read, torch.device("cpu")).edit(photo, {"collar": "bow"})
    assert edited.pixels.shape == photo.shape and 64 in seen


def test_what_it_needs_is_said():
    with pytest.raises(UsageError, match=r"model\.finer: needs model\.views, palette"):
        ModelConfig(finer=True)


def test_a_start_model_gets_blocks_for_its_parts_and_only_parts_learn_in_their_layers(tmp_path):
    words = Vocabulary({"collar": ("hood", "round"), "color": ("blue", "red")})
    config = load_preset("tiny").override("model", palette=True, views={"collar": "neck"})
    config = config.override("model", finer=True)
    before = Learners(ModelInfo(words, config.model), config, torch.device("cpu"))
    before.save(tmp_path / "state.pt", tmp_path / "model.safetensors", 0)
    start, _ = load_model(tmp_path / "model.safetensors", torch.device("cpu"))
    config = config.override("model", finer_blocks=2)
    after = Learners(ModelInfo(words, config.model), config, torch.device("cpu"))
    after.start_from(tmp_path / "model.safetensors")
    after.learn_only(("collar",))
    size = config.model.image_size
    hood, red = (
        torch.tensor([words.encode(*each)]) for each in (("collar", "hood"), ("color", "red"))
    )
    x, large = torch.rand(2, 3, size, size), torch.rand(2, 3, 2 * size, 2 * size)
    for shown, wanted in zip(
        after.generator(large, hood.expand(2, -1)), start(large, hood.expand(2, -1)), strict=True
    ):
        torch.testing.assert_close(shown, wanted)
    for _ in range(2):
        z, alpha = after.generator(large, hood.expand(2, -1))
        after.step_generator((z - 0.5).abs().mean() + alpha.mean())
    blocks = after.generator.parts["neck"].finer.blocks
    assert all(parameter.abs().max() > 0 for parameter in blocks[1].out.parameters())
    for shown, wanted in zip(
        after.generator(x, red.expand(2, -1)), start(x, red.expand(2, -1)), strict=True
    ):
        assert torch.equal(shown, wanted)


def test_a_part_learns_without_the_layers_of_others():
    words = Vocabulary({"collar": ("hood", "round"), "sleeve": ("long", "short")})
    config = load_preset("tiny").override(
        "model",
        palette=True,
        views={"collar": "neck", "sleeve": "arms"},
        finer=True,
        finer_blocks=1,
    )
    learners = Learners(ModelInfo(words, config.model), config, torch.device("cpu"))
    learners.learn_only(("sleeve",))
    generator, size = learners.generator, 2 * config.model.image_size
    x = torch.rand(2, 3, size, size)
    hood, short = (
        torch.tensor([words.encode(*each)]).expand(2, -1)
        for each in (("collar", "hood"), ("sleeve", "short"))
    )
    with torch.no_grad():
        before = [shown.clone() for shown in generator(x, hood)]
    for _ in range(2):
        z, alpha = generator(x, short)
        learners.step_generator((z - 0.5).abs().mean() + alpha.mean())
    assert generator.parts["arms"].finer.look.weight.grad is not None
    assert generator.parts["neck"].finer.look.weight.grad is None
    for shown, wanted in zip(generator(x, hood), before, strict=True):
        assert torch.equal(shown, wanted)
