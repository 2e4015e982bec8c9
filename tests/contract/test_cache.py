"""The laws of stores, over every driver."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.cache import Cache, Held, NotACounter, Store
from pkg.cache.drivers.database import DatabaseStore
from pkg.clock import FakeClock
from pkg.testing import race
from tests.conftest import Later
from tests.contract.stores import CASES, Case

CALLERS = 20


@pytest.fixture(params=CASES)
async def case(
    request: pytest.FixtureRequest, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[Case]:
    async with CASES[request.param](clock, tmp_path) as made:
        yield made


@pytest.fixture
def store(case: Case) -> Store:
    return case.store


@pytest.fixture
def other(case: Case) -> Store:
    return case.other


@pytest.fixture
def later(case: Case) -> Later:
    return case.later


async def test_what_was_never_stored_is_none(store: Store) -> None:
    assert await store.get("k") is None


async def test_a_value_comes_back_as_the_same_bytes(store: Store) -> None:
    value = bytes(range(256)) * 300

    await store.put("k", value, ttl=None)
    await store.put("empty", b"", ttl=10)

    assert await store.get("k") == value
    assert await store.get("empty") == b""


async def test_a_second_client_sees_what_the_first_stored(store: Store, other: Store) -> None:
    await store.put("k", b"v", ttl=10)

    assert await other.get("k") == b"v"


async def test_put_replaces_the_value_and_its_life(store: Store, later: Later) -> None:
    await store.put("k", b"old", ttl=10)
    await store.put("k", b"new", ttl=None)

    await later(100)
    assert await store.get("k") == b"new"


async def test_a_value_is_gone_at_its_ttl(store: Store, later: Later) -> None:
    await store.put("k", b"v", ttl=10)

    await later(9)
    assert await store.get("k") == b"v"

    await later(1)
    assert await store.get("k") is None


async def test_a_life_shorter_than_a_millisecond_is_a_life(store: Store, later: Later) -> None:
    await store.put("k", b"v", ttl=0.0001)

    await later(1)
    assert await store.get("k") is None


@pytest.mark.parametrize("ttl", [0, -1, math.nan, math.inf])
async def test_a_life_of_nothing_is_refused(store: Store, ttl: float) -> None:
    for verb in (store.put("k", b"v", ttl=ttl), store.add("k", b"v", ttl=ttl)):
        with pytest.raises(ValueError, match="ttl"):
            await verb
    with pytest.raises(ValueError, match="ttl"):
        await store.increment("k", ttl=ttl)
    assert await store.get("k") is None


@pytest.mark.parametrize(
    "key", ["", "A" * 5000, "a b", "k\0", "密钥", "'; DROP TABLE x; --", "\ud800", "k%s?$1"]
)
async def test_any_text_is_a_key(store: Store, key: str) -> None:
    await store.put(key, b"v", ttl=10)

    assert await store.get(key) == b"v"
    assert await store.forget(key)


async def test_keys_that_look_alike_are_apart(store: Store) -> None:
    names = ["key", "KEY", "key ", " key", "kéy", "ke\u0301y", "ｋey"]
    for name in names:
        await store.put(name, name.encode(), ttl=10)

    assert [await store.get(name) for name in names] == [name.encode() for name in names]


async def test_add_stores_only_where_nothing_lives(store: Store, later: Later) -> None:
    assert await store.add("k", b"first", ttl=10)
    assert not await store.add("k", b"second", ttl=10)
    assert await store.get("k") == b"first"

    await later(10)
    assert await store.add("k", b"third", ttl=10)
    assert await store.get("k") == b"third"


async def test_add_leaves_what_lives_for_ever(store: Store, later: Later) -> None:
    await store.put("k", b"v", ttl=None)

    await later(10**6)
    assert not await store.add("k", b"w", ttl=1)


async def test_of_many_who_add_one_does(store: Store, other: Store) -> None:
    won = await race(CALLERS, lambda n: (store, other)[n % 2].add("k", b"%d" % n, ttl=10))

    assert sorted(won, key=bool) == [False] * (CALLERS - 1) + [True]
    assert await store.get("k") == b"%d" % won.index(True)


async def test_of_many_who_add_over_what_ran_out_one_does(
    store: Store, other: Store, later: Later
) -> None:
    await store.put("k", b"old", ttl=1)
    await later(2)

    won = await race(CALLERS, lambda n: (store, other)[n % 2].add("k", b"%d" % n, ttl=10))

    assert sorted(won, key=bool) == [False] * (CALLERS - 1) + [True]


async def test_take_reads_and_removes(store: Store) -> None:
    await store.put("k", b"v", ttl=10)

    assert await store.take("k") == b"v"
    assert await store.take("k") is None
    assert await store.get("k") is None


async def test_what_ran_out_cannot_be_taken(store: Store, later: Later) -> None:
    await store.put("k", b"v", ttl=10)

    await later(10)
    assert await store.take("k") is None


@pytest.mark.rule(1)
async def test_of_many_who_take_one_gets_it(store: Store, other: Store) -> None:
    for round in range(5):
        await store.put("k", b"%d" % round, ttl=10)

        got = await race(CALLERS, lambda n: (store, other)[n % 2].take("k"))

        assert sorted(got, key=bool) == [None] * (CALLERS - 1) + [b"%d" % round]


async def test_takers_and_adders_together_lose_and_double_nothing(
    store: Store, other: Store
) -> None:
    order = random.Random(7).sample(range(40), 40)
    added: list[bytes] = []
    taken: list[bytes] = []

    async def one(number: int) -> None:
        side, value = (store, other)[number % 2], b"%d" % order[number]
        if order[number] % 2 and await side.add("k", value, ttl=10):
            added.append(value)
        elif (found := await side.take("k")) is not None:
            taken.append(found)

    assert await race(40, one) == [None] * 40
    left = await store.take("k")
    assert sorted(added) == sorted([*taken, *([left] if left else [])])


async def test_forget_tells_whether_something_lived(store: Store, later: Later) -> None:
    await store.put("k", b"v", ttl=10)
    await store.put("old", b"v", ttl=10)

    assert await store.forget("k")
    assert not await store.forget("k")
    await later(10)
    assert not await store.forget("old")


async def test_a_counter_starts_at_nothing_and_reads_as_text(store: Store) -> None:
    assert await store.increment("n", ttl=10) == 1
    assert await store.increment("n", 5, ttl=10) == 6
    assert await store.increment("n", -8, ttl=10) == -2

    assert await store.get("n") == b"-2"


async def test_a_counters_life_runs_from_its_birth(store: Store, later: Later) -> None:
    await store.increment("n", ttl=10)
    await later(9)
    assert await store.increment("n", ttl=10) == 2

    await later(1)
    assert await store.get("n") is None
    assert await store.increment("n", ttl=None) == 1
    await later(10**6)
    assert await store.increment("n", ttl=5) == 2


async def test_a_stored_number_counts_on(store: Store, later: Later) -> None:
    await store.put("n", b"41", ttl=10)

    assert await store.increment("n", ttl=99) == 42
    await later(10)
    assert await store.get("n") is None


@pytest.mark.parametrize("value", [b"", b"x", b"1.5", b"\xff", b"9" * 30, b"\0"])
async def test_what_is_no_number_does_not_count(store: Store, value: bytes) -> None:
    await store.put("k", value, ttl=10)

    with pytest.raises(NotACounter):
        await store.increment("k", ttl=10)
    assert await store.get("k") == value


async def test_many_who_count_lose_nothing(store: Store, other: Store) -> None:
    sums = await race(CALLERS, lambda n: (store, other)[n % 2].increment("n", ttl=10))

    assert sorted(sums, key=str) == sorted(range(1, CALLERS + 1), key=str)


async def test_many_who_count_on_from_what_ran_out_lose_nothing(
    store: Store, other: Store, later: Later
) -> None:
    await store.put("n", b"7", ttl=1)
    await later(2)

    sums = await race(CALLERS, lambda n: (store, other)[n % 2].increment("n", ttl=10))

    assert sorted(sums, key=str) == sorted(range(1, CALLERS + 1), key=str)


async def test_a_cancelled_verb_is_done_or_not_done_and_the_next_works(store: Store) -> None:
    for turns in range(10):
        task = asyncio.create_task(store.increment("n", ttl=60))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async with asyncio.timeout(10):
        assert 1 <= await store.increment("n", ttl=60) <= 11
        assert await store.add("k", b"v", ttl=10)


@pytest.mark.parametrize("count", [1, CALLERS])
async def test_callers_who_remember_together_share_one_make(store: Store, count: int) -> None:
    cache = Cache(store)
    made = 0

    async def make() -> dict[str, int]:
        nonlocal made
        made += 1
        await asyncio.sleep(0)
        return {"made": made}

    answers = await race(count, lambda _: cache.remember("k", 60, make))

    assert answers == [{"made": 1}] * count
    assert await cache.get("k") == {"made": 1}


async def test_clearing_leaves_no_key_of_the_prefix_and_the_store_goes_on(case: Case) -> None:
    for number in range(20):
        await case.store.put(f"a[*]:{number}", b"v", ttl=None if number % 2 else 60)

    await case.store.clear("a[*]:")

    assert [await case.other.get(f"a[*]:{number}") for number in range(20)] == [None] * 20
    assert await case.store.add("a[*]:1", b"new", ttl=10)


async def test_clearing_spares_other_prefixes_where_keys_can_be_told_apart(case: Case) -> None:
    if isinstance(case.store, DatabaseStore):
        pytest.skip("only digests of keys stand in the table")
    await case.store.put("ab:1", b"v", ttl=None)
    await case.store.put("a?:1", b"v", ttl=None)

    await case.store.clear("a?:")

    assert await case.store.get("ab:1") == b"v"
    assert await case.store.get("a?:1") is None


async def test_what_lives_under_a_prefix_is_measured(case: Case) -> None:
    store, later = case.store, case.later
    assert await store.measure("") == Held(0, 0)
    await store.put("a:1", b"four", ttl=10)
    await store.put("a:2", b"", ttl=None)
    await store.increment("a:3", 10, ttl=None)

    assert await store.measure("") == Held(3, 6)

    await later(11)
    assert await store.measure("a:") == Held(2, 2)


async def test_more_than_redis_tells_of_at_once_is_measured_whole(
    clock: FakeClock, tmp_path: Path
) -> None:
    async with CASES["redis"](clock, tmp_path) as case:
        await asyncio.gather(*(case.store.put(f"a:{n}", b"12", ttl=None) for n in range(501)))

        assert await case.store.measure("a:") == Held(501, 1002)
