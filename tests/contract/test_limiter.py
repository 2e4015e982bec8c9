"""The laws of counters, over every store."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from limits.aio.storage import RedisStorage

from pkg.clock import FakeClock
from pkg.limiter import LimitStore, Quota, State
from pkg.limiter.drivers.fake import FakeLimits
from pkg.limiter.drivers.memory import MemoryLimits
from pkg.limiter.drivers.patient import Patient
from pkg.limiter.drivers.redis import RedisLimits
from pkg.redis import open_redis
from pkg.testing import race, require
from tests.conftest import Later
from tests.contract.processes import winners
from tests.redises import unhurried

CALLERS = 20
MINUTE = Quota("login/5-M", "ann", 5, 60)
HOUR = Quota("login/8-H", "ann", 8, 3600)


@dataclass(frozen=True, slots=True)
class Case:
    """A store, the same counters through a second client, and how time passes for both."""

    store: LimitStore
    other: LimitStore
    later: Later


@asynccontextmanager
async def memory(clock: FakeClock) -> AsyncIterator[Case]:
    store = MemoryLimits(clock)
    yield Case(store, store, passing(clock))


@asynccontextmanager
async def fake(clock: FakeClock) -> AsyncIterator[Case]:
    store = FakeLimits(clock)
    yield Case(store, store, passing(clock))


@asynccontextmanager
async def patient(clock: FakeClock) -> AsyncIterator[Case]:
    store = Patient(MemoryLimits(clock), clock)
    yield Case(store, store, passing(clock))


@asynccontextmanager
async def redis(_: FakeClock) -> AsyncIterator[Case]:
    prefix = f"test:{secrets.token_hex(8)}:"
    config = unhurried(require("redis"))
    one, two = open_redis(config), open_redis(config)

    async def later(seconds: float) -> None:
        async for key in one.scan_iter(f"{prefix}*", count=1000):
            left = await one.pttl(key)
            await one.pexpire(key, left - round(seconds * 1000))

    yield Case(RedisLimits(one, prefix=prefix), RedisLimits(two, prefix=prefix), later)
    async for key in one.scan_iter(f"{prefix}*", count=1000):
        await one.delete(key)
    await one.aclose()
    await two.aclose()


def passing(clock: FakeClock) -> Later:
    async def later(seconds: float) -> None:
        clock.advance(seconds)

    return later


CASES: dict[str, Callable[[FakeClock], AbstractAsyncContextManager[Case]]] = {
    "memory": memory,
    "fake": fake,
    "patient": patient,
    "redis": redis,
}


@pytest.fixture(params=CASES)
async def case(request: pytest.FixtureRequest, clock: FakeClock) -> AsyncIterator[Case]:
    async with CASES[request.param](clock) as made:
        yield made


@pytest.fixture
def store(case: Case) -> LimitStore:
    return case.store


@pytest.fixture
def later(case: Case) -> Later:
    return case.later


async def test_units_are_taken_until_none_is_left(store: LimitStore) -> None:
    took = [await store.hit([MINUTE], 1) for _ in range(7)]

    assert [counted.allowed for counted in took] == [True] * 5 + [False] * 2
    assert [counted.states[0].used for counted in took] == [1, 2, 3, 4, 5, 5, 5]


async def test_a_window_lasts_from_its_first_unit_and_no_longer(
    store: LimitStore, later: Later
) -> None:
    assert (await store.hit([MINUTE], 4)).states[0].reset_after == pytest.approx(60, abs=1)
    await later(50)
    assert (await store.hit([MINUTE], 1)).states[0].reset_after == pytest.approx(10, abs=1)

    await later(8)
    refused = await store.hit([MINUTE], 1)
    assert not refused.allowed
    assert refused.states[0].reset_after == pytest.approx(2, abs=1)

    await later(2)
    assert (await store.hit([MINUTE], 5)).allowed


async def test_what_was_refused_does_not_count(store: LimitStore) -> None:
    await store.hit([MINUTE], 3)

    assert not (await store.hit([MINUTE], 3)).allowed
    assert (await store.hit([MINUTE], 2)).allowed


async def test_more_at_once_than_a_window_holds_is_refused_and_begins_nothing(
    store: LimitStore,
) -> None:
    refused = await store.hit([MINUTE], 6)

    assert not refused.allowed
    assert await store.look([MINUTE]) == [State(0, 0)]


async def test_several_counters_are_taken_together_or_not_at_all(
    store: LimitStore, later: Later
) -> None:
    for _ in range(5):
        assert (await store.hit([MINUTE, HOUR], 1)).allowed
    for _ in range(4):
        refused = await store.hit([MINUTE, HOUR], 1)
        assert not refused.allowed
        assert [state.used for state in refused.states] == [5, 5]

    await later(61)
    took = [(await store.hit([MINUTE, HOUR], 1)).allowed for _ in range(5)]

    assert took == [True] * 3 + [False] * 2
    assert [state.used for state in await store.look([HOUR, MINUTE])] == [8, 3]


async def test_families_and_keys_count_apart(store: LimitStore) -> None:
    await store.hit([MINUTE], 5)

    for quota in (
        MINUTE._replace(key="bob"),
        MINUTE._replace(key="ann "),
        MINUTE._replace(key="Ann"),
        MINUTE._replace(family="confirm/5-M"),
        MINUTE._replace(key=""),
        MINUTE._replace(key="a" * 5000),
        MINUTE._replace(key="\0\ud800 密钥"),
    ):
        assert (await store.hit([quota], 5)).allowed
        assert not (await store.hit([quota], 1)).allowed


async def test_a_look_takes_nothing(store: LimitStore) -> None:
    assert await store.look([MINUTE, HOUR]) == [State(0, 0), State(0, 0)]
    await store.hit([MINUTE], 2)

    for _ in range(3):
        assert [state.used for state in await store.look([MINUTE, HOUR])] == [2, 0]


async def test_a_refund_gives_back_and_leaves_the_window_as_it_is(
    store: LimitStore, later: Later
) -> None:
    await store.hit([MINUTE], 5)
    await later(20)

    await store.refund([MINUTE], 2)

    state = (await store.look([MINUTE]))[0]
    assert state.used == 3
    assert state.reset_after == pytest.approx(40, abs=1)
    await store.refund([MINUTE], 3)
    assert (await store.hit([MINUTE], 5)).states[0].reset_after == pytest.approx(40, abs=1)


async def test_nobody_gets_more_back_than_was_taken(store: LimitStore, later: Later) -> None:
    await store.hit([MINUTE], 1)
    await store.refund([MINUTE], 3)
    await store.refund([MINUTE._replace(key="bob")], 1)
    await later(61)
    await store.refund([MINUTE], 1)

    for key in ("ann", "bob"):
        took = [(await store.hit([MINUTE._replace(key=key)], 1)).allowed for _ in range(6)]
        assert took == [True] * 5 + [False]


@pytest.mark.rule(28)
async def test_of_many_at_once_exactly_as_many_as_allowed_pass(case: Case) -> None:
    got = await race(CALLERS, lambda n: (case.store, case.other)[n % 2].hit([MINUTE, HOUR], 1))

    allowed = [counted for counted in got if not isinstance(counted, BaseException)]
    assert len(allowed) == CALLERS
    assert sum(counted.allowed for counted in allowed) == 5


@pytest.mark.rule(24)
async def test_refunds_among_hits_lose_and_double_nothing(case: Case) -> None:
    quota = Quota("login/1000-M", "ann", 1000, 60)

    async def one(number: int) -> None:
        side = (case.store, case.other)[number % 2]
        await side.hit([quota], 1)
        if number % 4 == 0:
            await side.refund([quota], 1)

    assert await race(CALLERS, one) == [None] * CALLERS
    assert (await case.store.look([quota]))[0].used == CALLERS - CALLERS // 4


@pytest.mark.rule(80)
async def test_two_processes_share_one_limit() -> None:
    prefix = f"test:{secrets.token_hex(8)}:"

    assert await winners("limit", require("redis"), prefix, "login_account", "ann") == 5


async def test_what_redis_keeps_names_nobody_and_is_a_counter_that_limits_can_read() -> None:
    prefix = f"test:{secrets.token_hex(8)}:"
    client = open_redis(unhurried(require("redis")))
    pool: Any = client.connection_pool
    plain = RedisStorage(
        "redis://",
        implementation="redispy",
        key_prefix=prefix.removesuffix(":"),
        connection_pool=pool,
    )

    await RedisLimits(client, prefix=prefix).hit([MINUTE], 3)

    (name,) = [key.decode() async for key in client.scan_iter(f"{prefix}*", count=1000)]
    assert "ann" not in name
    assert await plain.get(name.removeprefix(prefix)) == 3
    await client.delete(name)
    await client.aclose()
