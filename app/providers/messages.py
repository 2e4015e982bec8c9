"""The hub's log in the database: one counter row a conversation, and one insert a batch."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.models import LOBBY_ID
from pkg.clock import Clock
from pkg.database import Database, Dialect, utc
from pkg.errors import Error
from pkg.helpers import stamp
from pkg.hub import (
    Ack,
    ConversationGone,
    Draft,
    IdReused,
    Message,
    MessageStore,
    conversation_address,
    user_address,
)

Key = tuple[int, int, str]  # conversation, sender, ref: what makes a message one
COLUMNS = "conversation_id, seq, ref, sender_id, content, content_type, reply_to, created_at"
TEXT = "text"  # how the column says what a frame leaves out
MARKS = "(?, ?, ?, ?, ?, ?, ?, ?)"


class DatabaseMessages(MessageStore):
    """`seq` comes from `conversations.last_seq`, whose row stays locked until the commit.

    An auto-increment would number in the order of inserts and not of commits, and leave holes.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def append(self, batch: Sequence[Draft]) -> Sequence[Ack | Error]:
        at = self._clock.now()
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)  # as frames carry it
        async with self._database.transaction():
            tops = await self._lock({draft.conversation for draft in batch})
            # After the lock: whoever stored the same ref at the same time has committed by now.
            known = await self._known([_key(draft) for draft in batch])
            outcomes, fresh = _sort(batch, tops, known, at)
            await self._insert(fresh, at)
        return outcomes

    async def range(self, conversation: int, after: int, limit: int) -> Sequence[Message]:
        rows = await self._database.fetch(
            f"SELECT {COLUMNS} FROM messages"  # noqa: S608  names of ours
            " WHERE conversation_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (conversation, after, limit),
        )
        return [_message(row) for row in rows]

    async def before(self, conversation: int, seq: int, limit: int) -> Sequence[Message]:
        """Answers the last *limit* messages with a seq below *seq*, in order of seq."""
        rows = await self._database.fetch(
            f"SELECT {COLUMNS} FROM messages"  # noqa: S608  names of ours
            " WHERE conversation_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
            (conversation, seq, limit),
        )
        return [_message(row) for row in reversed(rows)]

    async def tops(self, conversations: Collection[int]) -> Mapping[int, int]:
        return await self._tops(conversations)

    async def epoch(self) -> str:
        rows = await self._database.fetch("SELECT value FROM settings WHERE name = 'epoch'")
        return str(rows[0]["value"])

    async def renew(self, epoch: str) -> str:
        await self._database.execute(
            "UPDATE settings SET value = ? WHERE name = 'epoch' AND value = ?",
            (uuid.uuid4().hex, epoch),
        )
        return await self.epoch()

    async def _lock(self, conversations: Collection[int]) -> dict[int, int]:
        # All of them at once and by id: two nodes cannot wait for each other. MariaDB moreover
        # fixes what a transaction sees at its first plain read, which must come after every lock.
        ending = "" if self._database.dialect == "sqlite" else " ORDER BY id FOR UPDATE"
        return await self._tops(conversations, ending)

    async def _tops(self, conversations: Collection[int], ending: str = "") -> dict[int, int]:
        if not conversations:
            return {}
        marks = ", ".join("?" * len(conversations))
        rows = await self._database.fetch(
            f"SELECT id, last_seq FROM conversations WHERE id IN ({marks}){ending}",  # noqa: S608
            sorted(conversations),
        )
        return {row["id"]: row["last_seq"] for row in rows}

    async def _known(self, keys: Sequence[Key]) -> dict[Key, Message]:
        sql, params = LOOK_UP[self._database.dialect](keys)
        rows = await self._database.fetch(sql, params)
        return {
            (row["conversation_id"], row["sender_id"], row["ref"]): _message(row) for row in rows
        }

    async def _insert(self, fresh: Sequence[tuple[Draft, Message]], at: datetime) -> None:
        if not fresh:
            return
        counts = Counter(draft.conversation for draft, _ in fresh)
        cases = " ".join("WHEN ? THEN ?" for _ in counts)
        marks = ", ".join("?" * len(counts))
        await self._database.execute(
            f"UPDATE conversations SET last_seq = last_seq + CASE id {cases} ELSE 0 END"  # noqa: S608
            f" WHERE id IN ({marks})",
            [*(part for pair in counts.items() for part in pair), *counts],
        )
        rows = ", ".join([MARKS] * len(fresh))
        params: list[object] = []
        for draft, message in fresh:
            params += (draft.conversation, message.seq, draft.ref, draft.sender)
            params += (draft.content, draft.content_type or TEXT, draft.reply_to, at)
        await self._database.execute(f"INSERT INTO messages ({COLUMNS}) VALUES {rows}", params)  # noqa: S608


def _sort(
    batch: Sequence[Draft], tops: dict[int, int], known: dict[Key, Message], at: datetime
) -> tuple[list[Ack | Error], list[tuple[Draft, Message]]]:
    """Answers what becomes of each draft, and those that must be stored, with their seqs."""
    outcomes: list[Ack | Error] = []
    fresh: list[tuple[Draft, Message]] = []
    for draft in batch:
        first = known.get(_key(draft))
        if first is not None:
            outcomes.append(Ack(first, dup=True) if _says(first, draft) else IdReused())
        elif draft.conversation not in tops:
            outcomes.append(ConversationGone())
        else:
            seq = tops[draft.conversation] = tops[draft.conversation] + 1
            message = known[_key(draft)] = _as_message(draft, seq, at)
            outcomes.append(Ack(message))
            fresh.append((draft, message))
    return outcomes, fresh


def _says(message: Message, draft: Draft) -> bool:
    said = (message.content, message.content_type, message.reply_to)
    return said == (draft.content, draft.content_type, draft.reply_to)


def _key(draft: Draft) -> Key:
    return draft.conversation, draft.sender, draft.ref


def _as_message(draft: Draft, seq: int, at: datetime) -> Message:
    return Message(
        sender=user_address(draft.sender),
        recipient=_recipient(draft.conversation),
        content=draft.content,
        conversation=conversation_address(draft.conversation),
        seq=seq,
        id=draft.ref,
        at=stamp(at),
        content_type=draft.content_type,
        reply_to=draft.reply_to,
    )


def _message(row: Mapping[str, Any]) -> Message:
    return Message(
        sender=user_address(row["sender_id"]),
        recipient=_recipient(row["conversation_id"]),
        content=row["content"],
        conversation=conversation_address(row["conversation_id"]),
        seq=row["seq"],
        id=row["ref"],
        at=stamp(utc(row["created_at"])),
        content_type=None if row["content_type"] == TEXT else row["content_type"],
        reply_to=row["reply_to"],
    )


def _recipient(conversation: int) -> str:
    """The lobby is nobody in particular, as in the plain dialect."""
    return "" if conversation == LOBBY_ID else conversation_address(conversation)


# Pairs are joined and not searched by IN: PostgreSQL would read the whole conversation for that.
_FOUND = ", ".join(f"m.{column}" for column in COLUMNS.split(", "))
_MATCH = "m.conversation_id = w.c AND m.sender_id = w.s AND m.ref = w.r"


def _in_sqlite(keys: Sequence[Key]) -> tuple[str, list[object]]:
    values = ", ".join(["(?, ?, ?)"] * len(keys))
    sql = (
        f"WITH w(c, s, r) AS (VALUES {values})"  # noqa: S608
        f" SELECT {_FOUND} FROM w JOIN messages m ON {_MATCH}"
    )
    return sql, [part for key in keys for part in key]


def _in_postgres(keys: Sequence[Key]) -> tuple[str, list[object]]:
    sql = (
        f"SELECT {_FOUND} FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS w(c, s, r)"  # noqa: S608
        f" JOIN messages m ON {_MATCH}"
    )
    return sql, [list(column) for column in zip(*keys, strict=True)]


def _in_mysql(keys: Sequence[Key]) -> tuple[str, list[object]]:
    one = "(m.conversation_id = ? AND m.sender_id = ? AND m.ref = ?)"
    sql = f"SELECT {_FOUND} FROM messages m WHERE {' OR '.join([one] * len(keys))}"  # noqa: S608
    return sql, [part for key in keys for part in key]


LOOK_UP: Mapping[Dialect, Callable[[Sequence[Key]], tuple[str, list[object]]]] = {
    "sqlite": _in_sqlite,
    "postgres": _in_postgres,
    "mysql": _in_mysql,
}
