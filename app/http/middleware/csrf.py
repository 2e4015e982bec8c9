"""That a cookie's request was meant: only our own page can read the token it must send."""

from __future__ import annotations

import hmac
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.errors import CsrfRefused
from app.http.heads import heads
from app.http.problems import refuse
from app.http.state import services_of

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Csrf:
    """Refuses unsafe requests that are signed in by cookie and lack its X-CSRF-Token."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in SAFE and not _meant(scope):
            await refuse(scope, send, CsrfRefused())
            return
        await self.app(scope, receive, send)


def _meant(scope: Scope) -> bool:
    principal, services = scope["principal"], services_of(scope)
    if principal is None or principal.kind != "cookie" or services is None:
        return True
    given = heads(scope).get(b"x-csrf-token", b"")
    return hmac.compare_digest(given, services.auth.csrf_token(scope["cookie"]).encode())
