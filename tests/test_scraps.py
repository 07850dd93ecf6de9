"""Pieces of an old sleeve that an edit left behind."""

import numpy as np
import torch

from amgan_cli import Editor
from amgan_cli.config import ModelConfig
from amgan_cli.editing.parts.scraps import find_scraps, taken_away
from amgan_cli.model_info import ModelInfo
from amgan_cli.vocabulary import Vocabulary


def shirt_with_arm() -> np.ndarray:
    mask = np.zeros((64, 64), np.float32)
    mask[10:50, 10:30] = mask[12:20, 30:60] = 1  # torso, sleeve
    return mask


def test_a_cuff_that_lost_its_sleeve_is_left_over():
    before, after = shirt_with_arm(), shirt_with_arm()
    after[:, 30:52] = 0  # the sleeve went, its cuff stayed
    pieces = find_scraps(before, after)
    assert pieces is not None
    assert np.array_equal(pieces, (after > 0) & (np.arange(64) >= 52))
    assert find_scraps(before, before) is None


def test_what_was_apart_before_is_the_garments_own():
    before = shirt_with_arm()
    before[:, 30:52] = 0
    assert find_scraps(before, before) is None


def test_the_ground_comes_in_its_place_and_the_torso_stays():
    garment = shirt_with_arm()
    garment[:, 30:52] = 0
    x = np.where(garment[..., None] > 0, (200.0, 30, 30), (90.0, 90, 90)).astype(np.float32)
    pieces = find_scraps(shirt_with_arm(), garment)
    assert pieces is not None
    step = taken_away(x, garment, pieces)
    assert np.abs(step.z[pieces] - 90).max() < 5 and step.alpha[pieces].min() > 0.6
    assert step.alpha[10:50, 10:30].max() == 0
    assert step.may_go is not None and (step.may_go[pieces] == 1).all()


class Cutter(torch.nn.Module):
    """A stand-in: a colour finds dark pixels, a sleeve takes them away beside the middle."""

    def draw(self, x, condition):
        dark = (x.mean(1, keepdim=True) < -0.2).float()  # not the padding
        if condition[0, :2].any():  # a colour
            return torch.ones_like(x), dark, None
        beside = (torch.linspace(-1, 1, x.shape[-1]).abs() > 0.52).float()
        return torch.full_like(x, 0.5), dark * beside, None

    def forward(self, x, condition):
        return self.draw(x, condition)[:2]


def test_cuffs_beside_the_view_of_the_arms_go_with_their_sleeves():
    words = Vocabulary({"color": ("blue", "red"), "sleeve": ("long", "sleeveless")})
    mask = np.zeros((180, 300), bool)
    mask[50:140, 120:180] = mask[55:75, 60:240] = True  # arms stretched out to both sides
    photo = np.where(mask[..., None], (40, 50, 90), (190, 190, 190)).astype(np.uint8)
    info = ModelInfo(words, ModelConfig(image_size=128, views={"sleeve": "arms"}))
    editor = Editor(Cutter(), info, torch.device("cpu"))  # type: ignore[arg-type]
    edited = editor.edit(photo, {"sleeve": "sleeveless"}).pixels
    assert edited[55:75, 60:110].mean() > 170 and edited[55:75, 190:240].mean() > 170
    assert np.array_equal(edited[90:130, 130:170], photo[90:130, 130:170])
