"""The face applications use: JSON values, shared making, locks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from pkg.cache.contract import Clears, Held, Locks, Measures, Store
from pkg.cache.errors import CacheUnavailable
from pkg.cache.flights import Flights
from pkg.cache.lock import Lock
from pkg.errors import Misconfigured

MISS = object()


class Cache:
    """JSON values over a store, each key under *prefix*.

    While the store is away reading is a miss and writing is skipped, and *on_failure* is told:
    `get`, `has`, `put` and `remember` never fail for it. Verbs whose answer decides something
    (`add`, `take`, `increment`, `forget`, `lock`) raise CacheUnavailable.
    """

    def __init__(
        self,
        store: Store,
        *,
        prefix: str = "cache:",
        locks: Locks | None = None,
        on_failure: Callable[[CacheUnavailable], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._prefix = prefix
        self._locks = locks or (store if isinstance(store, Locks) else None)
        self._on_failure = on_failure
        self._flights = Flights()

    async def get(self, key: str, default: Any = None) -> Any:
        """Answers the value of *key*, or *default*. A stored null is None."""
        found = await self._look(key)
        return default if found is MISS else found

    async def has(self, key: str) -> bool:
        return await self._look(key) is not MISS

    async def put(self, key: str, value: Any, *, ttl: float | None) -> None:
        """Stores *value*, anything JSON can say, for *ttl* seconds or, with None, for ever."""
        packed = orjson.dumps(value)
        try:
            await self._store.put(self._key(key), packed, ttl=ttl)
        except CacheUnavailable as exc:
            self._on_failure(exc)

    async def add(self, key: str, value: Any, *, ttl: float | None) -> bool:
        """Stores where nothing lives; True for the one caller who did."""
        return await self._store.add(self._key(key), orjson.dumps(value), ttl=ttl)

    async def take(self, key: str, default: Any = None) -> Any:
        """Reads and removes: of N callers one gets the value, the others *default*."""
        found = _unpack(await self._store.take(self._key(key)))
        return default if found is MISS else found

    async def increment(self, key: str, by: int = 1, *, ttl: float | None) -> int:
        """Adds and answers the sum; *ttl* runs from the counter's birth."""
        return await self._store.increment(self._key(key), by, ttl=ttl)

    async def forget(self, key: str) -> bool:
        """Removes *key*; what is being made for it right now is handed out but not stored."""
        self._flights.leave(key)
        return await self._store.forget(self._key(key))

    async def clear(self) -> None:
        """Removes every key of this cache; what is being made right now is not stored.

        Raises:
            Misconfigured: this store cannot be emptied.
        """
        if not isinstance(self._store, Clears):
            raise Misconfigured("this cache's store cannot be emptied")
        self._flights.leave_all()
        await self._store.clear(self._prefix)

    async def measure(self) -> Held:
        """Tells how much this cache holds.

        Raises:
            Misconfigured: this store cannot tell.
        """
        if not isinstance(self._store, Measures):
            raise Misconfigured("this cache's store cannot tell how much it holds")
        return await self._store.measure(self._prefix)

    async def remember(
        self, key: str, ttl: float | None, make: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Answers the stored value, or makes it and stores it.

        Callers on this node who wait together share one *make*, its error too; an error is not
        stored. *make* runs in a task of its own that ends when nobody waits for it any more.
        """
        found = await self._look(key)
        if found is not MISS:
            return found
        return await self._flights.join(key, lambda: self._make(key, ttl, make))

    def lock(self, name: str, ttl: float, *, wait: float = 0) -> Lock:
        """Answers `async with` for *name*: on all nodes one block at a time, up to *ttl* seconds.

        Raises:
            Misconfigured: this store keeps no locks.
        """
        if self._locks is None:
            raise Misconfigured("this cache's store keeps no locks")
        return Lock(self._locks, self._key(name), ttl=ttl, wait=wait)

    async def _make(self, key: str, ttl: float | None, make: Callable[[], Awaitable[Any]]) -> Any:
        found = await self._look(key)  # the making before ours may just have ended
        if found is not MISS:
            return found
        made = await make()
        if self._flights.is_current(key):
            await self.put(key, made, ttl=ttl)
        return made

    async def _look(self, key: str) -> Any:
        try:
            return _unpack(await self._store.get(self._key(key)))
        except CacheUnavailable as exc:
            self._on_failure(exc)
            return MISS

    def _key(self, key: str) -> str:
        return f"{self._prefix}{key}"


def _unpack(packed: bytes | None) -> Any:
    if packed is None:
        return MISS
    try:
        return orjson.loads(packed)
    except orjson.JSONDecodeError:
        return MISS  # not ours, or of another release: made anew, and written over
