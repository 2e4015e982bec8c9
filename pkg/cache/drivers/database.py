"""Values in a table: shared by every node, kept over restarts, thrown away by nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pkg.cache.contract import Clears, Executor, Held, Locks, Measures, Store, checked
from pkg.cache.drivers.dialects import SQL, Statements
from pkg.cache.errors import CacheUnavailable, NotACounter
from pkg.clock import Clock
from pkg.errors import Rejected, Unavailable

PRUNE_EVERY = 60.0  # seconds
PRUNE_ROWS = 500  # at once: a longer delete would hold up everybody else


class DatabaseStore(Store, Locks, Clears, Measures):
    """One row an entry in *table* (`entry_key`, `entry_value`, `expires_at` in seconds UTC).

    A key is stored as its SHA-256: of any length, told apart by every collation, and no mobile
    that is part of a key stands in the table. Rows that ran out are removed in passing, once a
    minute. Inside a caller's open transaction a verb joins it, and is undone with it.
    """

    def __init__(self, executor: Executor, clock: Clock, *, table: str = "cache_entries") -> None:
        self._executor = executor
        self._clock = clock
        self._sql: Statements = SQL[executor.dialect](table)
        self._prune_at = clock.monotonic() + PRUNE_EVERY

    async def get(self, key: str) -> bytes | None:
        with _ours():
            rows = await self._executor.fetch(self._sql.get, (_item(key), self._now()))
        return bytes(rows[0]["entry_value"]) if rows else None

    async def put(self, key: str, value: bytes, *, ttl: float | None) -> None:
        ends = self._ends(ttl)
        with _ours():
            await self._sql.put(self._executor, _item(key), value, ends)
        await self._prune_in_passing()

    async def add(self, key: str, value: bytes, *, ttl: float | None) -> bool:
        return await self._add(_item(key), value, ttl)

    async def take(self, key: str) -> bytes | None:
        with _ours():
            return await self._sql.take(self._executor, _item(key), self._now())

    async def increment(self, key: str, by: int = 1, *, ttl: float | None) -> int:
        ends = self._ends(ttl)
        with _ours():
            total = await self._sql.increment(self._executor, _item(key), by, ends, self._now())
        if total is None:
            raise NotACounter("what is stored there is no whole number")
        await self._prune_in_passing()
        return total

    async def forget(self, key: str) -> bool:
        with _ours():
            return await self._executor.execute(self._sql.forget, (_item(key), self._now())) > 0

    async def clear(self, prefix: str) -> None:
        with _ours():
            await self._executor.execute(self._sql.clear)

    async def measure(self, prefix: str) -> Held:
        with _ours():
            row = (await self._executor.fetch(self._sql.measure, (self._now(),)))[0]
        return Held(int(row["entries"]), int(row["bytes"] or 0))

    async def acquire(self, name: str, owner: str, *, ttl: float) -> bool:
        return await self._add(_lock(name), owner.encode(), ttl)

    async def release(self, name: str, owner: str) -> bool:
        held = (_lock(name), owner.encode(), self._now())
        with _ours():
            return await self._executor.execute(self._sql.release, held) > 0

    async def extend(self, name: str, owner: str, *, ttl: float) -> bool:
        held = (self._ends(ttl), _lock(name), owner.encode(), self._now())
        with _ours():
            return await self._executor.execute(self._sql.extend, held) > 0

    async def prune(self, *, rows: int = PRUNE_ROWS) -> int:
        """Removes at most *rows* entries that ran out, and answers how many went."""
        now = self._now()
        with _ours():
            found = await self._executor.fetch(self._sql.ran_out, (now, rows))
            if not found:
                return 0
            names = [row["entry_key"] for row in found]
            return await self._executor.execute(self._sql.prune(len(names)), (*names, now))

    async def _add(self, name: str, value: bytes, ttl: float | None) -> bool:
        ends = self._ends(ttl)
        with _ours():
            added = await self._sql.add(self._executor, name, value, ends, self._now())
        await self._prune_in_passing()
        return added

    async def _prune_in_passing(self) -> None:
        if self._clock.monotonic() < self._prune_at:
            return
        self._prune_at = self._clock.monotonic() + PRUNE_EVERY
        with suppress(Unavailable):  # the caller's own verb is done
            await self.prune()

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _ends(self, ttl: float | None) -> float | None:
        checked(ttl)
        return None if ttl is None else self._now() + ttl


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except Unavailable as exc:
        raise CacheUnavailable(str(exc), retry_after=exc.retry_after) from exc
    except Rejected as exc:
        raise CacheUnavailable(f"the table refuses the entry: {exc}") from exc


def _item(key: str) -> str:
    return hashlib.sha256(b"item\0" + key.encode("utf-8", "surrogatepass")).hexdigest()


def _lock(name: str) -> str:
    return hashlib.sha256(b"lock\0" + name.encode("utf-8", "surrogatepass")).hexdigest()
