"""Counters in this process: fast, gone with it, and not shared with other nodes."""

from __future__ import annotations

from collections.abc import Sequence

from pkg.clock import Clock
from pkg.limiter.contract import Counted, LimitStore, Quota, State

NOTHING = State(0, 0.0)


class Window:
    """A count under way."""

    __slots__ = ("ends", "used")

    def __init__(self, ends: float) -> None:
        self.used = 0
        self.ends = ends


class MemoryLimits(LimitStore):
    """A bounded dict a family. No verb awaits anything, so each is one step.

    Within a family all windows are equally long, so they end in the order they began: the dict's.
    New ones push ended ones out; when all is full the largest family loses its oldest, so a flood
    on one limit forgets that limit's counts and no other's.
    """

    def __init__(self, clock: Clock, *, max_keys: int = 100_000) -> None:
        self._clock = clock
        self._max_keys = max_keys
        self._families: dict[str, dict[str, Window]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    async def hit(self, quotas: Sequence[Quota], cost: int) -> Counted:
        now = self._clock.monotonic()
        found = [self._live(quota, now) for quota in quotas]
        for quota, window in zip(quotas, found, strict=True):
            if (window.used if window else 0) + cost > quota.amount:
                states = [_state(*pair, now) for pair in zip(quotas, found, strict=True)]
                return Counted(False, states)
        states = []
        for quota, window in zip(quotas, found, strict=True):
            counted = window or self._begin(quota, now)
            counted.used += cost
            states.append(_state(quota, counted, now))
        return Counted(True, states)

    async def look(self, quotas: Sequence[Quota]) -> Sequence[State]:
        now = self._clock.monotonic()
        return [_state(quota, self._live(quota, now), now) for quota in quotas]

    async def refund(self, quotas: Sequence[Quota], cost: int) -> None:
        now = self._clock.monotonic()
        for quota in quotas:
            window = self._live(quota, now)
            if window is not None:
                window.used = max(0, window.used - cost)

    def _live(self, quota: Quota, now: float) -> Window | None:
        family = self._families.get(quota.family)
        window = None if family is None else family.get(quota.key)
        return window if window is not None and window.ends > now else None

    def _begin(self, quota: Quota, now: float) -> Window:
        family = self._families.setdefault(quota.family, {})
        if family.pop(quota.key, None) is not None:  # ended; the new one goes to the end
            self._size -= 1
        for key in [key for key, _ in zip(family, range(2), strict=False)]:
            if family[key].ends <= now:  # two out for one in: it shrinks by itself
                del family[key]
                self._size -= 1
        if self._size >= self._max_keys:
            largest = max(self._families.values(), key=len)
            del largest[next(iter(largest))]
            self._size -= 1
        window = family[quota.key] = Window(now + quota.window)
        self._size += 1
        return window


def _state(quota: Quota, window: Window | None, now: float) -> State:
    if window is None:
        return NOTHING
    return State(window.used, min(quota.window, window.ends - now))  # a sum of floats may be over
