"""Two processes on one socket and one bus: to their clients they are one server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from tests.faults.conftest import NewServer
from tests.faults.greeted import Greeted, greeted
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
        many = {"HUB_PER_USER": "1000", "HUB_HANDSHAKES": "1000"}
        made = new_server(words=("--workers", "2"), REDIS_URL=url, HUB_BUS_NAME=name, **many)
        yield made
        assert made.stop() == 0


async def clients_of_both(
    stack: AsyncExitStack, server: Server, people: list[Person]
) -> list[Greeted]:
    """Answers a client of each process."""
    found: dict[str, Greeted] = {}
    for number in range(MANY):
        person = people[number % len(people)]
        one = await stack.enter_async_context(greeted(server.url, person))
        found.setdefault(one.node, one)
        if len(found) == 2:
            return [*found.values()]
    raise AssertionError("one process takes every socket")


async def test_what_is_said_on_one_is_heard_on_the_other(server: Server) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx2.AsyncClient(base_url=server.url, timeout=30)
        )
        people = [await sign_up(client, number) for number in range(7)]
        one, two = await clients_of_both(stack, server, people)
        await one.say("a")
        await two.hears("a")
        await two.say("b")

        await one.hears("a", "b")
        await two.hears("a", "b")


@pytest.mark.rule(39)
async def test_a_session_that_ends_on_one_is_closed_on_the_other(server: Server) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx2.AsyncClient(base_url=server.url, timeout=30)
        )
        person = await sign_up(client, 1)
        clients = await clients_of_both(stack, server, [person])
        await client.post(f"{API}/auth/logout", headers=person.bearer)
        async with asyncio.timeout(10):
            for each in clients:
                await each.socket.wait_closed()

        assert {each.socket.close_code for each in clients} == {4403}
