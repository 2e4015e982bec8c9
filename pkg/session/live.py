"""Which sessions live, without asking the database at each request."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from pkg.clock import Clock
from pkg.session.contract import SessionRow

MAX_AGE = 30.0  # seconds; every change is told within one, this bounds what was never told
MAX_ITEMS = 50_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A row and when it was read."""

    row: SessionRow
    at: float


class LiveSessions:
    """A mirror of session rows that may only be believed while the news comes in.

    `heard` is called whenever the signals were read; when it has not been for *silence* seconds,
    nothing here counts and the database is asked. An empty mirror never means "not revoked".
    """

    def __init__(self, clock: Clock, *, silence: float = 0.75) -> None:
        self._clock = clock
        self._silence = silence
        self._rows: OrderedDict[int, Kept] = OrderedDict()
        self._heard_at = -1e9
        self.changes = 0

    def heard(self) -> None:
        """Notes that all news up to now is in."""
        self._heard_at = self._clock.monotonic()

    def get(self, id: int) -> SessionRow | None:
        """Answers the row of *id* if it is known and may be believed."""
        now = self._clock.monotonic()
        if now - self._heard_at > self._silence:
            return None
        kept = self._rows.get(id)
        return kept.row if kept is not None and now - kept.at <= MAX_AGE else None

    def keep(self, row: SessionRow, *, changes: int) -> None:
        """Keeps *row*, unless something ended since *changes* was read: it may be this one."""
        if changes != self.changes:
            return
        self._rows[row.id] = Kept(row, self._clock.monotonic())
        self._rows.move_to_end(row.id)
        if len(self._rows) > MAX_ITEMS:
            self._rows.popitem(last=False)

    def forget(self, ids: Iterable[int]) -> None:
        """Lets go of *ids*: the database knows better now."""
        self.changes += 1
        for id in ids:
            self._rows.pop(id, None)

    def clear(self) -> None:
        """Lets go of everything."""
        self.changes += 1
        self._rows.clear()
