"""Two processes on one socket and one bus: to their clients they are one server."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.faults.conftest import NewServer
from tests.faults.own_redis import free_port, running
from tests.faults.people import API, Person, sign_up
from tests.server import Server

MANY = 64  # sockets until both processes had one: the kernel gives them out as it likes


@pytest.fixture
async def server(new_server: NewServer, tmp_path: Path) -> AsyncIterator[Server]:
    port = free_port()
    async with running(port, tmp_path):
        url = f"redis://127.0.0.1:{port}/0"
        name = f"test-{secrets.token_hex(4)}"
        made = new_server(words=("--workers", "2"), REDIS_URL=url, HUB_BUS_NAME=name)
        yield made
        assert made.stop() == 0


@asynccontextmanager
async def socket(server: Server, person: Person) -> AsyncIterator[tuple[str, ClientConnection]]:
    """Answers the node that a socket has come to, and the socket, greeted."""
    async with connect(
        f"{server.url.replace('http', 'ws')}/ws",
        subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
        additional_headers=person.bearer,
        proxy=None,
    ) as found:
        await found.send('{"type":"hello","v":1}')
        welcome = await frame(found, "welcome")
        yield welcome["node"], found


async def frame(socket: ClientConnection, type: str) -> dict[str, Any]:
    """Answers the next frame of *type*."""
    async with asyncio.timeout(20):
        while True:
            found: dict[str, Any] = json.loads(await socket.recv())
            if found["type"] == type:
                return found


async def sockets(
    stack: AsyncExitStack, server: Server, people: list[Person]
) -> dict[str, ClientConnection]:
    """Answers a socket of each process, by its node."""
    found: dict[str, ClientConnection] = {}
    for number in range(MANY):
        person = people[number % len(people)]
        node, one = await stack.enter_async_context(socket(server, person))
        found.setdefault(node, one)
        if len(found) == 2:
            return found
    raise AssertionError("one process takes every socket")


async def test_what_is_said_on_one_is_heard_on_the_other(server: Server) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx2.AsyncClient(base_url=server.url, timeout=30)
        )
        people = [await sign_up(client, number) for number in range(7)]
        one, two = (await sockets(stack, server, people)).values()
        for number, speaker in enumerate((one, two), start=1):
            word = {"type": "message", "id": f"m{number}", "recipient": "", "content": "hello"}
            await speaker.send(json.dumps(word))
            heard = [await frame(each, "message") for each in (one, two)]

            assert [each["id"] for each in heard] == [f"m{number}"] * 2
            assert heard[0] == heard[1]


@pytest.mark.rule(39)
async def test_a_session_that_ends_on_one_is_closed_on_the_other(server: Server) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx2.AsyncClient(base_url=server.url, timeout=30)
        )
        person = await sign_up(client, 1)
        open_sockets = await sockets(stack, server, [person])
        await client.post(f"{API}/auth/logout", headers=person.bearer)
        async with asyncio.timeout(10):
            for each in open_sockets.values():
                await each.wait_closed()

        assert {each.close_code for each in open_sockets.values()} == {4403}
