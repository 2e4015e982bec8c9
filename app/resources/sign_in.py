"""What signing in answers."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from app.models import User
from app.resources.user import OwnCard, own_card
from pkg.auth import Login
from pkg.file import Storage


class SignedInByToken(TypedDict):
    """A client that keeps its own tokens."""

    state: Literal["tokens"]
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    session_id: str
    user: OwnCard


class SignedInByCookie(TypedDict):
    """A browser: its session is an HttpOnly cookie, and changes carry the CSRF token."""

    state: Literal["cookie"]
    csrf_token: str
    expires_in: int
    session_id: str
    user: OwnCard


SignIn = SignedInByToken | SignedInByCookie


def sign_in(login: Login, user: User, files: Storage) -> SignIn:
    """Answers what the client takes away from *login*."""
    if login.kind == "cookie":
        return {
            "state": "cookie",
            "csrf_token": login.csrf_token,
            "expires_in": login.expires_in,
            "session_id": str(login.session_id),
            "user": own_card(user, files),
        }
    return {
        "state": "tokens",
        "access_token": login.access_token,
        "token_type": "Bearer",
        "expires_in": login.access_expires_in,
        "refresh_token": login.secret,
        "refresh_expires_in": login.expires_in,
        "session_id": str(login.session_id),
        "user": own_card(user, files),
    }
