"""The laws of locks, over every driver."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.cache import Cache, LockHeld, LockLost, Locks
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
def locks(case: Case) -> Locks:
    return case.store


@pytest.fixture
def other(case: Case) -> Locks:
    return case.other


@pytest.fixture
def later(case: Case) -> Later:
    return case.later


async def test_a_held_name_is_refused_even_to_its_owner(locks: Locks, other: Locks) -> None:
    assert await locks.acquire("job", "a", ttl=10)

    assert not await other.acquire("job", "b", ttl=10)
    assert not await locks.acquire("job", "a", ttl=10)


async def test_names_do_not_hinder_each_other(locks: Locks) -> None:
    assert await locks.acquire("job", "a", ttl=10)
    assert await locks.acquire("JOB", "b", ttl=10)


async def test_of_many_who_want_it_one_gets_it(locks: Locks, other: Locks) -> None:
    for _ in range(5):
        won = await race(CALLERS, lambda n: (locks, other)[n % 2].acquire("job", f"{n}", ttl=10))

        assert sorted(won, key=bool) == [False] * (CALLERS - 1) + [True]
        assert await locks.release("job", f"{won.index(True)}")


async def test_a_released_name_is_free(locks: Locks, other: Locks) -> None:
    await locks.acquire("job", "a", ttl=10)

    assert await locks.release("job", "a")
    assert not await locks.release("job", "a")
    assert await other.acquire("job", "b", ttl=10)


async def test_only_the_owner_releases_and_extends(locks: Locks, later: Later) -> None:
    await locks.acquire("job", "a", ttl=10)

    assert not await locks.release("job", "b")
    assert not await locks.extend("job", "b", ttl=100)
    await later(9)
    assert not await locks.acquire("job", "c", ttl=10)
    await later(1)
    assert await locks.acquire("job", "c", ttl=10)


async def test_a_lock_runs_out_and_its_late_owner_changes_nothing(
    locks: Locks, later: Later
) -> None:
    await locks.acquire("job", "a", ttl=10)
    await later(10)

    assert not await locks.extend("job", "a", ttl=10)
    assert await locks.acquire("job", "b", ttl=10)
    assert not await locks.release("job", "a")
    assert not await locks.acquire("job", "a", ttl=10)


async def test_extend_starts_the_life_anew(locks: Locks, later: Later) -> None:
    await locks.acquire("job", "a", ttl=10)
    await later(9)

    assert await locks.extend("job", "a", ttl=10)
    await later(9)
    assert not await locks.acquire("job", "b", ttl=10)
    await later(1)
    assert await locks.acquire("job", "b", ttl=10)


@pytest.mark.parametrize("ttl", [0, -1, math.nan, math.inf])
async def test_a_lock_has_to_end_some_day(locks: Locks, ttl: float) -> None:
    with pytest.raises(ValueError, match="ttl"):
        await locks.acquire("job", "a", ttl=ttl)
    assert await locks.acquire("job", "a", ttl=1)
    with pytest.raises(ValueError, match="ttl"):
        await locks.extend("job", "a", ttl=ttl)


async def test_a_lock_and_a_value_of_one_name_never_meet(case: Case) -> None:
    for name in ("job", "lock:job", "\0lock:job"):
        await case.store.put(name, b"v", ttl=10)
    assert await case.store.acquire("job", "a", ttl=10)

    assert await case.store.get("job") == b"v"
    assert await case.store.get("lock:job") == b"v"
    assert await case.store.forget("\0lock:job")
    assert not await case.other.acquire("job", "b", ttl=10)


async def test_one_block_runs_at_a_time(case: Case) -> None:
    inside = 0

    async def one(number: int) -> None:
        nonlocal inside
        cache = Cache((case.store, case.other)[number % 2])
        async with cache.lock("job", 30, wait=20):
            inside += 1
            assert inside == 1
            await case.store.get("k")
            inside -= 1

    assert await race(4, one) == [None] * 4


async def test_a_block_who_lost_its_lock_is_told(case: Case) -> None:
    cache = Cache(case.store)

    async with cache.lock("job", 10) as lock:
        await lock.extend()
        await case.later(10)
        with pytest.raises(LockLost):
            await lock.extend()
        async with Cache(case.other).lock("job", 10):
            with pytest.raises(LockHeld):
                async with cache.lock("job", 10):
                    pytest.fail("two hold one lock")
