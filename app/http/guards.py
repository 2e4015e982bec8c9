"""Who may take a row: each says in its name what a caller must be."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import ConfirmRequired, Forbidden, GuestOnly, NotFound, Unauthenticated
from app.http.errors import BadAuthorization
from app.http.heads import heads
from app.http.middleware.session import bearer
from app.models import User
from pkg.errors import Error
from pkg.helpers import is_loopback

if TYPE_CHECKING:
    from starlette.types import Scope

    from app.container import Services
    from pkg.auth import Principal


@dataclass(frozen=True, slots=True)
class Guard:
    """A name, for tables and documents, and a check that raises for who may not pass."""

    name: str
    check: Callable[[Scope, Services], Awaitable[None]]
    needs_login: bool = False
    needs_token: bool = False  # one of the operator's, which is nobody's session
    refuses: tuple[type[Error], ...] = ()  # who is signed in, all the same


def known(scope: Scope) -> Principal:
    """Answers who is signed in.

    Raises:
        Unauthenticated: nobody is, or what was shown proves nothing.
    """
    found: Principal | None = scope["principal"]
    if found is not None:
        return found
    error: BaseException | None = scope["auth_error"]
    raise error if error is not None else Unauthenticated


async def _anyone(scope: Scope, services: Services) -> None:
    return


async def _guest(scope: Scope, services: Services) -> None:
    if scope["principal"] is not None:
        raise GuestOnly


async def _user(scope: Scope, services: Services) -> None:
    known(scope)


async def _confirmed(scope: Scope, services: Services) -> None:
    until = known(scope).confirmed_until
    if until is None or until <= services.clock.now():
        raise ConfirmRequired


async def _admin(scope: Scope, services: Services) -> None:
    me = known(scope).user_id
    if not await User.open(services.clock.now()).filter(id=me, is_admin=True).exists():
        raise Forbidden


async def _developer(scope: Scope, services: Services) -> None:
    if services.settings.app.is_deployed:
        raise NotFound


async def _scraper(scope: Scope, services: Services) -> None:
    token = services.settings.metrics.token.get_secret_value()
    if token:
        header = heads(scope).get(b"authorization")
        if header is None or not hmac.compare_digest(bearer(header).encode(), token.encode()):
            raise Unauthenticated("not the token of METRICS_TOKEN")
    elif services.settings.app.is_deployed or not is_loopback(scope["client_ip"]):
        raise NotFound


anyone = Guard("anyone", _anyone)
guest = Guard("guest", _guest, refuses=(GuestOnly,))
user = Guard("user", _user, needs_login=True)
confirmed = Guard("confirmed", _confirmed, needs_login=True, refuses=(ConfirmRequired,))
admin = Guard("admin", _admin, needs_login=True, refuses=(Forbidden,))
developer = Guard("developer", _developer, refuses=(NotFound,))  # hidden where people are served
# Figures tell how many people there are and what is slow: no stranger's business.
scraper = Guard(
    "scraper", _scraper, needs_token=True, refuses=(Unauthenticated, BadAuthorization, NotFound)
)
