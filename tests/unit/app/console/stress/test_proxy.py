"""A door through which everything passes, until it is told otherwise."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from app.console.stress.proxy import CHUNK, Proxy


class Echo:
    """A server that says everything back, and knows how many are there."""

    def __init__(self) -> None:
        self.here = 0
        self.gone = asyncio.Event()
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.here += 1
        try:
            while data := await reader.read(CHUNK):
                writer.write(data)
        except OSError:
            pass
        finally:
            self.here -= 1
            self.gone.set()
            writer.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    made = Echo()
    async with await asyncio.start_server(made.serve, "127.0.0.1", 0) as server:
        made.port = server.sockets[0].getsockname()[1]
        yield made


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[Proxy]:
    made = Proxy(("127.0.0.1", echo.port))
    await made.start()
    yield made
    await made.close()


class Caller:
    """Somebody at the door."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def at(cls, proxy: Proxy) -> Caller:
        return cls(*await asyncio.open_connection("127.0.0.1", proxy.port))

    async def asks(self, text: bytes) -> bytes:
        self.writer.write(text)
        return await self.reader.readexactly(len(text))

    async def is_cut(self) -> bool:
        try:
            return await self.reader.read(1) == b""
        except ConnectionResetError:
            return True


async def test_bytes_pass_both_ways(proxy: Proxy) -> None:
    caller = await Caller.at(proxy)

    assert await caller.asks(b"hello") == b"hello"
    assert await caller.asks(b"x" * 100_000) == b"x" * 100_000
    caller.writer.close()


async def test_the_end_of_one_side_is_the_end_of_the_other(proxy: Proxy, echo: Echo) -> None:
    caller = await Caller.at(proxy)
    await caller.asks(b"a")

    caller.writer.close()
    await echo.gone.wait()

    assert echo.here == 0


async def test_a_cut_resets_both_sides_and_lets_new_ones_in(proxy: Proxy, echo: Echo) -> None:
    caller = await Caller.at(proxy)
    await caller.asks(b"a")

    assert proxy.cut() == 1

    assert await caller.is_cut()
    await echo.gone.wait()
    again = await Caller.at(proxy)
    assert await again.asks(b"b") == b"b"
    caller.writer.close()
    again.writer.close()


async def test_a_deaf_connection_carries_nothing_and_tells_nobody(proxy: Proxy, echo: Echo) -> None:
    caller = await Caller.at(proxy)
    await caller.asks(b"a")

    assert proxy.deafen() == 1
    caller.writer.write(b"lost")
    caller.writer.close()
    other = await Caller.at(proxy)  # others are heard, and by then the first one is long read
    for _ in range(20):
        assert await other.asks(b"b") == b"b"

    assert echo.here == 2  # it still believes in the first
    other.writer.close()


async def test_a_delay_keeps_the_order(proxy: Proxy) -> None:
    caller = await Caller.at(proxy)
    proxy.delay = 0.01

    for text in (b"one", b"two", b"six"):
        assert await caller.asks(text) == text
    caller.writer.close()


async def test_what_comes_after_a_delay_does_not_overtake_what_was_delayed(proxy: Proxy) -> None:
    caller, loop = await Caller.at(proxy), asyncio.get_running_loop()
    proxy.delay = 0.03
    caller.writer.write(b"first")
    for _ in range(20):  # turns of the loop, in which the proxy reads it
        await asyncio.sleep(0)

    proxy.delay = 0.0
    caller.writer.write(b"then")
    loop.call_soon(time.sleep, 0.05)  # so that it is due, and its timer has not run yet

    assert await caller.reader.readexactly(9) == b"firstthen"
    caller.writer.close()


async def test_a_delay_is_no_narrow_pipe(proxy: Proxy) -> None:
    caller, loop = await Caller.at(proxy), asyncio.get_running_loop()
    proxy.delay, chunks = 0.2, 40
    began = loop.time()

    assert await caller.asks(b"x" * chunks * CHUNK) == b"x" * chunks * CHUNK

    assert 2 * proxy.delay <= loop.time() - began < chunks * proxy.delay  # one by one takes longer
    caller.writer.close()


async def test_what_is_late_still_comes_before_the_end(proxy: Proxy) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"last words")
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        proxy.target, proxy.delay = ("127.0.0.1", server.sockets[0].getsockname()[1]), 0.02
        caller = await Caller.at(proxy)

        assert await caller.reader.read() == b"last words"
        caller.writer.close()


async def test_who_does_not_read_stops_the_writer_soon(proxy: Proxy) -> None:
    sent, pause = 0, asyncio.Event()

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.transport.set_write_buffer_limits(0)
        with suppress(OSError, TimeoutError):
            while True:
                writer.write(b"x" * 4096)
                async with asyncio.timeout(1):
                    await writer.drain()
                sent += 4096
        pause.set()
        writer.close()

    async with await asyncio.start_server(flood, "127.0.0.1", 0) as server:
        server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        proxy.target = ("127.0.0.1", server.sockets[0].getsockname()[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=1)
        await pause.wait()

        assert 0 < sent < 500_000
        writer.close()
        del reader


async def test_where_nobody_listens_the_caller_is_cut(proxy: Proxy) -> None:
    proxy.target = None

    caller = await Caller.at(proxy)

    assert await caller.is_cut()
    caller.writer.close()


async def test_the_target_may_move(proxy: Proxy, echo: Echo) -> None:
    target, proxy.target = proxy.target, ("127.0.0.1", 1)  # nobody is there
    refused = await Caller.at(proxy)
    assert await refused.is_cut()
    refused.writer.close()

    proxy.target = target
    caller = await Caller.at(proxy)

    assert await caller.asks(b"a") == b"a"
    caller.writer.close()
