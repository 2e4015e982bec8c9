"""What a call is counted under, and what the caller is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.types import Scope

from app.http.heads import RawHeaders
from pkg.limiter import Limiter, LimitExceeded, ip_key

if TYPE_CHECKING:
    from pkg.auth import Principal


async def take(name: str, scope: Scope, limiter: Limiter, said: RawHeaders) -> None:
    """Counts this call under *name*, and says on *said* what is left.

    The key holds no path: a slash more, another case, an escape or HEAD count as the row they are.

    Raises:
        LimitExceeded: nothing is left.
        LimiterUnavailable: it cannot be counted, and must be.
    """
    hit = await limiter.hit(name, keys(scope))
    if hit.window:
        told = hit.headers()
        for header in ("ratelimit-policy", "ratelimit"):
            said.append((header.encode(), told[header].encode()))
    if not hit.allowed:
        raise LimitExceeded(hit)


def keys(scope: Scope) -> dict[str, str]:
    """Answers what the caller can be counted by, whatever scopes the limit has."""
    ip = ip_key(scope["client_ip"])
    principal: Principal | None = scope["principal"]
    if principal is None:
        return {"ip": ip, "guest": ip}
    return {"ip": ip, "user": str(principal.user_id), "session": str(principal.session_id)}
