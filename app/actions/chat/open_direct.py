"""Two people's own conversation."""

from __future__ import annotations

from app.container import Services
from app.errors import NotFound
from app.models import Conversation, Member, User, direct_key
from pkg.database import Duplicate


async def open_direct(services: Services, *, user_id: int, other_id: int) -> int:
    """Answers the id of the direct conversation of two users, making it on first use.

    However many ask at once, it is made once. Both users' open clients are in it at once.

    Raises:
        NotFound: there is no such user, or their account is closed.
    """
    if not await User.exists(id=other_id, disabled_at=None):
        raise NotFound("no such user")
    found = await Conversation.direct(user_id, other_id)
    if found is None:
        found = await _make(services, user_id, other_id)
    services.hub.admit(found.id, {user_id, other_id}, after=found.last_seq)
    return found.id


async def _make(services: Services, user_id: int, other_id: int) -> Conversation:
    key = direct_key(user_id, other_id)
    try:
        async with services.database.transaction():
            made = await Conversation.create(kind="direct", direct_key=key)
            users = {user_id, other_id}  # one row for who talks to themselves
            await Member.bulk_create([Member(conversation_id=made.id, user_id=id) for id in users])
        return made
    except Duplicate as exc:
        if not exc.on("conversations", "direct_key"):
            raise
    return await Conversation.get(direct_key=key)  # a racer was first
