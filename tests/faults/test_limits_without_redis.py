"""A Redis of the test's own is frozen, killed and started again under the limiter."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from pkg.clock import FakeClock
from pkg.limiter import Hit, Limiter, LimiterConfig, LimiterUnavailable
from pkg.limiter.drivers.memory import MemoryLimits
from pkg.limiter.drivers.patient import Patient
from pkg.limiter.drivers.redis import RedisLimits
from pkg.redis import RedisConfig, open_redis


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(port: int, folder: Path) -> Process:
    """Starts a Redis and waits until it says that it is ready."""
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    server = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=PIPE)
    assert server.stdout is not None
    async for line in server.stdout:
        if b"Ready to accept connections" in line:
            return server
    raise AssertionError("redis-server ended")


@asynccontextmanager
async def running(port: int, folder: Path) -> AsyncIterator[Process]:
    server = await start(port, folder)
    try:
        yield server
    finally:
        if server.returncode is None:
            server.kill()
        await server.communicate()


@pytest.fixture
def port() -> int:
    if shutil.which("redis-server") is None:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
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
