"""The cookies of a browser: one that proves the session, one our page can read."""

from __future__ import annotations

from dataclasses import dataclass

from app.http.heads import Heads, heads
from app.http.reply import reply
from app.http.state import Req, services
from pkg.app import AppConfig


@dataclass(frozen=True, slots=True)
class CookieNames:
    """What the cookies are called here, and whether they travel over https only."""

    session: str = "parley_session"
    csrf: str = "parley_csrf"
    maintenance: str = "parley_maintenance"  # an operator's, while the doors are closed
    secure: bool = True

    @classmethod
    def of(cls, config: AppConfig) -> CookieNames:
        """Answers `__Host-` names, but over plain http in local and testing: browsers refuse it."""
        if config.url.startswith("http://") and not config.is_deployed:
            return cls(secure=False)
        return cls(
            "__Host-parley_session",
            "__Host-parley_csrf",
            "__Host-parley_maintenance",
        )


def read(found: Heads, name: str) -> str:
    """Answers the value of the cookie *name*, or "". Where it came twice, it proves nothing."""
    pairs = (part.partition("=") for part in found.text(b"cookie").split(";"))
    values = [value.strip() for key, _, value in pairs if key.strip() == name]
    return values[0] if len(values) == 1 and values[0].isascii() else ""


def put(request: Req, *, secret: str, csrf: str, max_age: int) -> None:
    """Hands the browser its session for *max_age* seconds."""
    names = CookieNames.of(services(request).settings.app)
    said = reply(request)
    said.say("set-cookie", line(names.session, secret, names, max_age) + "; HttpOnly")
    said.say("set-cookie", line(names.csrf, csrf, names, max_age))


def clear(request: Req) -> None:
    """Takes both cookies back."""
    put(request, secret="", csrf="", max_age=0)


def shown(request: Req) -> str:
    """Answers the secret in the session cookie of *request*, or ""; it is not checked."""
    secret: str = request.scope.get("cookie", "")
    return secret


def wants_cookie(request: Req) -> bool:
    """Tells whether a browser asks to be signed in by cookie: `X-Auth-Mode: cookie`."""
    # A header of its own, so that no foreign form can sign somebody in.
    return heads(request.scope).get(b"x-auth-mode") == b"cookie"


def line(name: str, value: str, names: CookieNames, max_age: int) -> str:
    """Answers what sets the cookie *name*."""
    secure = "; Secure" if names.secure else ""
    return f"{name}={value}; Path=/; Max-Age={max_age}; SameSite=Lax{secure}"
