"""Whether the session behind a new socket still lives."""

from __future__ import annotations

from app.container import Services
from app.errors import Unauthenticated
from app.models import Session


async def check_session(services: Services, *, session_id: int) -> None:
    """Asks the database, not a cache: meant for a client that the hub knows already.

    Whoever revokes first ends the row and then closes the sockets that are known. A socket that
    is known before it asks is found by one or the other.

    Raises:
        Unauthenticated: the session was ended.
    """
    if not await Session.exists(id=session_id, revoked_at=None):
        raise Unauthenticated("the session was ended")
