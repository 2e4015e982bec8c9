"""A part of a conversation's log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.actions.chat.find_membership import find_membership
from app.container import Services
from pkg.hub import Message


@dataclass(frozen=True, slots=True)
class Window:
    """Which part: after a seq, around one, before one, or the newest."""

    limit: int
    before: int | None = None
    after: int | None = None
    around: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Messages in order of seq; *has_more* looks on in the direction that was asked for."""

    messages: Sequence[Message]
    has_more: bool


async def list_messages(
    services: Services, *, user_id: int, conversation_id: int, window: Window
) -> Part:
    """Answers the messages of *window*.

    Raises:
        NotFound: there is no such conversation, or the user is not in it.
    """
    await find_membership(services, user_id=user_id, conversation_id=conversation_id)
    log, limit = services.messages, window.limit
    if window.after is not None:
        found = await log.range(conversation_id, window.after, limit + 1)
        return Part(found[:limit], len(found) > limit)
    end, later = 2**53 if window.before is None else window.before, list[Message]()
    if window.around is not None:
        end = window.around
        later += await log.range(conversation_id, end - 1, (limit + 1) // 2)
    earlier = await log.before(conversation_id, end, limit - len(later) + 1)
    wanted = limit - len(later)
    return Part([*earlier[len(earlier) - wanted :], *later], len(earlier) > wanted)
