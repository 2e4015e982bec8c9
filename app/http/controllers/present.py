"""What several controllers hand over: a login, with its cookies where a browser asked for them."""

from __future__ import annotations

from app.actions.auth.open_session import LoggedIn
from app.http import cookies
from app.http.state import Req, services
from app.resources.sign_in import SignIn, sign_in
from pkg.session import Kind


def kind(request: Req) -> Kind:
    """Answers which kind of session the caller asks for."""
    return "cookie" if cookies.wants_cookie(request) else "token"


def welcome(request: Req, entered: LoggedIn) -> SignIn:
    """Answers what the client takes away, and sets the cookies of a browser's session."""
    login = entered.login
    if login.kind == "cookie":
        cookies.put(request, secret=login.secret, csrf=login.csrf_token, max_age=login.expires_in)
    return sign_in(login, entered.user, services(request).files)
