"""How far somebody has read."""

from __future__ import annotations

from app.actions.chat.find_membership import find_membership
from app.container import Services
from app.errors import NotFound

# One statement: of two devices that tell at once, the further one counts, and never beyond the log.
FORWARD = """
UPDATE members SET read_seq = ?
WHERE conversation_id = ? AND user_id = ? AND read_seq < ?
    AND (SELECT last_seq FROM conversations WHERE id = ?) >= ?
"""


async def mark_read(services: Services, *, user_id: int, conversation_id: int, seq: int) -> int:
    """Notes that the user has read up to *seq*, and answers how far they have; it never goes back.

    Raises:
        NotFound: they are no member; the lobby has none, and keeps no cursors.
    """
    member = await find_membership(services, user_id=user_id, conversation_id=conversation_id)
    if member is None:
        raise NotFound("the lobby keeps no cursors")
    params = (seq, conversation_id, user_id, seq, conversation_id, seq)
    moved = await services.database.execute(FORWARD, params)
    return seq if moved else member.read_seq
