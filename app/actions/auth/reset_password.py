"""A new password for whoever lost the old one and holds a code."""

from __future__ import annotations

from app.actions.account.change_password import set_password
from app.actions.verify.code_shown import CodeShown
from app.container import Services
from app.errors import NotFound
from app.models import User
from pkg.session import Device
from pkg.validation import refuse_hinted


async def reset_password(
    services: Services, shown: CodeShown, *, password: str, device: Device
) -> None:
    """Sets a password and ends every session of the account.

    Raises:
        Invalid: the password is little more than the address.
        WrongCode, TooManyTries: the code does not prove the address.
        NotFound: nobody has that address; only its holder gets to hear it.
    """
    refuse_hinted(password, [shown.target])
    hashed = await services.hasher.make(password)  # first: a full queue must not cost the code
    await services.codes.redeem(shown.code_id, "reset", shown.target, shown.code)
    user = await User.by_address(shown.target)
    if user is None:
        raise NotFound
    await set_password(services, user, hashed=hashed, by=None, device=device)
