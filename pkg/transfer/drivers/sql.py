"""What the three drivers share: the statements, values as rows have them, and who is at fault."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, ClassVar, Self

from pkg.database import Ask, Database, Each, placed, settled
from pkg.errors import Error, Rejected
from pkg.migrate import Schema
from pkg.migrate import table as t
from pkg.migrate.dialect import Speech
from pkg.migrate.table import Kind
from pkg.transfer.contract import Key, Writer
from pkg.transfer.errors import TransferRefused
from pkg.transfer.line import Row
from pkg.transfer.table import Column, Table

Convert = Callable[[Any], object]
LENGTH = 190  # of text in a table that is made here: MySQL takes no longer one as a key


class SqlTables(Writer):
    """The tables of *database* over *connection*, which is the driver's own and nobody else's."""

    reads: ClassVar[Mapping[Kind, Convert]]
    writes: ClassVar[Mapping[Kind, Convert]]
    # What the driver raises over a value it cannot keep.
    refusals: tuple[type[Exception], ...] = (Rejected, TypeError, ValueError, OverflowError)
    begin: Sequence[str] = ("BEGIN",)
    begin_snapshot: Sequence[str] = ("BEGIN",)

    def __init__(self, database: Database, connection: Any) -> None:
        self.dialect = database.dialect
        self._database = database
        self._connection = connection
        self._say = Speech(database.dialect)

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[Self]:
        """Has the connection read and write values as rows have them, for a block."""
        yield self

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        async with self._between(self.begin_snapshot):
            yield

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        async with self._between(self.begin):
            yield

    async def page(self, table: Table, after: Key | None, size: int) -> list[Row]:
        try:
            found = await self._above(table, table.names, after, size)
        except (ValueError, OverflowError) as exc:  # a value that Python has no form of
            if size > 1:
                return await self.page(table, after, size // 2)
            key = (await self._above(table, table.key, after, 1))[0]
            raise TransferRefused(
                f"{table.at(key)} holds what cannot be read ({_why(exc)}): mend it first"
            ) from exc
        return self._read(table, found)

    async def count(self, table: Table) -> int:
        found = await self._ask(Ask(f"SELECT count(*) FROM {self._say.name(table.name)}"))  # noqa: S608  checked
        return int(found[0][0])

    async def write(self, table: Table, rows: Sequence[Row]) -> None:
        await self._ask(Ask("SAVEPOINT written"))
        try:
            await self._insert(table, self._written(table.columns, rows))
        except self.refusals as exc:
            await self._ask(Ask("ROLLBACK TO SAVEPOINT written"))
            if len(rows) == 1:
                raise TransferRefused(f"{table.row(rows[0])} is refused: {_why(exc)}") from exc
            for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
                await self.write(table, half)
        else:
            await self._ask(Ask("RELEASE SAVEPOINT written"))

    async def link(self, table: Table, rows: Sequence[Row]) -> None:
        say, wanted = self._say, (*table.late, *table.key)
        sets = ", ".join(f"{say.name(one)} = ?" for one in table.late)
        where = " AND ".join(f"{say.name(one)} = ?" for one in table.key)
        places = table.places(wanted)
        values = self._written(
            [table.columns[at] for at in places], ([row[at] for at in places] for row in rows)
        )
        await self._ask(Each(f"UPDATE {say.name(table.name)} SET {sets} WHERE {where}", values))  # noqa: S608  checked

    async def clear(self, tables: Sequence[Table]) -> None:
        say = self._say
        for table in tables:  # a circle that is open falls on nobody, however long it was
            if table.late:
                sets = ", ".join(f"{say.name(one)} = NULL" for one in table.late)
                await self._ask(Ask(f"UPDATE {say.name(table.name)} SET {sets}"))  # noqa: S608  checked
        for table in reversed(tables):
            await self._ask(Ask(f"DELETE FROM {say.name(table.name)}"))  # noqa: S608  checked

    async def make(self, table: Table) -> None:
        schema = Schema(self._database.connection)
        columns = [
            t.Column(one.name, one.kind or "text", LENGTH, null=one.null) for one in table.columns
        ]
        schema.create_table(table.name, *columns, t.primary(*table.key))
        for statement in self._database.cut(schema.sql()):
            once = statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1)
            await self._ask(Ask(once))

    async def drop(self, table: Table) -> None:
        await self._ask(Ask(f"DROP TABLE {self._say.name(table.name)}"))

    async def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        say, marks = self._say, ", ".join("?" * len(table.columns))
        into = f"{say.name(table.name)} ({say.names(table.names)})"
        await self._ask(Each(f"INSERT INTO {into} VALUES ({marks})", rows))  # noqa: S608  checked

    async def _ask(self, step: Ask | Each) -> Sequence[Row]:
        """Runs one step; the driver's errors become ours, save those over a value."""
        if isinstance(step, Each) or step.params:  # else its percent signs stay as they are
            step = step._replace(sql=placed(step.sql, self.dialect))
        found: Sequence[Row] = await self._database.connection.run(self._run(step))
        return found

    @abstractmethod
    async def _run(self, step: Ask | Each) -> Sequence[Row]:
        """Runs one step, its placeholders being the driver's."""

    async def _above(
        self, table: Table, names: tuple[str, ...], after: Key | None, size: int
    ) -> Sequence[Row]:
        """Answers columns of the *size* rows above the key *after*, as the driver gives them."""
        say = self._say
        where, params = self._where(table, after) if after is not None else ("", [])
        read = f"SELECT {say.names(names)} FROM {say.name(table.name)}{where}"  # noqa: S608  checked
        return await self._ask(
            Ask(f"{read} ORDER BY {say.names(table.key)} LIMIT ?", (*params, size))
        )

    def _where(self, table: Table, after: Key) -> tuple[str, list[object]]:
        """Answers the condition that a row is above *after*, and its values."""
        values = [*self._written(table.of_key(), [after])[0]]
        marks = ", ".join("?" * len(values))
        return f" WHERE ({self._say.names(table.key)}) > ({marks})", values

    def _read(self, table: Table, rows: Iterable[Row]) -> list[Row]:
        turned = _turned(table.columns, self.reads)
        if not turned:
            return [tuple(row) for row in rows]
        return [_read(table, list(row), turned) for row in rows]

    def _written(self, columns: Sequence[Column], rows: Iterable[Row]) -> list[Row]:
        turned = _turned(columns, self.writes)
        return [_through(list(row), turned) for row in rows] if turned else [*rows]

    @asynccontextmanager
    async def _between(self, begin: Sequence[str]) -> AsyncIterator[None]:
        for statement in begin:
            await self._ask(Ask(statement))
        try:
            yield
            await self._ask(Ask("COMMIT"))
        except BaseException:
            await settled(self._roll_back())
            raise

    async def _roll_back(self) -> None:
        with suppress(Error):  # a lost connection took its transaction along
            await self._ask(Ask("ROLLBACK"))


def _turned(
    columns: Sequence[Column], converters: Mapping[Kind, Convert]
) -> list[tuple[int, Convert]]:
    return [
        (at, converters[column.kind])
        for at, column in enumerate(columns)
        if column.kind and column.kind in converters
    ]


def _through(row: list[Any], turned: list[tuple[int, Convert]]) -> Row:
    for at, convert in turned:
        if row[at] is not None:
            row[at] = convert(row[at])
    return row


def _read(table: Table, row: list[Any], turned: list[tuple[int, Convert]]) -> Row:
    for at, convert in turned:
        try:
            _through(row, [(at, convert)])
        except (ValueError, TypeError, AttributeError, ArithmeticError) as exc:
            column = table.columns[at]
            raise TransferRefused(
                f"{table.row(row)}: what {column.name} holds is no {column.kind}: mend it first"
            ) from exc
    return row


def _why(exc: Exception) -> str:
    return " ".join(str(exc).split()) or type(exc).__name__
