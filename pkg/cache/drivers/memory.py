"""Values in this process: fast, gone with it, and not shared with other nodes."""

from __future__ import annotations

from pkg.cache.contract import Clears, Held, Locks, Measures, Store, checked, is_number
from pkg.cache.errors import CacheUnavailable, NotACounter
from pkg.clock import Clock

MAX_LOCKS = 10_000
SWEEP_EVERY = 1.0  # seconds; a full store must not scan itself for each caller


class MemoryStore(Store, Locks, Clears, Measures):
    """A bounded dict. No verb awaits anything, so each is one step.

    A full store drops what was written longest ago: right for a cache, wrong for a code. With
    *evicts* off it refuses new keys instead, which is what a test of one-time things wants.
    Locks are always refused, never dropped.
    """

    def __init__(self, clock: Clock, *, max_items: int = 10_000, evicts: bool = True) -> None:
        self._clock = clock
        self._max_items = max_items
        self._evicts = evicts
        self._items: dict[str, tuple[bytes, float | None]] = {}
        self._locks: dict[str, tuple[str, float]] = {}
        self._swept_at = clock.monotonic() - SWEEP_EVERY

    async def get(self, key: str) -> bytes | None:
        found = self._live(key)
        return None if found is None else found[0]

    async def put(self, key: str, value: bytes, *, ttl: float | None) -> None:
        deadline = self._deadline(ttl)
        if self._items.pop(key, None) is None:  # written anew, it is the youngest again
            self._make_room()
        self._items[key] = value, deadline

    async def add(self, key: str, value: bytes, *, ttl: float | None) -> bool:
        deadline = self._deadline(ttl)
        if self._live(key) is not None:
            return False
        self._make_room()
        self._items[key] = value, deadline
        return True

    async def take(self, key: str) -> bytes | None:
        found = self._live(key)
        if found is None:
            return None
        del self._items[key]
        return found[0]

    async def increment(self, key: str, by: int = 1, *, ttl: float | None) -> int:
        deadline = self._deadline(ttl)
        found = self._live(key)
        if found is None:
            self._make_room()
            self._items[key] = b"%d" % by, deadline
            return by
        if not is_number(found[0]):
            raise NotACounter("what is stored there is no whole number")
        total = int(found[0]) + by
        self._items[key] = b"%d" % total, found[1]
        return total

    async def forget(self, key: str) -> bool:
        return await self.take(key) is not None

    async def clear(self, prefix: str) -> None:
        self._items = {k: e for k, e in self._items.items() if not k.startswith(prefix)}

    async def measure(self, prefix: str) -> Held:
        now = self._clock.monotonic()
        sizes = [
            len(value)
            for key, (value, deadline) in self._items.items()
            if key.startswith(prefix) and (deadline is None or deadline > now)
        ]
        return Held(len(sizes), sum(sizes))

    async def acquire(self, name: str, owner: str, *, ttl: float) -> bool:
        checked(ttl)
        now = self._clock.monotonic()
        if name in self._locks and self._locks[name][1] > now:
            return False
        if len(self._locks) >= MAX_LOCKS:
            self._locks = {name: held for name, held in self._locks.items() if held[1] > now}
            if len(self._locks) >= MAX_LOCKS:
                raise CacheUnavailable("too many locks are held", retry_after=1)
        self._locks[name] = owner, now + ttl
        return True

    async def release(self, name: str, owner: str) -> bool:
        if not self._holds(name, owner):
            return False
        del self._locks[name]
        return True

    async def extend(self, name: str, owner: str, *, ttl: float) -> bool:
        checked(ttl)
        if not self._holds(name, owner):
            return False
        self._locks[name] = owner, self._clock.monotonic() + ttl
        return True

    def _holds(self, name: str, owner: str) -> bool:
        holder, deadline = self._locks.get(name, ("", 0.0))
        return holder == owner and deadline > self._clock.monotonic()

    def _deadline(self, ttl: float | None) -> float | None:
        checked(ttl)
        return None if ttl is None else self._clock.monotonic() + ttl

    def _live(self, key: str) -> tuple[bytes, float | None] | None:
        found = self._items.get(key)
        if found is not None and found[1] is not None and found[1] <= self._clock.monotonic():
            del self._items[key]
            return None
        return found

    def _make_room(self) -> None:
        if len(self._items) < self._max_items:
            return
        if self._evicts:
            del self._items[next(iter(self._items))]
            return
        now = self._clock.monotonic()
        if now - self._swept_at >= SWEEP_EVERY:
            self._swept_at = now
            self._items = {k: e for k, e in self._items.items() if e[1] is None or e[1] > now}
        if len(self._items) >= self._max_items:
            raise CacheUnavailable("the store is full", retry_after=SWEEP_EVERY)
