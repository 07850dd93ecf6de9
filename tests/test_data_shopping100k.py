"""Shopping100k's text files in every layout, and ADDE's split files, read back exactly."""

import numpy as np
import pytest
from PIL import Image

from amgan_cli.config import DataConfig, load_preset
from amgan_cli.data.dataset import load_dataset
from amgan_cli.data.forms.shopping100k_values import VALUE_COUNTS, VALUE_NAMES
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.references import References
from amgan_cli.data.sources import open_labels
from amgan_cli.errors import DataError

PHOTOS = 12
NAMES = [f"{i}.png" for i in range(1, PHOTOS + 1)]
COLOR = [0, 18, -1, 3, 0, 12, 12, -1, 7, 1, 2, 18]  # from 0; -1 missing
SLEEVE = [6, -1, 8, 0, 7, 6, -1, 2, 1, 3, 4, 5]
CONFIG = DataConfig(attributes=("color", "sleeve"))


@pytest.fixture
def folder(tmp_path):
    """Photos whose grey is their number, without labels, and what a Mac left beside them."""
    (tmp_path / "images").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "1.png").write_bytes(b"notes")
    (tmp_path / "Attributes").mkdir()
    for i, name in enumerate(NAMES):
        Image.new("RGB", (8, 8), (i, i, i)).save(tmp_path / "images" / name)
    return tmp_path


def write(folder, attribute: str, lines: list) -> None:
    text = "".join(f"{line}\n" for line in lines)
    (folder / "Attributes" / f"{attribute}.txt").write_text(text)


def one_hot(labels: list[int], width: int) -> list[str]:
    return [" ".join(str(int(label == k)) for k in range(width)) for label in labels]


def words(labels, attribute: str) -> list[str]:
    """The labels as words, by photo; "" where unknown."""
    m = labels.vocabulary.names.index(attribute)
    values = labels.vocabulary.attributes[attribute]
    return ["" if index == UNKNOWN else values[index] for index in labels.values[:, m]]


def named(labels: list[int], stem: str) -> list[str]:
    return ["" if label < 0 else VALUE_NAMES[stem][label] for label in labels]


def layout(kind: str, labels: list[int], width: int) -> list:
    if kind == "one-hot rows":
        return one_hot(labels, width)
    first = 1 if kind.endswith("from 1") else 0
    numbers = [label + first if label >= 0 else -1 for label in labels]
    if kind.startswith("path"):
        return [f"images/{name} {number}" for name, number in zip(NAMES, numbers, strict=True)]
    return numbers


KINDS = ["number", "number from 1", "path and number", "path and number from 1", "one-hot rows"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_layout_reads_back_exactly(folder, kind):
    write(folder, "color", layout(kind, COLOR, 19))
    write(folder, "sleevelen", layout(kind, SLEEVE, 9))
    labels = open_labels(f"shopping100k:{folder}", CONFIG)
    assert words(labels, "color") == named(COLOR, "color")
    assert words(labels, "sleeve") == named(SLEEVE, "sleevelen")
    greys = [int(photo.read()[0, 0, 0]) for photo in labels.photos]
    assert greys == list(range(PHOTOS))  # 2.png before 10.png where the lines name no photo
    if "number" in kind:
        assert labels.findings["first_label"] == int(kind.endswith("from 1"))


def test_another_text_file_names_the_photos(folder):
    write(folder, "color", COLOR)
    write(folder, "sleevelen", SLEEVE)
    (folder / "list.txt").write_text("\n".join(reversed(NAMES)))
    labels = open_labels(f"shopping100k:{folder}", CONFIG)
    assert [int(photo.read()[0, 0, 0]) for photo in labels.photos] == list(range(PHOTOS))[::-1]
    assert words(labels, "color") == named(COLOR, "color")
    assert labels.findings["photos"] == "named in list.txt"


def test_the_first_label_can_be_told(folder):
    shifted = [label + 1 if label >= 0 else -1 for label in SLEEVE]
    shifted[shifted.index(9)] = 8  # no 0 and no 9: from 0 would fit too
    write(folder, "sleevelen", shifted)
    config = DataConfig(attributes=("sleeve",))
    assert words(open_labels(f"shopping100k:{folder}", config), "sleeve")[0] == "long"
    config = DataConfig(attributes=("sleeve",), first_label=0)
    assert words(open_labels(f"shopping100k:{folder}", config), "sleeve")[0] == "short"


def test_the_papers_preset_fits(folder):
    for attribute, count in VALUE_COUNTS.items():
        write(folder, attribute, [i % count for i in range(PHOTOS)])
    config = load_preset("paper-shopping100k").data
    labels = open_labels(f"shopping100k:{folder}", config)
    assert labels.vocabulary.names == ("collar", "color", "fastening", "pattern", "sleeve")
    assert "others" not in labels.vocabulary.attributes["fastening"]
    assert words(labels, "fastening")[9] == ""
    assert len(set(labels.match[:, 0].tolist())) == PHOTOS  # "tracksuit" is not its bottoms
    assert labels.match[:, 1].tolist() == [i % 2 for i in range(PHOTOS)]
    without = open_labels(f"shopping100k:{folder}", DataConfig())
    assert without.vocabulary.names == labels.vocabulary.names


def test_missing_labels_contradict_no_reference(folder):
    write(folder, "color", [0, 1, 1, *[-1] * 9])
    write(folder, "sleevelen", [6, 7, -1, *[6] * 8, 0])
    labels = open_labels(f"shopping100k:{folder}", CONFIG)
    labels.is_test[:] = False
    references = References(labels)
    target = labels.vocabulary.attributes["color"].index("black")
    picked = references.choose(
        np.array([0] * 6), 0, np.array([target] * 6), np.random.default_rng(0)
    )
    assert set(picked.tolist()) == {2}
    assert references.exact == 6


@pytest.mark.parametrize(
    ("color", "message"),
    [
        ([*COLOR[:-1], 19], r"color\.txt: label 19, expected 0 to 18 or -1"),
        (COLOR[:-2], r"color\.txt: 10 labels, expected 12 as in category\.txt"),
        ([*COLOR[:-1], "7x"], r"color\.txt: label 12 is '7x'; expected a number or -1"),
        ([*COLOR[:-1], -2], r"label 12 is '-2'"),
        (one_hot(COLOR, 18), r"color\.txt: row 1 is not one-hot; expected 19 times"),
        (["images/1.png 0", "images/2.p"], r"label 2 is 'images/2.p'"),
        (["version https://git-lfs.github.com/spec/v1"], r"color\.txt: a Git LFS pointer"),
        ([], r"color\.txt: empty; expected one label a line"),
    ],
)
def test_a_wrong_label_file_is_named(folder, color, message):
    write(folder, "category", [0] * PHOTOS)
    write(folder, "color", color)
    with pytest.raises(DataError, match=message):
        open_labels(f"shopping100k:{folder}", CONFIG)


def test_photos_that_do_not_fit_the_labels_are_named(folder):
    with pytest.raises(DataError, match=r"Attributes: no label file .* expected category\.txt"):
        open_labels(f"shopping100k:{folder}", CONFIG)
    write(folder, "color", COLOR)
    (folder / "images/3.png").unlink()
    with pytest.raises(DataError, match=r"11 photos, expected 12 as in color\.txt; unpack them"):
        open_labels(f"shopping100k:{folder}", CONFIG)
    (folder / "list.txt").write_text("1.png\n2.png\n")
    with pytest.raises(DataError, match=r"list\.txt: 2 photos, expected 12"):
        open_labels(f"shopping100k:{folder}", CONFIG)
    with pytest.raises(DataError, match="no such folder; write shopping100k:FOLDER"):
        open_labels("shopping100k:gone", CONFIG)


def adde_rows(rows: range) -> list[str]:
    """One-hot rows, 151 wide, with colour and sleeve of the photos; other blocks are missing."""
    lines = []
    for i in rows:
        blocks = {name: np.zeros(count, int) for name, count in VALUE_COUNTS.items()}
        for name, labels in (("color", COLOR), ("sleevelen", SLEEVE)):
            if labels[i] >= 0:
                blocks[name][labels[i]] = 1
        lines.append(" ".join(str(cell) for block in blocks.values() for cell in block))
    return lines


@pytest.fixture
def adde(folder):
    splits = folder / "splits/Shopping100k"
    splits.mkdir(parents=True)
    for part, rows in (("train", range(8)), ("test", range(8, PHOTOS))):
        names = [f"images/{NAMES[i]}" for i in rows]
        (splits / f"imgs_{part}.txt").write_text("\n".join(names) + "\n")
        (splits / f"labels_{part}.txt").write_text("\n".join(adde_rows(rows)) + "\n")
    counts = "\n".join(str(count) for count in VALUE_COUNTS.values())
    (splits / "attr_num.txt").write_text(counts)
    return folder


def test_adde_split_files_read_back_with_their_own_split(adde):
    labels = open_labels(f"shopping100k:{adde}", CONFIG)
    assert words(labels, "color") == named(COLOR, "color")
    assert words(labels, "sleeve") == named(SLEEVE, "sleevelen")
    assert labels.is_test.tolist() == [False] * 8 + [True] * 4
    dataset = load_dataset(labels, 16, pytest.fail)
    assert dataset.images[:, 0, 0, 0].tolist() == list(range(PHOTOS))


@pytest.mark.parametrize("name", ["imgs_train.txt", "labels_test.txt", "attr_num.txt"])
def test_an_lfs_pointer_is_told_from_the_file(adde, name):
    path = adde / "splits/Shopping100k" / name
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 24336972\n")
    with pytest.raises(DataError, match=rf"{name}: a Git LFS pointer.*git lfs pull"):
        open_labels(f"shopping100k:{adde}", CONFIG)
    path.unlink()
    with pytest.raises(DataError, match=rf"{name}: cannot be read"):
        open_labels(f"shopping100k:{adde}", CONFIG)


def test_cut_split_files_are_named_with_what_was_expected(adde):
    path = adde / "splits/Shopping100k/labels_train.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:5]))
    with pytest.raises(DataError, match=r"labels_train\.txt: 5 rows .*expected 8 rows of 151"):
        open_labels(f"shopping100k:{adde}", CONFIG)
    path.write_text("\n".join([*lines[:7], lines[7][:99]]))
    with pytest.raises(DataError, match=r"labels_train\.txt: .*expected 8 rows of 151"):
        open_labels(f"shopping100k:{adde}", CONFIG)
    (path.parent / "attr_num.txt").write_text("3\n4\n")
    with pytest.raises(DataError, match=r"attr_num\.txt: 3 4; expected 16 17 19"):
        open_labels(f"shopping100k:{adde}", CONFIG)
