"""A folder of unlabelled photos becomes a data folder that trains, through the real command."""

import csv
import json
import math
import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from conftest import read_pixels
from PIL import Image
from rich.console import Console
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from amgan_cli.catalogue import render, sample_garment
from amgan_cli.checkpoint import save_network
from amgan_cli.cli import app
from amgan_cli.config import AttributeConfig, DataConfig, load_preset
from amgan_cli.data.dataset import load_dataset
from amgan_cli.data.sources import open_labels
from amgan_cli.errors import CheckpointError, UsageError
from amgan_cli.model_info import HEADER, read_header
from amgan_cli.nets.attribute_model import AttributeModel, find_attribute_network
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.prepare.duplicates import join, near_pairs
from amgan_cli.prepare.garment_mask import garment_mask
from amgan_cli.prepare.prepare import prepare
from amgan_cli.prepare.sources import find_sources, stored_name
from amgan_cli.prepare.store import _try_store, store
from amgan_cli.vocabulary import Vocabulary

PLAIN = {"pattern": "plain", "collar": "round", "fastening": "no closure", "sleeve": "short"}
CHANCES = {"color": {"blue": 0.2, "red": 0.8}, "sleeve": {"long": 0.35, "none": 0.25, "short": 0.4}}


def draw(seed: int, size=(150, 200), color="red"):
    return render(sample_garment(seed, color=color, background="wall", **PLAIN), size)


def attribute_file(path, chances=CHANCES):
    """A network that gives every photo the same chances."""
    vocabulary = Vocabulary({name: tuple(values) for name, values in chances.items()})
    config = AttributeConfig(depth=18, input_size=32, init="scratch")
    network = AttributeNetwork(vocabulary.n_values, config)
    network.head.weight.data.zero_()
    scores = [math.log(chance) for values in chances.values() for chance in values.values()]
    network.head.bias.data = torch.tensor(scores)
    sizes = {"depth": 18, "input_size": 32, "output_stride": 32}
    save_network(path, network, {"vocabulary": vocabulary.to_dict(), **sizes, "seed": 0})
    return path


def run(*words: object):
    return CliRunner().invoke(app, ["prepare", *map(str, words)])


def rows_of(out) -> dict[str, dict[str, str]]:
    """Start of the photo's name -> row."""
    with (out / "labels.csv").open(newline="", encoding="utf-8") as file:
        return {row["file"].rsplit("-", 1)[0]: row for row in csv.DictReader(file)}


def write_rows(out, rows):
    """As spreadsheets in Europe do."""
    with (out / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, next(iter(rows.values())), delimiter=";")
        writer.writeheader()
        writer.writerows(rows.values())


@pytest.fixture(scope="module")
def network_file(tmp_path_factory):
    return attribute_file(tmp_path_factory.mktemp("network") / "attributes.safetensors")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Seven photos as people have them, and what else lies in such folders."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "tops" / ".cache").mkdir(parents=True)
    for i, name in enumerate(["a.png", "tops/a.png", "tops/b b.jpg", "tops/ü.webp"]):
        Image.fromarray(draw(i).image).save(folder / name)
    large = Image.fromarray(draw(10, (450, 600), "blue").image)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    large.rotate(90, expand=True).save(folder / "turned.jpg", exif=exif, quality=95)
    large.resize((225, 300)).save(folder / "tops" / "turned small.jpg", quality=60)
    cut = draw(11)
    Image.fromarray(np.dstack([cut.image, cut.masks["garment"]])).save(folder / "cut out.png")
    (folder / "broken.jpg").write_bytes(b"no photo")
    (folder / "notes.txt").write_text("no photo")
    (folder / ".hidden.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "tops" / ".cache" / "c.png").write_bytes((folder / "a.png").read_bytes())
    return folder


@pytest.fixture(scope="module")
def prepared(photos, network_file, tmp_path_factory):
    """The data folder that the command made of `photos`, and what it said."""
    before = {path: path.read_bytes() for path in photos.rglob("*.*") if path.is_file()}
    out = tmp_path_factory.mktemp("prepared") / "data"
    done = run(photos, "--out", out, "--attributes-from", network_file)
    assert done.exit_code == 0, done.output
    assert before == {path: path.read_bytes() for path in photos.rglob("*.*") if path.is_file()}
    return out, done


def test_what_can_be_read_is_stored_upright_and_small(prepared):
    out, done = prepared
    rows = rows_of(out)
    assert set(rows) == {
        "a",
        "cut-out",
        "tops-a",
        "tops-b-b",
        "tops",
        "tops-turned-small",
        "turned",
    }
    assert {path.name for path in (out / "images").iterdir()} == {r["file"] for r in rows.values()}
    turned = read_pixels(out / "images" / rows["turned"]["file"])
    assert turned.shape == (512, 384, 3)
    truth = np.array(Image.fromarray(draw(10, (450, 600), "blue").image).resize((384, 512)))
    assert np.abs(turned.astype(int) - truth).mean() < 6
    lines = [line for line in done.stderr.splitlines() if "broken.jpg" in line]
    assert len(lines) == 1
    assert "7 photos (7 new, 1 not readable)" in done.stderr
    assert done.stdout.strip() == str(out / "labels.csv")


def test_proposals_have_confidences_and_unsure_ones_are_blank(prepared):
    for row in rows_of(prepared[0]).values():
        assert (row["color"], row["color_confidence"]) == ("red", "0.80")
        assert (row["sleeve"], row["sleeve_confidence"]) == ("", "0.40")


def test_masks_fit_the_garments(prepared):
    out = prepared[0]
    rows = rows_of(out)

    def mask_of(name):
        file = (out / "masks" / rows[name]["file"]).with_suffix(".png")
        return np.array(Image.open(file)) > 127

    cut = draw(11).masks["garment"] > 127
    assert (mask_of("cut-out") == cut).all()  # its transparency, bit for bit
    assert (read_pixels(out / "images" / rows["cut-out"]["file"])[:5] > 250).all()
    true = draw(0).masks["garment"] > 127
    found = mask_of("a")
    assert (found & true).sum() / (found | true).sum() > 0.85


def test_an_even_photo_has_no_garment():
    assert garment_mask(np.full((120, 90, 3), 130, np.uint8)) is None


def test_near_duplicates_are_one_group(prepared):
    rows = rows_of(prepared[0])
    twins = {name for name, row in rows.items() if row["group"]}
    assert twins == {"turned", "tops-turned-small"}
    assert len({rows[name]["group"] for name in twins}) == 1


def test_groups_join_over_several_links():
    a = np.ones(255, np.float32)
    b, c = a.copy(), a.copy()
    b[:38] = -1
    c[:76] = -1  # 38 bits from b, 76 from a
    far = -a
    assert near_pairs([a, far, b, c], rows_at_once=3) == [(0, 2), (2, 3)]
    assert join(4, [(2, 3), (0, 2)]) == [0, 1, 0, 0]


def test_training_reads_the_folder(prepared, tmp_path):
    shutil.copytree(prepared[0], tmp_path, dirs_exist_ok=True)
    rows = rows_of(tmp_path)
    rows["a"] |= {"color": "blue", "sleeve": "long"}
    rows["cut-out"] |= {"sleeve": "short"}
    write_rows(tmp_path, rows)
    columns = open_labels(tmp_path, DataConfig()).vocabulary.attributes
    assert columns == {"color": ("blue", "red"), "sleeve": ("long", "short")}
    for preset in ("tiny", "default"):
        dataset = load_dataset(open_labels(tmp_path, load_preset(preset).data), 32, pytest.fail)
        assert dataset.masks is not None
        assert (dataset.masks.amax(dim=(1, 2, 3)) == 255).all()
        is_test = dict(
            zip((p.path for p in dataset.labels.photos), dataset.labels.is_test, strict=True)
        )
        twins = [tmp_path / "images" / rows[n]["file"] for n in ("turned", "tops-turned-small")]
        assert is_test[twins[0]] == is_test[twins[1]]


def test_the_default_presets_keep_groups_together(tmp_path):
    lines = [f"{i},red,{i // 4}\n{i}x,blue,{i // 4}\n" for i in range(80)]
    (tmp_path / "labels.csv").write_text("file,color,group\n" + "".join(lines))
    for preset in ("default", "five", "tiny"):
        config = load_preset(preset).override("data", attributes=("color",)).data
        labels = open_labels(tmp_path, config)
        groups = np.arange(80).repeat(2) // 4
        assert not set(groups[labels.is_test]) & set(groups[~labels.is_test])


def test_a_second_run_adds_what_is_new_and_keeps_what_people_said(network_file, tmp_path):
    photos, out = tmp_path / "photos", tmp_path / "photos" / "data"
    photos.mkdir()
    for i in range(3):
        Image.fromarray(draw(i).image).save(photos / f"{i}.png")
    assert run(photos, "-o", out, "--attributes-from", network_file).exit_code == 0
    rows = rows_of(out)
    rows["0"] |= {"color": "pink", "color_confidence": "1", "group": "mine", "note": "by hand"}
    write_rows(out, {name: {"note": "", **row} for name, row in rows.items()})
    Image.fromarray(draw(5).image).save(photos / "5.png")
    Image.fromarray(draw(6).image).save(photos / "1.png")
    os.utime(photos / "1.png", (1e9, 1e9))  # an older photo put in the place of another
    copies = {path.name[0]: path.stat().st_ino for path in (out / "images").iterdir()}

    chances = {"color": {"blue": 0.9, "red": 0.1}, "sleeve": {"long": 0.9, "short": 0.1}}
    other = attribute_file(tmp_path / "other.safetensors", chances)
    done = run(photos, "-o", out, "--attributes-from", other)
    assert "4 photos (2 new, 0 not readable)" in done.stderr  # those in --out are not seen
    rows = rows_of(out)
    colors = {name: row["color"] for name, row in rows.items()}
    assert colors == {"0": "pink", "1": "blue", "2": "red", "5": "blue"}
    assert rows["0"]["note"] == "by hand" and rows["0"]["group"] == "mine"
    now = {path.name[0]: path.stat().st_ino for path in (out / "images").iterdir()}
    assert {name for name in copies if copies[name] == now[name]} == {"0", "2"}
    assert rows["2"]["sleeve"] == ""

    words = ("--attributes-from", other, "--again", "--threshold", "0.95")
    assert run(photos, "-o", out, *words).exit_code == 0
    assert [row["color"] for row in rows_of(out).values()] == ["pink", "", "", ""]


def test_without_a_network_labels_are_blank_and_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("amgan_cli.model_info.ATTRIBUTES_FILE", "not there.safetensors")
    photos, out = tmp_path / "photos", tmp_path / "data"
    photos.mkdir()
    Image.fromarray(draw(0).image).save(photos / "shirt.png")
    with (tmp_path / "said").open("w") as file:
        prepare(photos, out, None, 0.6, False, "cpu", Console(file=file, width=200))
    said = (tmp_path / "said").read_text().splitlines()
    assert [line for line in said if "labels stay blank" in line]
    labels = list(rows_of(out)["shirt"].values())[2:]
    assert len(labels) >= 4 and not any(labels)
    assert (out / "review" / "sleeve.html").is_file()


def test_bad_input_is_one_line_and_writes_nothing(tmp_path, model_file, network_file):
    photos, out = tmp_path / "photos", tmp_path / "data"
    assert "no such folder" in run(photos, "-o", out).stderr
    photos.mkdir()
    (photos / "notes.txt").write_text("no photo")
    assert "no photos there" in run(photos, "-o", out).stderr
    (photos / "broken.jpg").write_bytes(b"no photo")
    assert "into the folder of the photos" in run(photos, "-o", photos).stderr
    none = run(photos, "-o", out, "--attributes-from", network_file)
    assert none.exit_code == 2
    assert "none of the photos could be read" in none.stderr
    wrong = run(photos, "-o", out, "--attributes-from", model_file)
    assert wrong.exit_code == 2
    assert wrong.stderr.count("\n") == 1
    assert "is no attribute network" in wrong.stderr
    assert not out.exists()


def test_its_own_folders_are_no_photos(photos, tmp_path):
    inside = shutil.copytree(photos, tmp_path / "data/images")
    before = sorted(path.name for path in inside.iterdir())
    done = run(inside, "-o", tmp_path / "data")
    assert done.exit_code == 2 and "into the folder of the photos" in done.stderr
    assert sorted(path.name for path in inside.iterdir()) == before


def test_deep_photos_are_stored_as_they_look(tmp_path):
    (tmp_path / "in").mkdir()
    shirt = draw(3)
    deep = shirt.image[..., ::-1].astype(np.uint16) * 257
    alpha = shirt.masks["garment"].astype(np.uint16) * 257
    cv2.imwrite(str(tmp_path / "in/deep.png"), deep)
    cv2.imwrite(str(tmp_path / "in/cut.png"), np.dstack([deep, alpha]))
    for source in find_sources(tmp_path / "in", tmp_path / "out"):
        store(source, tmp_path / "out")
        stored = read_pixels(tmp_path / "out/images" / source.name).astype(int)
        wanted = shirt.image.astype(int)
        if source.path.name == "cut.png":
            wanted = np.where(alpha[..., None] > 0, wanted, 255)
        assert np.abs(stored - wanted).mean() < 4


def test_a_photo_that_fails_oddly_costs_no_other(tmp_path, monkeypatch):
    def failing(pixels):
        raise ZeroDivisionError("odd")

    Image.fromarray(draw(3).image).save(tmp_path / "a.png")
    monkeypatch.setattr("amgan_cli.prepare.store.garment_mask", failing)
    (source,) = find_sources(tmp_path, tmp_path / "out")
    assert _try_store(source, tmp_path / "out") == f"{tmp_path / 'a.png'}: ZeroDivisionError: odd"


def test_a_strange_label_file_is_not_overwritten(photos, network_file, tmp_path):
    (tmp_path / "labels.csv").write_text("name,color\na,red\n")
    done = run(photos, "-o", tmp_path, "--attributes-from", network_file)
    assert "no column 'file'" in done.stderr
    own = "file,color\nshirts/1.jpg,red\n"
    (tmp_path / "labels.csv").write_text(own)
    done = run(photos, "-o", tmp_path, "--attributes-from", network_file)
    assert done.exit_code == 2 and "'shirts/1.jpg' is no photo of amgan prepare" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["labels.csv"]
    assert (tmp_path / "labels.csv").read_text() == own


def test_what_people_say_while_it_runs_is_kept(network_file, tmp_path, monkeypatch):
    photos, out = tmp_path / "photos", tmp_path / "data"
    photos.mkdir()
    Image.fromarray(draw(0).image).save(photos / "0.png")
    assert run(photos, "-o", out, "--attributes-from", network_file).exit_code == 0
    look = AttributeModel.look

    def look_as_a_person_says(self, images):
        write_rows(out, {n: {**r, "color": "pink", "color_confidence": "1"} for n, r in before})
        return look(self, images)

    before = rows_of(out).items()
    monkeypatch.setattr(AttributeModel, "look", look_as_a_person_says)
    assert run(photos, "-o", out, "--attributes-from", network_file, "--again").exit_code == 0
    assert rows_of(out)["0"]["color"] == "pink"


def test_a_link_to_nothing_is_left_out_in_a_line(photos, network_file, tmp_path):
    folder = shutil.copytree(photos, tmp_path / "photos")
    (folder / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    done = run(folder, "-o", tmp_path / "data", "--attributes-from", network_file)
    assert done.exit_code == 0 and "gone.jpg: is no file, or a link to none" in done.stderr


def test_names_are_flat_plain_and_unique(tmp_path):
    assert stored_name(Path("tops/IMG 1.png")).startswith("tops-IMG-1-")
    assert stored_name(Path("блуза.jpg")).startswith("photo-")
    paths = ["a/b.jpg", "a-b.jpg", "a b.jpg", "A b.jpg", "a b.png", "блуза.jpg", "юбка.jpg"]
    assert len({stored_name(Path(path)).lower() for path in paths}) == len(paths)


def test_every_kind_of_photo_that_edit_reads_is_found(tmp_path):
    names = ["a.heic", "b.HEIF", "c.avif", "d.gif", "e.bmp", "f.tiff", "g.webp", "h.jpeg"]
    for name in (*names, "i.txt"):
        (tmp_path / name).touch()
    found = find_sources(tmp_path, tmp_path / "out")
    assert [source.path.name for source in found] == names


def test_a_network_in_half_precision_proposes_the_same(network_file, tmp_path):
    half = tmp_path / "half.safetensors"
    state = {
        key: value.half() if value.is_floating_point() else value
        for key, value in load_file(network_file).items()
    }
    save_file(state, half, metadata={HEADER: json.dumps(read_header(network_file))})
    model = AttributeModel.load(half)
    assert model.network.head.weight.dtype == torch.float32
    first = model.look(torch.zeros(2, 3, 32, 32, dtype=torch.uint8))[0]
    assert first.likeliest("color") == ("red", pytest.approx(0.8, abs=1e-3))
    assert first.likeliest("sleeve") == ("short", pytest.approx(0.4, abs=1e-3))


def test_a_run_folder_stands_for_its_network(network_file, tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        find_attribute_network(tmp_path)
    file = tmp_path / "attribute_network.safetensors"
    file.write_bytes(network_file.read_bytes())
    assert find_attribute_network(tmp_path) == file
    assert find_attribute_network(file) == file
    file.write_bytes(network_file.read_bytes()[:-1000])
    with pytest.raises(CheckpointError, match="damaged"):
        AttributeModel.load(file)
