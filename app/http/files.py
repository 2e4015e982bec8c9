"""Stored pictures, to whoever knows their name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pkg.file import Storage
from pkg.file.name import is_name, media

# A name is given once and its file never changes.
CACHE = "public, max-age=31536000, immutable"
# Should a browser open one by itself all the same, then as a picture, and nothing in it acts.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def public_files(storage: Callable[[Request[Any]], Storage], *, path: str = "/files") -> Route:
    """Answers the route ``GET /files/{name}``; *storage* finds it for a request.

    No login is asked: a name is 128 random bits, and an avatar is for everybody. That a browser
    must not guess at the type is said by `SecurityHeaders`, on every answer.
    """

    async def serve(request: Request[Any]) -> Response:
        name = str(request.path_params["name"])
        if not is_name(name):
            raise HTTPException(404)
        headers = _headers(name)
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = await storage(request).get(name)
        if body is None:
            raise HTTPException(404)
        return Response(body, media_type=media(name), headers=headers)

    return Route(path + "/{name}", serve, methods=["GET"], name="files")


def _headers(name: str) -> dict[str, str]:
    return {
        "ETag": f'"{name}"',
        "Cache-Control": CACHE,
        "Content-Disposition": f'inline; filename="{name}"',
        "Content-Security-Policy": POLICY,
    }
