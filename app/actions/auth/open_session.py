"""What every way in ends with."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.auth.audit import record
from app.container import Services
from app.errors import Forbidden, LoginRefused
from app.models import User
from app.policies.user import can_sign_in
from pkg.auth import Login
from pkg.session import Device, Kind


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An account and the session that was opened for it."""

    user: User
    login: Login


async def open_session(
    services: Services, user: User, *, scheme: str, device: Device, kind: Kind
) -> LoggedIn:
    """Opens a session for *user*, who has proved to be that by *scheme*.

    Raises:
        LoginRefused: the password that proved it was changed meanwhile.
        Forbidden: the account is disabled.
    """
    if not can_sign_in(user, services.clock.now()):
        raise Forbidden("the account is disabled")
    user.login_at = services.clock.now()
    proved = {"password": user.password} if scheme == "password" else {}
    async with services.database.transaction():
        # The account's row is locked first, as a change of the password does: it comes before
        # and is seen, or waits and ends this session with the others.
        if not await User.filter(id=user.id, **proved).update(login_at=user.login_at):
            raise LoginRefused
        login = await services.auth.login(user.id, scheme=scheme, device=device, kind=kind)
        await record(
            services,
            "login",
            user_id=user.id,
            session_id=login.session_id,
            device=device,
            scheme=scheme,
        )
    return LoggedIn(user, login)
