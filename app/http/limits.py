"""What a call is counted under, and what the caller is told of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from starlette.types import Scope

from app.http.heads import RawHeaders
from pkg.limiter import Hit, Limiter, LimitExceeded, ip_key

if TYPE_CHECKING:
    from pkg.auth import Principal

# These count accounts, all others addresses; a signed-in caller of any route is an account too.
BY_USER: Final = {
    "api": "api_user",
    "message": "message",
    "upload": "upload",
    "watch": "watch",
}


async def take(name: str, scope: Scope, limiter: Limiter, said: RawHeaders) -> None:
    """Counts this call of a row under *name*, and says on *said* what is left.

    Raises:
        LimitExceeded: nothing is left.
        LimiterUnavailable: it cannot be counted, and must be.
    """
    held, key = counted(name, scope)
    hit = await limiter.hit(held, key)
    if hit.window:
        said += told(hit)
    if not hit.allowed:
        raise LimitExceeded(f"the limit {held} is used up", retry_after=hit.retry_after)


def counted(name: str, scope: Scope) -> tuple[str, str]:
    """Answers the limit that holds for this caller, and the key in it.

    The key holds no path: a slash more, another case, an escape or HEAD count as the row they are.
    """
    principal: Principal | None = scope["principal"]
    if principal is None or name not in BY_USER:
        return name, ip_key(scope["client_ip"])
    return BY_USER[name], str(principal.user_id)


def told(hit: Hit) -> RawHeaders:
    """Answers the headers of *hit*. Source: draft-ietf-httpapi-ratelimit-headers-09."""
    name = hit.name.encode()
    return [
        (b"ratelimit-policy", b'"%s";q=%d;w=%d' % (name, hit.limit, hit.window)),
        (b"ratelimit", b'"%s";r=%d;t=%d' % (name, hit.remaining, math.ceil(hit.reset_after))),
    ]
