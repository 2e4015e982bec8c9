"""Whether this uvicorn hands sockets over as the hub's protocol expects: tried at every start.

`HubProtocol` keeps to what uvicorn asks of a class for `--ws`, which is written down nowhere. A
release that asks for something else must cost speed and not sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from pkg.hub import EXTENSION, Bundle, Crowd, HubProtocol, Outlet, Terms, Transport
from pkg.logger import log

TURNS = 50  # of the loop; one handshake takes five
HELLO = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
WELCOME = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455 1.3
ASKED = b"\x81\x82\x00\x00\x00\x00hi"
ECHOED = b"\x81\x02hi"


class Wire(asyncio.Transport):
    """A connection that goes nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.protocol: Any = None

    def write(self, data: Any) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return False

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def get_write_buffer_size(self) -> int:
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def _nothing(self) -> None:
        pass

    pause_reading = resume_reading = close = abort = _nothing


class Echo:
    """Says back what comes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def receive(self, opcode: int, payload: bytes) -> None:
        self._transport.write(Bundle((payload,)))

    def heard(self) -> None:
        pass

    def lost(self) -> None:
        pass


async def fits(http: Any) -> bool:
    """Tells whether a handshake through *http*, uvicorn's protocol class, ends at the hub's."""
    wire = Wire()
    try:
        await _shake_hands(http, wire)
    except Exception as exc:  # noqa: BLE001  whatever it is, plain sockets still work
        log.opt(exception=exc).debug("the hub's protocol does not fit")
        return False
    return WELCOME in wire.written and wire.written.endswith(ECHOED)


async def _shake_hands(http: Any, wire: Wire) -> None:
    config = Config(_serve, http=http, ws=HubProtocol, lifespan="off", log_config=None)
    config.load()
    connection = http(config=config, server_state=ServerState(), app_state={})
    connection.connection_made(wire)
    connection.data_received(HELLO)
    for _ in range(TURNS):
        if WELCOME in wire.written:
            wire.protocol.data_received(ASKED)
            break
        await asyncio.sleep(0)
    wire.protocol.connection_lost(None)


async def _serve(scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
    await receive()
    loop = asyncio.get_running_loop()
    ways = Outlet(loop.call_soon), Crowd(loop.call_soon, loop.time)
    transport = scope["extensions"][EXTENSION](Terms(*ways, 1024, 4096, 1024))
    await send({"type": "websocket.accept"})
    await transport.serve(Echo(transport))
