"""Bounds on a bare connection: uvicorn keeps a half-sent head open for ever, and 300 of them too.

One timer a connection, set again while a request moves: it is gone while the application works and
after the upgrade to a socket, whose own bounds hold from there.
"""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pkg.app import ServeConfig

REFUSED = (
    b"HTTP/1.1 %s\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class GuardedHttp(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with a limit on heads and stalls; see `front` for the rest."""

    bounds: ClassVar[ServeConfig] = ServeConfig()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._in_head = True
        self._head_bytes = 0  # of the head being read, wire bytes
        self._body_bytes = 0  # since the watch last looked
        self._refusal = b"400 Bad Request"
        self._stalled_writing = False
        self._watch: asyncio.TimerHandle | None = None
        self._look_later()

    def look_at(self, when: float) -> None:
        """Looks then already, by the loop's clock, if the head has not ended: it began before."""
        if self._in_head and self._watch is not None:
            self._look_no_more()
            self._watch = self.loop.call_at(when, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._look_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.bounds.max_header_bytes:
            self._refusal = b"431 Request Header Fields Too Large"
            self.send_400_response("")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        if self._watch is None:  # a kept connection: the first request has its watch already
            self._look_later()

    def on_headers_complete(self) -> None:
        size = len(self.url) + 4 * len(self.headers)
        size += sum(map(len, chain.from_iterable(self.headers)))
        self._in_head, self._head_bytes = False, 0
        if size > self.bounds.max_header_bytes:
            self._refusal = b"431 Request Header Fields Too Large"
            raise ValueError("the head is too large")  # the parser ends here: send_400_response
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.pipeline and not self._in_head:
            self._look_no_more()  # idle: uvicorn's own keep-alive timer closes it

    def handle_websocket_upgrade(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self.send_400_response("")  # an answer that is still to come would go among the frames
            return
        self._look_no_more()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            self.transport.write(REFUSED % self._refusal)
            self.transport.close()

    def _look_later(self) -> None:
        self._watch = self.loop.call_later(self.bounds.stall_timeout, self._look)

    def _look_no_more(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _look(self) -> None:
        if self._in_head or self._body_stalls() or self._answer_stalls():
            self.transport.abort()
            return
        self._body_bytes = 0
        self._look_later()

    def _body_stalls(self) -> bool:
        reading = self.cycle is not None and self.cycle.more_body and not self.flow.read_paused
        return reading and self._body_bytes < self.bounds.stall_bytes

    def _answer_stalls(self) -> bool:
        """Tells whether the client has read nothing over two looks in a row."""
        before, self._stalled_writing = self._stalled_writing, self.flow.write_paused
        return before and self._stalled_writing
