"""Somebody shut out, and let in again."""

from __future__ import annotations

from app.actions.auth.audit import record
from app.container import Services
from app.models import User
from pkg.session import Device

BANNED = "banned"  # why a session ended; sockets are closed with 4503 for it


async def ban(services: Services, user: User, *, reason: str = "") -> int:
    """Disables *user* and ends every session, in one transaction; answers how many it ended.

    The account's row is written first, as a login does: a login comes before and is ended with
    the others, or waits, and finds the account closed. Who is banned already stays so, since the
    same moment.
    """
    now = services.clock.now()
    async with services.database.transaction():
        fresh = await User.filter(id=user.id, disabled_at=None).update(
            disabled_at=now, updated_at=now
        )
        ended = await services.auth.sessions.end_of_user(user.id, reason=BANNED)
        if fresh or ended:
            await record(services, "user.banned", user_id=user.id, device=Device(), reason=reason)
    return len(ended)


async def unban(services: Services, user: User) -> bool:
    """Opens the account again; False where it was not closed. Ended sessions stay ended."""
    now = services.clock.now()
    async with services.database.transaction():
        closed = User.filter(id=user.id, disabled_at__isnull=False)
        if not await closed.update(disabled_at=None, updated_at=now):
            return False
        await record(services, "user.unbanned", user_id=user.id, device=Device())
    return True
