"""The application: rows, page and socket, over the services of one set of settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from app.actions.admin.answer_operators import answering
from app.container import open_services
from app.http.application import application
from app.http.described import Documents
from app.http.files import public_files
from app.http.pipeline import pipeline
from app.http.state import AppState, services
from app.http.traffic import Traffic
from app.ws.endpoint import Endpoint
from config.settings import Settings
from pkg.app import Paths
from pkg.clock import Clock
from routes.api import API
from routes.web import web
from routes.ws import OPS


def create_app(settings: Settings, *, clock: Clock | None = None) -> ASGIApp:
    """Answers the application; its lifespan opens the services and closes them again.

    *clock* is for tests that let time pass.
    """

    traffic = Traffic()

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[AppState]:
        async with open_services(settings, clock=clock) as opened, answering(opened):
            opened.metrics.add(traffic)
            yield {"services": opened, "documents": Documents(API, settings.app)}

    beside = (
        public_files(lambda request: services(request).files),
        *web(Paths(settings.root).resources / "web", fresh=settings.app.is_local),
    )
    return application(
        pipeline(settings.app, API, traffic),
        API,
        lifespan=lifespan,
        beside=beside,
        sockets={"/ws": Endpoint(OPS)},
    )
