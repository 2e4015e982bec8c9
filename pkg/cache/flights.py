"""Work under way that callers share: N who wait together cost one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False, slots=True)
class Flight:
    """One piece of work and how many wait for it."""

    task: asyncio.Task[Any]
    waiting: int = 0


class Flights:
    """Work by key. A caller who is cancelled leaves the others' work alone; the last ends it."""

    def __init__(self) -> None:
        self._flights: dict[str, Flight] = {}

    def __len__(self) -> int:
        return len(self._flights)

    async def join(self, key: str, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Answers what the work under way for *key* gives, starting *work* where there is none."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(asyncio.create_task(work()))
            flight.task.add_done_callback(lambda _: self._land(key, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._land(key, flight)  # at once: a newcomer must not join what is ending
                flight.task.cancel()

    def leave(self, key: str) -> None:
        """Lets those who wait have their result, and the next caller start anew."""
        self._flights.pop(key, None)

    def leave_all(self) -> None:
        """The same for every key."""
        self._flights.clear()

    def is_current(self, key: str) -> bool:
        """Tells the running work whether it is still the one for *key*."""
        flight = self._flights.get(key)
        return flight is not None and flight.task is asyncio.current_task()

    def _land(self, key: str, flight: Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if flight.task.done() and not flight.task.cancelled():
            flight.task.exception()  # read, or asyncio logs it when nobody waits any more
