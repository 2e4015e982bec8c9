"""The way out of one socket. The fallback here speaks plain ASGI and runs on any server."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping, Sequence
from typing import Any

from pkg.clock import Clock

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CLOSE_SECONDS = 2.0  # for a peer that reads nothing, not even why it is closed


class Transport(ABC):
    """Takes frames at once, keeps their order, and sends them when the peer reads.

    `write` and `close` neither wait nor raise: delivery is one step between two awaits.
    """

    buffered: int = 0  # bytes taken and not yet handed to the network
    moved_at: float = 0.0  # when some of them last went, on the monotonic clock

    @abstractmethod
    def write(self, frames: Sequence[bytes]) -> None:
        """Takes *frames*, each one message. After `close` they are dropped."""

    @abstractmethod
    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        """Ends the socket; only the first call counts.

        What still waits is dropped, so nothing more reaches a revoked session. With *linger* it
        goes out first.
        """

    @abstractmethod
    async def drained(self) -> None:
        """Returns once no more than the low mark waits, or the socket is closed."""


class AsgiTransport(Transport):
    """Sends through `websocket.send`, one frame a call, from one task."""

    def __init__(self, send: Send, clock: Clock, *, low: int) -> None:
        self._send = send
        self._clock = clock
        self._low = low
        self._queue: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._level = asyncio.Event()
        self._level.set()
        self._open = True
        self._writer: asyncio.Task[None] | None = None
        self._goodbye: tuple[int, str] | None = None
        self._cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.moved_at = clock.monotonic()

    def write(self, frames: Sequence[bytes]) -> None:
        if not self._open:
            return
        self._queue.extend(frames)
        self.buffered += sum(map(len, frames))
        if self.buffered > self._low:
            self._level.clear()
        self._wake.set()

    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        if not self._open:
            return
        self._open = False
        self._goodbye = code, reason
        if not linger:
            self._queue.clear()
            self._cut.set_result(None)
            if self._writer is not None:
                self._writer.cancel()  # at once: what is being sent is given up, too
        self._level.set()
        self._wake.set()

    async def drained(self) -> None:
        await self._level.wait()

    async def run(self, read: Coroutine[Any, Any, None]) -> None:
        """Writes beside *read* until either ends or `close` is called, then closes the socket.

        Raises:
            Exception: what *read* raised, or the server's own word that the peer is gone.
        """
        reader, writer = asyncio.create_task(read), asyncio.create_task(self._write())
        self._writer = writer
        try:
            await asyncio.wait({reader, writer, self._cut}, return_when="FIRST_COMPLETED")
        finally:
            self._open = False
            self._level.set()
            reader.cancel()
            writer.cancel()
            await asyncio.wait({reader, writer})
        if self._goodbye is not None:
            await self._say_goodbye(*self._goodbye)
            return
        for task in (reader, writer):
            if not task.cancelled() and (exc := task.exception()) is not None:
                raise exc

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
        self.buffered -= size
        self.moved_at = self._clock.monotonic()
        if self.buffered <= self._low:
            self._level.set()

    async def _say_goodbye(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (TimeoutError, OSError, RuntimeError):
            pass  # it went first, or reads nothing: there is nobody to tell
