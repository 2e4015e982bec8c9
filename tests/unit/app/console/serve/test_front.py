"""Where a connection goes by its first bytes, on a wire that goes nowhere."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from app.console.serve.fit import HELLO, WELCOME, Wire
from app.console.serve.front import Front, guarded
from app.console.serve.guard import GuardedHttp
from pkg.app import ServeConfig
from pkg.hub import HubProtocol

BOUNDS = ServeConfig(max_header_bytes=1024, max_connections=2)
LINES = HELLO.removesuffix(b"\r\n\r\n").split(b"\r\n")


class Ended(Wire):
    """A wire that tells how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = ""
        self.cut = asyncio.Event()

    def close(self) -> None:
        self.ended = "closed"

    def abort(self) -> None:
        self.ended = "aborted"
        self.cut.set()


class Server:
    """What uvicorn has that starts connections of this kind."""

    def __init__(self, ws: Any = HubProtocol, bounds: ServeConfig = BOUNDS) -> None:
        self.scopes: list[Any] = []
        self.kind = guarded(bounds)
        self.state = ServerState()
        self.config = Config(
            self.serve,
            interface="asgi3",
            http=self.kind,
            ws=ws,
            lifespan="off",
            log_config=None,
            access_log=False,
        )
        self.config.load()

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await receive()
            return
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def connect(self) -> Ended:
        wire = Ended()
        wire.protocol = self.kind(self.config, self.state, {})
        wire.protocol.connection_made(wire)
        return wire

    async def hear(self, *said: bytes) -> Ended:
        """Answers a connection on which that was said, when it has been served."""
        wire = self.connect()
        for part in said:
            wire.protocol.data_received(part)
        for _ in range(20):
            await asyncio.sleep(0)
        return wire


def head(*lines: bytes) -> bytes:
    return b"\r\n".join((*lines, b"", b""))


async def test_a_handshake_is_read_once_and_goes_to_the_hub() -> None:
    server = Server()

    wire = await server.hear(HELLO)

    assert WELCOME in wire.written
    assert isinstance(wire.protocol, HubProtocol)
    assert {*map(id, server.state.connections)} == {id(wire.protocol)}
    assert server.scopes[0]["headers"][0] == (b"host", b"localhost")
    wire.protocol.connection_lost(None)


@pytest.mark.parametrize(
    "said",
    [
        (HELLO[:20], HELLO[20:]),
        (HELLO[:-1], HELLO[-1:]),
        (head(*LINES[:2], b"upgrade:WebSocket", *LINES[3:]),),
        (head(*LINES[:2], b"Upgrade:   websocket", *LINES[3:]),),
        (HELLO + b"\x81\x80\0\0\0\0",),
        (HELLO + b"\x81\x84\0\0\0\0\r\n\r\n",),
    ],
)
async def test_one_that_is_not_plainly_one_is_read_by_uvicorn_and_comes_to_the_same(
    said: tuple[bytes, ...],
) -> None:
    server = Server()

    wire = await server.hear(*said)

    assert WELCOME in wire.written
    assert isinstance(wire.protocol, HubProtocol)
    wire.protocol.connection_lost(None)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"204"),
        (head(*LINES[:3], *LINES[4:]), b"204"),  # no Connection: Upgrade
        (head(*LINES, b"X-Large: " + b"x" * 1024), b"431"),
        (head(*LINES, b"no colon"), b"400"),
        (HELLO.replace(b"GET", b"POST", 1), b"405"),
    ],
)
async def test_what_is_no_handshake_is_answered_as_http(said: bytes, status: bytes) -> None:
    wire = await Server().hear(said)

    assert wire.written.startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    "before",
    [
        head(b"GET /other HTTP/1.1", b"Host: other"),
        head(b"POST /other HTTP/1.1", b"Host: other", b"Content-Length: 3") + b"abc",
    ],
)
async def test_a_handshake_behind_another_request_borrows_nothing_of_it(before: bytes) -> None:
    at_once = Server()
    after = Server()

    refused = await at_once.hear(before + HELLO)
    answered = await after.hear(before)
    answered.protocol.data_received(HELLO)
    await asyncio.sleep(0.0)

    assert refused.written.startswith(b"HTTP/1.1 400")
    assert refused.ended == "closed"
    assert [scope["path"] for scope in at_once.scopes] == ["/other"]
    assert [scope["path"] for scope in after.scopes] == ["/other", "/ws"]
    answered.protocol.connection_lost(None)


async def test_without_the_hubs_protocol_a_handshake_is_uvicorns() -> None:
    server = Server(ws="websockets-sansio")

    wire = await server.hear(HELLO)

    assert WELCOME in wire.written
    assert not isinstance(wire.protocol, HubProtocol)


async def test_one_connection_too_many_is_closed_before_it_says_anything() -> None:
    server = Server()

    first, second, third = server.connect(), server.connect(), server.connect()

    assert [first.ended, second.ended, third.ended] == ["", "", "closed"]
    third.protocol.connection_lost(None)
    first.protocol.shutdown()
    assert first.ended == "closed"
    first.protocol.connection_lost(None)
    assert server.state.connections == {second.protocol}


@pytest.mark.rule(109)
async def test_whoever_says_nothing_is_cut_and_whoever_spoke_is_not() -> None:
    server = Server(bounds=ServeConfig(stall_timeout=0.02))
    silent, late, gone = server.connect(), server.connect(), server.connect()
    spoken = await server.hear(HELLO)
    gone.protocol.connection_lost(None)
    late.protocol.data_received(b"GET / HT")

    async with asyncio.timeout(20):
        await asyncio.gather(silent.cut.wait(), late.cut.wait())

    assert isinstance(silent.protocol, Front)
    assert isinstance(late.protocol, GuardedHttp)
    assert [each.ended for each in (silent, late, gone, spoken)] == ["aborted", "aborted", "", ""]
    spoken.protocol.connection_lost(None)
