"""A store with a deadline: how long anybody waits for counters that are away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pkg.clock import Clock
from pkg.limiter.contract import Counted, LimitStore, Quota, State
from pkg.limiter.errors import LimiterUnavailable

T = TypeVar("T")
PAUSE = 1.0  # seconds


class Patient(LimitStore):
    """Gives *store* at most *patience* seconds, and a second's rest after each failure.

    In the rest nobody waits at all; then one caller tries, and the others follow when it went
    well. A hit that was given up may have been counted all the same.
    """

    def __init__(self, store: LimitStore, clock: Clock, *, patience: float = 0.5) -> None:
        self._store = store
        self._clock = clock
        self._patience = patience
        self._closed_until: float | None = None  # None: all is well

    async def hit(self, quotas: Sequence[Quota], cost: int) -> Counted:
        return await self._ask(lambda: self._store.hit(quotas, cost))

    async def look(self, quotas: Sequence[Quota]) -> Sequence[State]:
        return await self._ask(lambda: self._store.look(quotas))

    async def refund(self, quotas: Sequence[Quota], cost: int) -> None:
        await self._ask(lambda: self._store.refund(quotas, cost))

    async def _ask(self, verb: Callable[[], Awaitable[T]]) -> T:
        if self._closed_until is not None:
            now = self._clock.monotonic()
            if now < self._closed_until:
                raise LimiterUnavailable("the counters were away just now", retry_after=PAUSE)
            self._closed_until = now + PAUSE + self._patience  # this caller tries, for all
        try:
            async with asyncio.timeout(self._patience):
                found = await verb()
        except (LimiterUnavailable, TimeoutError) as exc:
            self._closed_until = self._clock.monotonic() + PAUSE
            raise LimiterUnavailable("the counters are away", retry_after=PAUSE) from exc
        self._closed_until = None
        return found
