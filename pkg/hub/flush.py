"""When rooms are flushed: once a loop turn, a slice of members at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from pkg.hub.client import Client, Run
from pkg.hub.room import Room

SLICE = 2000  # members served before the loop may do something else

Job = tuple[Run | None, Sequence[bytes], Iterator[Client]]


class Flusher:
    """Gathers what is published and hands it to the members, in the order it came.

    *later* runs a callback soon: `loop.call_soon`, or after a tick.
    """

    def __init__(
        self, later: Callable[[Callable[[], None]], object], *, slice: int = SLICE
    ) -> None:
        self._later = later
        self._slice = slice
        self._dirty: dict[Room, None] = {}
        self._jobs: deque[Job] = deque()
        self._is_due = False

    def mark(self, room: Room) -> None:
        """Has *room* flushed at the next turn."""
        self._dirty[room] = None
        self._schedule()

    def flush(self) -> None:
        """Serves one slice of members; what is left waits for the next turn."""
        self._is_due = False
        for room in self._dirty:
            self._jobs.append((*room.take(), iter(tuple(room.members))))
        self._dirty.clear()
        left = self._slice
        while self._jobs and left:
            run, volatile, members = self._jobs[0]
            client = next(members, None)
            if client is None:
                self._jobs.popleft()
                continue
            left -= 1
            _serve(client, run, volatile)
        if self._jobs:
            self._schedule()

    def _schedule(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._later(self.flush)


def _serve(client: Client, run: Run | None, volatile: Sequence[bytes]) -> None:
    if client.is_closed:
        return
    if run is not None:
        client.push(run)
    if volatile and client.is_greeted and not client.lagging:
        client.write(volatile)
