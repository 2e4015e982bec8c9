"""The face: JSON, shared making, what happens while the store is away."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from pkg.cache import Cache, CacheUnavailable, LockHeld, Store
from pkg.cache.drivers.fake import FakeStore
from pkg.clock import FakeClock
from pkg.errors import Misconfigured, Rejected
from pkg.testing import race


@pytest.fixture
def store(clock: FakeClock) -> FakeStore:
    return FakeStore(clock)


@pytest.fixture
def cache(store: FakeStore) -> Cache:
    return Cache(store, prefix="t:")


class Maker:
    """A slow `make` whose end the test decides."""

    def __init__(self) -> None:
        self.calls = 0
        self.cancelled = 0
        self.started = asyncio.Event()
        self.go_on = asyncio.Event()
        self.failure: Exception | None = None

    async def __call__(self) -> Any:
        self.calls += 1
        self.started.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failure is not None:
            raise self.failure
        return self.calls


def test_importing_the_package_loads_no_vendor() -> None:
    code = "import pkg.cache, sys; sys.exit('redis' in sys.modules or 'tortoise' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "密", [1, {"a": None}], {}])
async def test_json_comes_back_as_it_went_in(cache: Cache, value: Any) -> None:
    await cache.put("k", value, ttl=10)

    assert await cache.get("k", "none") == value
    assert await cache.has("k")


async def test_a_miss_is_the_default(cache: Cache) -> None:
    assert await cache.get("k") is None
    assert await cache.get("k", 7) == 7
    assert await cache.take("k", 7) == 7
    assert not await cache.has("k")


async def test_every_key_is_under_the_prefix(cache: Cache, store: FakeStore) -> None:
    await cache.put("k", 1, ttl=10)
    await cache.add("k", 1, ttl=10)
    await cache.take("k")
    await cache.increment("k", ttl=10)
    await cache.forget("k")
    async with cache.lock("k", 10):
        pass

    assert {key for _, key in store.asked} == {"t:k"}


async def test_what_is_not_json_cannot_be_put(cache: Cache) -> None:
    with pytest.raises(TypeError):
        await cache.put("k", object(), ttl=10)


async def test_what_is_stored_but_no_json_is_a_miss(cache: Cache, store: FakeStore) -> None:
    await store.put("t:k", b"\xff{", ttl=None)

    assert await cache.get("k", "none") == "none"


async def test_add_and_take_have_one_winner(cache: Cache) -> None:
    assert sorted(await race(5, lambda n: cache.add("k", n, ttl=9)), key=bool)[3:] == [False, True]
    got = await race(5, lambda _: cache.take("k", "none"))
    assert got.count("none") == 4


async def test_remember_makes_once_and_then_remembers(cache: Cache, clock: FakeClock) -> None:
    maker = Maker()
    maker.go_on.set()

    assert await cache.remember("k", 10, maker) == 1
    assert await cache.remember("k", 10, maker) == 1
    clock.advance(10)
    assert await cache.remember("k", 10, maker) == 2


async def test_a_remembered_null_is_not_made_again(cache: Cache) -> None:
    made = []

    async def make() -> None:
        made.append(1)

    assert await cache.remember("k", 10, make) is None
    assert await cache.remember("k", 10, make) is None
    assert made == [1]


async def test_who_waits_together_shares_the_error_and_nothing_is_stored(cache: Cache) -> None:
    maker = Maker()
    maker.failure = Rejected("no")
    maker.go_on.set()

    answers = await race(5, lambda _: cache.remember("k", 10, maker))

    assert answers == [maker.failure] * 5
    assert maker.calls == 1
    maker.failure = None
    assert await cache.remember("k", 10, maker) == 2


async def test_the_first_caller_cancelled_leaves_the_make_to_the_others(cache: Cache) -> None:
    maker = Maker()
    first = asyncio.create_task(cache.remember("k", 10, maker))
    await maker.started.wait()
    second = asyncio.create_task(cache.remember("k", 10, maker))
    await asyncio.sleep(0)

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    maker.go_on.set()

    assert await second == 1
    assert maker.cancelled == 0


async def test_a_make_nobody_waits_for_ends_and_the_next_caller_starts_anew(cache: Cache) -> None:
    maker = Maker()
    first = asyncio.create_task(cache.remember("k", 10, maker))
    await maker.started.wait()

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    maker.go_on.set()

    assert await cache.remember("k", 10, maker) == 2
    assert maker.cancelled == 1
    assert len(cache._flights) == 0


async def test_what_was_forgotten_while_being_made_is_handed_out_but_not_stored(
    cache: Cache,
) -> None:
    maker = Maker()
    first = asyncio.create_task(cache.remember("k", 10, maker))
    await maker.started.wait()

    await cache.forget("k")
    maker.go_on.set()

    assert await first == 1
    assert not await cache.has("k")
    assert await cache.remember("k", 10, maker) == 2


async def test_who_comes_just_after_a_make_finds_its_value(cache: Cache, store: FakeStore) -> None:
    """Two missed, the one was made and stored before the other began."""
    await cache.put("k", "made", ttl=10)

    async def make() -> str:
        pytest.fail("made twice")

    assert await cache._make("k", 10, make) == "made"


async def test_while_the_store_is_away_reading_is_a_miss_and_writing_is_skipped(
    store: FakeStore,
) -> None:
    told: list[CacheUnavailable] = []
    cache = Cache(store, on_failure=told.append)
    store.failure = CacheUnavailable("down")
    maker = Maker()
    maker.go_on.set()

    assert await cache.get("k", "none") == "none"
    assert not await cache.has("k")
    await cache.put("k", 1, ttl=10)
    assert await cache.remember("k", 10, maker) == 1
    assert await cache.remember("k", 10, maker) == 2
    assert told
    assert set(told) == {store.failure}


async def test_while_the_store_is_away_what_decides_something_is_refused(
    cache: Cache, store: FakeStore
) -> None:
    store.failure = CacheUnavailable("down")
    for verb in (
        cache.add("k", 1, ttl=1),
        cache.take("k"),
        cache.increment("k", ttl=1),
        cache.forget("k"),
        cache.lock("k", 1).__aenter__(),
    ):
        with pytest.raises(CacheUnavailable):
            await verb


async def test_a_lock_is_given_back_at_the_end_and_after_an_error(cache: Cache) -> None:
    with pytest.raises(Rejected):
        async with cache.lock("job", 10):
            raise Rejected("inside")

    async with cache.lock("job", 10):
        pass


async def test_who_will_not_wait_is_told_at_once(cache: Cache) -> None:
    async with cache.lock("job", 10):
        with pytest.raises(LockHeld) as caught:
            await cache.lock("job", 10).__aenter__()

    assert caught.value.retry_after == 10


async def test_who_waits_too_long_is_told(cache: Cache) -> None:
    async with cache.lock("job", 10):
        with pytest.raises(LockHeld):
            await cache.lock("job", 10, wait=0.01).__aenter__()


async def test_who_waits_gets_it_when_it_is_free(cache: Cache) -> None:
    held = await cache.lock("job", 10).__aenter__()
    waiting = asyncio.create_task(cache.lock("job", 10, wait=5).__aenter__())
    await asyncio.sleep(0)
    await held.__aexit__(None, None, None)

    async with asyncio.timeout(5):
        assert (await waiting).owner != held.owner


async def test_a_lock_that_cannot_be_given_back_runs_out(cache: Cache, store: FakeStore) -> None:
    async with cache.lock("job", 10):
        store.failure = CacheUnavailable("down")


async def test_a_caller_cancelled_while_acquiring_holds_nothing(clock: FakeClock) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    class Slow(FakeStore):
        async def acquire(self, name: str, owner: str, *, ttl: float) -> bool:
            done = await super().acquire(name, owner, ttl=ttl)
            reached.set()
            await go_on.wait()  # taken there, and the answer still on its way
            return done

    store = Slow(clock)
    task = asyncio.create_task(Cache(store).lock("job", 10).__aenter__())
    await reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert task.cancelled()
    assert await FakeStore.acquire(store, "cache:job", "b", ttl=10)


def test_a_store_without_locks_gives_none() -> None:
    class Thin(Store):
        async def get(self, key: str) -> None: ...
        async def put(self, key: str, value: bytes, *, ttl: float | None) -> None: ...
        async def take(self, key: str) -> None: ...

        async def add(self, key: str, value: bytes, *, ttl: float | None) -> bool:
            return True

        async def increment(self, key: str, by: int = 1, *, ttl: float | None) -> int:
            return by

        async def forget(self, key: str) -> bool:
            return False

    with pytest.raises(Misconfigured):
        Cache(Thin()).lock("job", 10)
    Cache(Thin(), locks=FakeStore()).lock("job", 10)


async def test_clearing_empties_this_cache_and_no_other(cache: Cache, store: FakeStore) -> None:
    other = Cache(store, prefix="o:")
    await cache.put("k", 1, ttl=10)
    await other.put("k", 2, ttl=10)

    await cache.clear()

    assert not await cache.has("k")
    assert await other.get("k") == 2


async def test_what_is_being_made_while_the_cache_is_cleared_is_not_stored(cache: Cache) -> None:
    maker = Maker()
    first = asyncio.create_task(cache.remember("k", 10, maker))
    await maker.started.wait()

    await cache.clear()
    maker.go_on.set()

    assert await first == 1
    assert not await cache.has("k")
