"""Learned pictures of the values that are seen in part."""

from dataclasses import replace

import torch

from amgan_cli.checkpoint import build_generator
from amgan_cli.config import ModelConfig
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.templates import Templates
from amgan_cli.vocabulary import Vocabulary

WORDS = Vocabulary(
    {
        "color": ("blue", "red"),
        "collar": ("round", "vneck", "hood"),
        "fastening": ("none", "zip"),
    }
)
VIEWS = {"collar": "neck", "fastening": "front"}


def test_values_that_none_can_ask_for_get_no_picture():
    words = replace(WORDS, source_only={"collar": ("vneck",)})
    info = ModelInfo(words, ModelConfig(image_size=32, views=VIEWS))
    assert info.part_slots == {"neck": ((2, 3, 4), (2, 4)), "front": ((5, 6), (5, 6))}
    torch.manual_seed(0)
    generator = build_generator(info).eval()
    neck, _ = generator.each_part()
    assert len(neck.templates.maps) == 2
    torch.nn.init.normal_(neck.templates.maps)
    x, back = torch.rand(1, 3, 32, 32), torch.tensor([words.encode("collar", "vneck")])
    z, _ = generator(x, back)  # as the cycle of a training step asks for it (Eq. 5)
    torch.nn.init.zeros_(neck.templates.maps)
    assert torch.equal(generator(x, back)[0], z) and z.shape == x.shape
    hood = torch.tensor([words.encode("collar", "hood")])
    before = generator(x, hood)[0]
    torch.nn.init.normal_(neck.templates.maps)
    assert not torch.equal(generator(x, hood)[0], before)


def test_templates_begin_as_nothing_and_learn_one_values_picture():
    torch.manual_seed(0)
    info = ModelInfo(WORDS, ModelConfig(image_size=32, views=VIEWS))
    templates = Templates(info.part_slots["neck"].targets, 4, 32)
    h = torch.rand(2, 4, 32, 32)
    vneck, hood, red = (
        torch.tensor([WORDS.encode(*each)]).expand(2, -1)
        for each in (("collar", "vneck"), ("collar", "hood"), ("color", "red"))
    )
    assert torch.equal(templates(h, vneck), h)
    wanted = torch.zeros(1, 1, 32, 32)
    wanted[..., 10:20, 15] = 1  # a line one pixel wide
    optimizer = torch.optim.Adam(templates.parameters(), 1e-3)
    for _ in range(150):
        optimizer.zero_grad()
        loss = ((templates(h, vneck) - h).mean(1, keepdim=True) - wanted).abs().mean()
        loss.backward()
        optimizer.step()
    learned = (templates(h, vneck) - h).mean((0, 1))
    assert learned[10:20, 15].mean() > 0.7 and learned[:, 20:].abs().max() < 0.1
    assert torch.equal(templates(h, hood), h) and torch.equal(templates(h, red), h)
