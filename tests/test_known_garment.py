"""`--garment`: colours and patterns where the user says that the garment is."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import read_pixels
from PIL import Image

from amgan_cli import Editor
from amgan_cli.catalogue import counterfactual, render, sample_garment
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
        "amgan: --garment told: no PNG in it is named as a photo to be edited\n"
    )
    alone = read_pixels(tmp_path / "out/a.png")
    top = np.zeros(alone.shape[:2], np.uint8)
    top[:160] = 255
    Image.fromarray(top).save(tmp_path / "told/b.png")
    (tmp_path / "told/b.txt").touch()
    done = run(*words, "--garment", "told")
    assert done.exit_code == 0 and "1 done, 1 skipped" in done.stderr
    assert "1 files in told are of no photo here, such as b.txt" in done.stderr
    assert np.array_equal(read_pixels(tmp_path / "out/a.png"), alone)
    before, after = read_pixels(photo), read_pixels(tmp_path / "out/b.png")
    assert np.array_equal(after[180:], before[180:])
    assert not np.array_equal(after[:140], before[:140])
    assert not np.array_equal(alone[180:], before[180:])


def test_what_such_a_mask_cannot_do_is_said(run, mask, tmp_path):
    words = ("edit", SHIRT, "--garment", "mask.png", "-o", "out.png")
    for others, message in (
        (("--set", "sleeve=long"), "a mask is for colours and patterns, not for sleeve=long"),
        (("--set", "color=red", "--garment", "mended"), "--garment mended: no such file or folder"),
        (("--set", "color=red", "--mask", "may"), "--mask may: no such file or folder"),
        (("--set", "color=red", "--save-mask", "mask.png"), "mask.png: is one of the masks given"),
    ):
        done = run(*words, *others)
        assert done.exit_code == 2 and message in done.stderr
    done = run("region-edit", *words[1:], "--region", "torso", "--raw", "--set", "color=red")
    assert done.exit_code == 2 and "--garment and --raw: z itself has no outline" in done.stderr
    assert np.array_equal(read_pixels(tmp_path / "mask.png")[..., 0], mask)
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
    same = editor.edit(picture, {"color": "red"}, garment=Image.fromarray(mask).resize((225, 300)))
    assert np.abs(same.attention - attention).mean() < 0.01
    with pytest.raises(UsageError, match="not for collar=hood"):
        editor.edit(picture, {"color": "red", "collar": "hood"}, garment=garment)
    with pytest.raises(UsageError, match=r"garment is float32 \(225, 300\); give HxW 300x225"):
        editor.edit(picture, {"color": "red"}, garment=garment.T)


@pytest.fixture(scope="module")
def two() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A light shirt beside the same in navy, 360 x 640; where the first is; and it alone."""
    shirt = sample_garment(7, color="white", pattern="plain", sleeve="short", background="wood")
    alone = render(shirt, (320, 360))
    other = render(counterfactual(shirt, "color", "navy"), (320, 360)).image
    garment = np.hstack([alone.masks["garment"], np.zeros((360, 320), np.uint8)])
    return np.hstack([alone.image, other]), garment, alone.image


def test_a_shade_and_a_print_are_those_of_that_garment(two):
    photo, garment, alone = two
    editor, is_cloth = Editor.load(), cv2.erode(garment, np.ones((15, 15)))[:, :320] > 0
    for edit in ({"color": "red"}, {"color": "yellow"}):
        told, single = editor.edit(photo, edit, garment=garment).pixels, editor.edit(alone, edit)
        assert not changed(photo, told)[:, 340:].any()
        of_two, of_one = (
            cv2.cvtColor(each[:, :320].astype(np.float32) / 255, cv2.COLOR_RGB2Lab)[is_cloth, 0]
            for each in (told, single.pixels)
        )
        assert abs(np.median(of_two) - np.median(of_one)) < 7
    told = editor.edit(photo, {"pattern": "print"}, garment=garment).pixels
    inked = changed(photo, told)
    columns = np.flatnonzero(inked[:, :320].any(axis=0))
    middle = np.flatnonzero(garment.any(axis=0)).mean()
    assert abs(columns.mean() - middle) < 30 and not inked[:, 340:].any()


def test_what_save_mask_wrote_can_be_given_back(amgan, tmp_path):
    words = ("edit", SHIRT, *NAVY, "-o", "new.png")
    assert amgan(*words, "--save-mask", "masks/").returncode == 0
    (found,) = (tmp_path / "masks").iterdir()
    first = read_pixels(tmp_path / "new.png")
    for given in ("masks", f"masks/{found.name}"):
        done = amgan(*words, "--garment", given, "--existing", "overwrite")
        assert done.returncode == 0, done.stderr
        again = read_pixels(tmp_path / "new.png").astype(int)
        assert np.abs(again - first).max(axis=2).mean() < 3


def test_of_a_cut_out_what_is_opaque_is_the_garment(amgan, mask, tmp_path):
    cut_out = np.dstack([np.full((1200, 900, 3), 255, np.uint8), mask])
    Image.fromarray(cut_out).save(tmp_path / "mask.png")
    assert amgan("edit", SHIRT, *NAVY, "--garment", "mask.png", "-o", "out.png").returncode == 0
    differs = changed(read_pixels(SHIRT), read_pixels(tmp_path / "out.png"))
    assert not differs[cv2.dilate(mask, np.ones((49, 49))) == 0].any()
    assert differs[cv2.erode(mask, np.ones((25, 25))) > 0].mean() > 0.97
