import json

import pytest
import torch
from safetensors.torch import save_file

from amgan_cli import checkpoint
from amgan_cli.errors import CheckpointError, OutputError
from amgan_cli.model_info import FORMAT, find_weights, read_header, read_info


def test_a_model_file_rebuilds_itself(model_file, vocabulary):
    generator, info = checkpoint.load_model(model_file, torch.device("cpu"))
    assert info == read_info(model_file)
    assert info.vocabulary == vocabulary
    assert info.prototypes["red"] == (40, 56, 28)
    assert all(parameter.dtype == torch.float32 for parameter in generator.parameters())


def test_a_damaged_or_foreign_file_is_refused(model_file, tmp_path):
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(model_file.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="damaged"):
        checkpoint.load_model(cut, torch.device("cpu"))
    foreign = tmp_path / "foreign.safetensors"
    save_file({"x": torch.zeros(2)}, foreign)
    with pytest.raises(CheckpointError, match="no file of amgan's weights"):
        read_info(foreign)
    unknown = read_header(model_file) | {"model": {"mask": "woven"}}
    for header in ([], {"format": FORMAT}, {"format": FORMAT, "vocabulary": 3}, unknown):
        save_file({"x": torch.zeros(2)}, foreign, metadata={"amgan": json.dumps(header)})
        with pytest.raises(CheckpointError, match=r"foreign.*(no file of amgan's|another version)"):
            read_info(foreign)
    newer = tmp_path / "newer.safetensors"
    save_file({"x": torch.zeros(2)}, newer, metadata={"amgan": json.dumps({"format": 2})})
    with pytest.raises(CheckpointError, match="format"):
        read_info(newer)


def test_a_full_disk_keeps_the_state_before(tmp_path, monkeypatch):
    path = tmp_path / "state.pt"
    checkpoint.save_state(path, {"step": 3})

    def full(state, target):
        target.write_bytes(b"half")
        raise RuntimeError("PytorchStreamWriter failed writing file data")

    with monkeypatch.context() as patch, pytest.raises(OutputError, match="is the disk full"):
        patch.setattr(torch, "save", full)
        checkpoint.save_state(path, {"step": 4})
    assert checkpoint.load_state(path, torch.device("cpu")) == {"step": 3}
    assert [file.name for file in tmp_path.iterdir()] == ["state.pt"]


def test_a_state_with_code_in_it_is_not_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (print, ("ran",))

    torch.save({"step": Evil()}, tmp_path / "state.pt")
    with pytest.raises(CheckpointError, match="cannot be resumed"):
        checkpoint.load_state(tmp_path / "state.pt", torch.device("cpu"))


def test_a_mistyped_folder_is_not_only_told_of_the_hub(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(CheckpointError, match="--weights runs/mien: is no file or folder here"):
        find_weights("runs/mien")


def test_the_shipped_weights_are_found():
    info = read_info(find_weights(None))
    assert {"color", "sleeve"} <= set(info.vocabulary.attributes)
    assert info.steps > 0
