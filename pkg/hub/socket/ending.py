"""The last of a socket: what is said, what is read, and when it is cut."""

from __future__ import annotations

import asyncio
from typing import Final

CLOSE_SECONDS: Final = 10.0  # for the peer to say goodbye, and to read what was to go out first
FAIL_SECONDS: Final = 2.0  # for a peer that broke the protocol to read how
# Read after our goodbye, for the peer's: it may have gone on talking before it reads ours. Who has
# more on its way is not heard.
LAST_BYTES: Final = 1 << 20


class Ending:
    """A socket that lets nothing more out but its goodbye; *code* is what it ends with."""

    __slots__ = ("_last_bytes", "_socket", "_timer", "code")

    def __init__(self, socket: asyncio.Transport, code: int) -> None:
        self.code = code
        self._socket = socket
        self._last_bytes = LAST_BYTES
        self._timer: asyncio.TimerHandle | None = None

    def part(self, goodbye: bytes) -> None:
        """Says *goodbye*, and waits for the peer's."""
        self._say(goodbye, CLOSE_SECONDS)

    def fail(self, goodbye: bytes) -> None:
        """Says *goodbye* to a peer that broke the protocol: what it sends is not understood.

        It is read all the same: to close over unread bytes is a reset, which may overtake the
        close frame.
        """
        self._say(goodbye, FAIL_SECONDS)
        if self._socket.can_write_eof():
            self._socket.write_eof()

    def part_or_cut(self, goodbye: bytes) -> None:
        """Says *goodbye* to a peer that reads; what waits for another can only be cut off."""
        if self._socket.get_write_buffer_size():
            self._socket.abort()
        elif not self._socket.is_closing():
            self.part(goodbye)

    def leave(self) -> None:
        """Hangs up: both have said goodbye."""
        if self._socket.get_write_buffer_size():
            self._cut_in(CLOSE_SECONDS)  # it may have said so and read nothing
        self._socket.close()

    def still_reads(self, size: int) -> bool:
        """Tells whether *size* more bytes are looked at."""
        self._last_bytes -= size
        return self._last_bytes >= 0

    def stop(self) -> None:
        """Cuts nothing any more: the socket has gone."""
        if self._timer is not None:
            self._timer.cancel()

    def _say(self, goodbye: bytes, seconds: float) -> None:
        self._socket.write(goodbye)
        self._socket.resume_reading()  # for the peer's
        self._cut_in(seconds)

    def _cut_in(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._socket.abort)
