"""What every way in ends with."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.auth.audit import record
from app.container import Services
from app.errors import Forbidden
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
        Forbidden: the account is disabled.
    """
    if not can_sign_in(user):
        raise Forbidden("the account is disabled")
    login = await services.auth.login(user.id, scheme=scheme, device=device, kind=kind)
    user.login_at = services.clock.now()
    await User.filter(id=user.id).update(login_at=user.login_at)
    await record(
        services,
        "login",
        user_id=user.id,
        session_id=login.session_id,
        device=device,
        scheme=scheme,
    )
    return LoggedIn(user, login)
