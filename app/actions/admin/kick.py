"""Sockets closed on every node."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from app.actions.admin.answer_operators import KICK
from app.container import Services
from app.errors import NotFound
from app.providers.asking import asking

PATIENCE: Final = 1.5  # seconds without an answer: nobody knows how many nodes there are
MOST: Final = 10.0  # seconds in all
LOOK_EVERY: Final = 0.1


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
    nodes = sockets = 0
    async with asking(services.signals, services.clock, KICK) as question:
        await question.put(f"user {user_id}" if session_id is None else f"session {session_id}")
        looks = last = 0
        while looks < min(last + round(PATIENCE / LOOK_EVERY), round(MOST / LOOK_EVERY)):
            await pause(LOOK_EVERY)
            looks += 1
            for _, answer in await question.take():
                nodes, sockets, last = nodes + 1, sockets + answer["closed"], looks
    return Kicked(nodes, sockets)


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
