"""The doors closed for a while."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.errors import InMaintenance
from app.http.problems import refuse_early
from app.http.watched import is_watched

RETRY_AFTER = 30  # seconds


class Maintenance:
    """Answers 503 to all but health checks and figures while *closed*."""

    def __init__(self, app: ASGIApp, *, closed: bool) -> None:
        self.app = app
        self._closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._closed or scope["type"] == "lifespan" or is_watched(scope):
            await self.app(scope, receive, send)
            return
        await refuse_early(scope, send, InMaintenance(retry_after=RETRY_AFTER))
