"""What a controller may ask of its request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.types import Scope
from typing_extensions import TypedDict

from app.errors import Unauthenticated
from app.http.heads import heads
from pkg.session import Device

if TYPE_CHECKING:
    from app.container import Services
    from app.http.described import Documents
    from pkg.auth import Principal


class AppState(TypedDict):
    """What the lifespan yields: one for the whole application."""

    services: Services
    documents: Documents


Req = Request[AppState]


def services(request: Req) -> Services:
    """Answers everything the application is built from."""
    found: Services = request.scope["state"]["services"]
    return found


def documents(request: Req) -> Documents:
    """Answers what is published about the API."""
    found: Documents = request.scope["state"]["documents"]
    return found


def principal(request: Req) -> Principal:
    """Answers who is signed in.

    Raises:
        Unauthenticated: nobody is; the row's guard lets that pass only where it says so.
    """
    found: Principal | None = request.scope["principal"]
    if found is None:
        raise Unauthenticated
    return found


def device(request: Req, name: str | None = None) -> Device:
    """Answers what is known of the caller's device; *name* is what it calls itself."""
    agent = heads(request.scope).text(b"user-agent")
    return Device(ip=client_ip(request), user_agent=agent[:512], name=name or "")


def locale(request: Req) -> str:
    """Answers the language words are written in for this caller."""
    found: str = request.scope["locale"]
    return found


def client_ip(request: Req) -> str:
    """Answers whose address this is, proxies aside."""
    found: str = request.scope["client_ip"]
    return found


def services_of(scope: Scope) -> Services | None:
    """Answers the services, or None before the lifespan has opened them."""
    state: AppState | None = scope.get("state")
    return state.get("services") if state else None


def address_of(scope: Scope) -> str:
    """Answers the path and query that were asked for, for links to a list's other pages."""
    query: bytes = scope["query_string"]
    path: str = scope["path"]
    return f"{path}?{query.decode('latin-1')}" if query else path
