"""The handshake of a socket, and ASGI for endpoints that want no more than that."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from binascii import b2a_base64
from collections import deque
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pkg.hub.errors import CloseCode
from pkg.hub.message import Bundle
from pkg.hub.socket.deflate import agreed, inflated
from pkg.hub.socket.request import (
    EXTENSIONS,
    PROTOCOL,
    Headers,
    Refusal,
    key,
    said_of,
    written_anew,
)
from pkg.hub.socket.sink import Sink
from pkg.hub.socket.transport import Terms, Transport
from pkg.hub.socket.wire import BINARY, TEXT, Inbound, framed

if TYPE_CHECKING:
    from pkg.hub.socket.protocol import HubProtocol

EXTENSION = "hub.transport"
GO_AHEAD = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: "
)
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3
MAX_WAITING = 64  # messages of a plain ASGI endpoint before its peer is read no more

log = logging.getLogger("uvicorn.error")


class PeerGone(OSError):
    """There is nobody to send to; an OSError, as ASGI wants it."""


class Upgrade:
    """From the request's head to an open socket; the application answers it by ASGI.

    It is the socket's first sink: what comes before another takes over waits here, and an endpoint
    that is served by plain ASGI reads from here to the end.
    """

    def __init__(
        self, protocol: HubProtocol, config: Any, state: Any, app_state: dict[str, Any]
    ) -> None:
        self._protocol = protocol
        self._config = config
        self._state = state
        self._app_state = app_state
        self._socket: asyncio.Transport
        self._terms: Terms | None = None
        self._key = b""
        self._offers = ""
        self._packing: str | None = None
        self._task: asyncio.Task[None] | None = None  # while the application answers
        self._events: deque[dict[str, Any]] = deque()
        self._arrived: asyncio.Event | None = None  # while somebody waits for one
        self._status = 0  # of an answer other than "go ahead"
        self._headers: Headers = []
        self._body: list[bytes] = []
        self._is_answered = self._is_accepted = False
        self._is_adopted = False

    def begin(self, head: bytes, socket: asyncio.Transport) -> None:
        """Reads the request, as uvicorn has written it anew, and asks the application."""
        if self._key:  # RFC 6455 4.1: a client waits for the answer
            self._answer(400, [_TEXT], b"frames before the handshake was answered")
            return
        self.ask(written_anew(head, socket, self._config, self._app_state), socket)

    def ask(self, request: dict[str, Any], socket: asyncio.Transport) -> None:
        """Asks the application about *request*: the scope of one that wants to become a socket."""
        self._socket = socket
        said = said_of(request["headers"])
        try:
            self._key = key(request.pop("method"), said)
        except Refusal as exc:
            self._answer(exc.status, [*exc.headers, _TEXT], str(exc).encode())
            return
        self._offers = ", ".join(said.get(EXTENSIONS, ()))
        self._put({"type": "websocket.connect"})
        scope = self._scope(request, said.get(PROTOCOL, ()))
        self._task = asyncio.get_running_loop().create_task(self._run(scope))
        self._state.tasks.add(self._task)

    def open(self, terms: Terms) -> Transport:
        """Answers the socket's transport; the extension, called before the accept."""
        self._terms = terms
        if terms.packs:
            self._packing = agreed(self._offers)
        self._protocol.open(terms)
        return self._protocol

    def hand_over(self, sink: Sink) -> None:
        """Gives what has come already to *sink*, who takes it from here."""
        self._is_adopted = True
        for event in self._events:
            if (text := event.get("text")) is not None:
                sink.receive(TEXT, text.encode())
            elif (data := event.get("bytes")) is not None:
                sink.receive(BINARY, data)

    # As a sink

    def receive(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._put({"type": "websocket.receive", "text": payload.decode()})
        else:
            self._put({"type": "websocket.receive", "bytes": payload})
        if len(self._events) >= MAX_WAITING:
            self._protocol.pause_reading()

    def heard(self) -> None:
        pass

    def lost(self) -> None:
        self._put({"type": "websocket.disconnect", "code": 1006})

    # As ASGI

    async def _run(self, scope: dict[str, Any]) -> None:
        try:
            await self._config.loaded_app(scope, self._receive, self._send)
        except PeerGone:
            pass  # whom it wanted to tell something
        except Exception:
            log.exception("Exception in ASGI application")
            self._end(CloseCode.SERVER_ERROR, "internal")
        else:
            if not self._is_adopted:
                self._end(1000, "")
        finally:
            self._state.tasks.discard(self._task)
            self._task = None  # each would hold the other

    def _end(self, code: int, reason: str) -> None:
        if self._is_accepted:
            self._protocol.close(code, reason, linger=True)
        elif not self._is_answered:
            self._answer(500, [_TEXT], b"Internal Server Error")

    async def _receive(self) -> dict[str, Any]:
        while not self._events:
            self._arrived = asyncio.Event()
            await self._arrived.wait()
        event = self._events.popleft()
        if len(self._events) == MAX_WAITING // 2:
            self._protocol.resume_reading()
        return event

    async def _send(self, message: dict[str, Any]) -> None:
        await self._protocol.drained()
        if self._socket.is_closing():
            raise PeerGone("the peer has gone")
        kind = message["type"]
        if self._is_answered:
            self._send_frame(kind, message)
        elif kind == "websocket.accept":
            self._accept(message.get("subprotocol"), message.get("headers") or ())
        elif kind == "websocket.close":
            self._answer(403, [_TEXT], b"")
        elif kind == "websocket.http.response.start":
            self._status, self._headers = message["status"], list(message.get("headers") or ())
        elif kind == "websocket.http.response.body" and self._status:
            self._body.append(message.get("body", b""))
            if not message.get("more_body"):
                self._answer(self._status, self._headers, b"".join(self._body))
        else:
            raise RuntimeError(f"no {kind} before the handshake is answered")

    def _send_frame(self, kind: str, message: dict[str, Any]) -> None:
        if kind == "websocket.send":
            text, data = message.get("text"), message.get("bytes")
            if text is not None:
                self._protocol.write(Bundle((text.encode(),)))
            else:
                self._socket.write(framed(data or b"", BINARY))
        elif kind == "websocket.close":
            code, reason = message.get("code", 1000), message.get("reason") or ""
            self._put({"type": "websocket.disconnect", "code": code, "reason": reason})
            self._protocol.close(code, reason, linger=True)
        else:
            raise RuntimeError(f"no {kind} on an open socket")

    def _accept(self, subprotocol: str | None, headers: Iterable[tuple[bytes, bytes]]) -> None:
        digest = hashlib.sha1(self._key + GUID, usedforsecurity=False).digest()
        said = [GO_AHEAD, b2a_base64(digest, newline=False), b"\r\n"]
        if subprotocol is not None:
            said += (b"Sec-WebSocket-Protocol: ", subprotocol.encode(), b"\r\n")
        said += (b"%s: %s\r\n" % pair for pair in headers)
        if self._packing is not None:
            said += (b"Sec-WebSocket-Extensions: ", self._packing.encode(), b"\r\n")
        said.append(b"\r\n")
        self._is_answered = self._is_accepted = True
        max_size = self._terms.max_size if self._terms else self._config.ws_max_size
        inflate = None if self._packing is None else inflated
        inbound = Inbound(max_size=max_size, inflate=inflate)
        self._protocol.begin(b"".join(said), inbound, packs=inflate is not None)

    def _answer(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
        """Answers as HTTP, and ends the connection."""
        if self._is_answered:
            return
        self._is_answered = True
        given = [*self._state.default_headers, *headers]
        names = {name.lower() for name, _ in given}
        if b"content-length" not in names:
            given.append((b"content-length", str(len(body)).encode()))
        given.append((b"connection", b"close"))
        said = [b"HTTP/1.1 %d %s\r\n" % (status, HTTPStatus(status).phrase.encode())]
        said += (b"%s: %s\r\n" % pair for pair in given)
        self._put({"type": "websocket.disconnect", "code": 1006})
        self._socket.write(b"".join((*said, b"\r\n", body)))
        self._socket.close()

    def _put(self, event: dict[str, Any]) -> None:
        self._events.append(event)
        if self._arrived is not None:
            self._arrived.set()

    def _scope(self, request: dict[str, Any], offered: Sequence[str]) -> dict[str, Any]:
        raw_path, _, query = request.pop("target").partition(b"?")
        path, root = raw_path.decode("ascii"), request["root_path"]
        request["type"] = "websocket"
        request["asgi"] = {**request["asgi"], "spec_version": "2.4"}
        request["scheme"] = "wss" if request["scheme"] == "https" else "ws"
        request["path"] = root + (unquote(path) if "%" in path else path)
        request["raw_path"] = root.encode() + raw_path
        request["query_string"] = query
        request["subprotocols"] = [each.strip() for line in offered for each in line.split(",")]
        request["extensions"] = {"websocket.http.response": {}, EXTENSION: self.open}
        return request


_TEXT = (b"content-type", b"text/plain; charset=utf-8")
