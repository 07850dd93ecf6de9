"""Presets: the paper's numbers, and what is wrong in one of a user's own."""

import pytest

from amgan_cli.config import load_preset
from amgan_cli.errors import UsageError


def test_paper_presets_hold_the_papers_numbers():
    fashion, shopping = load_preset("paper-deepfashion"), load_preset("paper-shopping100k")
    for preset in (fashion, shopping):
        training, loss = preset.training, preset.loss
        assert (training.learning_rate, training.beta1, training.beta2) == (1e-4, 0.5, 0.999)
        assert (training.batch_size, training.n_critic) == (16, 5)
        assert (loss.cls, loss.cyc, loss.att, loss.pair) == (1, 10, 10, 0)
        assert (preset.model.image_size, preset.model.width) == (128, 64)
        assert preset.attribute_network.depth == 50
    assert (fashion.loss.perc, shopping.loss.perc) == (20, 10)
    assert fashion.loss.perceptual_layers == ("conv5", "avg_pool")
    assert shopping.loss.perceptual_layers == ("avg_pool",)
    assert fashion.training.steps * 5 == 2 * 80_000
    assert shopping.training.steps * 5 == 5 * 50_000


def test_a_preset_with_a_wrong_name_is_answered(tmp_path):
    (tmp_path / "mine.toml").write_text("[training]\nstep = 3\n")
    with pytest.raises(UsageError, match=r"unknown option training\.step .*did you mean steps"):
        load_preset(str(tmp_path / "mine.toml"))
    with pytest.raises(UsageError, match="did you mean tiny"):
        load_preset("tinny")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[loss]\nadv = "x"\n', r"loss\.adv 'x': must be such as 1\.0"),
        ('[data]\nattributes = "color"\n', r"data\.attributes 'color': must be such as \(\)"),
        ("[model]\npalette = 1\n", r"model\.palette 1: must be such as False"),
        ("[training]\nsteps = 2.5\n", r"training\.steps 2\.5: must be such as"),
        ("[training]\nema_decay = 2\n", r"training\.ema_decay 2: must be in 0\.\.1"),
        ("[attribute_network]\nbatch_size = 0\n", r"attribute_network\.batch_size 0: must be at"),
        ("[training]\nclip = nan\n", r"training\.clip nan: must be finite, 0 or more"),
        ("[training]\nseed = 99999999999\n", r"training\.seed 99999999999: must be in 0\.\."),
        ("[model]\nimage_size = 32\ndownsamples = 5\n", r"model\.downsamples 5: must leave"),
        ('[data]\nattributes = ["color", "color"]\n', r"data\.attributes .*: name each once"),
        ('[data]\nsource_only = { color = "multi" }\n', r"source_only\.color 'multi': give a list"),
        ('[data]\nrendered_pairs = { sleeve = "9" }\n', r"rendered_pairs\.sleeve '9': give a wh"),
        ("[attribute_network]\nprints = 2\n", r"attribute_network\.prints 2: must be in 0\.\."),
        ("[training]\nreach = -1\n", r"training\.reach -1: must be finite, 0 or more"),
        ("[attribute_network]\nepochs = 0\n", r"attribute_network\.epochs 0: must be over 0"),
        ("[loss]\ncyc = -1\n", r"loss\.cyc -1: must be finite, 0 or more"),
        ("[loss]\natt = nan\n", r"loss\.att nan: must be finite, 0 or more"),
        ("[model]\ninit_std = -1\n", r"model\.init_std -1: must be finite, 0 or more"),
        ("[attribute_network]\nweight_decay = -1\n", r"weight_decay -1: must be finite, 0"),
        ("[model]\nleaky_slope = -1\n", r"model\.leaky_slope -1: must be in 0\.\.1"),
        ("[data]\nkeep = { gender = 0 }\n", r"data\.keep\.gender 0: give a text"),
        ('model = "five"\n', r"model in the preset: is a table"),
    ],
)
def test_a_preset_with_a_wrong_value_is_answered(tmp_path, text, message):
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        load_preset(str(tmp_path / "mine.toml"))


def test_the_option_that_named_a_preset_is_told(tmp_path):
    (tmp_path / "mine.toml").write_text("[")
    with pytest.raises(UsageError, match=r"^--scale .*mine\.toml: not a valid preset file"):
        load_preset(str(tmp_path / "mine.toml"), "--scale")


def test_a_folder_is_no_preset(tmp_path):
    (tmp_path / "mine.toml").mkdir()
    with pytest.raises(UsageError, match=r"mine\.toml: not a valid preset file"):
        load_preset(str(tmp_path / "mine.toml"))


def test_whole_numbers_do_for_any(tmp_path):
    (tmp_path / "mine.toml").write_text("[loss]\nadv = 2\n[data]\nfirst_label = 1\n")
    config = load_preset(str(tmp_path / "mine.toml"))
    assert (config.loss.adv, config.data.first_label) == (2, 1)
