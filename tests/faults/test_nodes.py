"""Two servers on one database and one Redis, while Redis, or one of them, dies and freezes."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.faults.conftest import NewServer
from tests.faults.greeted import Greeted, greeted
from tests.faults.own_redis import cli, free_port, running
from tests.faults.people import sign_up
from tests.server import Server


@dataclass
class Pair:
    """Two servers, a client on each, and the Redis between them."""

    servers: tuple[Server, Server]
    one: Greeted
    two: Greeted
    port: int
    stack: AsyncExitStack  # holds Redis
    folder: Path

    async def lose_redis(self) -> None:
        await self.stack.aclose()

    async def bring_redis(self) -> None:
        await self.stack.enter_async_context(running(self.port, self.folder))


@pytest.fixture
async def pair(new_server: NewServer, tmp_path: Path) -> AsyncIterator[Pair]:
    port = free_port()
    env = {"REDIS_URL": f"redis://127.0.0.1:{port}/0", "HUB_BUS_NAME": secrets.token_hex(4)}
    async with AsyncExitStack() as stack, AsyncExitStack() as redis:
        await redis.enter_async_context(running(port, tmp_path))
        servers = new_server(**env), new_server(**env)
        client = await stack.enter_async_context(httpx2.AsyncClient(timeout=30))
        client.base_url = servers[0].url
        people = [await sign_up(client, number) for number in (1, 2)]
        one, two = [
            await stack.enter_async_context(greeted(server.url, person))
            for server, person in zip(servers, people, strict=True)
        ]
        yield Pair(servers, one, two, port, redis, tmp_path)


@pytest.mark.rule(77)
async def test_without_redis_members_on_the_other_server_get_everything_in_order(
    pair: Pair,
) -> None:
    await pair.one.say("before")
    await pair.two.hears("before")
    await pair.lose_redis()
    await pair.one.say("without")
    await pair.two.hears("before", "without")
    await pair.two.say("an answer")
    await pair.one.hears("before", "without", "an answer")
    await pair.bring_redis()
    await pair.one.say("again")

    await pair.two.hears("before", "without", "an answer", "again")


@pytest.mark.slow
@pytest.mark.rule(77)
async def test_a_frozen_redis_holds_nothing_up_for_long(pair: Pair) -> None:
    await pair.one.say("before")
    await pair.two.hears("before")
    frozen = await redis_of(pair)
    os.kill(frozen, signal.SIGSTOP)
    await pair.one.say("into the ice")
    await pair.two.hears("before", "into the ice")
    os.kill(frozen, signal.SIGCONT)
    await pair.two.say("thawed")

    await pair.one.hears("before", "into the ice", "thawed")


@pytest.mark.slow
@pytest.mark.rule(77)
async def test_a_server_that_was_stopped_tells_its_members_what_they_missed(pair: Pair) -> None:
    os.kill(pair.servers[1].pid, signal.SIGSTOP)
    await pair.one.say("while it slept")
    await pair.one.say("and more")
    os.kill(pair.servers[1].pid, signal.SIGCONT)

    await pair.two.hears("while it slept", "and more")


@pytest.mark.slow
@pytest.mark.rule(77)
async def test_what_a_killed_server_had_acked_is_told_by_the_other(pair: Pair) -> None:
    await pair.lose_redis()  # so that nobody hears of it by the bus
    await pair.one.say("last words")
    pair.servers[0].kill()

    await pair.two.hears("last words")


async def redis_of(pair: Pair) -> int:
    """Answers the process id of the Redis."""
    info = await cli(pair.port, "info", "server")
    line = next(text for text in info.splitlines() if text.startswith(b"process_id:"))
    return int(line.partition(b":")[2])
