"""In with a one-time code."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.actions.account.create_user import NewUser, create_user
from app.actions.auth.audit import record
from app.actions.auth.opened import LoggedIn, opened
from app.container import Services
from app.errors import EmailTaken, MobileTaken, SignupClosed
from app.models import User
from pkg.session import Device, Kind


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A code and the E.164 mobile or canonical e-mail it was sent to."""

    target: str
    code_id: str
    code: str = field(repr=False)


async def log_in_by_code(
    services: Services, shown: CodeShown, *, device: Device, kind: Kind
) -> LoggedIn:
    """Trades a one-time code for a session, making the account on first use where allowed.

    Raises:
        WrongCode: no live code, or not this one; the two look alike.
        TooManyTries: the code is dead.
        SignupClosed: no such account, and logging in does not make one.
        Forbidden: the account is disabled.
    """
    await services.codes.redeem(shown.code_id, "login", shown.target, shown.code)
    user = await by_target(shown.target) or await _make(services, shown.target, device)
    scheme = "email" if "@" in shown.target else "mobile"
    return await opened(services, user, scheme=scheme, device=device, kind=kind)


async def by_target(target: str) -> User | None:
    """Finds the account of a mobile or an e-mail."""
    return await (User.by_email(target) if "@" in target else User.by_mobile(target))


async def _make(services: Services, target: str, device: Device) -> User:
    auth = services.settings.auth
    if not (auth.signup and auth.auto_signup):
        raise SignupClosed
    is_mail = "@" in target
    wanted = NewUser(mobile=None if is_mail else target, email=target if is_mail else None)
    try:
        async with services.database.transaction():
            user = await create_user(services, wanted)
            await record(services, "user.created", user_id=user.id, device=device)
    except (MobileTaken, EmailTaken):  # a second code of the same person was quicker
        found = await by_target(target)
        if found is None:
            raise
        return found
    return user
