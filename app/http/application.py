"""Rows and stages joined into one application, whatever its rows are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import NotFound
from app.http.errors import BadRequest, MethodRefused
from app.http.pipeline import for_handshakes, through
from app.http.problems import refuse, refuse_early
from app.http.routing import Row
from app.http.state import AppState, services_of
from app.http.table import Table
from pkg.errors import Error

Lifespan = Callable[[Any], AbstractAsyncContextManager[AppState]]
Sockets = Mapping[str, ASGIApp]  # by path
KINDS: Final[dict[int, type[Error]]] = {404: NotFound, 405: MethodRefused}
NO_SOCKETS: Final[Sockets] = {}


def application(
    stages: Sequence[Middleware],
    rows: Sequence[Row],
    *,
    lifespan: Lifespan,
    beside: Sequence[BaseRoute] = (),
    sockets: Sockets = NO_SOCKETS,
) -> ASGIApp:
    """Answers *rows*, the routes *beside* them and *sockets*, behind *stages*."""
    # One place, one address: nobody is sent on for a slash.
    routes = Router(
        [Table(rows), *beside], redirect_slashes=False, default=_nowhere, lifespan=lifespan
    )
    return Application(
        lifespan=routes,
        requests=through(stages, ExceptionMiddleware(routes, {HTTPException: _told})),
        handshakes=through(for_handshakes(stages), _Sockets(sockets)),
    )


class Application:
    """Hands on what comes by its kind.

    The application's own database is the current one inside: two apps may share a process.
    """

    def __init__(self, *, lifespan: ASGIApp, requests: ASGIApp, handshakes: ASGIApp) -> None:
        self._lifespan = lifespan
        self._requests = requests
        self._handshakes = handshakes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":  # which opens the database
            await self._lifespan(scope, receive, send)
            return
        app = self._handshakes if kind == "websocket" else self._requests
        services = services_of(scope)
        if services is None:
            await app(scope, receive, send)
            return
        with services.database.active():
            await app(scope, receive, send)


class _Sockets:
    def __init__(self, endpoints: Sockets) -> None:
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get(scope["path"])
        if endpoint is None:
            await refuse_early(scope, send, NotFound())
            return
        await endpoint(scope, receive, send)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    await refuse(scope, send, NotFound())


class _Problem(Response):
    """What a handler of Starlette must answer; it sends a problem."""

    def __init__(self, exc: HTTPException) -> None:
        super().__init__()
        self._exc = KINDS.get(exc.status_code, BadRequest)()
        self._said = [(k.lower().encode(), v.encode()) for k, v in (exc.headers or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await refuse(scope, send, self._exc, self._said)


async def _told(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, HTTPException):  # Starlette hands over what it was told to, no other
        raise exc
    return _Problem(exc)
