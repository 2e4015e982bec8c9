"""The hub's log in the database: one counter row a conversation, and one insert a batch."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from app.models import LOBBY_ID
from app.providers.log_sql import LOGS, READ, Key, Line
from pkg.clock import Clock
from pkg.database import Database, DatabaseUnavailable, Duplicate, Row, Steps, utc
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

TEXT = "text"  # how the column says what a frame leaves out
TRIES = 3


class DatabaseMessages(MessageStore):
    """`seq` comes from `conversations.last_seq`, whose row stays locked until the commit.

    An auto-increment would number in the order of inserts and not of commits, and leave holes.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._sql = LOGS[database.dialect]

    async def append(self, batch: Sequence[Draft]) -> Sequence[Ack | Error]:
        at = self._clock.now()
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)  # as frames carry it
        careful = False
        for left in reversed(range(TRIES)):
            try:
                return await self._database.perform(self._append(batch, at, careful=careful))
            except Duplicate:  # the unique key has found what nobody looked for
                if careful:
                    raise
                careful = True
            except DatabaseUnavailable as exc:
                if exc.retry_after != 0 or not left:  # 0: thrown out of a deadlock, so at once
                    raise
        raise AssertionError("the last try answers or raises")

    async def range(self, conversation: int, after: int, limit: int) -> Sequence[Message]:
        rows = await self._database.rows(
            f"SELECT {READ} FROM messages"  # noqa: S608  names of ours
            " WHERE conversation_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (conversation, after, limit),
        )
        return [_message(row) for row in rows]

    async def before(self, conversation: int, seq: int, limit: int) -> Sequence[Message]:
        """Answers the last *limit* messages with a seq below *seq*, in order of seq."""
        rows = await self._database.rows(
            f"SELECT {READ} FROM messages"  # noqa: S608  names of ours
            " WHERE conversation_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
            (conversation, seq, limit),
        )
        return [_message(row) for row in reversed(rows)]

    async def tops(self, conversations: Collection[int]) -> Mapping[int, int]:
        if not conversations:
            return {}
        return _tops(await self._database.rows(*self._sql.tops(conversations)))

    async def epoch(self) -> str:
        ((value,),) = await self._database.rows("SELECT value FROM settings WHERE name = 'epoch'")
        return str(value)

    async def renew(self, epoch: str) -> str:
        await self._database.execute(
            "UPDATE settings SET value = ? WHERE name = 'epoch' AND value = ?",
            (uuid.uuid4().hex, epoch),
        )
        return await self.epoch()

    def _append(
        self, batch: Sequence[Draft], at: datetime, *, careful: bool
    ) -> Steps[list[Ack | Error]]:
        """Stores *batch*; unless *careful*, a ref that stands already breaks it off."""
        tops = _tops((yield self._sql.lock({each.conversation for each in batch})))
        known: dict[Key, Message] = {}
        if careful:  # after the lock: whoever stored the same ref at that time has committed by now
            for row in (yield self._sql.look_up([_key(draft) for draft in batch])):
                known[row[0], row[3], row[2]] = _message(row)
        outcomes, lines = _sort(batch, tops, known, stamp(at), self._database.moment(at))
        if lines:
            yield self._sql.lift(tops)
            yield self._sql.insert(lines)
        return outcomes


def _sort(
    batch: Sequence[Draft], tops: dict[int, int], known: dict[Key, Message], at: str, moment: object
) -> tuple[list[Ack | Error], list[Line]]:
    """Answers what becomes of each draft, and the lines to be written; *tops* grow by them."""
    outcomes: list[Ack | Error] = []
    lines: list[Line] = []
    for draft in batch:
        id, key = draft.conversation, _key(draft)
        if (first := known.get(key)) is not None:
            outcomes.append(Ack(first, dup=True) if _says(first, draft) else IdReused())
        elif id not in tops:
            outcomes.append(ConversationGone())
        else:
            seq = tops[id] = tops[id] + 1
            message = known[key] = _as_message(draft, seq, at)
            outcomes.append(Ack(message))
            kind = draft.content_type or TEXT
            said = draft.ref, draft.sender, draft.content, kind, draft.reply_to
            lines.append((id, seq, *said, moment))
    return outcomes, lines


def _tops(rows: Sequence[Row]) -> dict[int, int]:
    return {id: top for id, top in rows}  # noqa: C416  asyncpg's rows are no tuples


def _says(message: Message, draft: Draft) -> bool:
    if message.rev:  # what it said at first nobody knows any more
        return True
    said = (message.content, message.content_type, message.reply_to)
    return said == (draft.content, draft.content_type, draft.reply_to)


def _key(draft: Draft) -> Key:
    return draft.conversation, draft.sender, draft.ref


def _as_message(
    draft: Draft, seq: int, at: str, rev: int = 0, *, recalled: bool = False
) -> Message:
    address = conversation_address(draft.conversation)
    return Message(
        sender=user_address(draft.sender),
        recipient="" if draft.conversation == LOBBY_ID else address,  # as in the plain dialect
        content=draft.content,
        conversation=address,
        seq=seq,
        id=draft.ref,
        at=at,
        content_type=draft.content_type,
        reply_to=draft.reply_to,
        rev=rev,
        recalled=recalled,
    )


def _message(row: Row) -> Message:
    """Reads a row of READ."""
    conversation, seq, ref, sender, content, kind, reply_to, created_at, rev, recalled_at = row
    said = None if kind == TEXT else kind
    draft = Draft(conversation, sender, ref, content, said, reply_to)
    at = _stamp(created_at)
    return _as_message(draft, seq, at, rev, recalled=recalled_at is not None)


@lru_cache(maxsize=1024)  # a batch was stored at one moment, and is read in one piece
def _stamp(moment: datetime | str) -> str:
    return stamp(utc(moment))
