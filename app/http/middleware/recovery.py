"""Whatever breaks inside is told, logged, and ends with its request."""

from __future__ import annotations

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.errors import Broken, note
from app.http.problems import refuse_early
from pkg.errors import Error
from pkg.logger import log


class Recovery:
    """Turns what nobody caught into a 500; an open socket is closed with 1011."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        last = ""

        async def noting(message: Message) -> None:
            nonlocal last
            last = message["type"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except ClientDisconnect:
            return  # nobody is left to be told
        except Error as exc:  # a socket's endpoint may raise ours; rows have their own edge
            note(exc)
            await _end(scope, send, last, exc)
        except Exception as exc:  # noqa: BLE001  the edge: a request must not take others with it
            log.opt(exception=exc).error("a request broke")
            await _end(scope, send, last, Broken())


async def _end(scope: Scope, send: Send, last: str, exc: Error) -> None:
    if not last:
        await refuse_early(scope, send, exc)
    elif last in {"websocket.accept", "websocket.send"}:
        await send({"type": "websocket.close", "code": 1011})
    # An answer that has begun cannot be taken back: the server sees it unfinished, and hangs up.
