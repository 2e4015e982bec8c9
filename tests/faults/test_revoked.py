"""Sessions that end: on every node their sockets are closed at once, and hear nothing after."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.faults.conftest import NewServer
from tests.faults.greeted import greeted
from tests.faults.own_redis import free_port, running
from tests.faults.people import API, Person, sign_up
from tests.faults.raw import Raw
from tests.frames import CLOSE, TEXT, closing, frame
from tests.server import Server

EACH = 5  # sockets of a session
AT_ONCE = 8
CHAT = {"Sec-WebSocket-Protocol": "chat.v1"}
ROOMY = {
    "HUB_PER_ADDRESS": "10000",
    "HUB_HANDSHAKES": "10000",
    "LIMITER_ENABLED": "false",
}


@dataclass(frozen=True)
class Closed:
    """When a socket's close frame came, and its code."""

    at: float
    code: int


@dataclass(frozen=True)
class Nodes:
    """Two servers on one database and one Redis, which *redis* holds."""

    servers: tuple[Server, Server]
    clients: tuple[httpx2.AsyncClient, httpx2.AsyncClient]
    redis: AsyncExitStack

    async def tokens(self, count: int) -> list[tuple[str, str]]:
        """Answers an access token and the address of each of *count* users."""
        told = await asyncio.to_thread(self.servers[0].console, "bench:tokens", str(count))
        return [tuple(line.split("\t")) for line in told.splitlines()]  # type: ignore[misc]


@pytest.fixture
async def nodes(new_server: NewServer, tmp_path: Path) -> AsyncIterator[Nodes]:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    async with AsyncExitStack() as stack, AsyncExitStack() as redis:
        await redis.enter_async_context(running(port, tmp_path))
        env = {"REDIS_URL": url, "HUB_BUS_NAME": secrets.token_hex(4), **ROOMY}
        one, two = new_server(**env), new_server(**env)
        first, second = [
            await stack.enter_async_context(httpx2.AsyncClient(base_url=each.url, timeout=30))
            for each in (one, two)
        ]
        yield Nodes((one, two), (first, second), redis)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def joined(server: Server, token: str) -> tuple[Raw, str]:
    """Opens a socket that is welcomed; answers it with the id of its session."""
    raw = await Raw.open(server.url, {**CHAT, **bearer(token)})
    await raw.send(frame(TEXT, b'{"type":"hello","v":1}'))
    while (got := await raw.next()) is not None:
        told: dict[str, Any] = json.loads(got[1])
        if told["type"] == "welcome":
            return raw, str(told["session"])
    raise AssertionError("the stream ended before the welcome")


async def ended(raw: Raw) -> Closed:
    """Reads until the close frame, answers it, and holds that nothing comes after."""
    while (got := await raw.next()) is not None and got[0] != CLOSE:
        pass
    assert got is not None, "the stream ended without a close frame"
    found = Closed(asyncio.get_running_loop().time(), int.from_bytes(got[1][:2]))
    await raw.send(closing(found.code))
    assert await raw.next() is None, "something came after the close frame"
    raw.close()
    return found


async def revoke(nodes: Nodes, number: int, token: str, other: str, session: str) -> float:
    """Ends the session of *token* one of three ways; *other* is of the same user's other session.

    Answers when the server said that it was done.
    """
    client = nodes.clients[number % 2]
    if number % 3 == 0:
        answer = await client.post(f"{API}/auth/logout", headers=bearer(token), json={})
    elif number % 3 == 1:
        answer = await client.delete(f"{API}/auth/sessions", headers=bearer(other))
    else:
        answer = await client.delete(f"{API}/auth/sessions/{session}", headers=bearer(other))
    assert answer.status_code == 204, answer.text
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def talk(nodes: Nodes, token: str) -> AsyncIterator[None]:
    """Has the lobby talked to without pause for the block."""

    async def say_on() -> None:
        while True:
            said = {"content": "on and on"}
            await nodes.clients[0].post(
                f"{API}/conversations/1/messages", json=said, headers=bearer(token)
            )

    task = asyncio.create_task(say_on())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("has_redis", [True, False], ids=["redis", "no redis"])
@pytest.mark.parametrize("sockets", [100, pytest.param(1000, marks=pytest.mark.night)])
@pytest.mark.rule(39)
async def test_all_sockets_of_revoked_sessions_are_closed_within_a_second(
    nodes: Nodes, sockets: int, has_redis: bool
) -> None:
    users = sockets // EACH
    tokens, others = await nodes.tokens(users + 1), await nodes.tokens(users + 1)
    speaker = tokens.pop()[0]
    opened: list[list[tuple[Raw, str]]] = []
    for token, _ in tokens:
        where = (nodes.servers[number % 2] for number in range(EACH))
        opened.append([await joined(server, token) for server in where])
    if not has_redis:
        await nodes.redis.aclose()
    turn = asyncio.Semaphore(AT_ONCE)

    async def end_one(number: int) -> list[tuple[float, int]]:
        """Answers the seconds that each socket of a session lived on, and its code."""
        reading = [asyncio.create_task(ended(raw)) for raw, _ in opened[number]]
        async with turn:
            session = opened[number][0][1]
            token, other = tokens[number][0], others[number][0]
            done_at = await revoke(nodes, number, token, other, session)
        return [(closed.at - done_at, closed.code) for closed in await asyncio.gather(*reading)]

    async with talk(nodes, speaker):
        found = [one for ones in await asyncio.gather(*map(end_one, range(users))) for one in ones]

    took = sorted(seconds for seconds, _ in found)
    p50, p90, p99 = (took[len(took) * part // 100] for part in (50, 90, 99))
    print(  # noqa: T201
        f"\n{len(took)} sockets, Redis {'up' if has_redis else 'stopped'}: from the answer to the "
        f"close frame p50 {p50:.3f} s, p90 {p90:.3f} s, p99 {p99:.3f} s, longest {took[-1]:.3f} s"
    )
    assert {code for _, code in found} == {4403}
    assert len(took) == sockets
    assert p99 < 1


@pytest.mark.rule(39)
async def test_a_new_password_and_the_console_end_sessions_on_both_nodes(nodes: Nodes) -> None:
    client = nodes.clients[0]
    changes, kicked, stays = [await sign_up(client, number) for number in (1, 2, 3)]
    async with greeted(nodes.servers[1].url, stays) as witness:
        for person, end in ((changes, change_password), (kicked, kick)):
            reading = [
                asyncio.create_task(ended((await joined(server, person.access))[0]))
                for server in nodes.servers
            ]
            done_at = await end(nodes, person)
            await witness.say(secrets.token_hex(4), "after")
            closed = await asyncio.gather(*reading)

            assert {each.code for each in closed} == {4403}
            assert max(each.at for each in closed) - done_at < 1


@pytest.mark.parametrize("has_redis", [True, False], ids=["redis", "no redis"])
@pytest.mark.rule(39)
async def test_a_ban_ends_all_that_is_open_and_leaves_no_way_in(
    nodes: Nodes, has_redis: bool
) -> None:
    person = await sign_up(nodes.clients[0], 1)
    opened = [(await joined(server, person.access))[0] for server in nodes.servers]
    reading = [asyncio.create_task(ended(raw)) for raw in opened]
    if not has_redis:
        await nodes.redis.aclose()

    words = "user:ban", f"u:{person.id}", "--reason", "spam"
    await asyncio.to_thread(nodes.servers[0].console, *words)
    done_at = asyncio.get_running_loop().time()

    closed = await asyncio.gather(*reading)
    assert {each.code for each in closed} == {4503}
    assert max(each.at for each in closed) - done_at < 1
    for client in nodes.clients:
        await refused(client, person)


async def refused(client: httpx2.AsyncClient, person: Person) -> None:
    """Holds that nothing *person* has, or knows, gets them in."""
    own = await client.get(f"{API}/users/me", headers=person.bearer)
    refresh = await client.post(f"{API}/auth/refresh", json={"refresh_token": person.refresh})
    form = {"login": "person1", "password": "a sentence of 1"}
    login = await client.post(f"{API}/auth/login/password", json=form)
    assert [own.status_code, refresh.status_code, login.status_code] == [401, 401, 401]


async def change_password(nodes: Nodes, person: Person) -> float:
    """Gives *person* a new password from another session than the one they have."""
    client, old = nodes.clients[0], "a sentence of 1"
    form = {"login": "person1", "password": old}
    answer = await client.post(f"{API}/auth/login/password", json=form)
    other = answer.json()["data"]["access_token"]
    form = {"password": old, "new_password": "another sentence"}
    answer = await client.put(f"{API}/users/me/password", json=form, headers=bearer(other))
    assert answer.status_code == 204, answer.text
    return asyncio.get_running_loop().time()


async def kick(nodes: Nodes, person: Person) -> float:
    words = "hub:kick", f"u:{person.id}", "--end"
    await asyncio.to_thread(nodes.servers[0].console, *words)
    return asyncio.get_running_loop().time()
