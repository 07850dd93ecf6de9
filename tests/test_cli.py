"""The installed command on real files: outputs, exit codes, one-line errors."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import read_pixels
from PIL import Image

RED = ("--set", "color=red")


def one_line(done, code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_edit_writes_a_new_file_of_the_same_size(amgan, photo, model_file, tmp_path):
    before = photo.read_bytes()
    done = amgan("edit", photo, *RED, "-w", model_file, "-o", "new/red.jpg", "--save-mask", "m.png")
    assert done.returncode == 0, done.stderr
    assert "new/red.jpg" in done.stdout
    assert read_pixels(tmp_path / "new" / "red.jpg").shape == read_pixels(photo).shape
    mask = np.asarray(Image.open(tmp_path / "m.png"))
    assert mask.shape == read_pixels(photo).shape[:2]
    assert photo.read_bytes() == before


def test_the_new_file_is_named_after_photo_and_edit(amgan, photo, model_file, tmp_path):
    copy = tmp_path / "my shirt.png"
    copy.write_bytes(photo.read_bytes())
    words = ("edit", "my shirt.png", *RED, "--set", "sleeve=short", "-w", model_file)
    assert amgan(*words).returncode == 0
    assert (tmp_path / "my shirt.color-red.sleeve-short.png").exists()
    one_line(amgan(*words), 2, "exists", "--existing overwrite")
    assert amgan(*words, "--existing", "overwrite").returncode == 0
    assert not list(tmp_path.glob(".amgan-*"))


def test_a_terminal_without_the_letter_gets_its_number(
    amgan, photo, model_file, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    done = amgan("edit", photo, "--set", "color=#c01020", "-w", model_file, "-o", "red.png")
    assert done.returncode == 0 and "\\u0394E2000" in done.stdout and done.stderr == ""


@pytest.mark.parametrize("report", [(), ("--report", "report.html")])
def test_a_reader_that_leaves_ends_the_run_without_a_word(
    amgan, photo, model_file, tmp_path, report
):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "in" / name).write_bytes(photo.read_bytes())
    words = ("edit", "in", *RED, "-w", model_file, "-o", "out", "--json", "-q", *report)
    command = [Path(sys.executable).parent / "amgan", *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=tmp_path) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()  # as `| head -0`
        said = running.stderr.read()
    assert running.returncode == 1 and said == ""


def test_exif_orientation_is_applied_and_reset(amgan, photo, model_file, tmp_path):
    upright = Image.open(photo)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: stored rotated, to be shown upright
    exif[0x010F] = "Maker"
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    turned.save(tmp_path / "turned.jpg", exif=exif, quality=98, icc_profile=b"profile")
    assert amgan("edit", "turned.jpg", *RED, "-w", model_file, "-o", "out.jpg").returncode == 0
    with Image.open(tmp_path / "out.jpg") as out:
        assert out.size == upright.size
        assert out.getexif().get(0x0112, 1) == 1
        assert out.getexif()[0x010F] == "Maker"
        assert out.info["icc_profile"] == b"profile"


def test_transparency_is_given_back(amgan, photo, model_file, tmp_path):
    picture = Image.open(photo).convert("RGB")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    picture.save(tmp_path / "alpha.png")
    assert amgan("edit", "alpha.png", *RED, "-w", model_file, "-o", "out.png").returncode == 0
    out = Image.open(tmp_path / "out.png")
    assert out.mode == "RGBA"
    assert np.array_equal(np.asarray(out)[..., 3], np.asarray(picture)[..., 3])


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("PHOTO", "--set", "color=redd", "-w", "MODEL"), 2, "did you mean red"),
        (("PHOTO", "--set", "colr=red", "-w", "MODEL"), 2, "known: color, sleeve"),
        (("PHOTO", *RED, "-w", "MODEL", "-o", "out.xyz"), 2, "unknown suffix"),
        (("PHOTO", *RED, "-w", "MODEL", "-o", "PHOTO"), 2, "never changed"),
        (("PHOTO", *RED, "-w", "MODEL", "-o", "PHOTO/x.png"), 1, "cannot be written"),
        (("PHOTO", *RED, "-w", "MODEL", "-d", "tpu"), 2, "not available here"),
        (("PHOTO", *RED, "-w", "PHOTO"), 2, "no file of amgan's weights"),
        (("PHOTO", *RED, "-w", "nothing.safetensors"), 2, "no such file"),
        (("gone.png", *RED, "-w", "MODEL"), 1, "gone.png: no such file"),
        (("broken.png", *RED, "-w", "MODEL"), 1, "broken.png: is empty"),
        (("cut.png", *RED, "-w", "MODEL"), 1, "cut.png: cannot be read"),
    ],
)
def test_errors_are_one_line_with_their_exit_code(
    amgan, photo, model_file, tmp_path, words, code, message
):
    (tmp_path / "broken.png").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:3000])
    places = {"PHOTO": str(photo), "MODEL": str(model_file)}
    filled = [word.replace("PHOTO", places["PHOTO"]) for word in words]
    filled = [places["MODEL"] if word == "MODEL" else word for word in filled]
    before = photo.read_bytes()
    one_line(amgan("edit", *filled), code, message)
    assert photo.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"broken.png", "cut.png"}


def test_usage_errors_exit_2_and_debug_shows_the_traceback(amgan, photo, model_file):
    assert amgan("edit", photo).returncode == 2
    assert amgan("edit", photo, "--nonsense").returncode == 2
    done = amgan("edit", "gone.png", *RED, "-w", model_file, "--debug")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_region_edit(amgan, photo, model_file, tmp_path):
    words = ("region-edit", photo, *RED, "-w", model_file)
    one_line(amgan(*words, "--region", "elbow"), 2, "use sleeve, torso")
    one_line(amgan(*words, "--region", "sleeve=bare"), 2, "unknown sleeve 'bare'")
    done = amgan(*words, "--region", "sleeve", "--threshold", "1")
    one_line(done, 1, "attention reaches 0.", "lower --threshold")
    done = amgan(*words, "--region", "torso", "--threshold", "0.01", "-o", "torso.png")
    assert done.returncode == 0, done.stderr
    assert read_pixels(tmp_path / "torso.png").shape == read_pixels(photo).shape


def test_train_and_evaluate_refuse_what_is_no_data(amgan, model_file, tmp_path):
    one_line(amgan("train", "nowhere", "-o", "run"), 2, "nowhere: no such folder")
    (tmp_path / "labels.csv").write_text("file,color,split\nx.png,red,train\ny.png,blue,train\n")
    done = amgan("train", ".", "-o", "run", "--preset", "tiny")
    assert done.returncode == 2
    assert "no readable training photos" in done.stderr.splitlines()[-1]
    words = ("evaluate", model_file, "--judge", "judge.safetensors", "--preset", "tiny")
    one_line(amgan(*words, "--data", "."), 2, "no column 'sleeve'")
