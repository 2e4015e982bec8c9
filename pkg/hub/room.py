"""The clients of one conversation on this node, and its latest messages."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pkg.hub.client import UNSETTLED, Client, Run

RING = 256


class Room:
    """Members, the top of the log as far as this node knows it, and a ring of framed messages.

    Nothing here waits: a client joins, and a message is published, in one step each. What was
    committed here and what other nodes committed enter by the same `publish`.
    """

    def __init__(self, id: int, *, dirty: Callable[[Room], None]) -> None:
        self.id = id
        self.top = 0
        self.is_known = False  # the top is real: it was read, or published
        self.members: dict[Client, None] = {}  # in the order they came
        self._ring: deque[bytes] = deque(maxlen=RING)  # ends at top
        self._pending: list[bytes] = []  # ends at top, too
        self._volatile: list[bytes] = []
        self._dirty = dirty

    def join(self, client: Client) -> bool:
        """Lets *client* in, unsettled: told nothing until it has a cursor. False: it was there."""
        if client in self.members:
            return False
        self.members[client] = None
        client.cursors[self.id] = UNSETTLED
        return True

    def leave(self, client: Client) -> None:
        """Takes *client* out; what was not flushed yet does not reach it."""
        self.members.pop(client, None)
        client.cursors.pop(self.id, None)

    def learn(self, top: int) -> None:
        """Takes *top* from the log where nothing is known yet.

        Where something is, a higher one was committed by this node and comes by `publish` soon.
        """
        if not self.is_known:
            self.top, self.is_known = top, True

    def publish(self, seq: int, frame: bytes) -> None:
        """Takes the message *seq* for all members; one that is known already is dropped.

        After a hole the members' cursors no longer join, and they are healed from the log.
        """
        if self.is_known and seq <= self.top:
            return
        if seq != self.top + 1:
            self._ring.clear()
            self._pending.clear()
        self.top, self.is_known = seq, True
        self._ring.append(frame)
        self._pending.append(frame)
        self._dirty(self)

    def publish_volatile(self, frame: bytes) -> None:
        """Takes a frame that is not stored; a member who lags does without."""
        self._volatile.append(frame)
        self._dirty(self)

    def take(self) -> tuple[Run | None, list[bytes]]:
        """Answers what came since the last flush, stored and volatile."""
        run, volatile = None, self._volatile
        if self._pending:
            run = Run(self.id, self.top - len(self._pending) + 1, tuple(self._pending))
        self._pending, self._volatile = [], []
        return run, volatile

    def after(self, cursor: int, limit: int = RING) -> Run | None:
        """Answers up to *limit* messages after *cursor* out of the ring; None: ask the log."""
        first = self.top - len(self._ring) + 1
        if not first <= cursor + 1 <= self.top:
            return None
        frames = tuple(self._ring)[cursor + 1 - first :][:limit]
        return Run(self.id, cursor + 1, frames)
