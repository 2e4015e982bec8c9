"""Sockets closed on every node."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.actions.admin.answer_operators import KICK
from app.actions.admin.ask_nodes import ask_nodes
from app.container import Services
from app.errors import NotFound


@dataclass(frozen=True, slots=True)
class Kicked:
    """How many nodes have answered, and how many sockets they closed."""

    nodes: int
    sockets: int


async def kick(
    services: Services,
    *,
    user_id: int,
    session_id: int | None = None,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Kicked:
    """Closes the user's sockets, or one session's, on every node. Who is signed in may come back.

    Raises:
        NotFound: the session is none of theirs, or is over.
    """
    if session_id is not None:
        await _check(services, user_id, session_id)
    whom = f"user {user_id}" if session_id is None else f"session {session_id}"
    answers = await ask_nodes(services, KICK, whom, pause=pause)
    return Kicked(len(answers), sum(answer["closed"] for _, answer in answers))


async def sign_out(services: Services, *, user_id: int, session_id: int | None = None) -> int:
    """Ends the user's sessions, or one, and answers how many: their sockets close everywhere.

    Raises:
        NotFound: the session is none of theirs, or is over.
    """
    sessions = services.auth.sessions
    if session_id is None:
        return len(await sessions.end_of_user(user_id, reason="kicked"))
    await _check(services, user_id, session_id)
    return len(await sessions.end([session_id], reason="kicked"))


async def _check(services: Services, user_id: int, session_id: int) -> None:
    mine = {row.id for row in await services.auth.sessions.of_user(user_id)}
    if session_id not in mine:
        raise NotFound(f"session {session_id} is none of theirs, or is over")
