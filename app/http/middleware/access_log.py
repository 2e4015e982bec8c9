"""One line and one count a request: ids and outcome, never a query, a header or a body."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.traffic import Traffic
from pkg.logger import context, log


class AccessLog:
    """Tells what came of each request and handshake; every line inside carries its id."""

    def __init__(self, app: ASGIApp, *, traffic: Traffic) -> None:
        self.app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            status = status or _status(message)
            await send(message)

        with context(request_id=scope["request_id"]):
            try:
                await self.app(scope, receive, noting)
            finally:  # a cancelled request has its line too
                seconds = time.monotonic() - began
                self._traffic.note(scope, status, seconds)
                _write(scope, status, seconds)


def _status(message: Message) -> int:
    kind = message["type"]
    if kind == "websocket.accept":
        return 101
    if kind == "websocket.close":
        return 403  # before an accept: what the server makes of it
    status: int = message.get("status", 0)
    return status


def _outcome(status: int) -> str:
    if not status:
        return "gone"  # the caller, before there was an answer
    return "ok" if status < 400 else "refused"


def _write(scope: Scope, status: int, seconds: float) -> None:
    row, principal = scope.get("row"), scope.get("principal")
    log.info(  # not `bind`: where nobody reads this level, that would be for nothing
        "access",
        method=scope.get("method", "GET"),
        # The table's path, with {id}: one route is one name. The caller's where there is none.
        route=row.path if row is not None else scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
        ip=scope["client_ip"],
        user=principal.user_id if principal is not None else None,
        session=principal.session_id if principal is not None else None,
        outcome=scope.get("outcome") or _outcome(status),
    )
