"""Which other origins' pages may call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Forbidden
from app.http.heads import RawHeaders, heads
from app.http.problems import refuse

METHODS: Final = b"GET, POST, PUT, PATCH, DELETE"
REQUEST: Final = (
    b"Authorization, Content-Type, Accept-Language, If-Match, If-None-Match, X-Request-ID,"
    b" X-Auth-Mode, X-CSRF-Token"
)
ANSWER: Final = b"X-Request-ID, RateLimit, RateLimit-Policy, Retry-After, Location, ETag, Link"
VARY: Final = (b"vary", b"Origin")


class Cors:
    """Lets pages of *origins* read answers: an exact list, and `null` is never on it.

    With `*` every page may, but none with cookies.
    """

    def __init__(self, app: ASGIApp, *, origins: Sequence[str]) -> None:
        self.app = app
        self._all = "*" in origins
        self._origins = frozenset(origin.encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = heads(scope).get(b"origin")
        if origin is None or not self._origins:
            await self.app(scope, receive, send)
            return
        allowed = self._allowed(origin)
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in heads(scope):
            await _preflight(scope, send, allowed)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                exposed = [(b"access-control-expose-headers", ANSWER)] if allowed else []
                message["headers"] = [*message["headers"], VARY, *allowed, *exposed]
            await send(message)

        await self.app(scope, receive, told)

    def _allowed(self, origin: bytes) -> RawHeaders:
        if origin == b"null":  # a sandboxed frame or a file: anybody's
            return []
        if self._all:
            return [(b"access-control-allow-origin", b"*")]
        if origin not in self._origins:
            return []
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
        ]


async def _preflight(scope: Scope, send: Send, allowed: RawHeaders) -> None:
    if not allowed:
        await refuse(scope, send, Forbidden("a foreign origin"), [VARY])
        return
    headers = [
        VARY,
        *allowed,
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", REQUEST),
        (b"access-control-max-age", b"600"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
