"""Many photos at once: reading, network, lifting and writing overlap, a few photos in hand.

The network runs in the calling thread, in batches; a pool of threads reads ahead of it and
finishes behind it. cv2, Pillow and torch leave Python's lock while they work, so threads do.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from amgan_cli.editing.folders.jobs import Job
from amgan_cli.editing.folders.outcome import Outcome
from amgan_cli.editing.folders.workbench import InHand, Workbench

Item = TypeVar("Item")
Done = TypeVar("Done")

BATCH = 8
"""Photos that the network sees at once."""
AHEAD = 16
"""Photos read before the network wants them, at most."""
PIXELS = 96_000_000
"""Of all photos read ahead together: large photos are held in smaller numbers."""
WORKERS = min(8, os.cpu_count() or 1)


def edit_all(
    jobs: Iterable[Job], bench: Workbench, stop: threading.Event
) -> Generator[Outcome, None, None]:
    """Do the jobs and yield what became of each, in their order.

    When `stop` is set no new photo is begun, and the ones that the network has seen are finished.
    """
    room = _Room()
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="photo")
    try:
        readings = _ahead(pool, bench.read, jobs, room.ahead)
        planned = _plan(room.watch(readings), bench, room, stop)
        yield from _ahead(pool, bench.finish, planned, room.behind)
    finally:
        pool.shutdown(cancel_futures=True)


class _Room:
    """How many photos may be in hand, going by the size of the one read last."""

    def __init__(self) -> None:
        self._pixels = PIXELS // 2

    def ahead(self) -> int:
        return max(1, min(AHEAD, PIXELS // self._pixels))

    def behind(self) -> int:
        return max(1, min(WORKERS + 1, self.ahead() // 2))

    def watch(self, readings: Iterable[InHand | Outcome]) -> Iterator[InHand | Outcome]:
        for reading in readings:
            if isinstance(reading, InHand):
                height, width = reading.photo.pixels.shape[:2]
                self._pixels = height * width
            yield reading


def _ahead(
    pool: ThreadPoolExecutor,
    work: Callable[[Item], Done],
    items: Iterable[Item],
    room: Callable[[], int],
) -> Iterator[Done]:
    """Yield work(item) in the items' order while up to room() of the next are under way."""
    under_way: deque[Future[Done]] = deque()
    items = iter(items)
    more = True
    while more or under_way:
        while more and len(under_way) < room():
            try:
                under_way.append(pool.submit(work, next(items)))
            except StopIteration:
                more = False
        if under_way:
            yield under_way.popleft().result()


def _plan(
    readings: Iterator[InHand | Outcome], bench: Workbench, room: _Room, stop: threading.Event
) -> Iterator[InHand | Outcome]:
    """Let the network plan the photos read, a batch at a time."""
    more = True
    while more and not stop.is_set():
        some: list[InHand | Outcome] = []
        while more and len(some) < min(BATCH, room.ahead()):
            reading = next(readings, None)
            more = reading is not None
            some += [reading] if reading else []
        planned = _plan_batch([each for each in some if isinstance(each, InHand)], bench)
        for reading in some:
            yield reading if isinstance(reading, Outcome) else next(planned)


def _plan_batch(batch: list[InHand], bench: Workbench) -> Iterator[InHand | Outcome]:
    """The network's part for some photos; half of them at a time where memory does not do."""
    start = time.perf_counter()
    plans: list[dict] = [{} for _ in batch]
    try:
        wanted = bench.requests(batch)
        for request in dict.fromkeys(request for asked in wanted for request, _ in asked):
            rows = [i for i, asked in enumerate(wanted) if any(r == request for r, _ in asked)]
            hands = [batch[i] for i in rows]
            photos, squares = [h.photo.pixels8 for h in hands], [h.square for h in hands]
            made = bench.editor.plan(photos, squares, request, [h.garment_mask for h in hands])
            for i, plan in zip(rows, made, strict=True):
                plans[i][request] = plan
    except Exception as error:
        if len(batch) == 1:
            yield bench.fail(batch[0].job, error)
            return
        middle = len(batch) // 2
        yield from _plan_batch(batch[:middle], bench)
        yield from _plan_batch(batch[middle:], bench)
        return
    spent = (time.perf_counter() - start) / len(batch)
    for hand, asked, of_photo in zip(batch, wanted, plans, strict=True):
        made = ((of_photo[request], why) for request, why in asked)
        ordered = tuple(replace(plan, refused={**why, **plan.refused}) for plan, why in made)
        yield replace(hand, plans=ordered, seconds={**hand.seconds, "network": spent})
