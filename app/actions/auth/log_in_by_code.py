"""In with a one-time code."""

from __future__ import annotations

from app.actions.account.create_user import NewUser, create_user
from app.actions.auth.audit import record
from app.actions.auth.open_session import LoggedIn, open_session
from app.actions.verify.code_shown import CodeShown
from app.container import Services
from app.errors import EmailTaken, MobileTaken, SignupClosed
from app.models import User
from pkg.session import Device, Kind


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
    user = await User.by_address(shown.target) or await _make(services, shown, device)
    return await open_session(services, user, scheme=shown.kind, device=device, kind=kind)


async def _make(services: Services, shown: CodeShown, device: Device) -> User:
    auth = services.settings.auth
    if not (auth.signup and auth.auto_signup):
        raise SignupClosed
    wanted = NewUser.at(shown.target)
    try:
        async with services.database.transaction():
            user = await create_user(services, wanted)
            await record(services, "user.created", user_id=user.id, device=device)
    except (MobileTaken, EmailTaken):  # a second code of the same person was quicker
        found = await User.by_address(shown.target)
        if found is None:
            raise
        return found
    return user
