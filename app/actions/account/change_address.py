"""A new e-mail or mobile."""

from __future__ import annotations

from app.actions.account.create_user import taken
from app.actions.account.tell_owner import tell_owner
from app.actions.auth.audit import record
from app.actions.verify.code_shown import CodeShown
from app.container import Services
from app.models import User
from pkg.auth import Principal
from pkg.database import Duplicate
from pkg.session import Device


async def change_address(
    services: Services, principal: Principal, shown: CodeShown, *, device: Device
) -> None:
    """Puts the address that the code was sent to in place of the old one, and tells the old one.

    Raises:
        WrongCode, TooManyTries: the code does not prove the new address.
        MobileTaken, EmailTaken: another account has it.
    """
    await services.codes.redeem(shown.code_id, "bind", shown.target, shown.code)
    user = await User.get(id=principal.user_id)
    now, kind = services.clock.now(), shown.kind
    values = {kind: shown.target, f"{kind}_verified_at": now, "updated_at": now}
    try:
        async with services.database.transaction():
            await User.filter(id=user.id).update(**values)
            await record(services, f"{kind}.changed", user_id=user.id, device=device)
    except Duplicate as exc:
        raise taken(exc) from exc
    await tell_owner(services, user, template="address_changed", device=device, kind=kind)
