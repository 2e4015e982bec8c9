"""An ASGI client that says exactly what it is told: doubled headers, chunks, no Host at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message

Headers = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    whole: bool = False

    def header(self, name: str) -> str | None:
        """Answers the header *name*; what came twice is joined by a line break."""
        found = [value for key, value in self.headers if key == name]
        return "\n".join(found) if found else None

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Talks to *app*, whose lifespan yielded *state*, from *peer*."""

    def __init__(
        self, app: ASGIApp, state: Mapping[str, object], *, peer: str = "203.0.113.9"
    ) -> None:
        self.app = app
        self.state = state
        self.peer = peer
        self.extensions: dict[str, object] = {"websocket.http.response": {}}

    async def __call__(
        self,
        method: str,
        target: str,
        *,
        headers: Headers = (),
        body: bytes | Iterable[bytes] = b"",
        host: str | None = "testserver",
    ) -> Answer:
        """Sends one request; a body in chunks goes out without its length."""
        chunks = [body] if isinstance(body, bytes) else list(body)
        said = _raw(headers, host)
        if not isinstance(body, bytes):
            said.append((b"transfer-encoding", b"chunked"))
        elif body:
            said.append((b"content-length", str(len(body)).encode()))
        waiting: list[Message] = [
            {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
            for number, chunk in enumerate(chunks, 1)
        ]
        answer = Answer()

        async def receive() -> Message:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            _read(message, answer)

        await self.app(self._scope("http", method, target, said), receive, send)
        return answer

    async def json(
        self, method: str, target: str, data: object, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Sends *data* as JSON."""
        said = {"content-type": "application/json", **(headers or {})}
        return await self(method, target, headers=said, body=json.dumps(data).encode())

    async def handshake(
        self, target: str, *, headers: Headers = (), host: str | None = "testserver"
    ) -> list[Message]:
        """Opens a socket, says nothing, and answers all that came back."""
        sent: list[Message] = []
        waiting: list[Message] = [{"type": "websocket.connect"}]

        async def receive() -> Message:
            return waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1006}

        async def send(message: Message) -> None:
            sent.append(dict(message))

        scope = self._scope("websocket", "GET", target, _raw(headers, host))
        scope["extensions"] = dict(self.extensions)
        await self.app(scope, receive, send)
        return sent

    def _scope(
        self, kind: str, method: str, target: str, headers: list[tuple[bytes, bytes]]
    ) -> dict[str, Any]:
        path, _, query = target.partition("?")
        return {
            "type": kind,
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode("latin-1"),
            "headers": headers,
            "client": (self.peer, 40000),
            "server": ("testserver", 80),
            "state": dict(self.state),
        }


def _raw(headers: Headers, host: str | None) -> list[tuple[bytes, bytes]]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    return raw if host is None else [(b"host", host.encode()), *raw]


def _read(message: Message, answer: Answer) -> None:
    if message["type"] == "http.response.start":
        answer.status = message["status"]
        answer.headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in message["headers"]]
        return
    answer.body += message.get("body", b"")
    answer.whole = not message.get("more_body", False)
