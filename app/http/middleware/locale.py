"""The language a caller is answered in."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.heads import heads
from app.http.state import services_of

KEPT: Final = 256  # browsers send a handful of different headers


class Locale:
    """Picks, among the languages there are words in, the one Accept-Language likes best."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._known: dict[bytes, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = heads(scope).get(b"accept-language", b"")
        scope["locale"] = self._known.get(asked) or self._negotiate(scope, asked)
        await self.app(scope, receive, send)

    def _negotiate(self, scope: Scope, asked: bytes) -> str:
        services = services_of(scope)
        if services is None:
            return "en"
        if len(self._known) >= KEPT:
            self._known.clear()  # the header is a caller's: it must not fill the memory
        found: str = services.translator.negotiate(asked.decode("latin-1"))
        self._known[asked] = found
        return found
