"""Somebody shut out, and let in again."""

from __future__ import annotations

from datetime import datetime

from tortoise.expressions import Q

from app.actions.auth.audit import record
from app.container import Services
from app.models import User
from pkg.helpers import stamp
from pkg.session import Device

BANNED = "banned"  # why a session ended; sockets are closed with 4503 for it


async def ban(
    services: Services, user: User, *, reason: str = "", until: datetime | None = None
) -> int:
    """Disables *user* and ends every session, in one transaction; answers how many it ended.

    The account's row is written first, as a login does: a login comes before and is ended with
    the others, or waits, and finds the account closed. Who is banned already stays so since the
    same moment, and from now on *until* then; None is for ever.

    Raises:
        ValueError: *until* has passed.
    """
    now = services.clock.now()
    if until is not None and until <= now:
        raise ValueError("a ban ends in the future")
    async with services.database.transaction():
        fresh = (
            await User.open(now)
            .filter(id=user.id)
            .update(disabled_at=now, disabled_until=until, updated_at=now)
        )
        longer = 0 if fresh else await _change_end(user, until, now)
        ended = await services.auth.sessions.end_of_user(user.id, reason=BANNED)
        if fresh or longer or ended:
            detail = {"reason": reason} | ({"until": stamp(until)} if until else {})
            await record(
                services,
                "user.banned",
                user_id=user.id,
                device=Device(),
                session_id=None,  # an operator has none
                **detail,
            )
    return len(ended)


async def unban(services: Services, user: User) -> bool:
    """Opens the account again; False where it is open. Ended sessions stay ended."""
    now = services.clock.now()
    async with services.database.transaction():
        lasts = Q(disabled_until__isnull=True) | Q(disabled_until__gt=now)
        closed = User.filter(lasts, id=user.id, disabled_at__isnull=False)
        if not await closed.update(disabled_at=None, disabled_until=None, updated_at=now):
            return False
        await record(services, "user.unbanned", user_id=user.id, device=Device())
    return True


async def _change_end(user: User, until: datetime | None, now: datetime) -> int:
    """Has a ban that stands end at another moment; 0 where it ends then already."""
    ends = Q(disabled_until__isnull=until is not None)
    if until is not None:
        ends |= ~Q(disabled_until=until)
    standing = User.filter(Q(id=user.id), ends)
    return await standing.update(disabled_until=until, updated_at=now)
