"""A password that an operator sets."""

from __future__ import annotations

from app.actions.account.change_password import set_password
from app.container import Services
from app.models import User
from pkg.session import Device
from pkg.validation import refuse_hinted


async def give_password(services: Services, user: User, *, password: str) -> None:
    """Sets the password of *user*, ends every session of theirs, and tells them by mail.

    Raises:
        Invalid: it is little more than the name, the e-mail or the mobile.
    """
    refuse_hinted(password, [user.name, user.email, user.mobile])
    hashed = await services.hasher.make(password)
    await set_password(services, user, hashed=hashed, by=None, device=Device())
