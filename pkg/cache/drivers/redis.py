"""Values in Redis, shared by every node."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis.exceptions import RedisError, ResponseError

from pkg.cache.contract import Clears, Held, Locks, Measures, Store, checked
from pkg.cache.errors import CacheUnavailable, NotACounter

if TYPE_CHECKING:
    from redis.asyncio import Redis

GLOB = re.compile(rb"[\[\]?*^\\]")  # what SCAN's MATCH takes for more than itself
SCAN = 500  # keys looked at a step: Redis serves others in between
# compares and acts in one step: only the owner may
RELEASE = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('del', KEYS[1]) or 0"
EXTEND = (
    "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('pexpire', KEYS[1], ARGV[2]) or 0"
)


class RedisStore(Store, Locks, Clears, Measures):
    """One key an entry, under *prefix*; Redis itself ends lives, by its own clock.

    Its `maxmemory-policy` must be noeviction where one-time things are kept (`pkg.redis.evicts`).
    """

    def __init__(self, client: Redis, *, prefix: str = "") -> None:
        self._client = client
        self._prefix = prefix
        self._release = client.register_script(RELEASE)
        self._extend = client.register_script(EXTEND)

    async def get(self, key: str) -> bytes | None:
        with _ours():
            return _bytes(await self._client.get(self._key(key)))

    async def put(self, key: str, value: bytes, *, ttl: float | None) -> None:
        life = _milliseconds(ttl)
        with _ours():
            await self._client.set(self._key(key), value, px=life)

    async def add(self, key: str, value: bytes, *, ttl: float | None) -> bool:
        life = _milliseconds(ttl)
        with _ours():
            return bool(await self._client.set(self._key(key), value, px=life, nx=True))

    async def take(self, key: str) -> bytes | None:
        with _ours():
            return _bytes(await self._client.getdel(self._key(key)))

    async def increment(self, key: str, by: int = 1, *, ttl: float | None) -> int:
        name, life = self._key(key), _milliseconds(ttl)
        with _ours():
            async with self._client.pipeline(transaction=True) as steps:
                steps.set(name, 0, px=life, nx=True)  # type: ignore[unused-awaitable]  # birth
                steps.incrby(name, by)  # type: ignore[unused-awaitable]  # queued, sent below
                return int((await steps.execute())[1])

    async def forget(self, key: str) -> bool:
        with _ours():
            return bool(await self._client.delete(self._key(key)))

    async def clear(self, prefix: str) -> None:
        with _ours():
            async for key in self._client.scan_iter(self._all(prefix), count=SCAN):
                await self._client.unlink(key)

    async def measure(self, prefix: str) -> Held:
        scan = self._client.scan_iter(self._all(prefix), count=SCAN, _type="string")
        with _ours():
            keys = [*{key async for key in scan}]  # a scan may come across a key twice
            slices = (keys[start : start + SCAN] for start in range(0, len(keys), SCAN))
            return Held(len(keys), sum([await self._bytes_in(each) for each in slices]))

    async def acquire(self, name: str, owner: str, *, ttl: float) -> bool:
        life = _milliseconds(ttl)
        with _ours():
            return bool(await self._client.set(self._lock(name), owner, px=life, nx=True))

    async def release(self, name: str, owner: str) -> bool:
        with _ours():
            return bool(await self._release(keys=[self._lock(name)], args=[owner]))

    async def extend(self, name: str, owner: str, *, ttl: float) -> bool:
        life = _milliseconds(ttl)
        with _ours():
            return bool(await self._extend(keys=[self._lock(name)], args=[owner, life or 0]))

    async def _bytes_in(self, keys: Sequence[bytes]) -> int:
        async with self._client.pipeline(transaction=False) as steps:
            for key in keys:
                steps.strlen(key)  # type: ignore[unused-awaitable]  # queued, sent below
            return sum(await steps.execute())

    def _all(self, prefix: str) -> bytes:
        """Answers the pattern of every key under *prefix*."""
        return GLOB.sub(rb"\\\g<0>", self._key(prefix)) + b"*"

    def _key(self, key: str) -> bytes:
        return f"{self._prefix}{key}".encode("utf-8", "surrogatepass")

    def _lock(self, name: str) -> bytes:
        # NUL: no key that an application writes begins so, and thus none is ever a lock
        return f"\0lock:{self._prefix}{name}".encode("utf-8", "surrogatepass")


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except ResponseError as exc:
        if "not an integer" in str(exc) or "overflow" in str(exc):
            raise NotACounter("what is stored there is no whole number") from exc
        raise CacheUnavailable(f"Redis: {exc}", retry_after=1) from exc
    except (RedisError, OSError, TimeoutError) as exc:
        raise CacheUnavailable(f"Redis: {exc}", retry_after=1) from exc


def _milliseconds(ttl: float | None) -> int | None:
    checked(ttl)
    return None if ttl is None else max(1, round(ttl * 1000))


def _bytes(value: bytes | str | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
