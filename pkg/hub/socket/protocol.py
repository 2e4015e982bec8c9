"""The hub's own way out: frames go from the socket to their sink, and bytes to the socket at once.

A class for uvicorn's `--ws`, which makes one for each handshake and asks of it what it asks of its
own: the constructor's four arguments, `asyncio.Protocol`, and `shutdown`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from pkg.hub.errors import GONE, LEFT, CloseCode
from pkg.hub.message import Bundle
from pkg.hub.socket.sink import NOWHERE, Sink
from pkg.hub.socket.transport import Outlet, Terms, Transport
from pkg.hub.socket.upgrade import Upgrade
from pkg.hub.socket.wire import (
    BINARY,
    CLOSE,
    NO_CODE,
    PING,
    PONG,
    Inbound,
    close_frame,
    framed,
    read_close,
)

log = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0  # for the peer to say goodbye, and to read what was to go out first
LAST_BYTES = 65_536  # read after our goodbye, for the peer's: who has more on its way is not heard
FAIL_SECONDS = 2.0  # for a peer that broke the protocol to read how

_PING = framed(b"", PING)
_NO_GOODBYE = framed(b"", CLOSE)


class HubProtocol(asyncio.Protocol, Transport):
    """One socket. The handshake is `Upgrade`'s and gone after it; what is left is small.

    An endpoint that knows the extension `hub.transport` calls it with its `Terms` and gets this
    as a `Transport`; one that does not is served as ASGI says.
    """

    __slots__ = (
        "_full",
        "_inbound",
        "_is_closing",
        "_is_paused",
        "_last_bytes",
        "_level",
        "_outlet",
        "_packs",
        "_pending",
        "_sink",
        "_socket",
        "_timer",
        "_upgrade",
        "code",
        "connections",
        "lane",
    )

    def __init__(
        self,
        config: Any,
        server_state: Any,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.connections = server_state.connections
        self._upgrade: Upgrade | None = Upgrade(self, config, server_state, app_state)
        self._socket: asyncio.Transport
        self._sink: Sink = self._upgrade
        self._inbound: Inbound | None = None
        self._outlet: Outlet | None = None
        self._pending: list[bytes] | None = None
        self._level: asyncio.Event | None = None  # there while it is full
        self._timer: asyncio.TimerHandle | None = None
        self._full: Callable[[], None] = _nobody
        self._is_paused = False
        self._is_closing = False
        self._last_bytes = LAST_BYTES
        self._packs = False
        self.lane: Callable[[bytes], None] | None = None
        self.code = GONE

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast(asyncio.Transport, transport)  # uvloop's is none by birth
        self.connections.add(self)

    def data_received(self, data: bytes) -> None:
        if self._inbound is not None:
            if not self._is_closing or self._still_reads(len(data)):
                self._feed(self._inbound, data)
        elif self._upgrade is not None:
            self._upgrade.begin(data, self._socket)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections.discard(self)
        self._shut()
        if self._timer is not None:
            self._timer.cancel()
        self._wake()
        self._sink.lost()
        self._sink, self._upgrade, self._full = NOWHERE, None, _nobody

    def pause_writing(self) -> None:
        self._level = asyncio.Event()
        self._socket.pause_reading()  # who takes nothing is not answered more
        self._full()

    def resume_writing(self) -> None:
        self._wake()
        if not self._is_paused and not self._is_closing:
            self._socket.resume_reading()

    def shutdown(self) -> None:
        """Ends it, as the whole server ends."""
        if self._inbound is not None:
            self.close(CloseCode.RESTART, "restart", linger=True)
        else:
            self._socket.close()

    # What the hub calls

    @property
    def buffered(self) -> int:
        return self._socket.get_write_buffer_size()

    @property
    def is_full(self) -> bool:
        return self._level is not None

    def on_full(self, call: Callable[[], None]) -> None:
        self._full = call

    def write(self, bundle: Bundle) -> None:
        if self._is_closing:
            return
        wire = bundle.packed if self._packs else bundle.wire
        if self._pending is None:
            self._socket.write(wire)
        else:  # in order: what is queued goes first
            self._pending.append(wire)

    def queue(self, bundle: Bundle) -> None:
        if self._is_closing:
            return
        wire = bundle.packed if self._packs else bundle.wire
        if self._pending is not None:
            self._pending.append(wire)
        elif self._outlet is not None:
            self._pending, self.lane = [wire], None
            self._outlet.add(self)
        else:
            self._socket.write(wire)

    def flush(self) -> None:
        """Writes what was queued, in one piece."""
        pending, self._pending = self._pending, None
        if pending:
            self.lane = None if self._packs else self._socket.write
            self._socket.write(pending[0] if len(pending) == 1 else b"".join(pending))

    def ping(self) -> bool:
        self._send(_PING)
        return True

    def pause_reading(self) -> None:
        self._is_paused = True
        if not self._is_closing:
            self._socket.pause_reading()

    def resume_reading(self) -> None:
        self._is_paused = False
        if self._level is None and not self._is_closing:
            self._socket.resume_reading()

    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        if self._is_closing:
            return
        if linger:
            self.flush()
        self._shut()
        self.code = code
        self._wake()
        self._full = _nobody
        if linger or not self._socket.get_write_buffer_size():
            self._part(close_frame(code, reason), CLOSE_SECONDS)
        else:  # uvloop sends at the end of a turn: what is left then waits for the peer
            asyncio.get_running_loop().call_soon(self._part_or_cut, close_frame(code, reason))

    async def drained(self) -> None:
        if self._level is not None:
            await self._level.wait()

    async def serve(self, sink: Sink) -> None:
        """Returns at once: the socket lives on without the task that shook hands."""
        upgrade, self._upgrade, self._sink = self._upgrade, None, sink
        if self._is_closing:
            sink.lost()
        elif upgrade is not None:
            upgrade.hand_over(sink)

    @property
    def transport(self) -> asyncio.Transport:
        """The connection, for a server that ends at once."""
        return self._socket

    # What a server calls that has read the handshake itself

    def shake_hands(self, request: dict[str, Any]) -> None:
        """Asks the application about *request*: an HTTP scope, with its `target` in place of paths.

        It becomes the socket's scope. What else arrives before the answer breaks the protocol.
        """
        if self._upgrade is not None:
            self._upgrade.ask(request, self._socket)

    # What `Upgrade` calls

    def open(self, terms: Terms) -> None:
        """Takes the endpoint's bounds, before the handshake is answered."""
        self._outlet = terms.outlet
        self._socket.set_write_buffer_limits(high=terms.high, low=terms.low)

    def begin(self, inbound: Inbound, *, packs: bool) -> None:
        """Speaks frames from here on: the handshake was answered."""
        self._inbound, self._packs = inbound, packs
        self.lane = None if packs else self._socket.write

    def _feed(self, inbound: Inbound, data: bytes) -> None:
        try:
            for opcode, payload in inbound.feed(data):
                if opcode > BINARY:
                    self._control(opcode, payload)
                elif not self._is_closing:
                    self._sink.receive(opcode, payload)
        except Exception:
            log.exception("a socket broke")
            self.close(CloseCode.SERVER_ERROR, "internal")
        if inbound.failure is not None:
            self._fail(*inbound.failure)

    def _still_reads(self, size: int) -> bool:
        """Tells whether *size* more bytes are looked at, of one who is being closed."""
        self._last_bytes -= size
        return self._last_bytes >= 0

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            self._say_goodbye(payload)
            return
        if opcode == PING:
            self._send(framed(payload, PONG))
        self._sink.heard()

    def _say_goodbye(self, payload: bytes) -> None:
        if not self._is_closing:
            self._shut()
            self.code = LEFT
            code, _ = read_close(payload)
            self._socket.write(_NO_GOODBYE if code == NO_CODE else close_frame(code))
            if self._socket.get_write_buffer_size():
                self._cut_in(CLOSE_SECONDS)  # it may have said so and read nothing
        self._socket.close()

    def _part(self, goodbye: bytes, seconds: float) -> None:
        self._socket.write(goodbye)
        self._socket.resume_reading()  # for the peer's
        self._cut_in(seconds)

    def _cut_in(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._socket.abort)

    def _part_or_cut(self, goodbye: bytes) -> None:
        if self._socket.get_write_buffer_size():
            self._socket.abort()  # the only way to take back what waits in there
        elif not self._socket.is_closing():
            self._part(goodbye, CLOSE_SECONDS)

    def _fail(self, code: CloseCode, reason: str) -> None:
        """Ends a peer that broke the protocol: what it sends from here on is not understood.

        It is read all the same: to close over unread bytes is a reset, which may overtake the
        close frame.
        """
        if self._is_closing:
            return
        self.flush()
        self._shut()
        self.code = code
        self._part(close_frame(code, reason), FAIL_SECONDS)
        if self._socket.can_write_eof():
            self._socket.write_eof()

    def _send(self, frame: bytes) -> None:
        if self._is_closing:
            return
        if self._pending is None:
            self._socket.write(frame)
        else:
            self._pending.append(frame)

    def _shut(self) -> None:
        """Lets nothing more out; what is queued stays here."""
        self._is_closing = True
        self._pending = self.lane = None

    def _wake(self) -> None:
        if self._level is not None:
            self._level.set()
            self._level = None


def _nobody() -> None:
    pass
