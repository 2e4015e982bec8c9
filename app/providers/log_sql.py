"""What the log asks of each kind of database, in statements as constant as they can be.

A text that never changes is parsed once, and its plan kept: by SQLite's cache of statements, and
by PostgreSQL, where another text is another trip.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence

from pkg.database import Ask, Dialect, Each

Key = tuple[int, int, str]  # conversation, sender, ref: what makes a message one
Line = tuple[object, ...]  # a message, its values in the order of COLUMNS

COLUMNS = "conversation_id, seq, ref, sender_id, content, content_type, reply_to, created_at"
READ = f"{COLUMNS}, rev, recalled_at"
_FOUND = ", ".join(f"m.{column}" for column in READ.split(", "))
_MATCH = "m.conversation_id = w.c AND m.sender_id = w.s AND m.ref = w.r"
_MARKS = "(?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT = f"INSERT INTO messages ({COLUMNS})"


class LogSql(ABC):
    """The log's statements in one dialect; none of its lists is empty."""

    @abstractmethod
    def tops(self, conversations: Collection[int]) -> Ask:
        """Reads id and last_seq of *conversations*."""

    @abstractmethod
    def lock(self, conversations: Collection[int]) -> Ask:
        """Does as `tops` and keeps other writers out until the end of the transaction.

        It takes the rows by id: two nodes cannot wait for each other.
        """

    @abstractmethod
    def look_up(self, keys: Sequence[Key]) -> Ask:
        """Reads the messages that stand under *keys*."""

    @abstractmethod
    def lift(self, tops: Mapping[int, int]) -> Ask | Each:
        """Writes the last_seq of each conversation in *tops*."""

    @abstractmethod
    def insert(self, lines: Sequence[Line]) -> Ask | Each:
        """Writes messages."""


class SqliteLog(LogSql):
    """One statement a row: SQLite keeps a journal for statements of many, and that costs more."""

    def tops(self, conversations: Collection[int]) -> Ask:
        ids = ",".join(map(str, conversations))
        return Ask(
            "SELECT id, last_seq FROM conversations WHERE id IN (SELECT value FROM json_each(?))",
            (f"[{ids}]",),
        )

    def lock(self, conversations: Collection[int]) -> Ask:
        return self.tops(conversations)  # BEGIN IMMEDIATE keeps every other writer out

    def look_up(self, keys: Sequence[Key]) -> Ask:
        values = ", ".join(["(?, ?, ?)"] * len(keys))
        return Ask(
            f"WITH w(c, s, r) AS (VALUES {values})"  # noqa: S608
            f" SELECT {_FOUND} FROM w JOIN messages m ON {_MATCH}",
            [part for key in keys for part in key],
        )

    def lift(self, tops: Mapping[int, int]) -> Each:
        rows = [(top, id) for id, top in tops.items()]
        return Each("UPDATE conversations SET last_seq = ? WHERE id = ?", rows)

    def insert(self, lines: Sequence[Line]) -> Each:
        return Each(f"{_INSERT} VALUES {_MARKS}", lines)


class PostgresLog(LogSql):
    """Columns as arrays: one text, whatever the number of rows."""

    _TOPS = "SELECT id, last_seq FROM conversations WHERE id = ANY(?::bigint[])"
    _TYPES = ("bigint", "bigint", "text", "bigint", "text", "text", "bigint", "timestamptz")
    _WRITE = f"{_INSERT} SELECT * FROM unnest({', '.join(f'?::{type}[]' for type in _TYPES)})"  # noqa: S608

    def tops(self, conversations: Collection[int]) -> Ask:
        return Ask(self._TOPS, (list(conversations),))

    def lock(self, conversations: Collection[int]) -> Ask:
        return Ask(f"{self._TOPS} ORDER BY id FOR UPDATE", (list(conversations),))

    def look_up(self, keys: Sequence[Key]) -> Ask:
        # Joined and not searched by IN: it would read the whole conversation for that.
        return Ask(
            f"SELECT {_FOUND} FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS w(c, s, r)"  # noqa: S608
            f" JOIN messages m ON {_MATCH}",
            [list(column) for column in zip(*keys, strict=True)],
        )

    def lift(self, tops: Mapping[int, int]) -> Ask:
        return Ask(
            "UPDATE conversations AS c SET last_seq = w.top"
            " FROM unnest(?::bigint[], ?::bigint[]) AS w(id, top) WHERE c.id = w.id",
            (list(tops), list(tops.values())),
        )

    def insert(self, lines: Sequence[Line]) -> Ask:
        return Ask(self._WRITE, [list(column) for column in zip(*lines, strict=True)])


class MySqlLog(LogSql):
    """Its client writes the values into the text, so nothing is won by keeping it the same."""

    def tops(self, conversations: Collection[int]) -> Ask:
        marks = ", ".join("?" * len(conversations))
        return Ask(
            f"SELECT id, last_seq FROM conversations WHERE id IN ({marks})",  # noqa: S608
            list(conversations),
        )

    def lock(self, conversations: Collection[int]) -> Ask:
        # Before any plain read: that would fix what the transaction sees.
        sql, params = self.tops(conversations)
        return Ask(f"{sql} ORDER BY id FOR UPDATE", params)

    def look_up(self, keys: Sequence[Key]) -> Ask:
        one = "(m.conversation_id = ? AND m.sender_id = ? AND m.ref = ?)"
        return Ask(
            f"SELECT {_FOUND} FROM messages m WHERE {' OR '.join([one] * len(keys))}",  # noqa: S608
            [part for key in keys for part in key],
        )

    def lift(self, tops: Mapping[int, int]) -> Ask:
        values = " UNION ALL SELECT ".join(["?, ?"] * (len(tops) - 1))
        more = f" UNION ALL SELECT {values}" if values else ""
        return Ask(
            f"UPDATE conversations c JOIN (SELECT ? AS id, ? AS top{more}) w ON c.id = w.id"  # noqa: S608
            " SET c.last_seq = w.top",
            [part for pair in tops.items() for part in pair],
        )

    def insert(self, lines: Sequence[Line]) -> Ask:
        marks = ", ".join([_MARKS] * len(lines))
        return Ask(f"{_INSERT} VALUES {marks}", [value for line in lines for value in line])


LOGS: Mapping[Dialect, LogSql] = {
    "sqlite": SqliteLog(),
    "postgres": PostgresLog(),
    "mysql": MySqlLog(),
}
