"""A mark that everybody sees."""

from __future__ import annotations

from typing import Final

from app.actions.auth.audit import record
from app.container import Services
from app.models import User
from pkg.session import Device

NORMAL, VIP = 0, 1
KINDS: Final = {False: "user.vip_ended", True: "user.vip"}


async def make_vip(services: Services, user: User, *, is_vip: bool) -> None:
    """Makes *user* a vip, or like everybody else; where they are that already nothing happens."""
    now, type = services.clock.now(), VIP if is_vip else NORMAL
    async with services.database.transaction():
        others = User.filter(id=user.id, type__not=type)
        if await others.update(type=type, updated_at=now):
            await record(services, KINDS[is_vip], user_id=user.id, device=Device())
