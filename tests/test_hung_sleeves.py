"""Long sleeves laid beside the torso: they move as cloth does, and what lay under them is known."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from garment_masks import photo_of, vest
from PIL import Image

from amgan_cli.data.labels import Labels
from amgan_cli.data.photo_source import PhotoFile
from amgan_cli.part_view import Bodice
from amgan_cli.training.drawn_parts import HUNG, DrawnParts
from amgan_cli.training.hung_sleeves import hang_sleeves
from amgan_cli.vocabulary import Vocabulary

VALUES = ("long", "short", "sleeveless", "threequarter")


def spread() -> np.ndarray:
    """A garment with long sleeves that point out and down."""
    mask = vest().astype(np.uint8)
    for side in (-1, 1):
        armhole = np.array([(128 + side * 46, 62), (128 + side * 46, 94)])
        end = armhole + np.array([side * 56, 74])
        cv2.fillPoly(mask, [np.concatenate([armhole, end[::-1]]).astype(np.int32)], 1)
    return mask > 0


def hung(seed: int, photo: np.ndarray | None = None) -> tuple[dict[str, np.ndarray], np.ndarray]:
    mask = spread()
    bodice = Bodice.of(mask)
    assert bodice is not None
    random = np.random.default_rng(seed)
    found = hang_sleeves(photo_of(mask) if photo is None else photo, mask, bodice, VALUES, random)
    assert found is not None
    return found


def cloth_of(picture: np.ndarray) -> np.ndarray:
    return picture.mean(2) < 140


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4])
def test_sleeves_hang_down_beside_the_torso(seed: int):
    pictures, whole = hung(seed)
    width = {"before": np.ptp(np.flatnonzero(spread().any(0)))}
    width["hung"] = np.ptp(np.flatnonzero(whole.any(0)))
    assert width["hung"] < 0.8 * width["before"]
    assert (cloth_of(pictures["long"]) == whole).mean() > 0.97
    for side in (slice(0, 70), slice(186, 256)):  # where they lay is ground
        assert pictures["long"][130:150, side].mean() > 150


def test_they_get_shorter_from_their_ends_and_the_torso_is_whole_under_them():
    pictures, _ = hung(0)
    lowest = {}
    for value in ("short", "threequarter", "long"):
        beside = cloth_of(pictures[value]) & ~vest()
        lowest[value] = np.flatnonzero(beside[:, :82].any(1)).max()
        same = pictures[value][65:80, 110:146]
        assert same == pytest.approx(photo_of(spread())[65:80, 110:146].astype(float), abs=2)
    assert lowest["short"] + 15 < lowest["threequarter"] < lowest["long"] - 15
    bare = cloth_of(pictures["sleeveless"])
    assert bare[110:190, 82:174].mean() > 0.99 and not bare[66:, :74].any()


def test_a_mark_goes_with_its_sleeve():
    photo = photo_of(spread())
    photo[112:122, 44:54] = (240, 20, 20)
    photo = np.where(spread()[..., None], photo, photo_of(spread()))
    for seed in range(3):
        pictures, _ = hung(seed, photo)
        is_red = {v: (p[..., 0] - p[..., 2]) > 100 for v, p in pictures.items()}
        rows, columns = np.nonzero(is_red["long"])
        assert len(rows) > 30 and columns.mean() > 60 and rows.mean() > 118
        assert not is_red["short"].any() and not is_red["sleeveless"].any()


def test_what_hangs_already_or_has_no_two_sleeves_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("amgan_cli.training.hung_sleeves.TURNS", (0.2, 0.2))
    close = vest()
    close[66:200, 50:72] = close[66:200, 184:206] = True
    close[66:84, 50:206] = True
    one = spread()
    one[:, 176:] = False
    for mask in (close, one):
        bodice, random = Bodice.of(mask), np.random.default_rng(0)
        assert bodice is not None
        assert hang_sleeves(photo_of(mask), mask, bodice, VALUES, random) is None


def test_photos_with_long_sleeves_are_learned_from_hung_too(tmp_path: Path):
    words = Vocabulary({"sleeve": VALUES})
    Image.fromarray(photo_of(spread())).save(tmp_path / "0.png")
    Image.fromarray(spread().astype(np.uint8) * 255).save(tmp_path / "mask.png")
    photos = [PhotoFile("0", tmp_path / "0.png", tmp_path / "mask.png")]
    values = np.array([[VALUES.index("long")]])
    labels = Labels(words, photos, values, np.zeros((1, 0), int), np.zeros(1, bool))
    source = DrawnParts(labels, "sleeve", "arms", 64, torch.device("cpu"), lambda text: None)
    source.fill()
    source.wait()
    assert source.images.shape == (1 + HUNG, 1 + len(VALUES), 3, 64, 64)
    own, hung = source.images[0], source.images[1]
    assert torch.equal(hung[0], hung[1 + VALUES.index("long")])  # the photo is the drawing
    assert not torch.equal(own[0], hung[0]) and not torch.equal(hung[0], source.images[2][0])
    pair = source.draw(16, np.random.default_rng(0))
    assert (pair.source != pair.target).all() and pair.changed.mean() > 0.005
