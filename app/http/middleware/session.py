"""Who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.cookies import CookieNames, read
from app.http.errors import BadAuthorization
from app.http.heads import heads
from app.http.state import services_of
from app.http.watched import PATHS
from pkg.errors import Error

if TYPE_CHECKING:
    from pkg.auth import Auth, Principal

MAX_AUTHORIZATION: Final = 8192  # bytes
NOBODY_ASKS: Final = ("/assets/", "/files/", *PATHS)


class Session:
    """Puts into the scope who is signed in, by a Bearer token or by our cookie.

    What was shown and did not hold is kept as `auth_error`: the row's guard tells it.
    """

    def __init__(self, app: ASGIApp, *, names: CookieNames) -> None:
        self.app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["principal"] = scope["auth_error"] = None
        if not scope["path"].startswith(NOBODY_ASKS):
            await self._find(scope)
        await self.app(scope, receive, send)

    async def _find(self, scope: Scope) -> None:
        services = services_of(scope)
        if services is None:
            return
        try:
            scope["principal"] = await self._shown(scope, services.auth)
        except Error as exc:
            scope["auth_error"] = exc

    async def _shown(self, scope: Scope, auth: Auth) -> Principal | None:
        found = heads(scope)
        if b"authorization" in found:  # where there is one, a cookie is not looked at
            return await auth.by_token(bearer(found[b"authorization"]))
        secret = read(found, self._names.session)
        if not secret:
            return None
        scope["cookie"] = secret
        return await auth.by_cookie(secret)


def bearer(header: bytes) -> str:
    """Answers the token in *header*.

    Raises:
        BadAuthorization: it is not `Bearer` and one token; one that came twice is joined by a
            comma, and is not either.
    """
    if len(header) > MAX_AUTHORIZATION or not header.isascii():
        raise BadAuthorization
    scheme, _, token = header.partition(b" ")
    if scheme.lower() != b"bearer" or token.split() != [token] or b"," in token:
        raise BadAuthorization
    return token.decode("ascii")
