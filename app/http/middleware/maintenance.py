"""The doors closed for a while."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import InMaintenance
from app.http.cookies import CookieNames, line, read
from app.http.heads import heads
from app.http.problems import NO_STORE, refuse_early
from app.http.security import safe
from app.http.state import services_of
from app.http.watched import is_watched
from app.providers.doors import HEADER, Closed
from pkg.app import AppConfig

PASSES: Final = 12 * 3600  # seconds a browser keeps it; it is worth nothing once the doors open


class Maintenance:
    """Answers 503 to all but health checks and figures while the doors are closed.

    Who holds their secret passes, by a header or by a cookie. A browser gets the cookie where it
    opens the secret as an address, `/<secret>`, and goes on to the page.
    """

    def __init__(self, app: ASGIApp, *, config: AppConfig) -> None:
        self.app = app
        self._names = CookieNames.of(config)
        self._safe = safe(config.is_deployed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        services = services_of(scope)
        closed = services.doors.closed if services is not None else None
        if closed is None or is_watched(scope) or self._passes(scope, closed):
            await self.app(scope, receive, send)
        elif _is_visit(scope, closed):
            await self._let_in(scope, send)
        else:
            await refuse_early(scope, send, InMaintenance(retry_after=closed.retry_after))

    def _passes(self, scope: Scope, closed: Closed) -> bool:
        found = heads(scope)
        shown = found.text(HEADER.lower().encode()) or read(found, self._names.maintenance)
        scope["has_pass"] = closed.is_opened_by(shown)
        return bool(scope["has_pass"])

    async def _let_in(self, scope: Scope, send: Send) -> None:
        secret: str = scope["path"][1:]
        scope["path"] = "/"  # the log tells it, and must not hold a secret
        cookie = line(self._names.maintenance, secret, self._names, PASSES) + "; HttpOnly"
        said = [(b"location", b"/"), (b"set-cookie", cookie.encode()), NO_STORE, *self._safe]
        await send({"type": "http.response.start", "status": 303, "headers": said})
        await send({"type": "http.response.body", "body": b""})


def _is_visit(scope: Scope, closed: Closed) -> bool:
    is_get = scope["type"] == "http" and scope["method"] == "GET"
    return is_get and closed.is_opened_by(scope["path"][1:])
