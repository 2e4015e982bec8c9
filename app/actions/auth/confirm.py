"""Proof that the owner of a session is there, for what must not happen behind their back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.actions.auth.audit import record
from app.container import Services
from app.errors import ConfirmRefused
from app.models import User
from pkg.auth import Principal
from pkg.session import Device
from pkg.verifycode import WrongCode


@dataclass(frozen=True, slots=True)
class Proof:
    """The password, or a code and its id."""

    password: str | None = field(default=None, repr=False)
    code_id: str | None = None
    code: str | None = field(default=None, repr=False)


async def confirm(
    services: Services, principal: Principal, proof: Proof, *, device: Device
) -> datetime:
    """Confirms the session by whichever was given; answers until when that counts.

    Raises:
        LimitExceeded, TooManyTries: too many wrong ones.
        ConfirmRefused, WrongCode: it is wrong.
    """
    if proof.code_id and proof.code:
        return await by_code(services, principal, code_id=proof.code_id, code=proof.code)
    return await by_password(services, principal, password=proof.password or "", device=device)


async def by_password(
    services: Services, principal: Principal, *, password: str, device: Device
) -> datetime:
    """Confirms the session by its user's password; answers until when that counts.

    Raises:
        LimitExceeded: too many wrong passwords.
        ConfirmRefused: it is wrong, or the account has none.
    """
    key = str(principal.user_id)
    await services.limiter.take("confirm", key)
    user = await User.get(id=principal.user_id)
    checked = await services.hasher.verify(password, user.password)
    if not checked.ok:
        await record(services, "confirm.refused", user_id=user.id, device=device)
        raise ConfirmRefused
    await services.limiter.refund("confirm", key)
    return await services.auth.confirm(principal)


async def by_code(services: Services, principal: Principal, *, code_id: str, code: str) -> datetime:
    """Confirms the session by a code sent to one of the user's own addresses.

    Raises:
        LimitExceeded, TooManyTries: too many wrong codes.
        WrongCode: it is wrong, or was sent to an address that is not the user's.
    """
    user = await User.get(id=principal.user_id)
    key = str(principal.user_id)
    await services.limiter.take("confirm", key)
    for target in filter(None, (user.mobile, user.email)):
        try:
            await services.codes.redeem(code_id, "confirm", target, code)
        except WrongCode:
            continue
        await services.limiter.refund("confirm", key)
        return await services.auth.confirm(principal)
    raise WrongCode("the code is wrong or has expired")
