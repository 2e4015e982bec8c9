"""MySQL and MariaDB over asyncmy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import ClassVar

from asyncmy import errors

from pkg.database import Ask, DatabaseUnavailable, Each, utc
from pkg.database.drivers.mysql import ask
from pkg.migrate.table import Kind
from pkg.transfer.contract import Key
from pkg.transfer.drivers.sql import Convert, SqlTables
from pkg.transfer.errors import TransferLocked
from pkg.transfer.line import Row, document, exact, identified
from pkg.transfer.table import Table

# Locks by name are the server's, not the database's.
MOVING = "concat('transfer.', database())"

# Else an id of 0 asks for the next one.
KEEP_ZERO = (
    "SET @mode_before = @@sql_mode, SESSION sql_mode = concat(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')"
)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


class MysqlTables(SqlTables):
    """Tables of the current database."""

    counts_within = False
    reads: ClassVar[Mapping[Kind, Convert]] = {
        "boolean": int,
        "moment": utc,
        "decimal": exact,
        "uuid": identified,
        "json": document,
    }
    writes: ClassVar[Mapping[Kind, Convert]] = {"moment": _naive}
    refusals = (*SqlTables.refusals, errors.DataError, errors.OperationalError)
    begin = ("START TRANSACTION",)
    begin_snapshot = (
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",  # for the next one alone
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    )

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        found = await self._ask(Ask(f"SELECT get_lock({MOVING}, @@innodb_lock_wait_timeout)"))
        if found[0][0] != 1:
            raise TransferLocked(
                "another process moves tables of this database: wait for its end, and try again"
            )
        try:
            await self._ask(Ask(KEEP_ZERO))
            yield
        finally:
            with suppress(DatabaseUnavailable):  # a lost connection took its locks along
                await self._ask(Ask("SET SESSION sql_mode = @mode_before"))
                await self._ask(Ask(f"SELECT release_lock({MOVING})"))

    async def counter(self, table: Table) -> int:
        if table.counted is None:
            return 0
        # MySQL 8 answers a day-old figure; MariaDB knows no such thing.
        await self._ask(Ask("/*!80000 SET SESSION information_schema_stats_expiry = 0 */"))
        highest = f"SELECT max({self._say.name(table.counted)}) FROM {self._say.name(table.name)}"  # noqa: S608  checked
        found = await self._ask(
            Ask(
                f"SELECT greatest(auto_increment - 1, coalesce(({highest}), 0)) "  # noqa: S608  checked
                "FROM information_schema.tables "
                "WHERE table_schema = database() AND table_name = ?",
                [table.name],
            )
        )
        return int(found[0][0] or 0)

    async def set_counter(self, table: Table, value: int) -> None:
        if table.counted is not None and value:
            name = self._say.name(table.name)
            await self._ask(Ask(f"ALTER TABLE {name} AUTO_INCREMENT = {value + 1}"))

    def _where(self, table: Table, after: Key) -> tuple[str, list[object]]:
        # A comparison of whole rows uses no key here: each page would read all before it.
        values = [*self._written(table.of_key(), [after])[0]]
        names = [self._say.name(one) for one in table.key]
        ways = [
            " AND ".join([*(f"{one} = ?" for one in names[:at]), f"{name} > ?"])
            for at, name in enumerate(names)
        ]
        said = " OR ".join(f"({way})" for way in ways)
        return f" WHERE {said}", [value for at in range(len(names)) for value in values[: at + 1]]

    async def _run(self, step: Ask | Each) -> Sequence[Row]:
        return await ask(self._connection, step)
