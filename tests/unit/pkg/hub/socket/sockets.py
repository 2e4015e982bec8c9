"""A server and a connection without a network: what uvicorn hands `HubProtocol`, by hand."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pkg.hub import EXTENSION, Crowd, HubProtocol, Outlet, Terms, Transport
from pkg.hub.socket.wire import Inbound
from tests.unit.pkg.hub.conftest import turns

App = Callable[[Any, Any, Any], Awaitable[None]]

HEAD = (
    ("Host", "chat.example"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
)
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455 1.3: the answer to that key


class Network(asyncio.Transport):
    """Takes all that is written, or keeps it while the peer does not read."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.stuck = 0  # bytes that the peer has not read
        self.limits: tuple[int | None, int | None] = (None, None)
        self.reads = True
        self.ended: str = ""

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return self.stuck

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.limits = high, low

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.ended = self.ended or "half"

    def is_closing(self) -> bool:
        return self.ended in {"closed", "aborted"}

    def close(self) -> None:
        self.ended = "closed"

    def abort(self) -> None:
        self.ended = "aborted"


@dataclass
class State:
    """The part of uvicorn's server that is shared by connections."""

    connections: set[Any] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    default_headers: list[tuple[bytes, bytes]] = field(default_factory=list)


@dataclass
class Config:
    """The part of uvicorn's configuration that a protocol reads."""

    loaded_app: App
    root_path: str = ""
    asgi_version: str = "3.0"
    ws_max_size: int = 1000


class Sink:
    """Keeps what it is given, and breaks when told."""

    def __init__(self) -> None:
        self.got: list[tuple[int, bytes]] = []
        self.signs = self.losses = 0
        self.failure: Exception | None = None

    def receive(self, opcode: int, payload: bytes) -> None:
        if self.failure is not None:
            raise self.failure
        self.got.append((opcode, payload))

    def heard(self) -> None:
        self.signs += 1

    def lost(self) -> None:
        self.losses += 1


class Connection:
    """One connection to *app*; `knock` sends the handshake, `say` frames."""

    def __init__(self, app: App) -> None:
        self.network = Network()
        self.state = State()
        self.protocol = HubProtocol(Config(app), self.state, {"shared": "state"})
        self.protocol.connection_made(self.network)

    async def knock(
        self, *more: tuple[str, str], head: tuple[tuple[str, str], ...] = HEAD, method: str = "GET"
    ) -> bytes:
        """Answers the head that came back."""
        lines = [f"{method} /ws?room=1 HTTP/1.1", *(f"{name}: {value}" for name, value in head)]
        lines += [f"{name}: {value}" for name, value in more]
        self.protocol.data_received("\r\n".join((*lines, "", "")).encode())
        await turns()
        return b"".join(self.network.writes)

    def said(self) -> bytes:
        """Answers what was written since it was asked last."""
        written = b"".join(self.network.writes)
        self.network.writes.clear()
        return written


class Endpoint:
    """An application that knows the extension.

    Where it *holds*, who comes or goes is answered at the end of a `turn`, as frames are.
    """

    def __init__(
        self, *, packs: bool = False, subprotocol: str | None = None, holds: bool = False
    ) -> None:
        self._holds = holds
        self.sink = Sink()
        self.scope: dict[str, Any] = {}
        self.transport: Transport
        self.calls: list[Callable[[], None]] = []
        self._packs = packs
        self._subprotocol = subprotocol

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        self.scope = scope
        loop = asyncio.get_running_loop()
        later = self.calls.append if self._holds else loop.call_soon
        ways = Outlet(self.calls.append), Crowd(later, lambda: math.inf)
        terms = Terms(*ways, max_size=1000, high=400, low=100, packs=self._packs)
        self.transport = scope["extensions"][EXTENSION](terms)
        headers = [(b"x-from", b"here")]
        await send(
            {"type": "websocket.accept", "subprotocol": self._subprotocol, "headers": headers}
        )
        await self.transport.serve(self.sink)

    def turn(self) -> None:
        """Ends a turn of the loop."""
        calls, self.calls[:] = tuple(self.calls), []
        for call in calls:
            call()


async def opened(**options: Any) -> tuple[Connection, Endpoint]:
    """Answers an open socket, and its endpoint."""
    endpoint = Endpoint(**options)
    connection = Connection(endpoint)
    await connection.knock()
    connection.said()
    return connection, endpoint


def read(written: bytes) -> list[tuple[int, bytes]]:
    """Answers the frames of a server, by masking them with zeros and reading them as a client's."""
    masked, at = b"", 0
    while at < len(written):
        size, start = written[at + 1], 2
        if size == 126:
            size, start = int.from_bytes(written[at + 2 : at + 4]), 4
        head = written[at : at + start]
        payload = written[at + start : at + start + size]
        masked += bytes((head[0], head[1] | 0x80)) + head[2:] + b"\0\0\0\0" + payload
        at += start + size
    return Inbound(max_size=1 << 20).feed(masked)
