"""SQLite, over the one connection of its client."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar

from pkg.database import Ask, DatabaseUnavailable, Each, utc
from pkg.database.drivers.sqlite import in_thread
from pkg.migrate.table import Kind
from pkg.transfer.drivers.sql import Convert, SqlTables
from pkg.transfer.errors import TransferLocked, TransferRefused
from pkg.transfer.line import Row, document, exact, identified
from pkg.transfer.table import Table

# A read: it takes the snapshot that BEGIN only promises, makes a change of the locking mode count,
# and before one opens the log, without which there is no way back from EXCLUSIVE.
LOOK = "SELECT count(*) FROM sqlite_master"


def _spelled(moment: datetime) -> str:
    return moment.isoformat(" ")  # as models write it: moments are compared as text


class SqliteTables(SqlTables):
    """Tables of one file."""

    reads: ClassVar[Mapping[Kind, Convert]] = {
        "moment": utc,
        "date": date.fromisoformat,
        "decimal": exact,
        "uuid": identified,
        "json": document,
    }
    writes: ClassVar[Mapping[Kind, Convert]] = {"moment": _spelled, "date": date.isoformat}
    refusals = (*SqlTables.refusals, sqlite3.InterfaceError, sqlite3.DataError)
    begin = ("BEGIN IMMEDIATE",)
    begin_snapshot = ("BEGIN", LOOK)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        # In this mode the first lock is exclusive and stays, and none is given while anybody else
        # has the file open, be it idle. https://www.sqlite.org/pragma.html#pragma_locking_mode
        try:
            for statement in (LOOK, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN IMMEDIATE", "COMMIT"):
                await self._ask(Ask(statement))
        except DatabaseUnavailable as exc:
            await self._shared()
            raise TransferLocked(
                f"{self._database.address.where} is open in another process ({exc}): "
                "stop the server and every console that uses it, and try again"
            ) from exc
        try:
            yield
        finally:
            await self._shared()

    async def _shared(self) -> None:
        for statement in ("PRAGMA locking_mode = NORMAL", LOOK):
            await self._ask(Ask(statement))

    async def counter(self, table: Table) -> int:
        if table.counted is None:
            return 0
        found = await self._ask(Ask("SELECT seq FROM sqlite_sequence WHERE name = ?", [table.name]))
        return int(found[0][0]) if found else 0

    async def set_counter(self, table: Table, value: int) -> None:
        if table.counted is None or not value:
            return
        await self._ask(Ask("DELETE FROM sqlite_sequence WHERE name = ?", [table.name]))
        await self._ask(
            Ask("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table.name, value])
        )

    async def _run(self, step: Ask | Each) -> Sequence[Row]:
        connection: Any = self._connection
        try:
            return await in_thread(connection, partial(_ask, connection._conn, step))
        except sqlite3.OperationalError as exc:
            if str(exc).startswith("Could not decode"):  # the rest of it quotes the text
                said = str(exc).partition(" with text")[0]
                raise TransferRefused(f"SQLite: {said}: mend it first") from None
            raise

    async def _roll_back(self) -> None:
        if self._connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            await super()._roll_back()


def _ask(connection: sqlite3.Connection, step: Ask | Each) -> Sequence[Row]:
    # A statement that failed keeps its locks as long as its cursor lives, and a traceback holds it.
    with closing(connection.cursor()) as cursor:
        cursor.row_factory = None
        if isinstance(step, Each):
            cursor.executemany(step.sql, step.rows)
            return ()
        return cursor.execute(step.sql, step.params).fetchall()
