"""`amgan render`: a whole data folder or one clear line; stopped runs go on."""

import csv
import hashlib
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import read_pixels

from amgan_cli.catalogue import ATTRIBUTES, sample_garment
from amgan_cli.catalogue.dataset import Settings, read_parts, render_catalogue
from amgan_cli.config import DataConfig
from amgan_cli.data.sources import open_labels
from amgan_cli.errors import AmganError, DataError, OutputError, UsageError

COMMAND = [sys.executable, "-m", "amgan_cli", "render"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A catalogue of 12 photos, 80 px."""
    return render_catalogue(tmp_path_factory.mktemp("new") / "catalogue", 12, seed=3, size=80)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_folder_is_a_data_folder(folder):
    labels = open_labels(folder, DataConfig(attributes=("collar", "sleeve"), masks="masks"))
    assert len(labels.photos) == 12
    assert labels.is_test.sum() == 2
    garment = sample_garment(3_000_000_005)
    known = labels.vocabulary.attributes.values()
    values = [values[k] for values, k in zip(known, labels.values[5], strict=True)]
    assert values == [garment.collar, garment.sleeve]
    shapes = [photo.read().shape for photo in labels.photos]
    assert [photo.read_mask().shape for photo in labels.photos] == [shape[:2] for shape in shapes]
    assert all(max(shape) == 80 for shape in shapes)
    assert len(set(shapes)) > 1  # upright, wide, square


def test_part_masks_are_read_back_as_drawn(folder):
    name = "000004"
    parts = read_parts(folder / "parts" / f"{name}.png")
    garment = read_pixels(folder / "masks" / f"{name}.png")[..., 0] > 0
    together = np.bitwise_or.reduce(list(parts.values())) > 0
    assert np.array_equal(together, garment)
    assert not np.any(parts["left_sleeve"] & parts["torso"])
    assert np.any(parts["collar"] & parts["torso"])  # they overlap, and both are kept


def test_the_bytes_do_not_depend_on_the_workers(folder, tmp_path):
    other = render_catalogue(tmp_path / "other", 12, seed=3, size=80, workers=1)
    assert digests(other) == digests(folder)


def test_a_stopped_run_draws_only_what_is_missing(folder, tmp_path):
    out = render_catalogue(tmp_path / "out", 12, seed=3, size=80)
    (out / "labels.csv").unlink()
    missing = out / "images" / "000007.jpg"
    missing.unlink()
    before = {path: path.stat().st_mtime_ns for path in (out / "images").iterdir()}
    render_catalogue(out, 12, seed=3, size=80)
    assert digests(out) == digests(folder)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_catalogue_can_grow(folder, tmp_path):
    out = render_catalogue(tmp_path / "out", 4, seed=3, size=80)
    assert len((out / "labels.csv").read_text().splitlines()) == 5
    assert digests(render_catalogue(out, 12, seed=3, size=80)) == digests(folder)
    with pytest.raises(DataError, match="holds 12 pictures; ask for as many"):
        render_catalogue(out, 4, seed=3, size=80)
    assert digests(out) == digests(folder)


def test_counterfactuals_share_all_but_one_label_and_the_far_pixels(tmp_path, amgan):
    words = ("-n", 1, "--size", 96, "--seed", 8, "--set", "color=red", "--counterfactual", "sleeve")
    done = amgan("render", "out", *words)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    with (out / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["sleeve"] for row in rows] == list(ATTRIBUTES["sleeve"])
    assert {row["color"] for row in rows} == {"red"}
    others = [{k: v for k, v in row.items() if k not in ("file", "sleeve")} for row in rows]
    assert all(other == others[0] for other in others)
    long, short = (out / "images" / f"000000-{name}.jpg" for name in ("long", "short"))
    hem = read_pixels(long)[-12:].astype(int) - read_pixels(short)[-12:]
    assert np.abs(hem).mean() < 2
    assert not np.array_equal(read_pixels(long), read_pixels(short))


def test_ctrl_c_is_one_line_and_leaves_nothing_half_written(tmp_path):
    out = tmp_path / "out"
    run = subprocess.Popen(
        [*COMMAND, out, "-n", "5000", "--size", "80"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list(out.glob("images/*.jpg")):
        assert run.poll() is None, run.stderr and run.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    # As a terminal does it: every process of the group hears it.
    subprocess.run(["kill", f"-{signal.SIGINT.value}", "--", f"-{run.pid}"], check=True)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 130
    assert errors.strip().splitlines()[-1] == "amgan: interrupted"
    assert "Traceback" not in errors
    assert not list(out.rglob(".amgan-*"))
    assert not (out / "labels.csv").exists()
    for photo in (out / "images").iterdir():
        read_pixels(photo)


def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(tmp_path):
    out = tmp_path / "out"
    done = subprocess.run(
        [*COMMAND, out, "-n", "3", "--size", "400"],
        capture_output=True,
        text=True,
        # No file may grow beyond 4 kB: the system's own error while writing.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert done.returncode == 1
    assert "cannot be written (File too large)" in done.stderr
    assert len([line for line in done.stderr.splitlines() if "amgan:" in line]) == 1
    assert "Traceback" not in done.stderr
    assert not list(out.rglob("*.part"))
    assert not list(out.rglob("*.jpg"))
    assert not (out / "labels.csv").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-n", 0), "count is 0"),
        (("-n", 1, "--size", 20), "size is 20"),
        (("-n", 1, "--seed", -1), "seed is -"),
        (("-n", 1, "--set", "colour=red"), "did you mean color"),
        (("-n", 1, "--set", "color=redd"), "did you mean red"),
        (("-n", 1, "--set", "color=red", "--set", "color=blue"), "given twice"),
        (("-n", 1, "--counterfactual", "fabric"), "unknown attribute 'fabric'"),
        (("-n", 1, "--counterfactual", "color", "--set", "color=red"), "color: is set"),
    ],
)
def test_wrong_options_are_one_line_and_make_no_folder(words, says, tmp_path, amgan):
    done = amgan("render", "out", *words)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="not empty"):
        render_catalogue(tmp_path, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_catalogue_of_other_settings_is_left_alone(folder):
    before = digests(folder)
    with pytest.raises(DataError, match="other settings"):
        render_catalogue(folder, 12, seed=4, size=80)
    assert digests(folder) == before


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        render_catalogue(tmp_path / "file" / "out", 1)
    assert "\n" not in str(caught.value)


def test_no_two_seeds_share_a_garment():
    garments = {Settings(seed).garment(index).seed for seed in range(3) for index in range(5)}
    assert len(garments) == 15


def test_a_killed_worker_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("amgan_cli.catalogue.dataset._draw", _die)
    with pytest.raises(AmganError, match="run again"):
        render_catalogue(tmp_path / "out", 2, size=80, workers=1)
    assert not (tmp_path / "out" / "labels.csv").exists()


def _die(out: Path, picture: object) -> None:
    signal.raise_signal(signal.SIGKILL)


def test_unknown_fields_are_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="unknown garment option 'colour'"):
        render_catalogue(tmp_path / "out", 1, fixed={"colour": "red"})
