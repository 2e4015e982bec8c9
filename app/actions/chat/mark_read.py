"""How far somebody has read, and what has reached them."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.chat.find_membership import find_membership
from app.container import Services
from app.errors import NotFound
from app.models import LOBBY_ID, Conversation
from pkg.hub import Cursor, conversation_address


@dataclass(frozen=True, slots=True)
class Marked:
    """Where a member stands, and how many messages lie beyond."""

    read_seq: int
    unread: int


async def note_cursor(services: Services, cursor: Cursor) -> None:
    """Notes how far a member is; within a fraction of a second it is written, and told.

    Raises:
        NotFound: they are no member; the lobby has none, and keeps no cursors.
    """
    if cursor.conversation == LOBBY_ID:
        raise NotFound("the lobby keeps no cursors")
    user_id, address = cursor.user, conversation_address(cursor.conversation)
    known = services.members.standing(user_id, address)
    if known is None and await services.members.load(user_id, address) is None:
        # Whoever closed their account can be read of still.
        await find_membership(services, user_id=user_id, conversation_id=cursor.conversation)
    services.company.receipts.note(cursor)


async def mark_read(services: Services, *, user_id: int, conversation_id: int, seq: int) -> Marked:
    """Notes that the user has read up to *seq*, and answers how far they have, once it is written.

    Raises:
        NotFound: they are no member; the lobby has none, and keeps no cursors.
        Unavailable: the database is away; it is written when it is back.
    """
    await note_cursor(services, Cursor(conversation_id, user_id, read=seq))
    await services.company.receipts.flush()
    member = await find_membership(services, user_id=user_id, conversation_id=conversation_id)
    if member is None:
        raise NotFound("the lobby keeps no cursors")
    conversation = await Conversation.get(id=conversation_id)
    return Marked(member.read_seq, conversation.last_seq - member.read_seq)
