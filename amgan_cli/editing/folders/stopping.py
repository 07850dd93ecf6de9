"""Ctrl-C as a wish to stop soon, not as an accident. Light."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_on_ctrl_c(quiet: bool) -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets, with a line unless `quiet`; the second one interrupts at
    once."""
    stop = threading.Event()

    def on_signal(number: int, frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)
        if not quiet:
            print("finishing the photos in hand; Ctrl-C again stops at once", file=sys.stderr)

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
