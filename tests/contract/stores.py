"""Every driver of `pkg.cache` on what it really runs on, for law suites."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pkg.cache.drivers.database import DatabaseStore
from pkg.cache.drivers.fake import FakeStore
from pkg.cache.drivers.memory import MemoryStore
from pkg.cache.drivers.redis import RedisStore
from pkg.clock import FakeClock
from pkg.database import Database
from pkg.redis import open_redis
from pkg.testing import require
from tests.conftest import Later
from tests.databases import config_for
from tests.redises import unhurried

AnyStore = MemoryStore | DatabaseStore | RedisStore
BLOB = {"sqlite": "blob", "postgres": "bytea", "mysql": "longblob"}


@dataclass(frozen=True, slots=True)
class Case:
    """A store, the same data through a second client, and how time passes for both."""

    store: AnyStore
    other: AnyStore
    later: Later


def _passing(clock: FakeClock) -> Later:
    async def later(seconds: float) -> None:
        clock.advance(seconds)

    return later


@asynccontextmanager
async def memory(clock: FakeClock, _: Path) -> AsyncIterator[Case]:
    store = MemoryStore(clock)
    yield Case(store, store, _passing(clock))


@asynccontextmanager
async def fake(clock: FakeClock, _: Path) -> AsyncIterator[Case]:
    store = FakeStore(clock)
    yield Case(store, store, _passing(clock))


@asynccontextmanager
async def redis(_: FakeClock, __: Path) -> AsyncIterator[Case]:
    prefix = f"test:{secrets.token_hex(8)}:"
    config = unhurried(require("redis"))
    one, two = open_redis(config), open_redis(config)

    async def later(seconds: float) -> None:
        for pattern in (f"{prefix}*", f"\0lock:{prefix}*"):
            async for key in one.scan_iter(pattern, count=1000):
                left = await one.pttl(key)
                if left >= 0:
                    await one.pexpire(key, left - round(seconds * 1000))

    try:
        yield Case(RedisStore(one, prefix=prefix), RedisStore(two, prefix=prefix), later)
    finally:
        for pattern in (f"{prefix}*", f"\0lock:{prefix}*"):
            async for key in one.scan_iter(pattern, count=1000):
                await one.delete(key)
        await one.aclose()
        await two.aclose()


@asynccontextmanager
async def database(url: str, clock: FakeClock) -> AsyncIterator[Case]:
    config = config_for(url, lock_timeout=30, pool_timeout=30)
    one = Database.from_config(config, root=Path(), models=())
    two = Database.from_config(config, root=Path(), models=())
    table = f"test_entries_{secrets.token_hex(8)}"
    await one.open()
    try:
        await two.open()
        await one.execute(
            f"CREATE TABLE {table} (entry_key varchar(190) PRIMARY KEY,"
            f" entry_value {BLOB[one.dialect]} NOT NULL, expires_at double precision)"
        )
        yield Case(
            DatabaseStore(one, clock, table=table),
            DatabaseStore(two, clock, table=table),
            _passing(clock),
        )
    finally:
        await one.execute(f"DROP TABLE IF EXISTS {table}")
        await two.close()
        await one.close()


def sqlite(clock: FakeClock, folder: Path) -> AbstractAsyncContextManager[Case]:
    return database(f"sqlite:///{folder}/stores.sqlite3", clock)


def postgres(clock: FakeClock, _: Path) -> AbstractAsyncContextManager[Case]:
    return database(require("postgres"), clock)


def mysql(clock: FakeClock, _: Path) -> AbstractAsyncContextManager[Case]:
    return database(require("mysql"), clock)


CASES: dict[str, Callable[[FakeClock, Path], AbstractAsyncContextManager[Case]]] = {
    "memory": memory,
    "fake": fake,
    "sqlite": sqlite,
    "postgres": postgres,
    "mysql": mysql,
    "redis": redis,
}
