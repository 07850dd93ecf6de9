"""Worker processes leave Ctrl-C to their parent, and one that is killed is told of in a line."""

import os
import signal
from pathlib import Path

import pytest

from amgan_cli.errors import AmganError
from amgan_cli.processes import worker_pool


def test_workers_do_not_hear_ctrl_c():
    with worker_pool(2) as pool:
        assert list(pool.map(_interrupted, range(3))) == [0, 1, 2]


def test_a_killed_worker_is_an_error_in_one_line():
    with pytest.raises(AmganError, match="killed; free memory"), worker_pool(1) as pool:
        list(pool.map(_killed, range(3)))


def test_what_is_not_begun_when_something_goes_wrong_never_is(tmp_path):
    with pytest.raises(KeyboardInterrupt), worker_pool(1) as pool:
        for number in range(40):
            pool.submit(_noted, str(tmp_path), number)
        raise KeyboardInterrupt
    assert len(list(tmp_path.iterdir())) < 20


def _interrupted(number: int) -> int:
    os.kill(os.getpid(), signal.SIGINT)
    return number


def _killed(number: int) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _noted(folder: str, number: int) -> None:
    Path(folder, str(number)).touch()
