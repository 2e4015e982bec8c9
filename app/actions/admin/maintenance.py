"""The doors closed for a while, and opened again."""

from __future__ import annotations

import secrets

from app.actions.auth.audit import record
from app.container import Services
from app.providers.doors import Closed, hashed
from pkg.session import Device


async def close_doors(services: Services, *, retry_after: int, with_secret: bool) -> str:
    """Has every node refuse callers and send its sockets away, within a second.

    Answers the secret that lets its holder pass, "" without one. Doors that are closed already are
    closed anew: another secret, or none, holds from then on.
    """
    secret = secrets.token_urlsafe(24) if with_secret else ""
    closed = Closed(retry_after, hashed(secret) if secret else "")
    async with services.database.transaction():
        await services.doors.close(closed)
        await record(services, "maintenance.began", user_id=None, device=Device())
    return secret


async def open_doors(services: Services) -> bool:
    """Has every node let people in again, within a second; False where nothing was closed."""
    async with services.database.transaction():
        if not await services.doors.open():
            return False
        await record(services, "maintenance.ended", user_id=None, device=Device())
    return True
