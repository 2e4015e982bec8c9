"""The next pair of tokens, or a browser's session once more."""

from __future__ import annotations

from app.actions.auth.open_session import LoggedIn
from app.container import Services
from app.models import User
from pkg.jwt import TokenInvalid


async def refresh(services: Services, token: str | None, *, cookie: str = "") -> LoggedIn:
    """Trades a refresh token for its successor and a new access token.

    A browser shows its *cookie* instead, which stays the same and is only kept for longer.

    Raises:
        LimitExceeded: this session asks too often.
        TokenInvalid, TokenExpired, TokenRevoked, TokenReused: it proves nothing (any more).
        AccountClosed: the account was disabled.
    """
    if not token and not cookie:
        raise TokenInvalid("no refresh token was sent")
    auth = services.auth
    session = auth.sessions.shown_by(token or cookie)
    if session is not None:
        await services.limiter.take("refresh", str(session))
    login = await (auth.refresh(token) if token else auth.renew(cookie))
    return LoggedIn(await User.get(id=login.user_id), login)
