"""The store for tests: it remembers what it was asked, and fails on demand."""

from __future__ import annotations

from pkg.cache.drivers.memory import MemoryStore
from pkg.clock import Clock, FakeClock
from pkg.errors import Error


class FakeStore(MemoryStore):
    """A memory store that evicts nothing, keeps (verb, key) in ``asked``, raises ``failure``."""

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock or FakeClock(), max_items=10**6, evicts=False)
        self.asked: list[tuple[str, str]] = []
        self.failure: Error | None = None

    async def get(self, key: str) -> bytes | None:
        self._ask("get", key)
        return await super().get(key)

    async def put(self, key: str, value: bytes, *, ttl: float | None) -> None:
        self._ask("put", key)
        await super().put(key, value, ttl=ttl)

    async def add(self, key: str, value: bytes, *, ttl: float | None) -> bool:
        self._ask("add", key)
        return await super().add(key, value, ttl=ttl)

    async def take(self, key: str) -> bytes | None:
        self._ask("take", key)
        return await super().take(key)

    async def increment(self, key: str, by: int = 1, *, ttl: float | None) -> int:
        self._ask("increment", key)
        return await super().increment(key, by, ttl=ttl)

    async def forget(self, key: str) -> bool:
        self._ask("forget", key)
        return await MemoryStore.take(self, key) is not None  # not our take: one ask a call

    async def clear(self, prefix: str) -> None:
        self._ask("clear", prefix)
        await super().clear(prefix)

    async def acquire(self, name: str, owner: str, *, ttl: float) -> bool:
        self._ask("acquire", name)
        return await super().acquire(name, owner, ttl=ttl)

    async def release(self, name: str, owner: str) -> bool:
        self._ask("release", name)
        return await super().release(name, owner)

    async def extend(self, name: str, owner: str, *, ttl: float) -> bool:
        self._ask("extend", name)
        return await super().extend(name, owner, ttl=ttl)

    def _ask(self, verb: str, key: str) -> None:
        self.asked.append((verb, key))
        if self.failure is not None:
            raise self.failure
