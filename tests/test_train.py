"""Training on rendered photos: it learns, stops, resumes and refuses as it says."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from conftest import tiny
from PIL import Image
from rich.console import Console
from safetensors.torch import load, save_file

from amgan_cli.catalogue import render, sample_garment
from amgan_cli.checkpoint import load_model, load_state
from amgan_cli.config import PRESETS
from amgan_cli.errors import CheckpointError, DataError, TrainingError, UsageError
from amgan_cli.training import monitor, train
from amgan_cli.training.learners import learning_rate

ATTRIBUTE_FILE = "attribute_network.safetensors"


@pytest.fixture(scope="module")
def finished(data_folder, tmp_path_factory) -> Path:
    """A run folder after 20 uninterrupted steps."""
    out = tmp_path_factory.mktemp("runs") / "finished"
    train.train(data_folder, out, tiny(), "cpu", console=quiet())
    return out


def quiet() -> Console:
    return Console(file=io.StringIO())


def start_folder(finished: Path, out: Path) -> Path:
    """A run folder that has the attribute network already, to save its training."""
    out.mkdir()
    shutil.copy(finished / ATTRIBUTE_FILE, out)
    return out


def press_ctrl_c_at(step: int, monkeypatch) -> None:
    original = monitor.Monitor.step

    def watched(self, now, parts):
        original(self, now, parts)
        if now == step:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(monitor.Monitor, "step", watched)


def test_ten_steps_and_ten_more_are_twenty_bit_for_bit(
    finished, data_folder, tmp_path, monkeypatch
):
    out = start_folder(finished, tmp_path / "run")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        press_ctrl_c_at(10, patch)
        train.train(data_folder, out, tiny(), "cpu", console=quiet())
    assert load_state(out / "state.pt", torch.device("cpu"))["step"] == 10
    train.train(data_folder, out, tiny(), "cpu", resume=True, console=quiet())
    assert (out / "model.safetensors").read_bytes() == (finished / "model.safetensors").read_bytes()
    for name in ("generator", "discriminator_image", "discriminator_crop"):
        whole = load_state(finished / "state.pt", torch.device("cpu"))[name]
        parts = load_state(out / "state.pt", torch.device("cpu"))[name]
        assert all(torch.equal(whole[key], parts[key]) for key in whole), name
    lines = (out / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == list(range(1, 21))


def test_the_run_folder_holds_model_options_metrics_and_sheets(finished):
    generator, info = load_model(finished / "model.safetensors", torch.device("cpu"))
    assert info.vocabulary.attributes["sleeve"] == ("long", "short", "sleeveless")
    assert set(info.prototypes) == {"blue", "green", "red"}  # tiny has masks
    assert info.steps == 20
    assert generator(torch.zeros(1, 3, 32, 32), torch.zeros(1, 8))[0].shape == (1, 3, 32, 32)
    options = json.loads((finished / "config.json").read_text())
    assert options["training"]["steps"] == 20
    names = sorted(path.name for path in (finished / "sheets").iterdir())
    assert names == ["000010.jpg", "000020.jpg"]
    parts = json.loads((finished / "metrics.jsonl").read_text().splitlines()[0])
    expected = {"adv_d", "gp", "cls_d", "adv", "cls", "cyc", "att", "perc"}
    assert expected <= set(parts)


def test_training_reduces_the_losses_it_is_for(finished, data_folder, tmp_path):
    out = start_folder(finished, tmp_path / "run")
    config = tiny(steps=80, batch_size=8, learning_rate=1e-3)
    train.train(data_folder, out, config, "cpu", console=quiet())
    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    for name in ("pair", "cyc", "gp"):
        values = [line[name] for line in lines if name in line]
        first, last = values[: len(values) // 6], values[-len(values) // 6 :]
        assert sum(last) / len(last) < 0.8 * sum(first) / len(first), name


def test_a_killed_run_goes_on_from_its_last_checkpoint(finished, data_folder, tmp_path):
    out = start_folder(finished, tmp_path / "run")
    preset = tmp_path / "long.toml"
    text = (PRESETS / "tiny.toml").read_text()
    text = text.replace("epochs = 4", "epochs = 2").replace("steps = 200", "steps = 100000")
    preset.write_text(text + 'checkpoint_minutes = 0.0001\nprecision = "float32"\n')
    command = [sys.executable, "-m", "amgan_cli", "train", data_folder, "-o", out]
    command = [*map(str, command), "--preset", str(preset), "-d", "cpu"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    for _ in range(600):
        if (out / "state.pt").exists():
            break
        assert process.poll() is None
        time.sleep(0.1)
    second = subprocess.run([*command, "--resume"], capture_output=True, text=True)
    assert second.returncode == 2 and "another run is at work there" in second.stderr
    assert process.poll() is None
    process.kill()
    process.wait()
    before = load_state(out / "state.pt", torch.device("cpu"))["step"]
    assert before > 0
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "give --resume" in refused.stderr
    done = subprocess.run([*command, "--resume", "--max-minutes", "0.4"], capture_output=True)
    assert done.returncode == 0, done.stderr
    assert load_state(out / "state.pt", torch.device("cpu"))["step"] > before


def test_a_loss_that_is_not_finite_stops_the_run(finished, data_folder, tmp_path):
    out = start_folder(finished, tmp_path / "run")
    with pytest.raises(TrainingError, match=r"not finite.*another folder"):
        train.train(data_folder, out, tiny(learning_rate=1e30), "cpu", console=quiet())


def test_a_model_is_not_overwritten_and_no_run_is_resumed(finished, data_folder, tmp_path):
    out = tmp_path / "run"
    out.mkdir()
    shutil.copy(finished / "model.safetensors", out)
    for resume in (False, True):
        with pytest.raises(UsageError, match="without the state"):
            train.train(data_folder, out, tiny(), "cpu", resume=resume, console=quiet())
    with pytest.raises(UsageError, match="holds no run"):
        train.train(data_folder, tmp_path / "typo", tiny(), "cpu", resume=True, console=quiet())
    assert not (tmp_path / "typo").exists()


def test_what_was_refused_before_it_began_can_be_mended(finished, data_folder, tmp_path):
    out = start_folder(finished, tmp_path / "run")
    wrong = {"only": ("sleve",)}
    start = finished / "model.safetensors"
    with pytest.raises(UsageError, match="sleve"):
        train.train(data_folder, out, tiny(**wrong), "cpu", start_from=start, console=quiet())
    right = tiny(only=("sleeve",), steps=1)
    (out / "config.json").write_text("{}")  # of a run that ended before its first state
    train.train(data_folder, out, right, "cpu", start_from=start, console=quiet())
    assert json.loads((out / "config.json").read_text())["training"]["only"] == ["sleeve"]


def test_a_run_without_a_state_yet_begins_as_it_did(finished, data_folder, tmp_path, monkeypatch):
    start = finished / "model.safetensors"
    model = train.train(
        data_folder,
        start_folder(finished, tmp_path / "whole"),
        tiny(steps=1),
        "cpu",
        start_from=start,
        console=quiet(),
    )
    out = start_folder(finished, tmp_path / "run")

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train, "training_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train.train(data_folder, out, tiny(steps=1), "cpu", start_from=start, console=quiet())
    assert not (out / "state.pt").exists()
    options = {"resume": True, "console": quiet()}
    other = finished / "attribute_network.safetensors"
    with pytest.raises(UsageError, match="did not begin as this one"):
        train.train(data_folder, out, tiny(steps=1), "cpu", start_from=other, **options)
    again = train.train(data_folder, out, tiny(steps=1), "cpu", start_from=start, **options)
    assert again.read_bytes() == model.read_bytes()


def test_a_run_goes_on_with_the_same_photos_only(finished, data_folder, tmp_path):
    out = shutil.copytree(finished, tmp_path / "run")
    data = shutil.copytree(data_folder, tmp_path / "data")
    train.train(data, out, tiny(), "cpu", resume=True, console=quiet())  # moved, but the same
    rows = (data / "labels.csv").read_text().splitlines()
    (data / "labels.csv").write_text("\n".join(rows[:-1]) + "\n")
    before = (out / "split.csv").read_bytes()
    with pytest.raises(UsageError, match="began with other photos or another split"):
        train.train(data, out, tiny(), "cpu", resume=True, console=quiet())
    assert (out / "split.csv").read_bytes() == before


def test_what_would_not_leave_other_edits_alone_is_refused(finished, data_folder, tmp_path):
    start = finished / "model.safetensors"
    only = tiny(only=("sleeve",))
    with pytest.raises(UsageError, match=r"other model\.palette; give the preset"):
        palette = only.override("model", palette=True)
        train.train(data_folder, tmp_path / "a", palette, "cpu", start_from=start, console=quiet())
    data = shutil.copytree(data_folder, tmp_path / "data")
    rows = (data / "labels.csv").read_text().splitlines()
    words = ["collar", *(("round", "wide")[i % 2] for i in range(len(rows) - 1))]
    text = "\n".join(f"{row},{word}" for row, word in zip(rows, words, strict=True))
    (data / "labels.csv").write_text(text + "\n")
    with pytest.raises(UsageError, match="does not know collar; name all others"):
        train.train(data, tmp_path / "b", only, "cpu", start_from=start, console=quiet())
    assert not (tmp_path / "a").exists() and not (tmp_path / "b").exists()


def test_without_masks_cams_are_the_guidance(data_folder, tmp_path):
    config = tiny(steps=2).override("data", masks="").override("loss", guidance={"color": "mask"})
    train.train(data_folder, tmp_path / "run", config, "cpu", console=quiet())
    lines = map(json.loads, (tmp_path / "run/metrics.jsonl").read_text().splitlines())
    assert [line["att"] > 0 for line in lines] == [True, True]  # L_a of colour, then of sleeve


def test_names_with_brackets_are_said_as_they_are(data_folder, tmp_path):
    data = shutil.copytree(data_folder, tmp_path / "data")
    with (data / "labels.csv").open("a") as file:
        file.write("[front]1.png,red,long,train\n")
    console = quiet()
    train.train(data, tmp_path / "run", tiny(steps=1), "cpu", console=console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert any("[front]1.png: no such file" in line for line in said.splitlines())


def test_a_network_from_before_an_option_came_is_known(finished, data_folder, tmp_path):
    out = start_folder(finished, tmp_path / "run")
    data = (out / ATTRIBUTE_FILE).read_bytes()
    older = json.loads(load_header(data)["amgan"])
    del older["twins"], older["photos"]
    save_file(load(data), out / ATTRIBUTE_FILE, metadata={"amgan": json.dumps(older)})
    train.train(data_folder, out, tiny(steps=1), "cpu", console=quiet())
    other = json.dumps(older | {"twins": True})
    save_file(load(data), out / ATTRIBUTE_FILE, metadata={"amgan": other})
    with pytest.raises(CheckpointError, match="with other settings"):
        train.train(data_folder, tmp_path / "run", tiny(steps=1), "cpu", True, console=quiet())


def load_header(data: bytes) -> dict:
    return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]


def test_one_value_to_ask_for_is_learned_from_what_shows_others(data_folder, tmp_path):
    config = tiny(steps=1).override(
        "data", attributes=("sleeve",), source_only={"sleeve": ("long", "sleeveless")}
    )
    model = train.train(data_folder, tmp_path / "run", config, "cpu", console=quiet())
    assert model.exists()
    none = config.override("data", source_only={"sleeve": ("long", "short", "sleeveless")})
    with pytest.raises(DataError, match="no photo shows one value that another can become"):
        train.train(data_folder, tmp_path / "none", none, "cpu", console=quiet())


def test_resume_with_other_options_is_refused(finished, data_folder):
    with pytest.raises(UsageError, match="other options"):
        train.train(data_folder, finished, tiny(batch_size=5), "cpu", resume=True, console=quiet())


def test_rendered_pairs_and_a_start_model(finished, data_folder, tmp_path):
    out = start_folder(finished, tmp_path / "run")
    config = tiny(steps=4).override("data", rendered_pairs={"sleeve": 3})
    config = config.override("loss", guidance={"sleeve": "off"})
    start = finished / "model.safetensors"
    train.train(data_folder, out, config, "cpu", start_from=start, console=quiet())
    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert "att" in lines[0] and "att_pair" not in lines[0]  # colour
    assert "att" not in lines[1] and "att_pair" in lines[1]  # sleeve


def test_known_results_and_a_judge_teach_what_photos_alone_do_not(tmp_path):
    """Pattern, collar and fastening of a folder of its own, without discriminators."""
    folder = tmp_path / "photos"
    values = [("plain", "round", "none"), ("striped", "vneck", "zip")]
    names = {"none": "no closure", "vneck": "v-neck"}
    (folder / "images").mkdir(parents=True)
    (folder / "masks").mkdir()
    lines = ["file,pattern,collar,fastening,split"]
    for i in range(16):
        chosen = tuple(values[i // 2**k % 2][k] for k in range(3))
        look = dict(zip(("pattern", "collar", "fastening"), chosen, strict=True))
        look = {name: names.get(value, value) for name, value in look.items()}
        picture = render(sample_garment(i, **look), (72, 96))
        Image.fromarray(picture.image).save(folder / "images" / f"{i}.png")
        Image.fromarray(picture.masks["garment"]).save(folder / "masks" / f"{i}.png")
        pattern = chosen[0].replace("striped", "stripes")
        split = "test" if i > 13 else "train"
        lines.append(f"{i}.png,{pattern},{chosen[1]},{chosen[2]},{split}")
    (folder / "labels.csv").write_text("\n".join(lines))
    ways = {"pattern": "paint", "collar": "draw", "fastening": "draw"}
    config = tiny(steps=60, batch_size=4).override("data", photo_pairs=ways)
    config = config.override("model", palette=True, inks="pattern", conditional_norm=True)
    config = config.override("model", views={"collar": "neck", "fastening": "front"})
    guidance = {"pattern": "mask"}
    weights = {"adv": 0.0, "cls": 0.0, "cyc": 0.0, "perc": 0.0, "attention": "cross_entropy"}
    weights |= {"guidance": guidance}
    config = config.override("loss", **weights).override("training", learning_rate=3e-3)
    train.train(folder, tmp_path / "run", config, "cpu", console=quiet())
    lines = [json.loads(line) for line in (tmp_path / "run/metrics.jsonl").read_text().splitlines()]
    for m in range(3):
        steps = lines[m::3]
        attention = "att" if m else "att_pair"
        assert all({"pair", "att"} <= set(step) for step in steps)
        first, last = (sum(s[attention] for s in part) for part in (steps[:6], steps[-6:]))
        assert last < first


def test_turns_say_which_attribute_a_step_takes(finished, data_folder, tmp_path):
    out = start_folder(finished, tmp_path / "run")
    config = tiny(steps=6, turns=("sleeve", "color", "color"))
    config = config.override("data", rendered_pairs={"sleeve": 3})
    train.train(data_folder, out, config, "cpu", console=quiet())
    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert ["att_pair" in line for line in lines] == [True, False, False] * 2
    with pytest.raises(UsageError, match="must name every learned attribute: color, sleeve"):
        train.check_turns(tiny(turns=("color",)), ("color", "sleeve"))


def test_only_the_named_attribute_learns_and_other_edits_stay_bit_for_bit(
    finished, data_folder, tmp_path
):
    out, start = start_folder(finished, tmp_path / "run"), finished / "model.safetensors"
    config = tiny(steps=4, only=("sleeve",), ema_decay=0.5)
    model = train.train(data_folder, out, config, "cpu", start_from=start, console=quiet())
    (before, info), (after, _) = (load_model(each, torch.device("cpu")) for each in (start, model))
    x = torch.rand(1, 3, 32, 32) * 2 - 1
    with torch.no_grad():
        for attribute, values in info.vocabulary.attributes.items():
            for value in values:
                condition = torch.tensor([info.vocabulary.encode(attribute, value)])
                same = [
                    torch.equal(a, b)
                    for a, b in zip(before(x, condition), after(x, condition), strict=True)
                ]
                assert same == [attribute != "sleeve"] * 2


def test_only_names_what_is_learned_and_needs_a_start(data_folder, model_file, amgan, tmp_path):
    words = ("train", data_folder, "-o", "run", "--preset", "tiny", "--only")
    done = amgan(*words, "sleve", "--start-from", model_file)
    assert done.returncode == 2
    assert "training.only 'sleve': did you mean sleeve?" in done.stderr
    done = amgan(*words, "sleeve")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "give --start-from" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_first_steps_take_what_is_seen_whole():
    names = ("color", "sleeve", "collar")
    config = tiny(turns=("color", "collar", "sleeve"), steps=16, whole_first=0.25)
    config = config.override("model", views={"collar": "neck"})
    taken = [names[train.attribute_at(config, names, step)] for step in range(8)]
    assert taken == ["color", "sleeve"] * 2 + ["collar", "sleeve", "color", "collar"]
    only = tiny(whole_first=0.25).override("model", views={"collar": "neck"})
    assert train.attribute_at(only, ("collar",), 0) == 0  # nothing is seen whole: it waits
    with pytest.raises(UsageError, match="whole_first 4: must be in"):
        tiny(whole_first=4)


@pytest.mark.parametrize(
    ("pairs", "views", "message"),
    [
        ({"sleeve": "paint"}, {}, "sleeve: needs the values plain, stripes"),
        ({"color": "draw"}, {"color": "arms"}, "color: seen by arms can be drawn: long, threeq"),
    ],
)
def test_known_results_that_cannot_be_made_are_answered(
    data_folder, tmp_path, pairs, views, message
):
    config = tiny(steps=1).override("data", photo_pairs=pairs).override("model", views=views)
    config = config.override("loss", adv=0.0, cls=0.0)
    with pytest.raises(UsageError, match=message):
        train.train(data_folder, tmp_path / "run", config, "cpu", console=quiet())


def test_the_rate_falls_to_the_end_in_both_optimisers(finished):
    state = load_state(finished / "state.pt", torch.device("cpu"))
    options = tiny().training
    steps, base = state["step"], options.learning_rate
    wanted = learning_rate(base, steps - 1, steps, options.decay_from)
    assert 0 < wanted < base
    for optimizer in ("optimizer_g", "optimizer_d"):
        (group,) = state[optimizer]["param_groups"]
        assert group["lr"] == pytest.approx(wanted)
