"""Changes of messages that are stored already: a row keeps its seq and counts its revisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pkg.clock import Clock
from pkg.database import Database, utc

FIND = """
SELECT sender_id, content, created_at, recalled_at FROM messages
WHERE conversation_id = ? AND seq = ?
"""
EDIT = """
UPDATE messages SET content = ?, search_text = NULL, rev = rev + 1, edited_at = ?
WHERE conversation_id = ? AND seq = ?
"""
RECALL = """
UPDATE messages SET content = '', search_text = NULL, rev = rev + 1, recalled_at = ?
WHERE conversation_id = ? AND seq = ?
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a policy must know of a message."""

    sender: int
    content: str = field(repr=False)
    at: datetime
    is_recalled: bool


class Changes:
    """Its verbs belong into one transaction: `lock` holds the row until that ends."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        # MariaDB fixes what a transaction sees at its first plain read; SQLite has one writer.
        self._find = FIND if database.dialect == "sqlite" else f"{FIND} FOR UPDATE"

    async def lock(self, conversation: int, seq: int) -> Said | None:
        """Finds the message *seq*; who else wants to change it waits."""
        rows = await self._database.fetch(self._find, (conversation, seq))
        if not rows:
            return None
        (row,) = rows
        is_recalled = row["recalled_at"] is not None
        return Said(row["sender_id"], row["content"], utc(row["created_at"]), is_recalled)

    async def edit(self, conversation: int, seq: int, content: str) -> None:
        await self._database.execute(EDIT, (content, self._clock.now(), conversation, seq))

    async def recall(self, conversation: int, seq: int) -> None:
        """Takes the content out of the database, too."""
        await self._database.execute(RECALL, (self._clock.now(), conversation, seq))
