"""A reader that stops, over real buffers: the others go on, and it misses nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.faults.conftest import NewServer
from tests.faults.people import Person, sign_up

COUNT = 1200
CONTENT = "x" * 16_000  # nineteen megabytes in all: more than every buffer on the way
IN_FLIGHT = 32
PATIENCE = 60  # seconds; a shared machine


@asynccontextmanager
async def joined(url: str, person: Person) -> AsyncIterator[ClientConnection]:
    """A welcomed client with a small buffer that reads no further than it is asked to."""
    parts = urlsplit(url)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    sock.connect((parts.hostname, parts.port))
    async with connect(
        f"ws://{parts.netloc}/ws",
        sock=sock,
        subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
        additional_headers=person.bearer,
        ping_interval=None,
        max_queue=1,
        close_timeout=0.1,  # it reads no goodbye either
        proxy=None,
    ) as client:
        await client.send('{"type":"hello"}')
        assert json.loads(await client.recv())["type"] == "welcome"
        yield client


async def speak(client: ClientConnection) -> None:
    """Says COUNT things, some always on their way, and returns when all are acked."""
    said = acked = 0
    while acked < COUNT:
        while said < COUNT and said - acked < IN_FLIGHT:
            await client.send(json.dumps({"type": "message", "content": CONTENT}))
            said += 1
        acked += json.loads(await client.recv())["type"] == "ack"


async def hear(client: ClientConnection, seqs: list[int]) -> None:
    """Notes every seq until the last one, or the end."""
    try:
        async for text in client:
            frame = json.loads(text)
            if frame["type"] == "message":
                seqs.append(frame["seq"])
            if frame.get("seq") == COUNT:
                return
    except ConnectionClosed:
        pass


@pytest.mark.rule(72)
@pytest.mark.parametrize("comes_back", [True, pytest.param(False, marks=pytest.mark.slow)])
async def test_a_reader_that_stops_delays_nobody(new_server: NewServer, comes_back: bool) -> None:
    patience = "60" if comes_back else "1"
    server = new_server(LIMITER_ENABLED="false", HUB_STALL_TIMEOUT=patience)
    async with httpx2.AsyncClient(base_url=server.url) as http:
        speaker, reader, stopped = [await sign_up(http, number) for number in range(3)]
    heard: list[int] = []
    missed: list[int] = []

    async with (
        asyncio.timeout(PATIENCE),
        joined(server.url, speaker) as one,
        joined(server.url, reader) as two,
        joined(server.url, stopped) as three,
    ):
        hearing = asyncio.create_task(hear(two, heard))
        await speak(one)
        await hearing
        if not comes_back:
            await server_gave_up(http_url=server.url, person=stopped)
        await hear(three, missed)

    assert heard == list(range(1, COUNT + 1))
    if comes_back:
        assert missed == heard
    else:
        assert missed == list(range(1, len(missed) + 1))
        assert len(missed) < COUNT
    assert await asyncio.to_thread(server.stop) == 0


async def server_gave_up(*, http_url: str, person: Person) -> None:
    """Returns once the server counts no socket of *person* any more."""
    async with httpx2.AsyncClient(base_url=http_url, headers=person.bearer) as http:
        while True:
            (session,) = (await http.get("/api/v1/auth/sessions")).json()["data"]
            if session["sockets"] == 0:
                return
