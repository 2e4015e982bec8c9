"""Bounds on a bare connection, over real ones: what stalls is cut, what works is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.console.serve.server import Options, OurServer, configured, listen
from pkg.app import ServeConfig

SHORT = 0.3  # seconds a test's server bears with
BOUNDS = ServeConfig(stall_timeout=SHORT, max_header_bytes=2048, grace=0, idle_timeout=1)
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body and answers its size; `/slow` thinks, `/much` answers 64 MB."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
        return
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    if scope["path"] == "/slow":
        await asyncio.sleep(2.5 * SHORT)  # an application that works: no wait for a test's sake
    body = b"x" * (64 << 20) if scope["path"] == "/much" else b"%d" % size
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Peer:
    """One connection as a client has it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def say_for_ever(self) -> None:
        """Writes until the connection is found to be cut, for one that reads nothing."""
        async with asyncio.timeout(20):
            while True:
                await self.say(b"x")
                await asyncio.sleep(0.01)

    async def answer(self) -> bytes:
        """Answers the next whole answer, its head and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return head + await self.reader.readexactly(int(length))

    async def end(self) -> bytes:
        """Answers all that comes until the server ends the connection."""
        async with asyncio.timeout(20):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@asynccontextmanager
async def serving(bounds: ServeConfig = BOUNDS) -> AsyncIterator[Callable[[], Awaitable[Peer]]]:
    """A real server on a port of its own; answers what connects to it."""
    up = asyncio.Event()

    async def drain(state: Any, grace: float) -> None:
        return

    peers: list[Peer] = []
    with listen("127.0.0.1", 0) as bound:
        server = OurServer(configured(echo, bounds), Options(ready=up.set, drain=drain))
        running = asyncio.create_task(server.serve(sockets=[bound]))
        await up.wait()

        async def connect() -> Peer:
            peer = Peer(*await asyncio.open_connection(*bound.getsockname()))
            peers.append(peer)
            return peer

        try:
            yield connect
        finally:
            for peer in peers:
                peer.writer.close()
            server.should_exit = True
            await running


@pytest.mark.rule(109)
@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
async def test_a_head_that_does_not_end_is_cut(said: bytes) -> None:
    async with serving() as connect:
        peer = await connect()
        await peer.say(said)

        assert await peer.end() == b""


@pytest.mark.rule(109)
async def test_a_head_that_is_too_large_is_431_and_cut() -> None:
    async with serving() as connect:
        peer = await connect()
        await peer.say(b"GET / HTTP/1.1\r\nHost: a\r\nX-Large: " + b"x" * 4096 + b"\r\n\r\n")

        assert (await peer.end()).startswith(b"HTTP/1.1 431 ")


async def test_many_heads_that_are_too_large_together_are_431() -> None:
    async with serving() as connect:
        peer = await connect()
        await peer.say(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-Y: z\r\n" * 300)

        assert (await peer.end()).startswith(b"HTTP/1.1 431 ")


async def test_what_is_no_http_is_400_and_cut() -> None:
    async with serving() as connect:
        peer = await connect()
        await peer.say(b"\x16\x03\x01 hello\r\n\r\n")

        assert (await peer.end()).startswith(b"HTTP/1.1 400 ")


@pytest.mark.rule(109)
async def test_a_body_that_trickles_is_cut() -> None:
    async with serving() as connect:
        peer = await connect()
        await peer.say(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc")

        assert await peer.end() == b""


@pytest.mark.rule(109)
async def test_an_answer_that_nobody_reads_is_cut() -> None:
    async with serving() as connect:
        peer = await connect()
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await peer.say(b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n")

        with pytest.raises(ConnectionError):
            await peer.say_for_ever()


async def test_an_application_may_take_its_time() -> None:
    async with serving() as connect:
        peer = await connect()
        await peer.say(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")

        assert (await peer.answer()).startswith(b"HTTP/1.1 200 ")


async def test_a_body_that_flows_is_read_to_its_end_however_long() -> None:
    async with serving() as connect:
        peer = await connect()
        await peer.say(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n")
        for _ in range(3):
            await peer.say(b"x" * 100_000)

        assert (await peer.answer()).endswith(b"300000")


async def test_a_connection_serves_request_after_request_and_ends_when_idle() -> None:
    async with serving() as connect:
        peer = await connect()
        for _ in range(3):
            await peer.say(GET)
            assert (await peer.answer()).startswith(b"HTTP/1.1 200 ")

        assert await peer.end() == b""


async def test_one_connection_too_many_is_closed_and_the_others_go_on() -> None:
    async with serving(BOUNDS.model_copy(update={"max_connections": 2})) as connect:
        first, second = await connect(), await connect()
        await first.say(GET)
        await second.say(GET)
        await first.answer()
        await second.answer()

        third = await connect()

        assert await third.end() == b""
        await first.say(GET)
        assert (await first.answer()).startswith(b"HTTP/1.1 200 ")
