"""Ctrl-C as a wish to stop soon, not as an accident. Light."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_on_ctrl_c(answer: str = "") -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets, and `answer` is said; the second one interrupts at once.

    Only the main thread hears of Ctrl-C; elsewhere the event is nobody's.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def on_signal(number: int, frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)
        if answer:
            print(answer, file=sys.stderr)

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
