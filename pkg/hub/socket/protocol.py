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
from pkg.hub.socket.ending import Ending
from pkg.hub.socket.sink import NOWHERE, Sink
from pkg.hub.socket.transport import Terms, Transport
from pkg.hub.socket.upgrade import Upgrade
from pkg.hub.socket.wire import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    Inbound,
    close_frame,
    framed,
    goodbye_to,
)

log = logging.getLogger(__name__)

_PING = framed(b"", PING)


class HubProtocol(asyncio.Protocol, Transport):
    """One socket. The handshake is `Upgrade`'s and gone after it; what is left is small.

    An endpoint that knows the extension `hub.transport` calls it with its `Terms` and gets this
    as a `Transport`; one that does not is served as ASGI says.
    """

    __slots__ = (
        "_answer",
        "_ending",
        "_full",
        "_inbound",
        "_is_paused",
        "_level",
        "_packs",
        "_pending",
        "_sink",
        "_socket",
        "_terms",
        "_upgrade",
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
        self._terms: Terms | None = None
        self._answer: bytes | None = None  # to the handshake, until it goes out
        self._pending: list[bytes] | None = None
        self._level: asyncio.Event | None = None  # there while it is full
        self._full: Callable[[], None] = _nobody
        self._is_paused = False
        self._packs = False
        self._ending: Ending | None = None
        self.lane: Callable[[bytes], None] | None = None

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast(asyncio.Transport, transport)  # uvloop's is none by birth
        self.connections.add(self)

    def data_received(self, data: bytes) -> None:
        if self._inbound is not None:
            if self._ending is None or self._ending.still_reads(len(data)):
                self._feed(self._inbound, data)
        elif self._upgrade is not None:
            self._upgrade.begin(data, self._socket)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections.discard(self)
        self._answer = self._pending = None
        (self._ending or self._shut(GONE)).stop()
        self._wake()
        self._sink.lost()
        self._sink, self._upgrade, self._full = NOWHERE, None, _nobody

    def pause_writing(self) -> None:
        self._level = asyncio.Event()
        self._socket.pause_reading()  # who takes nothing is not answered more
        self._full()

    def resume_writing(self) -> None:
        self._wake()
        if not self._is_paused and self._ending is None:
            self._socket.resume_reading()

    def shutdown(self) -> None:
        """Ends it, as the whole server ends."""
        if self._inbound is not None:
            self.close(CloseCode.RESTART, "restart", linger=True)
        else:
            self._socket.close()

    # What the hub calls

    @property
    def code(self) -> int:
        return GONE if self._ending is None else self._ending.code

    @property
    def buffered(self) -> int:
        return self._socket.get_write_buffer_size()

    @property
    def is_full(self) -> bool:
        return self._level is not None

    def on_full(self, call: Callable[[], None]) -> None:
        self._full = call

    def write(self, bundle: Bundle) -> None:
        if self._ending is not None:
            return
        wire = bundle.packed if self._packs else bundle.wire
        if self._pending is None:
            self._socket.write(wire)
        else:  # in order: what is queued goes first
            self._pending.append(wire)

    def queue(self, bundle: Bundle) -> None:
        if self._ending is not None:
            return
        wire = bundle.packed if self._packs else bundle.wire
        if self._pending is not None:
            self._pending.append(wire)
        elif self._terms is not None:
            self._pending, self.lane = [wire], None
            self._terms.outlet.add(self)
        else:
            self._socket.write(wire)

    def flush(self) -> None:
        """Writes what was queued, in one piece, and ends where it is the last."""
        pending, self._pending = self._pending, None
        if self._answer is not None:
            pending = [self._answer, *(pending or ())]
            self._answer = None
        if pending:
            self.lane = None if self._packs or self._ending else self._socket.write
            self._socket.write(pending[0] if len(pending) == 1 else b"".join(pending))
        if self._ending is not None and self._ending.code == LEFT:
            self._ending.leave()

    def ping(self) -> bool:
        self._send(_PING)
        return True

    def pause_reading(self) -> None:
        self._is_paused = True
        if self._ending is None:
            self._socket.pause_reading()

    def resume_reading(self) -> None:
        self._is_paused = False
        if self._level is None and self._ending is None:
            self._socket.resume_reading()

    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        if self._ending is not None:
            return
        if linger:
            self.flush()
        ending = self._shut(code)
        self._wake()
        self._full = _nobody
        if linger or not self._socket.get_write_buffer_size():
            ending.part(close_frame(code, reason))
        else:  # uvloop sends at the end of a turn: what is left then waits for the peer
            asyncio.get_running_loop().call_soon(ending.part_or_cut, close_frame(code, reason))

    async def drained(self) -> None:
        if self._level is not None:
            await self._level.wait()

    async def serve(self, sink: Sink) -> None:
        """Returns at once: the socket lives on without the task that shook hands."""
        upgrade, self._upgrade, self._sink = self._upgrade, None, sink
        if self._ending is not None:
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
        self._terms = terms
        self._socket.set_write_buffer_limits(high=terms.high, low=terms.low)

    def begin(self, answer: bytes, inbound: Inbound, *, packs: bool) -> None:
        """Answers the handshake and speaks frames from here on, which follow the *answer*."""
        self._inbound, self._packs = inbound, packs
        if self._terms is None:
            self._socket.write(answer)
            return
        self._answer, self._pending = answer, []
        self._terms.crowd.add(self)

    def _feed(self, inbound: Inbound, data: bytes) -> None:
        try:
            for opcode, payload in inbound.feed(data):
                if opcode > BINARY:
                    self._control(opcode, payload)
                elif self._ending is None:
                    self._sink.receive(opcode, payload)
        except Exception:
            log.exception("a socket broke")
            self.close(CloseCode.SERVER_ERROR, "internal")
        if inbound.failure is not None and self._ending is None:
            code, reason = inbound.failure
            self.flush()
            self._shut(code).fail(close_frame(code, reason))

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            self._say_goodbye(payload)
            return
        if opcode == PING:
            self._send(framed(payload, PONG))
        self._sink.heard()

    def _say_goodbye(self, payload: bytes) -> None:
        if self._ending is not None:
            if self._ending.code != LEFT:  # it answers ours
                self._socket.close()
            return
        self._shut(LEFT)
        self._pending = [goodbye_to(payload)]
        if self._terms is None:
            self.flush()
        else:
            self._terms.crowd.add(self)

    def _send(self, frame: bytes) -> None:
        if self._ending is not None:
            return
        if self._pending is None:
            self._socket.write(frame)
        else:
            self._pending.append(frame)

    def _shut(self, code: int) -> Ending:
        """Lets nothing more out but the handshake's answer; what is queued stays here."""
        self._pending = None
        if self._answer is not None:
            self.flush()
        self._pending = self.lane = None
        ending = self._ending = Ending(self._socket, code)
        return ending

    def _wake(self) -> None:
        if self._level is not None:
            self._level.set()
            self._level = None


def _nobody() -> None:
    pass
