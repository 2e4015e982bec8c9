"""Real sockets on a real port, for tests that were written for Starlette's test client."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol, Self

from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from uvicorn import Server
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from app.console.serve.server import configured, listen
from pkg.app import ServeConfig
from pkg.hub import HubProtocol
from tests.site import Site

PATIENCE = 30  # seconds; a shared machine


class Session(Protocol):
    """A socket as Starlette's test client shows it."""

    @property
    def accepted_subprotocol(self) -> str | None: ...

    def send_text(self, data: str) -> None: ...

    def send_bytes(self, data: bytes) -> None: ...

    def send_json(self, data: Any) -> None: ...

    def receive_json(self) -> Any: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: Any) -> bool | None: ...  # noqa: PYI036  as Starlette's


class Dial(Protocol):
    """Opens a socket somewhere; entering it shakes hands."""

    def __call__(
        self, url: str, subprotocols: Sequence[str] | None, *, headers: Mapping[str, str]
    ) -> Session: ...


class Line:
    """A socket to a port of this machine."""

    def __init__(
        self,
        port: int,
        url: str,
        subprotocols: Sequence[str] | None,
        *,
        headers: Mapping[str, str],
    ) -> None:
        self._port = port
        self._headers = dict(headers)
        self._url = f"ws://{self._headers.pop('Host', 'testserver')}{url}"
        self._protocols: Any = subprotocols
        self._socket: ClientConnection

    @property
    def accepted_subprotocol(self) -> str | None:
        return self._socket.subprotocol

    def send_text(self, data: str) -> None:
        self._send(data)

    def send_bytes(self, data: bytes) -> None:
        self._send(data)

    def send_json(self, data: Any) -> None:
        self._send(json.dumps(data))

    def receive_json(self) -> Any:
        """Answers the next frame.

        Raises:
            WebSocketDisconnect: the server closed it.
        """
        try:
            return json.loads(self._socket.recv(timeout=PATIENCE))
        except ConnectionClosed as exc:
            told = exc.rcvd
            raise WebSocketDisconnect(*((told.code, told.reason) if told else (1006,))) from exc

    def __enter__(self) -> Self:
        reached = socket.create_connection(("127.0.0.1", self._port))
        try:
            self._socket = connect(
                self._url,
                sock=reached,
                subprotocols=self._protocols,
                additional_headers=self._headers,
                compression=None,
                ping_interval=None,
                open_timeout=PATIENCE,
                max_size=None,
                max_queue=None,  # a test that reads no more still says goodbye
                proxy=None,
            ).__enter__()
        except InvalidStatus as exc:
            raise _denial(exc) from exc
        return self

    def __exit__(self, *exc: object) -> None:
        self._socket.__exit__(None, None, None)

    def _send(self, data: str | bytes) -> None:
        with suppress(ConnectionClosed):  # what it was told stands in what was received
            self._socket.send(data)


def _denial(refused: InvalidStatus) -> WebSocketDenialResponse:
    told = refused.response
    return WebSocketDenialResponse(
        status_code=told.status_code,
        headers=[*told.headers.raw_items()],
        content=bytes(told.body or b""),
    )


@contextmanager
def served(site: Site) -> Iterator[int]:
    """Serves the sockets of *site* as `serve` does, in its own loop; answers the port."""
    with listen("127.0.0.1", 0) as bound:
        config = configured(site.client.app, ServeConfig())
        config.lifespan = "off"  # the site's own has run
        config.load()
        config.ws_protocol_class = HubProtocol
        server = Server(config)
        server.lifespan = config.lifespan_class(config)
        server.lifespan.state = site.client.app_state
        assert site.client.portal is not None
        site.client.portal.call(server.startup, [bound])
        try:
            yield int(bound.getsockname()[1])
        finally:
            site.client.portal.call(_end, server)


async def _end(server: Server) -> None:
    for each in server.servers:
        each.close()
    for connection in tuple(server.server_state.connections):
        connection.shutdown()
