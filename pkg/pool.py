"""Threads for CPU work, behind a queue that says no when it is full."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pkg.errors import Unavailable

T = TypeVar("T")


class Pool:
    """At most *workers* pieces of work run and *max_waiting* are in it, the running included.

    *full* makes the error for whoever finds no place; *name* is what its threads are called.
    """

    def __init__(
        self, name: str, *, workers: int, max_waiting: int, full: Callable[[], Unavailable]
    ) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._max_waiting = max_waiting
        self._full = full
        self._waiting, self._lock = 0, threading.Lock()

    async def run(self, work: Callable[[], T]) -> T:
        """Answers what *work* gave, off the loop.

        Raises:
            Unavailable: there is no place; the very one that *full* makes.
        """
        if self._waiting >= self._max_waiting:
            raise self._full()
        with self._lock:
            self._waiting += 1
        future = self._threads.submit(work)
        # On the pool's future, not in a finally here: a caller that left frees its place only
        # when its work has ended, or where it never began.
        future.add_done_callback(self._done)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Lets what runs end, drops what waits, stops the threads."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _done(self, _: object) -> None:
        with self._lock:  # a pool thread calls this
            self._waiting -= 1
