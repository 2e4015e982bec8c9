"""Whose address a request comes from. Nobody else reads a forwarded header."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.heads import heads
from pkg.limiter import client_ip


class ClientIp:
    """Puts the caller's address into the scope, past the proxies that are *trusted*."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[str]) -> None:
        self.app = app
        self._trusted = [ip_network(each, strict=False) for each in trusted]
        self._read = lru_cache(4096)(self._parsed)  # the same few callers ask again and again

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        forwarded = heads(scope).text(b"x-forwarded-for") if self._trusted else ""
        scope["client_ip"] = self._read(client[0] if client else "", forwarded)
        await self.app(scope, receive, send)

    def _parsed(self, peer: str, forwarded: str) -> str:
        return client_ip(peer, [forwarded] if forwarded else [], self._trusted)
