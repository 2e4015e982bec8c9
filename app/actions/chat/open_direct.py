"""Two people's own conversation."""

from __future__ import annotations

from app.container import Services
from app.errors import NotFound
from app.models import Conversation, Member, User, direct_key
from app.providers.listeners import MADE
from pkg.database import Duplicate


async def open_direct(services: Services, *, user_id: int, other_id: int) -> int:
    """Makes the direct conversation of two users, unless it is there, and answers its id.

    However many ask at once, it is made once, and every node lets both users' clients in.

    Raises:
        NotFound: there is no such user, or their account is closed.
    """
    if not await User.open(services.clock.now()).filter(id=other_id).exists():
        raise NotFound("no such user")
    key = direct_key(user_id, other_id)
    try:
        async with services.database.transaction():
            made = await Conversation.create(kind="direct", direct_key=key)
            users = {user_id, other_id}  # one row for who talks to themselves
            await Member.bulk_create([Member(conversation_id=made.id, user_id=id) for id in users])
            await services.signals.tell(MADE, f"{made.id}:{key}")
        return made.id
    except Duplicate as exc:  # a racer was first
        if not exc.on("conversations", "direct_key"):
            raise
    return (await Conversation.get(direct_key=key)).id
