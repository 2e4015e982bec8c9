"""The peer of `bench_me`: one Starlette route, one Tortoise query, and the same server settings.

    python -m tests.benchmarks.bare_me <database file> <user id>

Prints its port.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.models import User
from pkg.database import Database, DatabaseConfig

FILE, USER = sys.argv[1], int(sys.argv[2])
DATABASE = Database.from_config(DatabaseConfig(url=SecretStr(f"sqlite:///{FILE}")), root=Path("/"))


async def me(request: Request) -> JSONResponse:
    user = await User.get_or_none(id=USER, disabled_at=None)
    assert user is not None
    return JSONResponse({"id": str(user.id), "name": user.name, "email": user.email})


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    await DATABASE.open()
    yield
    await DATABASE.close()


class Current:
    """Makes the database current, as every application with Tortoise must."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with DATABASE.active():
            await self.app(scope, receive, send)


def main() -> None:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    print(bound.getsockname()[1], flush=True)  # noqa: T201  what the benchmark reads
    app = Current(Starlette(routes=[Route("/me", me)], lifespan=lifespan))
    config = uvicorn.Config(app, access_log=False, log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[bound])


if __name__ == "__main__":
    main()
