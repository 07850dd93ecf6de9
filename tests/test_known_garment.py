"""`--garment`: colours and patterns where the user says that the garment is."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import read_pixels
from PIL import Image

from amgan_cli import Editor
from amgan_cli.errors import UsageError

SHIRT = Path(__file__).parents[1] / "examples" / "shirt.jpg"
NAVY = ("--set", "color=navy")


@pytest.fixture
def mask(tmp_path) -> np.ndarray:
    """mask.png: of the example's 900 x 1200 pixels the shirt's left half and a piece of table."""
    mask = np.zeros((1200, 900), np.uint8)
    mask[400:1000, 240:450] = 255
    mask[60:200, 500:800] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    return mask


def changed(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where pixels differ by more than a rounded step, H x W."""
    return np.abs(before.astype(int) - after).max(axis=2) > 2


@pytest.mark.parametrize("edit", ["color=navy", "color=#b03a2e", "pattern=stripes"])
def test_edits_lie_where_the_mask_is_white(amgan, mask, tmp_path, edit):
    words = ("--set", edit, "--garment", "mask.png", "-o", "out.png", "--save-mask", "seen.png")
    assert amgan("edit", SHIRT, *words).returncode == 0
    seen = np.asarray(Image.open(tmp_path / "seen.png")) > 127
    assert (seen & (mask > 0)).sum() / (seen | (mask > 0)).sum() > 0.97
    differs = changed(read_pixels(SHIRT), read_pixels(tmp_path / "out.png"))
    far = cv2.dilate(mask, np.ones((49, 49))) == 0  # it follows the photo's edges there
    assert not differs[far].any()
    if edit.startswith("color"):
        assert differs[cv2.erode(mask, np.ones((25, 25))) > 0].mean() > 0.97


def test_a_region_of_such_a_garment_ends_with_it(amgan, mask, tmp_path):
    words = ("--region", "torso", *NAVY, "--garment", "mask.png", "-o", "out.png")
    assert amgan("region-edit", SHIRT, *words).returncode == 0
    differs = changed(read_pixels(SHIRT), read_pixels(tmp_path / "out.png"))
    assert differs[500:900, 280:420].mean() > 0.9
    assert not differs[:, 480:][300:].any()


def test_a_folder_of_masks_is_for_the_photos_that_have_one(run, photo, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "told").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "in" / name).write_bytes(photo.read_bytes())
    words = ("edit", "in", "--set", "color=red", "-o", "out")
    assert run(*words).exit_code == 0
    assert run(*words, "--garment", "told").stderr == (
        "amgan: --garment told: no PNG in it is named as a photo given\n"
    )
    alone = read_pixels(tmp_path / "out/a.png")
    top = np.zeros(alone.shape[:2], np.uint8)
    top[:160] = 255
    Image.fromarray(top).save(tmp_path / "told/b.png")
    done = run(*words, "--garment", "told")
    assert done.exit_code == 0 and "1 done, 1 skipped" in done.stderr
    assert np.array_equal(read_pixels(tmp_path / "out/a.png"), alone)
    before, after = read_pixels(photo), read_pixels(tmp_path / "out/b.png")
    assert np.array_equal(after[180:], before[180:])
    assert not np.array_equal(after[:140], before[:140])
    assert not np.array_equal(alone[180:], before[180:])


def test_what_such_a_mask_cannot_do_is_said(run, mask, tmp_path):
    words = ("edit", SHIRT, "--garment", "mask.png", "-o", "out.png")
    done = run(*words, "--set", "sleeve=long")
    assert done.exit_code == 2
    assert "sleeve=long and a mask of the garment: masks (--garment) are for" in done.stderr
    Image.fromarray(mask[:50]).save(tmp_path / "mask.png")
    done = run(*words, "--set", "color=red")
    assert done.exit_code == 1
    assert "--garment mask.png: is 900x50 pixels, the photo 900x1200" in done.stderr
    assert not (tmp_path / "out.png").exists()


def test_the_library_takes_such_a_mask_too(mask):
    editor, picture = Editor.load(), Image.open(SHIRT).resize((225, 300))
    garment = cv2.resize(mask, (225, 300), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    attention = editor.edit(picture, {"color": "red"}, garment=garment).attention
    assert np.abs(attention - garment).mean() < 0.01
    with pytest.raises(UsageError, match="collar=hood and a mask of the garment"):
        editor.edit(picture, {"color": "red", "collar": "hood"}, garment=garment)
