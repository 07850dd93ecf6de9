"""Worker processes: one core each, Ctrl-C is their parent's to answer, and they end with it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import cv2

from amgan_cli.errors import AmganError

MOST_WORKERS = 61
"""What Windows can wait for."""


@contextmanager
def worker_pool(jobs: int, *, gives_way: bool = False) -> Iterator[ProcessPoolExecutor]:
    """A pool for so many jobs: a worker a core, which `gives_way` to what else runs here.

    What is not begun when an exception leaves it never is. Raises AmganError if a worker is killed.
    """
    workers = max(1, min(jobs, os.cpu_count() or 1, MOST_WORKERS))
    spawn = multiprocessing.get_context("spawn")  # a fork would copy torch's threads' locks
    pool = ProcessPoolExecutor(workers, spawn, start_worker, (gives_way,))
    try:
        yield pool
    except BrokenProcessPool:
        raise AmganError("a worker process was killed; free memory and run again") from None
    finally:
        pool.shutdown(cancel_futures=True)


def start_worker(gives_way: bool = False) -> None:
    """What a worker begins with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    if gives_way and hasattr(os, "nice"):  # not on Windows
        os.nice(10)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """A parent that was killed cannot stop its workers, and they would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
