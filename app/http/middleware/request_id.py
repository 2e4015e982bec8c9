"""The id that ties an answer, its log lines and its problem together."""

from __future__ import annotations

import re
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.heads import heads
from pkg.helpers import fresh_hex

WELL_FORMED: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RequestId:
    """Gives each request and handshake an id: the caller's own when it is well formed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = heads(scope).text(b"x-request-id")
        is_theirs = given and WELL_FORMED.fullmatch(given)
        id = scope["request_id"] = given if is_theirs else fresh_hex(24)
        header = (b"x-request-id", id.encode())

        async def tagged(message: Message) -> None:
            if "headers" in message:  # a start, or what accepts a handshake
                message["headers"] = [*message["headers"], header]
            await send(message)

        await self.app(scope, receive, tagged)
