"""The first bytes of a connection: a socket's handshake goes to the hub at once, all else to HTTP.

uvicorn's HTTP protocol is made for bodies, pipelines and answers; making one for each socket, and
having it write the request anew, was a quarter of what a handshake cost.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.utils import get_remote_addr

from app.console.serve.guard import GuardedHttp
from pkg.app import ServeConfig
from pkg.hub import HubProtocol

UPGRADE: Final = b"\r\nupgrade: websocket\r\n"
END: Final = b"\r\n\r\n"


class Silent:
    """Connections that have said nothing yet, and are cut after *seconds*: one timer for all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[Front, float] = {}  # in the order they came
        self._timer: asyncio.TimerHandle | None = None

    def add(self, front: Front) -> None:
        """Has *front* cut, unless it is removed in time."""
        loop = asyncio.get_running_loop()
        self._until[front] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look)

    def remove(self, front: Front) -> float:
        """Answers until when *front* would have had; 0 where it was not there."""
        return self._until.pop(front, 0.0)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        while self._until:
            front, until = next(iter(self._until.items()))
            if until > loop.time():
                self._timer = loop.call_at(until, self._look)
                return
            del self._until[front]
            front.transport.abort()


class Front(asyncio.Protocol):
    """A connection of which nothing is known: it becomes a `HubProtocol` or a `GuardedHttp`."""

    __slots__ = ("_app_state", "_config", "_state", "transport")
    bounds: ClassVar[ServeConfig]
    http: ClassVar[type[GuardedHttp]]
    silent: ClassVar[Silent]

    def __init__(
        self,
        config: Any,
        server_state: Any,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._state = server_state
        self._app_state = app_state
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        connections = self._state.connections
        connections.add(self)
        if len(connections) > self.bounds.max_connections:
            transport.close()
        else:
            self.silent.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()

    def data_received(self, data: bytes) -> None:
        until = self._leave()
        is_whole = len(data) <= self.bounds.max_header_bytes and data.endswith(END)
        if is_whole and self._config.ws_protocol_class is HubProtocol and UPGRADE in data.lower():
            head = Head.read(data)
            if head is not None:
                self._to_the_hub(head)
                return
        http = self.http(self._config, self._state, self._app_state)
        http.connection_made(self.transport)
        self.transport.set_protocol(http)
        http.data_received(data)
        http.look_at(until)

    def shutdown(self) -> None:
        """Ends it, as the whole server ends."""
        self.transport.close()

    def _leave(self) -> float:
        self._state.connections.discard(self)
        return self.silent.remove(self)

    def _to_the_hub(self, head: Head) -> None:
        socket = HubProtocol(self._config, self._state, self._app_state)
        socket.connection_made(self.transport)
        self.transport.set_protocol(socket)
        socket.shake_hands(
            {
                "asgi": {"version": self._config.asgi_version},
                "http_version": "1.1",
                "method": "GET",
                "scheme": "https" if self._config.is_ssl else "http",
                # Nobody asks, and the system call would let other threads in between.
                "server": None,
                "client": get_remote_addr(self.transport),
                "root_path": self._config.root_path,
                "target": head.target,
                "headers": head.headers,
                "state": self._app_state.copy(),
            }
        )


class Head:
    """A request's head as the parser tells it."""

    __slots__ = ("headers", "requests", "target")

    def __init__(self) -> None:
        self.requests = 0
        self.target = b""
        self.headers: list[tuple[bytes, bytes]] = []

    @classmethod
    def read(cls, data: bytes) -> Head | None:
        """Answers the head of a handshake; None: it is something else, or not plainly one."""
        head = cls()
        parser = HttpRequestParser(head)
        try:
            parser.feed_data(data)
        except HttpParserUpgrade as exc:
            is_alone = head.requests == 1 and exc.args[0] == len(data)  # nothing before, or after
            is_plain = parser.get_method() == b"GET" and parser.get_http_version() == "1.1"
            return head if is_alone and is_plain else None
        except HttpParserError:
            pass  # uvicorn's protocol says what is wrong with it
        return None

    def on_message_begin(self) -> None:
        self.requests += 1

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))


def guarded(bounds: ServeConfig) -> type[Front]:
    """Answers the protocol class that keeps *bounds*: uvicorn takes a class, not an instance."""
    http = type("Guarded", (GuardedHttp,), {"bounds": bounds})
    kept = {"bounds": bounds, "http": http, "silent": Silent(bounds.stall_timeout), "__slots__": ()}
    return type("Front", (Front,), kept)
