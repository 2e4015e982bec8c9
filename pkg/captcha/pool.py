"""Threads for short CPU work, with a queue that says no when it is full."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pkg.captcha.errors import CaptchaBusy

T = TypeVar("T")


class Pool:
    """At most *workers* pieces of work run and *max_waiting* are in it, the running included."""

    def __init__(self, *, workers: int, max_waiting: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="captcha")
        self._max_waiting = max_waiting
        self._waiting, self._lock = 0, threading.Lock()

    async def run(self, work: Callable[[], T]) -> T:
        """Answers what *work* gave, off the loop.

        Raises:
            CaptchaBusy: the queue is full.
        """
        if self._waiting >= self._max_waiting:
            raise CaptchaBusy("too many pictures wait to be painted", retry_after=1)
        with self._lock:
            self._waiting += 1
        future = self._threads.submit(work)
        # on the pool's future: a caller that left frees its place only when its work has ended
        future.add_done_callback(self._done)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Lets what runs end, drops what waits, stops the threads."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _done(self, _: object) -> None:
        with self._lock:  # a pool thread calls this
            self._waiting -= 1
