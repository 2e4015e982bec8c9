"""Whether the session behind a new socket still lives."""

from __future__ import annotations

from app.container import Services
from app.models import Session
from pkg.session import TokenRevoked


async def check_session(services: Services, *, session_id: int) -> None:
    """Asks the database, not a cache: meant for a client that the hub knows already.

    Whoever revokes first ends the row and then closes the sockets that are known. A socket that
    is known before it asks is found by one or the other.

    Raises:
        TokenRevoked: the session was ended.
    """
    if not await Session.exists(id=session_id, revoked_at=None):
        raise TokenRevoked("the session was ended")
