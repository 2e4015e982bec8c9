"""Who is asking for a conversation, and whether they may know of it."""

from __future__ import annotations

from app.container import Services
from app.errors import NotFound
from app.models import LOBBY_ID, Member
from app.policies.conversation import can_read


async def find_membership(
    services: Services, *, user_id: int, conversation_id: int
) -> Member | None:
    """Answers the user's row in the conversation; the lobby, where all are, has None.

    Raises:
        NotFound: there is no such conversation, or the user is not in it: outsiders are not told
            which.
    """
    if conversation_id == LOBBY_ID:  # asked for at every message: no query
        return None
    member = await Member.get_or_none(conversation_id=conversation_id, user_id=user_id)
    if not can_read(conversation_id, member):
        raise NotFound("no such conversation")
    return member
