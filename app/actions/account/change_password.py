"""A new password."""

from __future__ import annotations

from app.actions.account.tell_owner import tell_owner
from app.actions.auth.audit import record
from app.actions.auth.end_sessions import close_sockets
from app.container import Services
from app.errors import PasswordWrong
from app.models import User
from pkg.auth import Principal
from pkg.session import Device
from pkg.validation import refuse_hinted


async def change_password(
    services: Services, principal: Principal, *, old: str | None, new: str, device: Device
) -> None:
    """Sets the password of whoever asks and ends all their other sessions.

    Raises:
        LimitExceeded: too many wrong passwords.
        PasswordWrong: *old* is not the current one.
        Invalid: the new one is little more than the name, the e-mail or the mobile.
    """
    user = await User.get(id=principal.user_id)
    if user.password is not None:
        key = str(user.id)
        await services.limiter.take("confirm", key)
        if not (await services.hasher.verify(old or "", user.password)).ok:
            raise PasswordWrong
        await services.limiter.refund("confirm", key)
    refuse_hinted(new, [user.name, user.email, user.mobile], field="new_password")
    hashed = await services.hasher.make(new)
    await set_password(services, user, hashed=hashed, by=principal, device=device)


async def set_password(
    services: Services, user: User, *, hashed: str, by: Principal | None, device: Device
) -> None:
    """Puts *hashed* in place and ends every session but that of *by*, in one transaction.

    Raises:
        PasswordWrong: the password that *by* knew was changed meanwhile. Without *by* a code
            proved it, and the password does not matter.
    """
    known = {"password": user.password} if by else {}
    async with services.database.transaction():
        now = services.clock.now()
        if not await User.filter(id=user.id, **known).update(password=hashed, updated_at=now):
            raise PasswordWrong
        keep = by.session_id if by else None
        ended = await services.auth.sessions.end_of_user(user.id, reason="password", but=keep)
        await record(services, "password.changed", user_id=user.id, device=device)
    await close_sockets(services, ended)
    await tell_owner(services, user, template="password_changed", device=device)
