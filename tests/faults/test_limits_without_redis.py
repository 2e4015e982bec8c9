"""A Redis of the test's own is frozen, killed and started again under the limiter."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from pkg.clock import FakeClock
from pkg.limiter import Hit, Limiter, LimiterConfig, LimiterUnavailable
from pkg.limiter.drivers.memory import MemoryLimits
from pkg.limiter.drivers.patient import Patient
from pkg.limiter.drivers.redis import RedisLimits
from pkg.redis import RedisConfig, open_redis
from tests.faults.own_redis import free_port, running


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def limiter(port: int, clock: FakeClock) -> AsyncIterator[Limiter]:
    client = open_redis(RedisConfig(url=SecretStr(f"redis://127.0.0.1:{port}/0")))
    store = Patient(RedisLimits(client), clock)
    yield Limiter(store, LimiterConfig(), local=MemoryLimits(clock))
    await client.aclose()


async def expect_away(limiter: Limiter) -> None:
    """Each name does what its way to fail says, and only the first call waits at all."""
    async with asyncio.timeout(5):  # eight waits of half a second and more would not fit
        assert await limiter.take("api", "ann") == Hit("api", allowed=True)
        with pytest.raises(LimiterUnavailable):
            await limiter.take("code_recipient", "ann")
        took = [(await limiter.hit("login_account", "ann")).allowed for _ in range(6)]
    assert took == [True] * 5 + [False]


@pytest.mark.rule(81)
async def test_a_killed_redis_is_done_without_and_used_again_when_it_is_back(
    limiter: Limiter, port: int, tmp_path: Path, clock: FakeClock
) -> None:
    async with running(port, tmp_path) as server:
        assert (await limiter.hit("login_account", "ann")).remaining == 4
        server.kill()
        await server.wait()

        await expect_away(limiter)

    async with running(port, tmp_path):
        clock.advance(1)
        assert (await limiter.hit("login_account", "ann")).remaining == 4
        assert (await limiter.hit("code_recipient", "ann")).allowed


@pytest.mark.rule(81)
async def test_a_frozen_redis_costs_one_caller_half_a_second_and_the_others_nothing(
    limiter: Limiter, port: int, tmp_path: Path, clock: FakeClock
) -> None:
    async with running(port, tmp_path) as server:
        assert (await limiter.hit("login_account", "ann")).remaining == 4
        server.send_signal(signal.SIGSTOP)

        await expect_away(limiter)

        server.send_signal(signal.SIGCONT)
        clock.advance(1)
        assert (await limiter.hit("login_account", "bob")).remaining == 4


@pytest.mark.rule(81)
async def test_a_redis_that_was_never_there_is_done_without(limiter: Limiter) -> None:
    await expect_away(limiter)
