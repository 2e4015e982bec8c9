"""How much is done at once."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.errors import Overloaded
from app.http.problems import refuse_early
from app.http.watched import is_watched


class Shedding:
    """Answers 503 at once where *most* requests are under way: a queue would only hide it.

    Health checks and figures pass: a busy node is not taken for a dead one, and tells why.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app = app
        self._most = most
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_watched(scope):
            await self.app(scope, receive, send)
            return
        if self._under_way >= self._most:
            await refuse_early(scope, send, Overloaded(retry_after=1))
            return
        self._under_way += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._under_way -= 1
