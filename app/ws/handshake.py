"""Before a socket is accepted: which page opens it, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from starlette.types import Scope

from app.ws.errors import OriginRefused, ProtocolUnknown
from pkg.errors import Error, Unavailable
from pkg.hub import Dialect
from pkg.limiter import ip_key

if TYPE_CHECKING:
    from app.container import Services
    from pkg.auth import Principal

SUBPROTOCOL: Final = "chat.v1"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a handshake has shown: who it is for, or why what was shown does not hold."""

    dialect: Dialect
    ip: str
    address: str  # what caps count by
    locale: str
    principal: Principal | None = None
    refusal: Error | None = None


async def shown(scope: Scope, services: Services) -> Shown:
    """Reads the handshake, and spends its ticket.

    Raises:
        OriginRefused: a foreign page; or a cookie without any origin, which no browser sends.
        ProtocolUnknown: only other subprotocols are offered.
        TooManyHandshakes: this address comes too fast.
        Unavailable: who it is cannot be found out now.
    """
    ip = scope["client_ip"]
    address = ip_key(ip)
    services.hub.manager.knock(address)
    origin, dialect = _origin(scope, services), _dialect(scope["subprotocols"])
    principal: Principal | None = scope["principal"]
    refusal = _unproved(scope)
    ticket = _ticket(scope["query_string"])
    if ticket is not None:
        principal, refusal = await _spend(services, ticket, origin)
    elif principal is not None and principal.kind == "cookie" and not origin:
        raise OriginRefused("a cookie without an origin")
    return Shown(dialect, ip, address, scope["locale"], principal, refusal)


def _dialect(offered: Sequence[str]) -> Dialect:
    if not offered:
        return "plain"
    if SUBPROTOCOL not in offered:  # as plain text its hello, token and all, would be a message
        raise ProtocolUnknown(", ".join(offered)[:64])
    return "chat.v1"


def _unproved(scope: Scope) -> Error | None:
    """Answers why a token in the header does not hold; a cookie that does not is none at all."""
    exc: Error | None = scope["auth_error"]
    if isinstance(exc, Unavailable):
        raise exc
    return exc if exc is not None and _said(scope, b"authorization") else None


def _ticket(query: bytes) -> str | None:
    if not query:
        return None
    return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)).get("ticket")


async def _spend(
    services: Services, ticket: str, origin: str
) -> tuple[Principal | None, Error | None]:
    try:
        return await services.auth.spend_ticket(ticket, origin), None
    except Unavailable:
        raise
    except Error as exc:
        return None, exc


def _said(scope: Scope, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]


def _origin(scope: Scope, services: Services) -> str:
    """Answers the origin, "" where there is none, as outside of browsers.

    The check is what keeps a foreign page from speaking with its visitor's cookie: CORS does not
    hold for sockets (RFC 6455 10.2).
    """
    found = _said(scope, b"origin")
    if not found:
        return ""
    settings = services.settings
    scheme, allowed = _origins(settings.app.url, tuple(settings.hub.origins))
    origin = found[0].lower()
    if (
        len(found) > 1
        or (
            origin not in allowed
            # by another of our names
            and origin != f"{scheme}://{''.join(_said(scope, b'host')[:1])}".lower()
        )
    ):
        raise OriginRefused("a foreign origin")
    return found[0]


@lru_cache(8)  # settings stay as they are
def _origins(url: str, named: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    ours = urlsplit(url)
    allowed = (f"{ours.scheme}://{ours.netloc}", *named)
    return ours.scheme, frozenset(each.lower() for each in allowed)
