"""How late the loop comes to what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from pkg.clock import Clock
from pkg.metrics.contract import Family, Source
from pkg.metrics.histogram import Histogram

EVERY = 0.5  # seconds


class LoopLag(Source):
    """Sleeps, and notes by how much it overslept: what every socket of this node waited too."""

    def __init__(
        self, clock: Clock, *, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self.seen = Histogram()
        self._clock = clock
        self._pause = pause

    async def run(self) -> None:
        """Measures until it is cancelled."""
        while True:
            due = self._clock.monotonic() + EVERY
            await self._pause(EVERY)
            self.seen.observe(max(0.0, self._clock.monotonic() - due))

    def families(self) -> Iterator[Family]:
        yield Family.one(
            "parley_loop_lag_seconds",
            "histogram",
            "How late the event loop came to a timer, twice a second.",
            self.seen,
        )
