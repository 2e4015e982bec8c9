"""What a running server does while something it stands on is away, as docs/failure.md says."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.faults.conftest import NewServer
from tests.faults.own_redis import free_port, running
from tests.faults.people import API, HOOK, Person, mobile, sign_up


async def post(client: httpx2.AsyncClient, person: Person, content: str) -> httpx2.Response:
    return await client.post(
        f"{API}/conversations/1/messages",
        json={"id": f"ref-{content}", "content": content},
        headers=person.bearer,
    )


async def ask(client: httpx2.AsyncClient, number: int) -> httpx2.Response:
    form = {"mobile": mobile(number), "purpose": "login", **HOOK}
    return await client.post(f"{API}/auth/verify-codes/mobile", json=form)


@pytest.mark.rule(81)
async def test_without_redis_people_go_on_talking_and_no_code_is_given_out(
    new_server: NewServer, tmp_path: Path
) -> None:
    port = free_port()
    async with running(port, tmp_path) as redis:
        server = new_server(REDIS_URL=f"redis://127.0.0.1:{port}/0")
        async with httpx2.AsyncClient(base_url=server.url, timeout=30) as client:
            person = await sign_up(client, 1)
            redis.kill()
            await redis.wait()

            assert (await client.get(f"{API}/users/me", headers=person.bearer)).status_code == 200
            assert (await post(client, person, "still here")).status_code == 201
            assert (await ask(client, 2)).status_code == 503
            assert (await client.get("/health/live")).status_code == 200
            assert (await client.get("/health/ready")).status_code == 503

            async with running(port, tmp_path):
                await back(client)
                assert (await client.get("/health/ready")).status_code == 200


async def back(client: httpx2.AsyncClient) -> None:
    """Asks for a code until one is given out again: the server notices by itself."""
    async with asyncio.timeout(15):
        while (await ask(client, 3)).status_code != 200:
            pass


async def said_again(socket: ClientConnection, message: Mapping[str, object]) -> str:
    """Says it as often as it is refused, after the pause asked for; answers what comes then."""
    while True:
        await socket.send(json.dumps(message))
        frame = json.loads(await socket.recv())
        if frame["type"] != "error":
            return str(frame["type"])
        await asyncio.sleep(frame["retry_after"])


@pytest.mark.rule(111)
async def test_with_the_database_locked_senders_are_told_to_come_back(
    new_server: NewServer, stores: dict[str, str]
) -> None:
    if not stores["DATABASE_URL"].startswith("sqlite"):
        pytest.skip("a lock on the whole database is SQLite's")
    server = new_server(DATABASE_LOCK_TIMEOUT="0.2")
    async with httpx2.AsyncClient(base_url=server.url, timeout=30) as client:
        person = await sign_up(client, 1)
        async with connect(
            f"{server.url.replace('http', 'ws')}/ws",
            subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
            additional_headers=person.bearer,
            max_queue=None,  # a goodbye is read behind all that nobody read
            proxy=None,
        ) as socket:
            message = {"type": "message", "id": "once", "recipient": "", "content": "now"}
            await socket.send('{"type":"hello","v":1}')
            assert json.loads(await socket.recv())["type"] == "welcome"
            other = sqlite3.connect(stores["DATABASE_URL"].removeprefix("sqlite://"))
            other.execute("BEGIN EXCLUSIVE")

            await socket.send(json.dumps(message))
            refused = json.loads(await socket.recv())
            answer = await post(client, person, "over HTTP")
            other.rollback()
            other.close()
            acked = {await said_again(socket, message)}
            acked.add(json.loads(await socket.recv())["type"])

    assert (refused["code"], refused["ref"]) == ("store.unavailable", "once")
    assert refused["retry_after"] > 0
    assert (answer.status_code, answer.json()["code"]) == (503, "store.unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert acked == {"message", "ack"}
