"""Rows and stages joined into one application, whatever its rows are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import NotFound
from app.http.errors import BadRequest, MethodRefused
from app.http.pipeline import pipeline
from app.http.problems import refuse
from app.http.routing import Row
from app.http.state import AppState, services_of
from app.http.table import Table
from app.http.traffic import Traffic
from pkg.app import AppConfig
from pkg.errors import Error

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[AppState]]
KINDS: Final[dict[int, type[Error]]] = {404: NotFound, 405: MethodRefused}


def application(
    config: AppConfig,
    rows: Sequence[Row],
    *,
    lifespan: Lifespan,
    beside: Sequence[BaseRoute] = (),
    traffic: Traffic | None = None,
) -> ASGIApp:
    """Answers the application of *rows*, with the routes *beside* them, behind the pipeline.

    What comes through is counted in *traffic*.
    """
    app = Starlette(
        routes=[Table(rows), *beside],
        middleware=pipeline(config, rows, traffic or Traffic()),
        exception_handlers={HTTPException: _told},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # one place, one address
    app.router.default = _nowhere
    return InDatabase(app)


class InDatabase:
    """Makes the application's own database the current one: two apps may share a process."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        services = services_of(scope)
        if services is None:  # the lifespan, which opens it
            await self.app(scope, receive, send)
            return
        with services.database.active():
            await self.app(scope, receive, send)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers where nothing stands; Starlette would leave a handshake with a bare 403."""
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
