"""DeepFashion-Synthesis in small: MATLAB cells, 1-based rows, swapped axes, captions that vote."""

import json
import pickle
import shutil
import sys

import h5py
import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from scipy.io import savemat

from amgan_cli.config import DataConfig, load_preset
from amgan_cli.data.dataset import load_dataset
from amgan_cli.data.forms.captions import COLOR_WORDS, SLEEVE_WORDS, find_words, name_codes
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.sources import open_labels
from amgan_cli.errors import DataError, UsageError

PHOTOS = 40
SIDE = 128
COLORS = {1: "red", 2: "navy", 3: "multicolored"}
SLEEVES = {1: "sleeveless", 2: "short-sleeved", 3: "half-sleeved", 4: "long-sleeved"}
CONFIG = load_preset("paper-deepfashion").data


def cells(texts: list[str]) -> np.ndarray:
    """N x 1 MATLAB cells, each a cell with a text, as the real file nests them."""
    column = np.empty((len(texts), 1), dtype=object)
    for i, text in enumerate(texts):
        column[i, 0] = np.array([[text]], dtype=object)
    return column


def codes() -> dict[str, np.ndarray]:
    numbers = np.arange(PHOTOS)[:, None]
    return {
        "color_": numbers % 3 + 1,
        "sleeve_": numbers % 4 + 1,
        "cate_new": numbers % 19 + 1,
        "gender_": numbers % 2,
    }


def captions() -> list[str]:
    """Every caption names its own colour but for the last, which is wrong."""
    texts = [
        f"the lady wore a {COLORS[i % 3 + 1]} {SLEEVES[i % 4 + 1]} blouse" for i in range(PHOTOS)
    ]
    texts[-1] = "the lady wore a navy long sleeves top"  # code 1: red; code 4: long
    return texts


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """N x H x W x 3 uint8, unlike in every row, column and channel."""
    pictures = np.random.default_rng(0).integers(0, 256, (PHOTOS, SIDE, SIDE, 3), dtype=np.uint8)
    pictures[:, : SIDE // 2] //= 4  # dark above, bright below: a swapped axis would show
    return pictures


@pytest.fixture(scope="module")
def whole(tmp_path_factory, pictures):
    """The data set as it is downloaded, with two unknown labels."""
    folder = tmp_path_factory.mktemp("deepfashion")
    (folder / "benchmark").mkdir()
    (folder / "supervision_signals").mkdir()
    names = [f"img/Lace_Blouse/img_{i:08d}.jpg" for i in range(PHOTOS)]
    labels = codes() | {"nameList": cells(names), "engJ": cells(captions())}
    labels["color_"][5] = 0
    savemat(folder / "benchmark/language_original.mat", labels)
    test = np.arange(31, 41)[None]  # 1-based, a row as in the official script
    savemat(folder / "benchmark/ind.mat", {"test_ind": test, "train_ind": np.arange(1, 31)[None]})
    mean = np.random.default_rng(1).random((3, SIDE, SIDE), np.float32)
    stored = pictures.transpose(0, 3, 2, 1).astype(np.float32) / 255 - mean  # N, C, W, H
    parsing = np.zeros((PHOTOS, 1, SIDE, SIDE), np.float32)
    parsing[:, 0, 10:20, 30:60] = 4  # stored x 10..19, y 30..59
    parsing[0, 0, 50:60, 30:60] = 3
    with h5py.File(folder / "supervision_signals/G2.h5", "w") as file:
        file["ih"], file["ih_mean"], file["b_"] = stored, mean, parsing
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    """A copy that a test may spoil."""
    return shutil.copytree(whole, tmp_path / "data")


def test_pixels_come_back_upright_and_exact(whole, pictures):
    labels = open_labels(f"deepfashion:{whole}", CONFIG)
    assert len(labels.photos) == PHOTOS
    for i in (0, 17, PHOTOS - 1):
        assert np.array_equal(labels.photos[i].read(), pictures[i])
    dataset = load_dataset(labels, SIDE, pytest.fail)
    assert np.array_equal(dataset.images.numpy(), pictures.transpose(0, 3, 1, 2))
    assert dataset.masks is None  # the paper's preset asks for none


def test_photos_go_to_another_process_without_the_open_file(whole):
    photo = open_labels(f"deepfashion:{whole}", DataConfig()).photos[3]
    there = pickle.loads(pickle.dumps(photo))
    assert np.array_equal(there.read(), photo.read())


def test_labels_are_named_by_the_captions_and_unknown_ones_masked(whole):
    labels = open_labels(f"deepfashion:{whole}", CONFIG)
    attributes = labels.vocabulary.attributes
    assert attributes["color"] == ("multi", "navy", "red")
    assert attributes["sleeve"] == ("half", "long", "short", "sleeveless")
    names = {1: "red", 2: "navy", 3: "multi"}
    expected = [attributes["color"].index(names[i % 3 + 1]) for i in range(PHOTOS)]
    expected[5] = UNKNOWN
    assert labels.values[:, 0].tolist() == expected
    assert len(set(labels.match[:, 0].tolist())) == 19
    assert (labels.match[:, 1] == np.arange(PHOTOS) % 2).all()  # gender 0 is known
    red = labels.findings["color"]["1"]
    assert red["captions"] == 14  # photos 0, 3, ..., 39
    assert red["votes"] == {"red": 13, "navy": 1}
    assert red["share"] == pytest.approx(13 / 14)


def test_the_test_split_is_drawn_from_the_official_one(whole, folder):
    labels = open_labels(f"deepfashion:{whole}", CONFIG)
    test = np.flatnonzero(labels.is_test)
    assert len(test) == PHOTOS // 10
    assert set(test) <= set(range(30, 40))  # test_ind less 1
    assert (open_labels(f"deepfashion:{whole}", CONFIG).is_test == labels.is_test).all()
    (folder / "benchmark/ind.mat").unlink()
    alone = np.flatnonzero(open_labels(f"deepfashion:{folder}", CONFIG).is_test)
    assert len(alone) == PHOTOS // 10
    assert not set(alone) <= set(range(30, 40))


def test_weak_masks_are_the_upper_clothes_else_the_lower(whole):
    labels = open_labels(f"deepfashion:{whole}", DataConfig(masks="masks"))
    upper, lower = labels.photos[0].read_mask(), labels.photos[1].read_mask()
    assert upper is not None and lower is not None
    assert upper.sum() == lower.sum() == 255 * 10 * 30
    assert (upper[30:60, 50:60] == 255).all()  # rows are y, columns x
    assert (lower[30:60, 10:20] == 255).all()


def test_jpegs_by_name_take_the_place_of_g2(folder):
    shutil.rmtree(folder / "supervision_signals")
    with pytest.raises(DataError, match=r"no pixels; expected .*G2\.h5, or the photos by name"):
        open_labels(f"deepfashion:{folder}", CONFIG)
    (folder / "img/Lace_Blouse").mkdir(parents=True)
    photo = Image.linear_gradient("L").resize((20, 30)).convert("RGB")
    photo.save(folder / "img/Lace_Blouse/img_00000003.jpg")
    labels = open_labels(f"deepfashion:{folder}", CONFIG)
    assert labels.photos[3].read().shape == (30, 20, 3)
    assert labels.findings["photos"] == "JPEGs by name"


def test_the_vote_is_printed(whole, capsys):
    open_labels(f"deepfashion:{whole}", CONFIG, console=Console(width=200))
    said = capsys.readouterr().out
    assert "color 1: red, 92.9% of 14 captions (then navy 7.1%)" in said
    assert "sleeve 3: half, 100.0% of 10 captions" in said


def test_no_two_codes_share_a_name():
    texts = ["red dress"] * 3 + ["a red or wine dress"] * 2 + ["wine dress"] + ["a dress"]
    votes = name_codes([1, 1, 1, 2, 2, 2, 9], texts, COLOR_WORDS)
    assert {code: vote.name for code, vote in votes.items()} == {1: "red", 2: "wine", 9: "9"}
    votes = name_codes([1, 1, 2], ["red", "red", "red"], COLOR_WORDS)
    assert {code: vote.name for code, vote in votes.items()} == {1: "red", 2: "2"}


@pytest.mark.parametrize(
    ("caption", "words", "names"),
    [
        ("A grey, short sleeved T-shirt", SLEEVE_WORDS, {"short"}),
        ("semi-sleeved and Long sleeves", SLEEVE_WORDS, {"half", "long"}),
        ("polychromatic tee with a tank top", COLOR_WORDS, {"multi"}),  # no tan in tank
        ("grey and multi-colored", COLOR_WORDS, {"gray", "multi"}),
    ],
)
def test_words_of_a_caption(caption, words, names):
    assert find_words(caption, words) == names


def cut(path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("benchmark/language_original.mat", "a MATLAB file with nameList, engJ"),
        ("benchmark/ind.mat", "a MATLAB file with train_ind, test_ind"),
        ("supervision_signals/G2.h5", "HDF5 with ih"),
    ],
)
def test_a_cut_empty_or_pointer_file_is_named(folder, place, expected):
    path = folder / place
    cut(path)
    with pytest.raises(DataError, match=rf"{path.name}: cannot be read .*expected {expected}"):
        open_labels(f"deepfashion:{folder}", CONFIG)
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(DataError, match=rf"{path.name}: a Git LFS pointer.*expected {expected}"):
        open_labels(f"deepfashion:{folder}", CONFIG)
    path.write_bytes(b"")
    with pytest.raises(DataError, match=rf"{path.name}: empty; expected {expected}"):
        open_labels(f"deepfashion:{folder}", CONFIG)


def test_files_that_do_not_fit_each_other_are_named(folder):
    names = cells(["a.jpg"] * 39)
    labels = codes() | {"nameList": names, "engJ": names}
    savemat(folder / "benchmark/language_original.mat", labels)
    with pytest.raises(DataError, match="a column of 40 labels, expected 39"):
        open_labels(f"deepfashion:{folder}", CONFIG)
    labels = {key: value[:39] for key, value in labels.items()}
    savemat(folder / "benchmark/language_original.mat", labels)
    with pytest.raises(DataError, match=r"G2.h5: ih \(40, 3, 128, 128\).*expected 39 photos"):
        open_labels(f"deepfashion:{folder}", CONFIG)
    del labels["color_"]
    savemat(folder / "benchmark/language_original.mat", labels)
    with pytest.raises(DataError, match="no variable color_; expected"):
        open_labels(f"deepfashion:{folder}", CONFIG)
    shutil.rmtree(folder / "benchmark")
    with pytest.raises(DataError, match=r"language_original\.mat: cannot be read \(No such file"):
        open_labels(f"deepfashion:{folder}", CONFIG)


@pytest.mark.parametrize("package", ["scipy.io", "h5py"])
def test_without_the_extra_one_line_says_what_to_install(whole, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    name = package.partition(".")[0]
    with pytest.raises(UsageError, match=rf"needs {name}; .*pip install 'amgan\[deepfashion\]'"):
        open_labels(f"deepfashion:{whole}", CONFIG)


def test_train_through_the_command_keeps_a_record(amgan, whole, tmp_path):
    (tmp_path / "preset.toml").write_text(
        '[data]\nmatch = ["category", "gender"]\n[model]\nimage_size = 16\nwidth = 4\n'
        "residual_blocks = 1\ndiscriminator_width = 4\n[loss]\nperc = 0.0\natt = 0.0\n"
        "[training]\nsteps = 2\nn_critic = 1\nbatch_size = 4\n"
    )
    words = ("--data", f"deepfashion:{whole}", "-o", "run", "--preset", "preset.toml", "-d", "cpu")
    done = amgan("train", *words)
    assert done.returncode == 0, done.stderr
    assert "36 training photos, 4 test photos" in done.stderr
    assert "color 1: red, 92.9% of 14 captions" in done.stderr
    split = (tmp_path / "run/split.csv").read_text().splitlines()
    assert split[:2] == ["file,split", "img/Lace_Blouse/img_00000000.jpg,train"]
    assert sum(line.endswith(",test") for line in split) == 4
    names = json.loads((tmp_path / "run/data.json").read_text())
    assert names["sleeve"]["4"]["name"] == "long"
    twice = amgan("train", whole, *words)
    assert twice.returncode == 2
    assert "give the data once" in twice.stderr
