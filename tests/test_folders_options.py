"""Options of a run: variants, tables, masks, pipes, shards, formats."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import read_pixels
from PIL import Image

from amgan_cli.editing.folders.file_io import encode_picture
from amgan_cli.editing.folders.preview import half_blocks

RED = ("--set", "color=red")


@pytest.fixture
def photos(photo, tmp_path):
    """in/a.png, in/b.png and in/deep/c.png."""
    (tmp_path / "in/deep").mkdir(parents=True)
    for name in ("a.png", "b.png", "deep/c.png"):
        shutil.copy(photo, tmp_path / "in" / name)
    return tmp_path / "in"


def names(folder) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_variants_are_what_single_edits_give_and_a_sheet(run, photos, tmp_path):
    done = run("edit", "in", "--variants", "color=red,green", "-o", "out", "--set", "sleeve=long")
    assert done.exit_code == 0, done.stderr
    of_one = {f"{{}}.sleeve-long.color-{color}.png" for color in ("red", "green")}
    of_one.add("{}.variants.jpg")
    wanted = {pattern.format(stem) for pattern in of_one for stem in ("a", "b", "deep/c")}
    assert names(tmp_path / "out") == wanted | {"amgan.jsonl"}
    run("edit", "in/a.png", "--set", "sleeve=long", *RED, "-o", "alone.png")
    variant = read_pixels(tmp_path / "out/a.sleeve-long.color-red.png").astype(int)
    assert np.abs(variant - read_pixels(tmp_path / "alone.png")).max() <= 1
    sheet = read_pixels(tmp_path / "out/a.variants.jpg")
    assert sheet.shape[1] > 3 * 240  # input and two variants in a row
    assert run("edit", "in", "--variants", "color=red,rod", "-o", "out").exit_code == 2
    assert run("edit", "in", "--variants", "color", "-o", "out").exit_code == 2
    assert run("edit", "in/a.png", "--variants", "color=red,green").exit_code == 0
    assert {"a.color-red.png", "a.color-green.png", "a.variants.jpg"} < names(photos)


def test_a_table_gives_each_photo_its_own_edit(run, photos, tmp_path):
    table = tmp_path / "targets.csv"
    table.write_text("file,color,sleeve\na.png,red,\ndeep/c.png,green,short\n\nx.png,red,\n")
    done = run("edit", "in", "--targets", "targets.csv", "-o", "out", "--json")
    edits = [json.loads(line)["results"][0]["edit"] for line in done.stdout.splitlines()]
    assert edits == ["color=red", "color=green sleeve=short"]
    assert "1 photos not in targets.csv, such as b.png" in done.stderr
    assert "1 lines of targets.csv are of no photo given, such as x.png" in done.stderr
    assert run("edit", "in", "--targets", "targets.csv", "-o", "out", "-q", "-n").stderr == ""
    table.write_text(table.read_text() + "b.png,,\n")  # is told of, and stays as it is
    done = run("edit", "in", "--targets", "targets.csv", "-o", "out", "-n")
    assert "not in targets.csv" not in done.stderr and "b.png" not in done.stdout
    for data in (
        b"File; color \na.png;green\n",
        "file\tcolor\r\na.png\tgreen\r\n".encode("utf-16"),
    ):
        table.write_bytes(data)  # as spreadsheets write it
        done = run("edit", "in", "--targets", "targets.csv", "-o", "out", "-n")
        assert "a.png" in done.stdout and "(color=green)" in done.stdout
    for bad, message in (
        ("file,color\na.png,\n", "names no value for any photo given"),
        ("file,color\n\n\na.png,rod\n", "line 4: unknown color 'rod'"),
        ("name,color\na.png,red\n", "no column 'file'"),
        ("file,color\na.png,rod\n", "line 2: unknown color 'rod'"),
        ("file,colour\na.png,red\n", "did you mean color"),
        ("file,color\na.png,red\na.png,red\n", "line 3: file 'a.png'"),
        ("file,color\na.png\n", "not as many columns"),
        ("file,color\nz.png,red\n", "none of its lines"),
    ):
        table.write_text(bad)
        done = run("edit", "in", "--targets", "targets.csv", "-o", "other")
        assert done.exit_code == 2
        assert message in done.stderr
    assert not (tmp_path / "other").exists()


def test_nothing_changes_where_the_mask_is_black(run, photos, tmp_path):
    photo = read_pixels(photos / "a.png")
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[:, 120:] = 255
    (tmp_path / "masks/deep").mkdir(parents=True)
    for name in ("a.png", "deep/c.png"):
        Image.fromarray(mask).save(tmp_path / "masks" / name)
    Image.fromarray(mask[:50]).save(tmp_path / "masks/b.png")
    done = run("edit", "in", *RED, "--mask", "masks", "-o", "out")
    assert "2 done, 0 skipped, 1 failed" in done.stderr
    assert "is 240x50 pixels, the photo 240x320" in done.stderr
    for name in ("a.png", "deep/c.png"):
        out = read_pixels(tmp_path / "out" / name)
        assert np.array_equal(out[:, :120], photo[:, :120])
        assert (out[:, 120:] != photo[:, 120:]).any()


def test_compare_shows_input_output_and_attention(run, photos, tmp_path):
    words = (
        "edit",
        "in/a.png",
        *RED,
        "-o",
        "red.png",
        "--compare",
        "c.png",
        "--save-mask",
        "m.png",
    )
    assert run(*words).exit_code == 0
    compare = read_pixels(tmp_path / "c.png")
    assert compare.shape == (320, 3 * 240 + 16, 3)
    assert np.array_equal(compare[:, :240], read_pixels(photos / "a.png"))
    assert np.array_equal(compare[:, 248:488], read_pixels(tmp_path / "red.png"))
    assert np.array_equal(compare[:, 496:], read_pixels(tmp_path / "m.png"))
    assert run("edit", "in", *RED, "-o", "out", "--compare", "sides").exit_code == 0
    assert names(tmp_path / "sides") == {"a.png", "b.png", "deep/c.png"}


def test_strength_0_gives_the_photo_back(run, photos, tmp_path):
    done = run("edit", "in/a.png", *RED, "--strength", "0", "-o", "same.png")
    assert done.exit_code == 0
    assert done.stderr == "same.png: nothing changed: --strength is 0\n"
    assert np.array_equal(read_pixels(tmp_path / "same.png"), read_pixels(photos / "a.png"))


def test_pipes_carry_the_picture_and_nothing_else(run, photos, tmp_path):
    data = (photos / "a.png").read_bytes()
    done = run("edit", "-", *RED, "-o", "-", "--format", "png", input=data)
    assert done.exit_code == 0, done.stderr
    run("edit", "in/a.png", *RED, "-o", "red.png")
    assert done.stdout_bytes == (tmp_path / "red.png").read_bytes()
    assert run("edit", "in/a.png", *RED, "-o", "-").stdout_bytes == done.stdout_bytes
    beside = run("edit", "in/a.png", *RED, "-o", "-", "--compare", "sides", "--save-mask", "masks")
    assert beside.stdout_bytes == done.stdout_bytes
    assert (tmp_path / "sides/a.png").exists() and (tmp_path / "masks/a.png").exists()
    assert run("edit", "-", *RED, "-o", "piped.jpg", input=data).exit_code == 0
    with Image.open(tmp_path / "piped.jpg") as picture:
        assert picture.format == "JPEG"
    done = run("edit", "-", *RED, "-o", "-", "--format", "png", input=b"text")
    assert done.exit_code == 1
    assert done.stdout_bytes == b""
    assert len(done.stderr.splitlines()) == 1


def test_shards_part_the_photos_and_resume_each_other(run, photos, tmp_path):
    for part in ("1/2", "2/2"):
        assert run("edit", "in", *RED, "-o", "out", "--shard", part).exit_code == 0
    made = {"a.png", "b.png", "deep/c.png"}
    assert names(tmp_path / "out") == made | {"amgan-1of2.jsonl", "amgan-2of2.jsonl"}
    assert "0 done, 3 skipped" in run("edit", "in", *RED, "-o", "out").stderr
    assert run("edit", "in", *RED, "-o", "out", "--shard", "3/2").exit_code == 2


def test_format_renames_and_quality_and_strip_shrink(run, photos, tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    Image.fromarray(read_pixels(photos / "b.png")).save(photos / "b.png", exif=exif)
    words = ("edit", "in", *RED, "--format", "jpeg")
    run(*words, "-o", "fine")
    run(*words, "-o", "coarse", "--quality", "30", "--strip")
    assert names(tmp_path / "fine") == {"a.jpg", "b.jpg", "deep/c.jpg", "amgan.jsonl"}
    fine, coarse = tmp_path / "fine/b.jpg", tmp_path / "coarse/b.jpg"
    assert coarse.stat().st_size < fine.stat().st_size / 2
    with Image.open(fine) as kept, Image.open(coarse) as stripped:
        assert kept.getexif()[0x010F] == "Maker"
        assert not stripped.getexif()
    assert run("edit", "in/a.png", *RED, "--format", "jpeg", "-o", "x.png").exit_code == 2


def test_a_photo_without_a_garment_is_told_of(run, photos, monkeypatch):
    monkeypatch.setattr(
        "amgan_cli.editing.folders.workbench.NO_GARMENT", 1.1
    )  # no attention is that high
    done = run("edit", "in/a.png", *RED, "-o", "out.png")
    assert done.exit_code == 0
    assert done.stderr == "out.png: no garment found, hardly anything changed\n"
    assert run("edit", "in/a.png", *RED, "-q", "-o", "other.png").stderr == ""


def test_a_photo_that_stays_as_it_is_is_told_of(amgan, tmp_path):
    shirt = Path(__file__).parents[1] / "examples" / "shirt.jpg"
    with Image.open(shirt) as picture:
        Image.new("L", picture.size).save(tmp_path / "nothing.png")
    done = amgan("edit", shirt, "--set", "color=red", "--mask", "nothing.png", "-o", "out.png")
    assert done.returncode == 0 and done.stdout == "out.png  (100% of the pixels untouched)\n"
    assert "nothing changed: nothing of --mask is white\n" in done.stderr
    done = amgan("edit", shirt, "--set", "color=red", "--garment", "nothing.png", "-o", "new.png")
    assert done.returncode == 1 and "--garment nothing.png: nothing of it is white" in done.stderr
    with Image.open(tmp_path / "nothing.png") as dot:
        dot.putpixel((90, 90), 255)
        dot.save(tmp_path / "dot.png")
    done = amgan("edit", shirt, "--set", "pattern=checks", "--garment", "dot.png", "-o", "new.png")
    assert done.returncode == 1 and "dot.png: hardly anything of it is white" in done.stderr


def test_an_outline_that_two_networks_leave_open_is_told_of(amgan, tmp_path):
    shirt = Path(__file__).parents[1] / "examples" / "shirt.jpg"
    spots = np.random.default_rng(0).integers(0, 256, (8, 6, 3), np.uint8)
    blurred = Image.fromarray(spots).resize((240, 320), Image.Resampling.BICUBIC)
    blurred.save(tmp_path / "spots.png")
    blurred.convert("L").save(tmp_path / "mask.png")
    with Image.open(shirt) as picture:
        Image.blend(picture.resize((240, 320)), blurred, 0.7).save(tmp_path / "hidden.png")
    navy = ("--set", "color=navy")
    assert amgan("edit", shirt, *navy, "-o", "shirt.jpg").stderr == ""
    said = amgan("edit", "hidden.png", "spots.png", *navy, "-o", "out").stderr
    unsure = "out/hidden.png: the garment's outline is unsure: look at it, or give --garment\n"
    none = "out/spots.png: no garment is seen plainly: look at it, or give --garment\n"
    assert unsure + none in said
    for option in ("--mask", "--garment"):  # the user has said where
        told = (option, "mask.png", "-o", f"{option}.png")
        assert amgan("edit", "spots.png", *navy, *told).stderr == ""
    part = amgan("edit", "hidden.png", "--set", "collar=vneck", "--anyway", "-o", "part.png").stderr
    assert "the garment's outline is unsure: look at it" in part and "--garment" not in part


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("in", "--in-place", "-o", "out"), "--in-place and --out"),
        (("in", "-o", "-"), "standard output takes one picture"),
        (("-", "in", "-o", "out"), "standard input is one photo"),
        (("-", "-o", "-"), "give --format"),
        (("in/a.png", "-o", "-", "--json"), "both want standard output"),
        (("-", "--format", "png", "--json"), "both want standard output"),
        (("-", "--format", "png", "--accept", "0.5"), "--accept: moves files"),
        (("in", "-o", "out.jpg"), "names one picture, and there are several"),
        (("in/a.png", "--in-place", "-o", "x.bmp"), "--in-place and --out"),
        (("in/a.png", "-o", "x.heic", "--format", "jpeg"), "name the new file .jpg"),
        (("in/a.png", "--preview"), "no terminal"),
        (("in/a.png", "--format", "jpg"), "did you mean jpeg"),
    ],
)
def test_options_that_contradict_each_other(run, photos, words, message):
    done = run("edit", *words, *RED)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_wide_comparison_is_as_large_as_its_format_holds():
    wide = np.zeros((4, 3 * 6000, 3), np.uint8)
    saved = Image.open(io.BytesIO(encode_picture(wide, ".webp")))
    assert saved.size == (16383, 4)
    assert Image.open(io.BytesIO(encode_picture(wide, ".png"))).size == (18000, 4)


def test_region_edit_takes_folders_too(run, photos, tmp_path):
    words = ("region-edit", "in", "--region", "torso", "--threshold", "0.01", *RED, "-o", "out")
    assert run(*words).exit_code == 0
    assert "0 done, 3 skipped" in run(*words).stderr
    done = run(*words[:4], "--threshold", "1", *RED, "-o", "out")
    assert "3 failed" in done.stderr
    assert "nowhere the threshold 1" in done.stderr


def test_preview_shows_two_pixels_a_character():
    picture = Image.new("RGB", (40, 40), (10, 20, 30))
    picture.paste((200, 0, 0), (0, 0, 40, 20))
    rows = "".join(part.text for part in half_blocks([picture, picture], 42).segments)
    assert rows == ("▀" * 20 + " " + "▀" * 20 + " \n") * 10


def test_a_failure_names_its_photo_and_masks_are_looked_at_first(run, photos, tmp_path):
    Image.new("L", (10, 10), 255).save(tmp_path / "small.png")
    done = run("edit", "in", *RED, "--mask", "small.png", "-o", "out")
    assert done.exit_code == 1
    lines = [line for line in done.stderr.splitlines() if line.startswith("failed")]
    assert [line.split(":")[1].strip() for line in lines] == [
        "in/a.png",
        "in/b.png",
        "in/deep/c.png",
    ]
    assert all("--mask small.png: is 10x10 pixels" in line for line in lines)
    (tmp_path / "masks").mkdir()
    Image.new("L", (240, 320), 255).save(tmp_path / "masks/a.png")
    dry = run("edit", "in/a.png", "in/b.png", *RED, "--mask", "masks", "-o", "out", "-n")
    assert dry.exit_code == 1 and "fail  in/b.png: --mask has no masks/b.png" in dry.stdout
    assert "edit in/a.png -> out/a.png (color=red)" in dry.stdout


def test_a_name_that_is_nowhere_is_said_so(run, tmp_path):
    done = run("edit", "nope/", *RED, "-o", "out")
    assert done.exit_code == 2 and "nope: no such file or folder" in done.stderr


def test_two_names_of_one_photo_or_result_are_one(run, photos, tmp_path):
    done = run("edit", "in/a.png", "in/../in/a.png", *RED, "-o", "out", "-n")
    assert done.exit_code == 0 and done.stdout.count("edit") == 1
    done = run("edit", "in/a.png", *RED, "-o", "x.png", "--compare", tmp_path / "x.png")
    assert done.exit_code == 2 and "two new files of one name" in done.stderr


def test_options_that_do_not_go_together_are_refused(run, photos, tmp_path):
    for words, said in (
        (("in", "--in-place", "--existing", "fail"), "--in-place and --existing fail"),
        (("in", "-o", "out", "--save-mask", "m.png"), "--save-mask m.png: names one picture"),
        (("in", "-o", "out", "--compare", "c.jpg"), "--compare c.jpg: names one picture"),
        (("in", "-o", "out", "--set", "color=blue"), "color: two values for one photo"),
    ):
        done = run("edit", *words, *RED)
        assert done.exit_code == 2 and said in done.stderr, done.stderr
    table = tmp_path / "t.csv"
    table.write_text("file,color,color\na.png,red,blue\n")
    assert "two columns of one name" in run("edit", "in", "--targets", "t.csv", "-o", "o").stderr
    table.write_bytes("file,color\na.png,grün\n".encode("cp1252"))
    done = run("edit", "in", "--targets", "t.csv", "-o", "o")
    assert done.exit_code == 2 and done.stderr.endswith("; save it as CSV UTF-8\n")
    done = run("edit", "in", "--targets", "gone.csv", "-o", "o")
    assert "gone.csv: cannot be read (No such file or directory); check name" in done.stderr
    table.write_text("file,color\na.png,red\n,\n")  # what a spreadsheet leaves
    assert run("edit", "in", "--targets", "t.csv", "-o", "o", "-n").exit_code == 0


def test_an_empty_part_of_the_photos_is_told_of(run, photos):
    done = run("edit", "in/a.png", *RED, "--shard", "2/3")
    assert done.exit_code == 0 and "--shard 2/3: no photo is in this part" in done.stderr


def test_photos_of_old_browsers_are_found(run, photo, tmp_path):
    (tmp_path / "old").mkdir()
    with Image.open(photo) as image:
        image.save(tmp_path / "old/a.jfif", "JPEG")
    assert run("edit", "old", *RED, "-o", "out").exit_code == 0
    with Image.open(tmp_path / "out/a.jfif") as made:
        assert made.format == "JPEG"
