"""Help answers without the heavy libraries, and an edit without torchvision."""

import subprocess
import sys

import pytest

import amgan_cli

HEAVY = ("torch", "torchvision", "numpy", "cv2", "PIL")


def modules_after(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def run_in_process(*words: object) -> str:
    return (
        f"sys.argv = ['amgan', *{[str(word) for word in words]!r}]\n"
        "from amgan_cli.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )


@pytest.mark.parametrize(
    "words",
    [["--help"], ["edit", "--help"], ["train", "-h"], ["experiment", "paper", "-h"], ["--version"]],
)
def test_help_loads_nothing_heavy(words):
    assert not modules_after(run_in_process(*words)).intersection(HEAVY)


def test_a_wrong_value_is_answered_without_torch(model_file, photo):
    code = run_in_process("edit", photo, "--set", "color=redd", "-w", model_file)
    loaded = modules_after(code.replace("assert not end.code", "assert end.code == 2"))
    assert "torch" not in loaded


def test_edit_never_loads_torchvision(model_file, photo, tmp_path):
    words = ("edit", photo, "--set", "color=red", "-w", model_file, "-o", tmp_path / "out.png")
    loaded = modules_after(run_in_process(*words))
    assert "torch" in loaded
    assert "torchvision" not in loaded
    assert (tmp_path / "out.png").exists()


def test_the_package_runs_as_a_module(tmp_path):
    command = [sys.executable, "-m", "amgan_cli", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == f"amgan {amgan_cli.__version__}\n"


def test_the_public_names_are_the_listed_ones():
    assert set(amgan_cli.__all__) == {"Editor", "__version__"}
    assert amgan_cli.Editor.__name__ == "Editor"
    with pytest.raises(AttributeError):
        _ = amgan_cli.nothing  # type: ignore[attr-defined]
