"""What is special about one driver; what they share is in tests/contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import SecretStr

from pkg.cache import CacheUnavailable
from pkg.cache.drivers.database import PRUNE_EVERY, DatabaseStore
from pkg.cache.drivers.dialects import TRIES
from pkg.cache.drivers.fake import FakeStore
from pkg.cache.drivers.memory import MAX_LOCKS, SWEEP_EVERY, MemoryStore
from pkg.cache.drivers.redis import RedisStore
from pkg.clock import FakeClock
from pkg.errors import Error, Rejected, Unavailable
from pkg.redis import RedisConfig, open_redis
from tests.contract.stores import sqlite


async def test_a_full_memory_drops_what_was_written_longest_ago(clock: FakeClock) -> None:
    store = MemoryStore(clock, max_items=3)
    for key in "abc":
        await store.put(key, b"v", ttl=None)
    await store.put("a", b"again", ttl=None)  # written anew, so b is the oldest
    await store.put("d", b"v", ttl=None)

    assert [await store.get(key) for key in "abcd"] == [b"again", None, b"v", b"v"]


async def test_a_full_memory_stays_at_its_size_whatever_verb_fills_it(clock: FakeClock) -> None:
    store = MemoryStore(clock, max_items=10)
    for n in range(100):
        await store.put(f"p{n}", b"v", ttl=10)
        await store.add(f"a{n}", b"v", ttl=10)
        await store.increment(f"i{n}", ttl=10)

    assert len(store._items) == 10


@pytest.mark.rule(15)
async def test_a_memory_for_one_time_things_refuses_instead_of_dropping(clock: FakeClock) -> None:
    store = MemoryStore(clock, max_items=2, evicts=False)
    await store.put("a", b"v", ttl=10)
    await store.put("b", b"v", ttl=None)

    for verb in (
        store.put("c", b"v", ttl=10),
        store.add("c", b"v", ttl=10),
        store.increment("c", ttl=10),
    ):
        with pytest.raises(CacheUnavailable):
            await verb
    await store.put("a", b"w", ttl=10)  # no new key
    assert await store.get("a") == b"w"
    clock.advance(SWEEP_EVERY + 10)
    assert await store.add("c", b"v", ttl=10)
    assert await store.get("b") == b"v"


async def test_locks_in_memory_are_bounded_and_never_dropped(clock: FakeClock) -> None:
    store = MemoryStore(clock)
    for n in range(MAX_LOCKS):
        assert await store.acquire(f"{n}", "a", ttl=10)

    with pytest.raises(CacheUnavailable):
        await store.acquire("one more", "a", ttl=10)
    clock.advance(10)
    assert await store.acquire("one more", "a", ttl=10)
    assert len(store._locks) == 1


async def test_the_fake_remembers_what_it_was_asked_and_fails_on_demand() -> None:
    store = FakeStore()
    await store.put("k", b"v", ttl=1)
    await store.forget("k")
    await store.extend("job", "a", ttl=1)
    assert store.asked == [("put", "k"), ("forget", "k"), ("extend", "job")]

    store.failure = CacheUnavailable()
    with pytest.raises(CacheUnavailable):
        await store.get("k")


class Broken:
    """A database that answers each statement with *failure*."""

    dialect: Literal["sqlite", "postgres", "mysql"] = "sqlite"

    def __init__(self, failure: Error) -> None:
        self.failure = failure
        self.asked = 0
        self.is_in_transaction = False

    async def fetch(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        raise self.failure

    async def execute(self, sql: str, params: Sequence[object] = ()) -> int:
        self.asked += 1
        raise self.failure

    def transaction(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()


@pytest.mark.parametrize("failure", [Unavailable("gone", retry_after=3), Rejected("too long")])
@pytest.mark.parametrize("dialect", ["sqlite", "postgres", "mysql"])
async def test_a_database_that_fails_is_an_unavailable_store(
    clock: FakeClock, failure: Error, dialect: Literal["sqlite", "postgres", "mysql"]
) -> None:
    broken = Broken(failure)
    broken.dialect = dialect
    store = DatabaseStore(broken, clock)
    for verb in (
        store.get("k"),
        store.put("k", b"v", ttl=1),
        store.add("k", b"v", ttl=1),
        store.take("k"),
        store.increment("k", ttl=1),
        store.forget("k"),
        store.acquire("k", "a", ttl=1),
        store.release("k", "a"),
        store.extend("k", "a", ttl=1),
        store.prune(),
    ):
        with pytest.raises(CacheUnavailable) as caught:
            await verb
        assert caught.value.retry_after == failure.retry_after


def test_a_tables_name_is_a_name(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="name"):
        DatabaseStore(Broken(Rejected()), clock, table="x; DROP TABLE users")


@pytest.fixture
async def table(clock: FakeClock, tmp_path: Path) -> AsyncIterator[DatabaseStore]:
    async with sqlite(clock, tmp_path) as case:
        assert isinstance(case.store, DatabaseStore)
        yield case.store


async def _rows(store: DatabaseStore) -> int:
    found = await store._executor.fetch(f"SELECT count(*) AS n FROM {store._sql.table}")
    return int(found[0]["n"])


async def test_the_table_shows_no_key(table: DatabaseStore) -> None:
    await table.put("code:login:+8613800138000", b"v", ttl=10)

    rows = await table._executor.fetch(f"SELECT * FROM {table._sql.table}")
    assert "13800138000" not in str(rows)


async def test_rows_that_ran_out_go_in_passing_once_a_minute(
    table: DatabaseStore, clock: FakeClock
) -> None:
    for n in range(5):
        await table.put(f"{n}", b"v", ttl=1)
    await table.put("stays", b"v", ttl=None)

    clock.advance(PRUNE_EVERY - 1)
    await table.put("x", b"v", ttl=10)
    assert await _rows(table) == 7
    clock.advance(1)
    await table.increment("n", ttl=10)
    assert await _rows(table) == 3


async def test_pruning_takes_a_bounded_number_at_once(
    table: DatabaseStore, clock: FakeClock
) -> None:
    for n in range(5):
        await table.put(f"{n}", b"v", ttl=1)
    clock.advance(1)

    assert [await table.prune(rows=3) for _ in range(3)] == [3, 2, 0]


async def test_a_prune_that_fails_is_not_the_callers_failure(clock: FakeClock) -> None:
    class Half(Broken):
        async def execute(self, sql: str, params: Sequence[object] = ()) -> int:
            return 1

    store = DatabaseStore(Half(Unavailable("gone")), clock)
    clock.advance(PRUNE_EVERY)

    await store.put("k", b"v", ttl=1)


async def test_a_redis_that_does_not_answer_is_an_unavailable_store() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = open_redis(RedisConfig(url=SecretStr(f"redis://127.0.0.1:{port}")))
    store = RedisStore(client)
    try:
        for verb in (store.get("k"), store.increment("k", ttl=1), store.release("k", "a")):
            with pytest.raises(CacheUnavailable):
                await verb
        server.close()
        await server.wait_closed()
        with pytest.raises(CacheUnavailable):
            await store.take("k")
    finally:
        await client.aclose()


async def test_a_key_of_another_kind_in_redis_is_an_unavailable_store() -> None:
    from redis.exceptions import ResponseError

    class Odd:
        def register_script(self, _: str) -> None: ...

        async def get(self, _: bytes) -> str:
            return "text"

        async def getdel(self, _: bytes) -> None:
            raise ResponseError("WRONGTYPE Operation against a key")

    store = RedisStore(Odd())  # type: ignore[arg-type]
    assert await store.get("k") == b"text"
    with pytest.raises(CacheUnavailable):
        await store.take("k")


class Deadlocked(Broken):
    """A MySQL that ends *times* deadlocks at the cost of whoever asks."""

    dialect: Literal["sqlite", "postgres", "mysql"] = "mysql"

    def __init__(self, times: int) -> None:
        super().__init__(Unavailable("deadlock", retry_after=0))
        self.times = times

    async def execute(self, sql: str, params: Sequence[object] = ()) -> int:
        if self.asked < self.times:
            return await super().execute(sql, params)
        return 1


async def test_a_step_that_a_deadlock_threw_out_is_done_again(clock: FakeClock) -> None:
    database = Deadlocked(3)

    await DatabaseStore(database, clock).put("k", b"v", ttl=1)

    assert database.asked == 3


async def test_a_deadlock_without_end_is_an_unavailable_store(clock: FakeClock) -> None:
    database = Deadlocked(1000)

    with pytest.raises(CacheUnavailable):
        await DatabaseStore(database, clock).put("k", b"v", ttl=1)

    assert database.asked == TRIES


async def test_in_a_caller_s_transaction_nothing_is_done_again(clock: FakeClock) -> None:
    database = Deadlocked(3)
    database.is_in_transaction = True

    with pytest.raises(CacheUnavailable):
        await DatabaseStore(database, clock).put("k", b"v", ttl=1)

    assert database.asked == 1


async def test_what_is_gone_for_longer_is_not_asked_again(clock: FakeClock) -> None:
    database = Deadlocked(3)
    database.failure = Unavailable("gone", retry_after=1)

    with pytest.raises(CacheUnavailable):
        await DatabaseStore(database, clock).put("k", b"v", ttl=1)

    assert database.asked == 1
