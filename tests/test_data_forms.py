"""Folders of photos in their several forms, and the catalogue by name."""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from amgan_cli import __version__
from amgan_cli.catalogue.values import ATTRIBUTES
from amgan_cli.config import DataConfig
from amgan_cli.data.dataset import load_dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.data.record import read_split, save_record
from amgan_cli.data.sources import open_labels
from amgan_cli.data.split import draw_test
from amgan_cli.errors import DataError, UsageError
from amgan_cli.training.attribute_training import digest_of

GREYS = [10, 60, 110, 160]


def photo(path: Path, grey: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (6, 8), (grey, grey, grey)).save(path)
    return path


def by_photo(labels) -> dict[str, dict[str, str]]:
    """{photo: {attribute: known value}}."""
    result = {}
    for source, row in zip(labels.photos, labels.values, strict=True):
        pairs = zip(labels.vocabulary.attributes.items(), row, strict=True)
        result[source.name] = {
            name: values[index] for (name, values), index in pairs if index != UNKNOWN
        }
    return result


def test_folders_name_attribute_and_value(tmp_path):
    names = [
        "color/red/1.jpg",
        "color/blue/1.jpg",
        "color/red/sleeve/long/2.png",
        "sleeve/short/1.gif",
    ]
    for grey, name in zip(GREYS, names, strict=True):
        photo(tmp_path / name, grey)
    photo(tmp_path / "masks/color/blue/1.png", 255)
    (tmp_path / "color/red/notes.txt").write_text("no photo")
    for hidden in ("__MACOSX/color/red/._1.jpg", ".trash/color/red/3.jpg"):
        photo(tmp_path / hidden)
    labels = open_labels(tmp_path, DataConfig(masks="masks"))
    assert by_photo(labels) == {
        "color/blue/1.jpg": {"color": "blue"},
        "color/red/1.jpg": {"color": "red"},
        "color/red/sleeve/long/2.png": {"color": "red", "sleeve": "long"},
        "sleeve/short/1.gif": {"sleeve": "short"},
    }
    masks = {source.name: source.read_mask() for source in labels.photos}
    assert masks["color/red/1.jpg"] is None  # the same file name in another folder
    assert masks["color/blue/1.jpg"].min() == 255


def test_train_and_test_folders_come_first(tmp_path):
    for part in ("train", "test"):
        photo(tmp_path / part / "color/red/1.jpg")
        photo(tmp_path / part / "color/blue/2.jpg")
    labels = open_labels(tmp_path, DataConfig())
    assert labels.is_test.tolist() == [s.name.startswith("test") for s in labels.photos]


def test_folders_that_do_not_alternate_are_refused(tmp_path):
    photo(tmp_path / "red/1.jpg")
    with pytest.raises(DataError, match=r"red/1\.jpg: no pair of attribute and value folders"):
        open_labels(tmp_path, DataConfig())


CELEBA = """4
color_red color_light_blue sleeve_long sleeve_short Smiling Hair_Black
a.png  1 -1 -1  1 -1  1
b.png -1  1  1 -1  1 -1
c.png -1 -1  1  1 -1 -1
d.png  1 -1  0 -1 -1 -1
"""


def test_families_of_a_celeba_list_are_attributes(tmp_path):
    file = tmp_path / "list_attr_upperbody.txt"
    file.write_text(CELEBA)
    labels = open_labels(tmp_path, DataConfig())
    assert by_photo(labels) == {
        "a.png": {"color": "red", "sleeve": "short"},
        "b.png": {"color": "light_blue", "sleeve": "long"},
        "c.png": {},  # no colour, and both sleeves
        "d.png": {"color": "red"},
    }
    assert by_photo(open_labels(file, DataConfig())) == by_photo(labels)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CELEBA.rpartition("d.png")[0], "3 photos, expected 4"),
        (CELEBA.replace("b.png -1", "b.png"), "photo 2 is not a file name and 6 times"),
        (CELEBA.replace("b.png -1", "b.png 2"), "photo 2 is not"),
        ("4\nSmiling Hair_Black\n" + "a.png 1 1\n" * 4, "no family of columns such as color_red"),
        ("a.png 1\nb.png 1\nc.png 1\n", "no CelebA-style list; expected the number of photos"),
    ],
)
def test_a_wrong_celeba_list_is_named(tmp_path, text, message):
    (tmp_path / "list_attr.txt").write_text(text)
    with pytest.raises(DataError, match=rf"list_attr\.txt: {message}"):
        open_labels(tmp_path, DataConfig())


def test_a_hugging_face_image_folder(tmp_path):
    (tmp_path / "metadata.csv").write_text("file_name,color\nx/1.png,red\n2.png,blue\n")
    photo(tmp_path / "x/1.png", 10)
    photo(tmp_path / "2.png", 60)
    labels = open_labels(tmp_path, DataConfig())
    assert by_photo(labels) == {"x/1.png": {"color": "red"}, "2.png": {"color": "blue"}}
    assert [source.read()[0, 0, 0] for source in labels.photos] == [10, 60]


def write_parquet(path: Path, greys: list[int], colors: list[int | None]) -> None:
    """As `datasets` writes it: pictures as bytes, class numbers, names in the description."""
    cells = []
    for grey in greys:
        file = photo(path.parent / "one.png", grey)
        cells.append({"bytes": file.read_bytes(), "path": f"{grey}.png"})
        file.unlink()
    table = pa.table({"image": cells, "color": colors, "sleeve": ["long", None][: len(greys)]})
    features = {
        "image": {"_type": "Image"},
        "color": {"names": ["red", "blue"], "_type": "ClassLabel"},
    }
    description = json.dumps({"info": {"features": features}})
    table = table.replace_schema_metadata({"huggingface": description})
    pq.write_table(table, path, row_group_size=1)


def test_local_parquet_files(tmp_path):
    (tmp_path / "data").mkdir()
    write_parquet(tmp_path / "data/train-00000-of-00001.parquet", GREYS[:2], [0, 1])
    write_parquet(tmp_path / "data/test-00000-of-00001.parquet", GREYS[2:], [1, None])
    labels = open_labels(tmp_path, DataConfig(attributes=("color",)))
    assert labels.vocabulary.attributes == {"color": ("blue", "red")}
    assert labels.values[:, 0].tolist() == [0, UNKNOWN, 1, 0]
    assert labels.is_test.tolist() == [True, True, False, False]
    dataset = load_dataset(labels, 16, pytest.fail)
    assert dataset.images[:, 0, 8, 8].tolist() == [*GREYS[2:], *GREYS[:2]]


@pytest.mark.parametrize(
    ("names", "is_test", "note"),
    [
        ("train validation", [False] * 2 + [True] * 2, "validation: taken for the test photos"),
        ("test validation", [True] * 2 + [False] * 2, "validation: taken for training photos"),
    ],
)
def test_validation_files_stand_in_for_missing_test_files(tmp_path, names, is_test, note):
    for name, greys in zip(names.split(), (GREYS[:2], GREYS[2:]), strict=True):
        write_parquet(tmp_path / f"{name}-00000-of-00001.parquet", greys, [0, 1])
    labels = open_labels(tmp_path, DataConfig(attributes=("color",)))
    assert labels.is_test.tolist() == is_test
    assert labels.notes == [note]


def test_training_files_alone_get_a_drawn_split(tmp_path):
    write_parquet(tmp_path / "train-00000-of-00001.parquet", GREYS[:2], [0, 1])
    labels = open_labels(tmp_path, DataConfig(attributes=("color",)))
    assert labels.is_test.sum() == 1 and not labels.notes


def test_a_doubled_parquet_column_is_named(tmp_path):
    cells = [{"bytes": b"x", "path": "x"}] * 2
    words = pa.array(["red", "blue"])
    table = pa.Table.from_arrays([pa.array(cells), words, words], ["image", "color", "color"])
    pq.write_table(table, tmp_path / "train.parquet")
    with pytest.raises(DataError, match=r"train\.parquet: column 'color' comes twice"):
        open_labels(tmp_path, DataConfig())


def test_a_cut_parquet_file_and_a_missing_package_are_named(tmp_path, monkeypatch):
    file = tmp_path / "train-00000.parquet"
    write_parquet(file, GREYS[:2], [0, 1])
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"train-00000\.parquet: cannot be read .*expected Parquet"):
        open_labels(tmp_path, DataConfig())
    pq.write_table(pa.table({"color": ["red", "blue"]}), file)
    with pytest.raises(DataError, match="no column of pictures"):
        open_labels(file, DataConfig())
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"pip install 'amgan\[parquet\]'"):
        open_labels(tmp_path, DataConfig())


@pytest.fixture
def rendered(monkeypatch, tmp_path):
    """The calls of a renderer that draws two photos, in place of the real one."""
    calls = []

    def render_catalogue(out, count, seed=0, size=256, console=None):
        calls.append((out, count, seed))
        photo(out / "images/0.png", 10)
        photo(out / "images/1.png", 60)
        names = ",".join(ATTRIBUTES)
        rows = [
            "0.png,train,shirt,v-neck,red,zip,plain,long",
            "1.png,test,dress,hood,blue,hook,marl,3/4",
        ]
        (out / "labels.csv").write_text("\n".join([f"file,split,category,{names}", *rows]))
        return out

    module = type(sys)("amgan_cli.catalogue.dataset")
    module.render_catalogue = render_catalogue
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return calls


def test_the_catalogue_is_rendered_into_the_cache(rendered, tmp_path):
    labels = open_labels("catalogue:50", DataConfig())
    assert labels.vocabulary.names == tuple(ATTRIBUTES)  # category is none of the five
    assert rendered == [(tmp_path / f"cache/amgan/catalogue-50-0-{__version__}", 50, 0)]
    assert [source.read()[0, 0, 0] for source in labels.photos] == [10, 60]
    open_labels("catalogue", DataConfig())
    assert rendered[1][1] == 2_000


@pytest.mark.parametrize("spec", ["catalogue:", "catalogue:0", "catalogue:many", "catalogue:-3"])
def test_a_wrong_number_of_pictures_is_refused(rendered, spec):
    with pytest.raises(UsageError, match=f"{spec}: write catalogue or catalogue:COUNT"):
        open_labels(spec, DataConfig())
    assert not rendered


def test_a_wrong_name_is_answered(tmp_path):
    with pytest.raises(UsageError, match="deepfasion:x: unknown data set; did you mean deepfash"):
        open_labels("deepfasion:x", DataConfig())
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(DataError, match=r"notes\.md: no label file; give a \.csv"):
        open_labels(tmp_path / "notes.md", DataConfig())


def test_the_random_test_split_has_the_papers_size():
    assert len(draw_test(np.arange(101_021), 101_021)) == 2_000
    assert len(draw_test(np.arange(500), 500)) == 50
    assert len(draw_test(np.arange(3), 3)) == 1
    drawn = draw_test(np.arange(50_000, 60_000), 60_000)
    assert len(set(drawn.tolist())) == 2_000
    assert drawn.min() >= 50_000
    assert (draw_test(np.arange(50_000, 60_000), 60_000) == drawn).all()


def test_the_split_of_a_run_is_written(tmp_path):
    rows = "".join(f"{i}.png,{'red' if i % 2 else 'blue'}\n" for i in range(40))
    (tmp_path / "labels.csv").write_text("file,color\n" + rows)
    labels = open_labels(tmp_path, DataConfig())
    save_record(tmp_path / "run", tmp_path, labels)
    record = json.loads((tmp_path / "run/data.json").read_text())
    assert record == {"data": str(tmp_path.resolve())}
    # the record joined to the labels gives the same split
    split = [line.split(",")[1] for line in (tmp_path / "run/split.csv").read_text().splitlines()]
    joined = [
        f"{row},{part}" for row, part in zip(["file,color", *rows.split()], split, strict=True)
    ]
    (tmp_path / "labels.csv").write_text("\n".join(joined))
    assert (open_labels(tmp_path, DataConfig()).is_test == labels.is_test).all()
    assert labels.is_test.sum() == 4


def test_names_of_any_bytes_are_recorded(tmp_path):
    odd = os.fsdecode(b"s\xe9.png")
    for name in (f"color/red/{odd}", "color/blue/1.png", "color/blue/2.png"):
        photo(tmp_path / "data" / name)
    labels = open_labels(tmp_path / "data", DataConfig())
    save_record(tmp_path / "run", tmp_path / "data", labels)
    assert set(read_split(tmp_path / "run")) == {source.name for source in labels.photos}
    assert len(digest_of(load_dataset(labels, 16, pytest.fail))) == 16
