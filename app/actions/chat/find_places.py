"""Where the user of a new socket is."""

from __future__ import annotations

from app.container import Services
from app.models import LOBBY_ID
from app.providers.places import Place
from pkg.session import TokenRevoked


async def find_places(services: Services, *, session_id: int) -> list[Place]:
    """Answers the lobby and the conversations of the session's user, the newest first.

    Asks the database, not a cache: meant for a client that the hub knows already. Whoever revokes
    first ends the row and then closes the sockets that are known. A socket that is known before it
    asks is found by one or the other.

    Raises:
        TokenRevoked: the session was ended.
        Unavailable: the database is away.
    """
    found = await services.places.of_session(session_id)
    if found is None:
        raise TokenRevoked("the session was ended")
    return [Place(LOBBY_ID), *found]
