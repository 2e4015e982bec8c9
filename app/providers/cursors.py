"""Cursors in the database: the members' own rows, many moved by one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pkg.clock import Clock
from pkg.database import Database, Dialect
from pkg.hub import Cursor, CursorStore

FOUND = (
    "m.id AS id, m.conversation_id AS conversation_id, m.user_id AS user_id,"
    " m.read_seq AS read_seq, m.delivered_seq AS delivered_seq, c.last_seq AS last_seq"
)
MEMBERS = "members m ON m.conversation_id = w.c AND m.user_id = w.u"
LOGS = "conversations c ON c.id = m.conversation_id"


class DatabaseCursors(CursorStore):
    """Two statements for a batch, and no transaction.

    The second one moves a row only forward, so of two nodes that write at once the further one
    stays; the other may have told a step that was passed already.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def forward(self, cursors: Sequence[Cursor]) -> Sequence[Cursor]:
        wanted = {(cursor.conversation, cursor.user): cursor for cursor in cursors}
        sql, params = LOOK_UP[self._database.dialect]([*wanted])
        rows = await self._database.fetch(sql, params)
        moved = {
            row["id"]: there
            for row in rows
            if (there := _moved(row, wanted[row["conversation_id"], row["user_id"]]))
        }
        if moved:
            await self._write(moved)
        return [*moved.values()]

    async def _write(self, moved: Mapping[int, Cursor]) -> None:
        read, read_params = _case("read_seq", {id: each.read for id, each in moved.items()})
        delivered, delivered_params = _case(
            "delivered_seq", {id: each.delivered for id, each in moved.items()}
        )
        marks = ", ".join("?" * len(moved))
        await self._database.execute(
            f"UPDATE members SET {read}, {delivered}, updated_at = ? WHERE id IN ({marks})",  # noqa: S608
            [*read_params, *delivered_params, self._clock.now(), *sorted(moved)],
        )


def _case(column: str, seqs: Mapping[int, int]) -> tuple[str, list[object]]:
    """Answers what moves *column* forward to *seqs*, by the id of the row, and its values."""
    cases = " ".join([f"WHEN id = ? AND {column} < ? THEN ?"] * len(seqs))
    params = [part for id, seq in seqs.items() for part in (id, seq, seq)]
    return f"{column} = CASE {cases} ELSE {column} END", [*params]


def _moved(row: Mapping[str, Any], wanted: Cursor) -> Cursor | None:
    """Answers where *wanted* brings the member of *row*, or None: they are as far already."""
    read = max(row["read_seq"], min(wanted.read, row["last_seq"]))
    delivered = max(row["delivered_seq"], min(wanted.delivered, row["last_seq"]), read)
    if (read, delivered) == (row["read_seq"], row["delivered_seq"]):
        return None
    return Cursor(row["conversation_id"], row["user_id"], delivered, read)


Pair = tuple[int, int]  # conversation, user


# Joined and not searched by IN, as in messages.py.
def _in_sqlite(pairs: Sequence[Pair]) -> tuple[str, list[object]]:
    values = ", ".join(["(?, ?)"] * len(pairs))
    rows = f"WITH w(c, u) AS (VALUES {values})"
    sql = f"{rows} SELECT {FOUND} FROM w JOIN {MEMBERS} JOIN {LOGS}"  # noqa: S608
    return sql, [part for pair in pairs for part in pair]


def _in_postgres(pairs: Sequence[Pair]) -> tuple[str, list[object]]:
    rows = "unnest(?::bigint[], ?::bigint[]) AS w(c, u)"
    sql = f"SELECT {FOUND} FROM {rows} JOIN {MEMBERS} JOIN {LOGS}"  # noqa: S608
    return sql, [list(column) for column in zip(*pairs, strict=True)]


def _in_mysql(pairs: Sequence[Pair]) -> tuple[str, list[object]]:
    some = " OR ".join(["(m.conversation_id = ? AND m.user_id = ?)"] * len(pairs))
    sql = f"SELECT {FOUND} FROM members m JOIN {LOGS} WHERE {some}"  # noqa: S608
    return sql, [part for pair in pairs for part in pair]


LOOK_UP: Mapping[Dialect, Callable[[Sequence[Pair]], tuple[str, list[object]]]] = {
    "sqlite": _in_sqlite,
    "postgres": _in_postgres,
    "mysql": _in_mysql,
}
