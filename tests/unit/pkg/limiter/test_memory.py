from __future__ import annotations

import tracemalloc

import pytest

from pkg.clock import FakeClock
from pkg.limiter import Quota
from pkg.limiter.drivers.memory import MemoryLimits

LOGIN = Quota("login/3-M", "ann", 3, 60)
API = Quota("api/9-M", "", 9, 60)


@pytest.mark.rule(82)
async def test_counters_are_bounded_and_the_oldest_goes_first(clock: FakeClock) -> None:
    store = MemoryLimits(clock, max_keys=100)
    for number in range(1000):
        await store.hit([API._replace(key=str(number))], 1)

    assert len(store) == 100
    states = await store.look([API._replace(key=key) for key in ("899", "900", "999")])
    assert [state.used for state in states] == [0, 1, 1]


@pytest.mark.rule(82)
async def test_a_flood_on_one_limit_forgets_no_others_counts(clock: FakeClock) -> None:
    store = MemoryLimits(clock, max_keys=100)
    await store.hit([LOGIN], 3)

    for number in range(10_000):
        await store.hit([API._replace(key=str(number))], 1)

    assert not (await store.hit([LOGIN], 1)).allowed


@pytest.mark.rule(82)
async def test_ended_windows_go_by_themselves_as_new_ones_come(clock: FakeClock) -> None:
    store = MemoryLimits(clock)
    for number in range(1000):
        await store.hit([API._replace(key=str(number))], 1)
    clock.advance(60)

    for number in range(600):
        await store.hit([API._replace(key=f"new {number}")], 1)

    assert len(store) == 600


@pytest.mark.rule(82)
async def test_memory_is_flat_under_a_flood_of_addresses(clock: FakeClock) -> None:
    store = MemoryLimits(clock, max_keys=1000)

    async def flood(start: int) -> int:
        for number in range(start, start + 3000):
            await store.hit([API._replace(key=f"2001:db8::{number:x}")], 1)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first, last = await flood(0), await flood(3000)
    finally:
        tracemalloc.stop()
    assert last < first * 1.2


async def test_a_window_that_begins_again_counts_once(clock: FakeClock) -> None:
    store = MemoryLimits(clock)
    for _ in range(5):
        assert (await store.hit([LOGIN], 3)).allowed
        clock.advance(60)

    assert len(store) == 1
