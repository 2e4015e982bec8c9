"""The way out of one socket on any ASGI server: the fallback."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from pkg.hub.errors import GONE, LEFT, CloseCode
from pkg.hub.message import Bundle
from pkg.hub.socket.sink import Sink
from pkg.hub.socket.transport import Terms, Transport
from pkg.hub.socket.wire import BINARY, TEXT

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CLOSE_SECONDS = 2.0  # for a peer that reads nothing, not even why it is closed


class AsgiTransport(Transport):
    """Sends through `websocket.send`, one frame a call, from one task."""

    lane = None
    code = GONE

    def __init__(self, receive: Receive, send: Send, terms: Terms) -> None:
        self._receive = receive
        self._send = send
        self._high, self._low, self._max_size = terms.high, terms.low, terms.max_size
        self._queue: deque[bytes] = deque()
        self._buffered = 0
        self._full: Callable[[], None] = lambda: None
        self._wake = asyncio.Event()
        self._level = asyncio.Event()
        self._level.set()
        self._reading = asyncio.Event()
        self._reading.set()
        self._open = True
        self._writer: asyncio.Task[None] | None = None
        self._goodbye: tuple[int, str] | None = None
        self._cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def buffered(self) -> int:
        return self._buffered

    @property
    def is_full(self) -> bool:
        return not self._level.is_set()

    def on_full(self, call: Callable[[], None]) -> None:
        self._full = call

    def write(self, bundle: Bundle) -> None:
        if not self._open:
            return
        self._queue.extend(bundle.texts)
        self._buffered += sum(map(len, bundle.texts))
        self._wake.set()
        if self._buffered > self._high and self._level.is_set():
            self._level.clear()
            self._full()

    queue = write  # the server joins nothing, and neither can this

    def ping(self) -> bool:
        return False

    def pause_reading(self) -> None:
        self._reading.clear()

    def resume_reading(self) -> None:
        self._reading.set()

    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        if not self._open:
            return
        self._open = False
        self.code = code
        self._goodbye = code, reason
        if linger:
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._give_up)
        else:
            self._queue.clear()
            self._buffered = 0
            self._give_up()
        self._level.set()
        self._reading.set()
        self._wake.set()

    async def drained(self) -> None:
        await self._level.wait()

    async def serve(self, sink: Sink) -> None:
        """Returns when the socket has ended: a plain server closes it with its application.

        Raises:
            Exception: the server's own word that the peer is gone.
        """
        reader, writer = asyncio.create_task(self._read(sink)), asyncio.create_task(self._write())
        self._writer = writer
        try:
            await asyncio.wait({reader, writer, self._cut}, return_when="FIRST_COMPLETED")
        finally:
            self._open = False
            self._level.set()
            reader.cancel()
            writer.cancel()
            await asyncio.wait({reader, writer})
            sink.lost()
        if self._goodbye is not None:
            await self._say_goodbye(*self._goodbye)
            return
        for task in (reader, writer):
            if not task.cancelled() and (exc := task.exception()) is not None:
                raise exc

    def _give_up(self) -> None:
        if not self._cut.done():
            self._cut.set_result(None)
        if self._writer is not None:
            self._writer.cancel()  # at once: what is being sent is given up, too

    async def _read(self, sink: Sink) -> None:
        while (payload := _payload(message := await self._receive())) is not None:
            if len(payload[1]) > self._max_size:
                self.close(CloseCode.TOO_BIG, f"over {self._max_size} bytes")
                return
            sink.receive(*payload)
            await self._reading.wait()
            await self._level.wait()  # who takes nothing is not answered more
        if self._open and message.get("code") != GONE:
            self.code = LEFT

    async def _write(self) -> None:
        while True:
            while self._queue:
                frame = self._queue.popleft()
                await self._send({"type": "websocket.send", "text": frame.decode()})
                self._sent(len(frame))
            if self._goodbye is not None:
                return
            self._wake.clear()
            await self._wake.wait()

    def _sent(self, size: int) -> None:
        self._buffered -= size
        if self._buffered <= self._low:
            self._level.set()

    async def _say_goodbye(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (TimeoutError, OSError, RuntimeError):
            pass  # it went first, or reads nothing: there is nobody to tell


def _payload(message: Mapping[str, Any]) -> tuple[int, bytes] | None:
    """Answers what a client sent, or None where it went."""
    if message["type"] != "websocket.receive":
        return None
    text: str | None = message.get("text")
    if text is None:
        return BINARY, message.get("bytes") or b""
    return TEXT, text.encode("utf-8", "surrogatepass")
