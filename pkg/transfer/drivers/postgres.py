"""PostgreSQL over asyncpg. Rows go in by COPY."""

from __future__ import annotations

import decimal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Final, Self

import asyncpg

from pkg.database import Ask, DatabaseUnavailable, Each
from pkg.migrate.table import Kind
from pkg.transfer.drivers.sql import Convert, SqlTables
from pkg.transfer.errors import TransferLocked
from pkg.transfer.line import Row, document, exact
from pkg.transfer.table import Table

ZERO, TICK = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)  # PostgreSQL's own
DAY_ZERO = ZERO.date()
MOVING = 0x7472616E73666572  # "transfer": the advisory locks of a server share one space of numbers


def _days(day: date) -> tuple[int]:
    return ((day - DAY_ZERO).days,)


def _day(found: tuple[int]) -> date:
    if found[0] in (-(2**31), 2**31 - 1):
        raise ValueError("a day at infinity")
    return DAY_ZERO + timedelta(days=found[0])


def _ticks(moment: datetime) -> tuple[int]:
    return ((moment - ZERO) // TICK,)


def _moment(found: tuple[int]) -> datetime:
    if found[0] in (-(2**63), 2**63 - 1):
        raise ValueError("a moment at infinity")
    return ZERO + timedelta(microseconds=found[0])


# asyncpg takes the last day of Python's calendar for infinity, and gives it for that: who says
# "for ever" by a day in 9999 would get another value back. These two are exact, or raise.
CODECS: Final = {"date": (_days, _day), "timestamptz": (_ticks, _moment)}


class PostgresTables(SqlTables):
    """Tables of the current schema."""

    reads: ClassVar[Mapping[Kind, Convert]] = {
        "boolean": int,
        "decimal": exact,
        "uuid": str,
        "json": document,
    }
    writes: ClassVar[Mapping[Kind, Convert]] = {"boolean": bool, "decimal": decimal.Decimal}
    refusals = (*SqlTables.refusals, asyncpg.PostgresError, decimal.InvalidOperation)
    # The first statement takes the snapshot, not BEGIN.
    begin_snapshot = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SELECT 1")

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[Self]:
        for type_, turn in CODECS.items():
            await self._connection.set_type_codec(
                type_, schema="pg_catalog", encoder=turn[0], decoder=turn[1], format="tuple"
            )
        try:
            yield self
        finally:
            with suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError):  # a lost one
                for type_ in CODECS:
                    await self._connection.reset_type_codec(type_, schema="pg_catalog")

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        try:
            await self._ask(Ask("SELECT pg_advisory_lock(?)", [MOVING]))
        except DatabaseUnavailable as exc:
            raise TransferLocked(
                "another process moves tables of this database: wait for its end, and try again"
            ) from exc
        try:
            yield
        finally:
            with suppress(DatabaseUnavailable):  # a lost connection took its locks along
                await self._ask(Ask("SELECT pg_advisory_unlock(?)", [MOVING]))

    async def counter(self, table: Table) -> int:
        if table.counted is None:
            return 0
        found = await self._ask(
            Ask(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(?, ?)::regclass)",
                [self._say.name(table.name), table.counted],
            )
        )
        return int(found[0][0] or 0)

    async def set_counter(self, table: Table, value: int) -> None:
        if table.counted is None or not value:
            return
        await self._ask(
            Ask(
                "SELECT setval(s, greatest(?, coalesce(pg_sequence_last_value(s), 0)))"
                " FROM (SELECT pg_get_serial_sequence(?, ?)::regclass AS s) AS counted",
                [value, self._say.name(table.name), table.counted],
            )
        )

    async def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        copying = self._connection.copy_records_to_table(
            table.name, records=rows, columns=table.names
        )
        await self._database.connection.run(copying)

    async def _run(self, step: Ask | Each) -> Sequence[Row]:
        try:
            if isinstance(step, Each):
                await self._connection.executemany(step.sql, step.rows)
                return ()
            found: Sequence[Row] = await self._connection.fetch(step.sql, *step.params)
            return found
        except asyncpg.InterfaceError as exc:
            if "released back to the pool" in str(exc):  # how a lost one is called from then on
                raise DatabaseUnavailable("PostgreSQL: the connection is lost") from exc
            raise
