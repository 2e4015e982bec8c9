"""Which names this application answers to."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.errors import HostRefused
from app.http.heads import heads
from app.http.problems import refuse_early
from pkg.app import AppConfig

# RFC 3986 3.2.2 without userinfo and escapes: nothing here can end in a link or a header.
ALLOWED: Final = b"abcdefghijklmnopqrstuvwxyz0123456789.-_:[]"


class HostCheck:
    """Refuses requests whose Host is missing, came twice, or is none of ours (RFC 9112 3.2)."""

    def __init__(self, app: ASGIApp, *, config: AppConfig) -> None:
        self.app = app
        hosts = [host.lower().encode() for host in config.hosts]
        self._any = b"*" in hosts or (not hosts and not config.is_deployed)
        if not hosts:
            hosts.append((urlsplit(config.url).hostname or "").encode())
        self._names = frozenset(host for host in hosts if not host.startswith(b"*."))
        self._suffixes = tuple(host[1:] for host in hosts if host.startswith(b"*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._knows(scope):
            await self.app(scope, receive, send)
            return
        await refuse_early(scope, send, HostRefused())

    def _knows(self, scope: Scope) -> bool:
        found = heads(scope)
        host = found.get(b"host", b"").lower()
        if not host or b"host" in found.repeated or host.strip(ALLOWED):
            return False
        if self._any:
            return True
        name = _without_port(host)
        return name in self._names or name.endswith(self._suffixes)


def _without_port(host: bytes) -> bytes:
    if host.startswith(b"["):
        return host[1:].partition(b"]")[0]
    return host.partition(b":")[0].removesuffix(b".")
