"""One clock for everything: deadlines in UTC, intervals on the monotonic clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What time it is. Injected everywhere, so tests can let time pass."""

    def now(self) -> datetime:
        """Answers the wall clock, aware, in UTC. For deadlines that are stored."""
        ...

    def monotonic(self) -> float:
        """Answers seconds from an arbitrary start that never step back. For intervals."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class FakeClock:
    """A clock that stands still until told to move; both its faces move together."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Lets *seconds* pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
