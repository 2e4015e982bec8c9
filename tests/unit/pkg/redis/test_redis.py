from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Lost
from redis.exceptions import RedisError

from pkg.redis import BadRedisUrl, RedisConfig, evicts, open_redis
from pkg.testing import race, require


def config(url: str, **knobs: float) -> RedisConfig:
    return RedisConfig.model_validate({"url": SecretStr(url), **knobs})


@pytest.fixture
async def one() -> AsyncIterator[Redis]:
    """A client with a single connection."""
    client = open_redis(config(require("redis"), max_connections=1, pool_timeout=5))
    yield client
    await client.aclose()


def test_importing_the_package_loads_no_vendor() -> None:
    code = "import pkg.redis, sys; sys.exit('redis' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.rule(105)
async def test_the_password_is_in_no_repr() -> None:
    given = config("redis://:hunter2@localhost")
    client = open_redis(given)

    assert "hunter2" not in repr(given) + repr(client) + repr(client.connection_pool)
    await client.aclose()


@pytest.mark.parametrize("url", ["", "http://localhost", "localhost:6379", "redis://h/?db=x"])
def test_a_bad_url_is_told_without_being_quoted(url: str) -> None:
    with pytest.raises(BadRedisUrl) as caught:
        _ = open_redis(config(url))
    assert not url or url not in str(caught.value)


def test_no_url_is_told_by_the_variables_name() -> None:
    with pytest.raises(BadRedisUrl, match="REDIS_URL"):
        _ = open_redis(RedisConfig())


async def test_values_are_bytes(one: Redis) -> None:
    assert await one.echo("héllo") == "héllo".encode()


async def test_callers_over_the_pools_size_wait_instead_of_failing(one: Redis) -> None:
    answers = await race(20, lambda _: one.ping())

    assert answers == [True] * 20


async def test_no_connection_in_time_is_an_error_of_redis() -> None:
    client = open_redis(config(require("redis"), max_connections=1, pool_timeout=0.01))
    held = await client.connection_pool.get_connection()  # type: ignore[no-untyped-call]
    try:
        with pytest.raises(Lost, match="No connection available"):
            await client.ping()
    finally:
        await client.connection_pool.release(held)
        await client.aclose()


async def test_a_caller_cancelled_anywhere_leaves_the_only_connection_to_others(one: Redis) -> None:
    await one.ping()
    for turns in range(12):  # each cut is some turns of the loop further into the command
        tasks = [asyncio.ensure_future(one.echo(f"{n}")) for n in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

        async with asyncio.timeout(5):
            assert await one.echo("mine") == b"mine"


async def test_a_command_is_sent_once_even_when_its_answer_is_lost() -> None:
    seen: list[bytes] = []

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            seen.append(line)
        writer.close()

    server = await asyncio.start_server(deaf, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = open_redis(config(f"redis://127.0.0.1:{port}?protocol=2", timeout=0.05))
    try:
        with pytest.raises(RedisError):
            await client.incr("once")
    finally:
        await client.aclose()
        server.close()
        await server.wait_closed()
    assert seen.count(b"INCR\r\n") <= 1


async def test_a_connection_that_died_in_the_pool_is_replaced_unseen(one: Redis) -> None:
    killer = open_redis(config(require("redis")))
    me = await one.client_id()
    stream = one.connection_pool._available_connections[0]._reader
    assert await killer.client_kill_filter(_id=str(me)) == 1
    await killer.aclose()
    assert stream is not None
    async with asyncio.timeout(5):
        while not stream.at_eof():  # noqa: ASYNC110  the loop has to see the end of file first
            await asyncio.sleep(0)

    assert await one.ping()


class Told:
    """What `evicts` needs of a client."""

    def __init__(self, answer: dict[object, object] | Exception) -> None:
        self.answer = answer

    async def config_get(self, _pattern: str) -> dict[object, object]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({b"maxmemory": b"0", b"maxmemory-policy": b"allkeys-lru"}, False),
        ({"maxmemory": "1000", "maxmemory-policy": "noeviction"}, False),
        ({"maxmemory": "1000", "maxmemory-policy": "volatile-ttl"}, True),
        ({}, False),
        (RedisError("unknown command CONFIG"), None),
    ],
)
async def test_a_redis_that_throws_living_keys_away_is_told(
    answer: dict[object, object] | Exception, verdict: bool | None
) -> None:
    assert await evicts(Told(answer)) is verdict  # type: ignore[arg-type]
