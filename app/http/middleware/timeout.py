"""How long a caller waits at most."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.errors import TimedOut
from app.http.problems import refuse_early


class Timeout:
    """Answers 503 after *seconds* without an answer, and gives up the work."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self.app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, limit = False, asyncio.timeout(self._seconds)

        async def noting(message: Message) -> None:
            nonlocal begun
            if not begun:
                begun = True
                limit.reschedule(None)  # what is being sent has the server's own bounds
            await send(message)

        try:
            async with limit:
                await self.app(scope, receive, noting)
        except TimeoutError:
            if begun or not limit.expired():
                raise
            await refuse_early(scope, send, TimedOut(retry_after=1))
