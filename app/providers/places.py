"""Where the users of new sockets are, read for many of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pkg.database import Database
from pkg.helpers import Together

MOST: Final = 1000  # conversations, the newest; a welcome must fit into a frame or two
TOGETHER: Final = 64  # sockets
REST: Final = 0.005  # seconds: to wake the database's thread costs more than to read for one socket

# One question: whether the session lives, and where its user is. A living session has a row even
# where its user is nowhere.
FOUND = """
SELECT f.session_id AS session_id, f.conversation_id AS conversation_id,
    f.read_seq AS read_seq, p.user_id AS peer_id,
    p.delivered_seq AS peer_delivered, p.read_seq AS peer_read
FROM (
    SELECT s.id AS session_id, s.user_id AS user_id, m.conversation_id AS conversation_id,
        m.read_seq AS read_seq,
        ROW_NUMBER() OVER (PARTITION BY s.id ORDER BY m.conversation_id DESC) AS place
    FROM sessions s
    LEFT JOIN members m ON m.user_id = s.user_id
"""
NEWEST = """) f
LEFT JOIN conversations c ON c.id = f.conversation_id AND c.kind = 'direct'
LEFT JOIN members p ON p.conversation_id = c.id AND p.user_id <> f.user_id
WHERE f.place <= ?
ORDER BY f.session_id, f.place
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation of a user: how far they read, and who else is in a direct one, how far."""

    id: int
    read_seq: int | None = None  # None: nobody keeps it, as in the lobby
    peer_id: int | None = None
    peer_delivered: int = 0
    peer_read: int = 0


class Places:
    """Asks at each greeting, since a session must be known to live when its socket comes in."""

    def __init__(self, database: Database, *, most: int = MOST) -> None:
        self._database = database
        self._most = most
        self._questions = Together(self._read, most=TOGETHER, rest=REST)

    async def of_session(self, session_id: int) -> list[Place] | None:
        """Answers the conversations that the session's user is a member of, the newest first.

        None: the session was ended. The question is put after the call, never before it.

        Raises:
            Unavailable: the database is away.
        """
        return (await self._questions.get([session_id])).get(session_id)

    async def _read(self, sessions: Sequence[int]) -> Mapping[int, list[Place]]:
        where = f"WHERE s.revoked_at IS NULL AND s.id IN ({', '.join('?' * len(sessions))})\n"
        rows = await self._database.fetch(FOUND + where + NEWEST, [*sessions, self._most])
        found: dict[int, list[Place]] = {row["session_id"]: [] for row in rows}
        for row in rows:
            if row["conversation_id"] is not None:
                found[row["session_id"]].append(_place(row))
        return found


def _place(row: Mapping[str, Any]) -> Place:
    return Place(
        id=row["conversation_id"],
        read_seq=row["read_seq"],
        peer_id=row["peer_id"],
        peer_delivered=row["peer_delivered"] or 0,
        peer_read=row["peer_read"] or 0,
    )
