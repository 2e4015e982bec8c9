"""Out: of this session, of one, of all others, of all."""

from __future__ import annotations

from app.container import Services
from app.errors import NotFound
from pkg.auth import Principal
from pkg.hub import CloseCode


async def log_out(services: Services, principal: Principal, *, everywhere: bool) -> None:
    """Ends the session that asks, or with *everywhere* all of its user's."""
    sessions = services.auth.sessions
    if everywhere:
        ended = await sessions.end_of_user(principal.user_id, reason="logout")
    else:
        ended = await sessions.end([principal.session_id], reason="logout")
    await close_sockets(services, ended)


async def end_others(services: Services, principal: Principal) -> None:
    """Ends all sessions of the user but the one that asks."""
    ended = await services.auth.sessions.end_of_user(
        principal.user_id, reason="logout", but=principal.session_id
    )
    await close_sockets(services, ended)


async def end_session(services: Services, principal: Principal, *, id: int) -> None:
    """Ends the session *id* of the user who asks.

    Raises:
        NotFound: it is none of theirs, or is over.
    """
    mine = {row.id for row in await services.auth.sessions.of_user(principal.user_id)}
    if id not in mine:
        raise NotFound
    await close_sockets(services, await services.auth.sessions.end([id], reason="logout"))


async def close_sockets(services: Services, ended: list[int]) -> None:
    """Closes the sockets of ended sessions on this node; the signals do it on the others."""
    for id in ended:
        services.hub.close_session(id, CloseCode.SESSION_ENDED, "session ended")
