"""Where a user is."""

from __future__ import annotations

from dataclasses import dataclass

from app.container import Services
from app.models import LOBBY_ID

MOST = 1000  # the newest; a welcome must fit into a frame or two

DIRECT_AND_GROUPS = """
SELECT c.id AS id, m.read_seq AS read_seq, p.user_id AS peer
FROM members m
JOIN conversations c ON c.id = m.conversation_id
LEFT JOIN members p
    ON p.conversation_id = c.id AND p.user_id <> m.user_id AND c.kind = 'direct'
WHERE m.user_id = ?
ORDER BY c.id DESC
LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation of a user: how far they read, and who else is in a direct one."""

    id: int
    read_seq: int | None  # None: nobody keeps it, as in the lobby
    peer_id: int | None


async def list_conversations(services: Services, *, user_id: int) -> list[Place]:
    """Answers the lobby and the conversations that *user_id* is a member of, the newest first."""
    rows = await services.database.fetch(DIRECT_AND_GROUPS, (user_id, MOST))
    members = [Place(row["id"], row["read_seq"], row["peer"]) for row in rows]
    return [Place(LOBBY_ID, None, None), *members]
