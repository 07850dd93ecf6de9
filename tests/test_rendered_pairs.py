"""Rendered garments and their counterfactuals as supervision."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from amgan_cli.catalogue.dataset import Settings
from amgan_cli.color import rgb_to_lab
from amgan_cli.training import rendered_pairs
from amgan_cli.training.rendered_pairs import render_pairs
from amgan_cli.vocabulary import Vocabulary

WORDS = Vocabulary({"color": ("blue", "burgundy", "nocolor"), "sleeve": ("long", "short")})


def test_pairs_differ_in_the_asked_attribute_and_show_no_garment_of_the_catalogue(monkeypatch):
    """A test garment of `catalogue:N` that is learned from would flatter what is trained on it."""
    drawn = []
    draw = rendered_pairs._draw_garment

    def noted(seed: int, **options) -> np.ndarray:
        drawn.append(seed)
        return draw(seed, **options)

    monkeypatch.setattr(rendered_pairs, "_draw_garment", noted)
    monkeypatch.setattr(rendered_pairs, "worker_pool", lambda jobs: ThreadPoolExecutor(1))
    said: list[str] = []
    pairs = render_pairs(WORDS, "color", 3, 64, torch.device("cpu"), said.append)
    assert said == ["rendering 3 garments with color blue, maroon"]  # the catalogue's words
    assert pairs.images.shape == (3, 2, 3, 64, 64)
    blueness = -rgb_to_lab(pairs.images.flatten(0, 1) / 127.5 - 1)[:, 2, 24:40, 28:36]
    assert (blueness.mean((1, 2)).view(3, 2).diff() < 0).all()  # burgundy comes second
    catalogue = {Settings(seed).garment(i).seed for seed in (0, 1) for i in (0, 1, 10, 2_000_000)}
    assert len(drawn) == 3 and min(drawn) > 2_000_000 and not catalogue & set(drawn)
