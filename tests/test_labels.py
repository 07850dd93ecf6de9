import shutil

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from amgan_cli.config import DataConfig
from amgan_cli.data.dataset import load_dataset
from amgan_cli.data.labels import UNKNOWN, count_values
from amgan_cli.data.references import References
from amgan_cli.data.sources import open_labels
from amgan_cli.errors import DataError
from amgan_cli.vocabulary import Vocabulary


def write(folder, text, name="labels.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_blank_is_unknown_and_values_are_sorted(tmp_path):
    text = "file,color,sleeve,split\na,red,,train\nb,blue,long,train\nc,,short,test\n"
    labels = open_labels(write(tmp_path, text), DataConfig())
    assert labels.vocabulary.attributes == {"color": ("blue", "red"), "sleeve": ("long", "short")}
    assert labels.values.tolist() == [[1, UNKNOWN], [0, 0], [UNKNOWN, 1]]
    assert labels.is_test.tolist() == [False, False, True]
    assert count_values(labels)["color"] == {"blue": 1, "red": 1}


def test_spreadsheets_write_semicolons_and_say_no_encoding(tmp_path):
    labels = open_labels(write(tmp_path, "file;color\na.png;red\nb.png;blue\n"), DataConfig())
    assert labels.vocabulary.attributes == {"color": ("blue", "red")}
    file = write(tmp_path, "")
    (tmp_path / "labels.csv").write_bytes("file,color\na,grün\n".encode("cp1252"))
    with pytest.raises(DataError, match=r"cannot be read .*; save it as CSV UTF-8"):
        open_labels(file, DataConfig())


def test_the_split_is_read_in_any_case(tmp_path):
    text = "file,color,split\na,red,Train\nb,blue,TEST \nc,red,\n"
    assert open_labels(write(tmp_path, text), DataConfig()).is_test.tolist() == [False, True, False]


def test_dropped_values_are_unknown_and_kept_rows_fit(tmp_path):
    text = "file,color,view\na,red,ok\nb,blue,ok\nc,other,ok\nd,green,bad\n"
    keep = {"view": "ok", "no such column": "x"}
    config = DataConfig(keep=keep, drop_values={"color": ("other",)})
    labels = open_labels(write(tmp_path, text), config)
    assert labels.vocabulary.attributes == {"color": ("blue", "red")}
    assert labels.values[:, 0].tolist() == [1, 0, UNKNOWN]


def test_without_split_a_tenth_of_the_groups_is_the_test_split(tmp_path):
    rows = "".join(f"{i},{'red' if i % 2 else 'blue'},{i // 4}\n" for i in range(80))
    labels = open_labels(write(tmp_path, "file,color,group\n" + rows), DataConfig())
    groups = np.arange(80) // 4
    assert labels.is_test.sum() == 8
    assert not set(groups[labels.is_test]) & set(groups[~labels.is_test])
    again = open_labels(tmp_path, DataConfig())
    assert (again.is_test == labels.is_test).all()


def test_a_tenth_of_the_photos_is_drawn_whatever_the_sizes_of_their_groups(tmp_path):
    sizes = [1] * 20 + [80]  # one contributor has most of them
    groups = [group for group, size in enumerate(sizes) for _ in range(size)]
    rows = "".join(f"{i},{'red' if i % 2 else 'blue'},{group}\n" for i, group in enumerate(groups))
    labels = open_labels(write(tmp_path, "file,color,group\n" + rows), DataConfig())
    assert labels.is_test.sum() == 10 and not labels.is_test[20:].any()


def test_groups_too_large_for_a_tenth_give_the_smallest(tmp_path):
    rows = "".join(f"{i},{'red' if i % 2 else 'blue'},{int(i >= 8)}\n" for i in range(20))
    labels = open_labels(write(tmp_path, "file,color,group\n" + rows), DataConfig())
    assert np.flatnonzero(labels.is_test).tolist() == list(range(8))


def test_a_group_on_both_sides_of_a_given_split_is_told_of(tmp_path, capsys):
    text = "file,color,split,group\na,red,train,x\nb,blue,test,x\nc,red,train,y\nd,blue,,z\n"
    labels = open_labels(write(tmp_path, text), DataConfig())
    assert labels.notes == ["warning: group of training and of test photos: x"]
    open_labels(tmp_path, DataConfig(), console=Console(width=200))
    assert "group of training and of test photos: x" in capsys.readouterr().out


def test_a_value_that_only_test_photos_show_is_no_target(tmp_path):
    text = "file,color,split\na,red,train\nb,blue,train\nc,green,test\nd,red,test\n"
    vocabulary = open_labels(write(tmp_path, text), DataConfig()).vocabulary
    assert vocabulary.attributes["color"] == ("blue", "green", "red")
    assert vocabulary.targets("color") == ("blue", "red")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("photo,color\na,red\n", "no column 'file'"),
        ("file\na\n", "no attribute column"),
        ("file,color\na,red\nb,red\n", "at least two different values"),
        ("file,color\n", "no photos left"),
        ("file,color,split\na,red,train\nb,blue,val\n", "split 'val'; use train or test"),
        ("file,color,split\na,red,train\nb,blue,\na,red,test\n", "a is there 2 times"),
        ("file,color,color\na,red,red\nb,blue,blue\n", "two columns are named 'color'"),
        ("file,color,group\na,red,1\nb,blue,1\n", "all photos have one group.*name their split"),
    ],
)
def test_bad_label_files_are_one_clear_line(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        open_labels(write(tmp_path, text), DataConfig())


def test_a_column_of_names_is_no_attribute(tmp_path):
    rows = "".join(f"{i},name{i}\n" for i in range(300))
    with pytest.raises(DataError, match="300 different values"):
        open_labels(write(tmp_path, "file,color\n" + rows), DataConfig())


def test_a_label_that_a_model_does_not_know_is_named(tmp_path):
    write(tmp_path, "file,color\na,red\nb,rde\n")
    with pytest.raises(DataError, match="unknown color 'rde'; did you mean red"):
        open_labels(tmp_path, DataConfig(), Vocabulary({"color": ("blue", "red")}))


def test_missing_folder_and_missing_or_doubled_csv(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        open_labels(tmp_path / "nothing", DataConfig())
    with pytest.raises(DataError, match="no CSV file"):
        open_labels(tmp_path, DataConfig())
    write(tmp_path, "file,color\na,red\nb,blue\n", "one.csv")
    assert len(open_labels(tmp_path, DataConfig()).photos) == 2
    write(tmp_path, "file,color\n", "two.csv")
    with pytest.raises(DataError, match="2 CSV files"):
        open_labels(tmp_path, DataConfig())


def test_unreadable_photos_are_listed_and_left_out(data_folder, tmp_path):
    rows = (data_folder / "labels.csv").read_text().splitlines()
    (tmp_path / "broken.png").write_bytes(b"no picture")
    lines = [*rows[:9], "broken.png,red,long,train", "gone.png,red,long,train"]
    write(tmp_path, "\n".join(lines) + "\n")
    (tmp_path / "images").symlink_to(data_folder / "images")
    said = []
    dataset = load_dataset(open_labels(tmp_path, DataConfig()), 32, said.append)
    assert dataset.images.shape == (8, 3, 32, 32)
    assert len(dataset.labels.photos) == 8
    assert len(said) == 2
    assert "broken.png: not an image" in said[0]
    assert "gone.png: no such file" in said[1]


def test_masks_of_another_size_are_fitted_and_of_another_shape_told_of(data_folder, tmp_path):
    write(tmp_path, (data_folder / "labels.csv").read_text())
    (tmp_path / "images").symlink_to(data_folder / "images")
    shutil.copytree(data_folder / "masks", tmp_path / "masks")
    config = DataConfig(masks="masks")
    whole = load_dataset(open_labels(tmp_path, config), 32, print)
    for number, size in (("0", (36, 48)), ("1", (9, 9))):  # the photos are 72 x 96
        mask = tmp_path / "masks" / f"{number}.png"
        Image.open(mask).resize(size).save(mask)
    said = []
    dataset = load_dataset(open_labels(tmp_path, config), 32, said.append)
    assert said == ["1 masks left out: of other proportions than their photos (1.png)"]
    assert (dataset.masks[0].float() - whole.masks[0].float()).abs().mean() < 12
    assert whole.masks[1].any() and not dataset.masks[1].any()


def test_references_match_what_is_known_and_count_what_gave_way(tmp_path):
    text = (
        "file,color,sleeve,category\n0,red,long,shirt\n1,blue,long,shirt\n2,blue,short,shirt\n"
        "3,blue,,dress\n4,green,short,dress\n5,blue,long,dress\n"
    )
    labels = open_labels(write(tmp_path, text), DataConfig(match=("category",)))
    labels.is_test[:] = False
    random = np.random.default_rng(0)
    references = References(labels)
    colors, sleeves = labels.vocabulary.attributes.values()
    # red long shirt to blue: only photo 1 agrees in everything known
    picked = references.choose(np.array([0] * 8), 0, np.array([colors.index("blue")] * 8), random)
    assert set(picked.tolist()) == {1}
    assert (references.exact, references.relaxed) == (8, 0)
    # green dress to long: no other green; photo 5 (blue, dress) differs least
    picked = references.choose(np.array([4] * 8), 1, np.array([sleeves.index("long")] * 8), random)
    assert set(picked.tolist()) == {5}
    assert references.relaxed == 8


def test_a_photo_is_not_its_own_reference_nor_a_test_photo(tmp_path):
    text = "file,color,split\n0,red,train\n1,red,train\n2,red,test\n3,blue,train\n"
    labels = open_labels(write(tmp_path, text), DataConfig())
    picked = References(labels).choose(
        np.array([0] * 10), 0, np.array([1] * 10), np.random.default_rng(1)
    )
    assert set(picked.tolist()) == {1}
