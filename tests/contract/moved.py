"""Tables with a column of every kind and references in a circle, and how tests move them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pkg.database import Database, Dialect
from pkg.migrate import Migrator
from pkg.transfer import (
    Moved,
    Table,
    Transfer,
    Writer,
    applied_in,
    joined,
    level,
    ordered,
    seeded,
    sum_of,
    tables_in,
    tables_of,
)
from pkg.transfer.line import without_late
from tests.contract.migrations import migration
from tests.databases import blank, config_for

FIRST = migration(
    """
schema.create_table(
    "values_of", table.id(), table.small("little", null=True), table.integer("middle", null=True),
    table.big("much", null=True), table.boolean("truth", null=True),
    table.double("float", null=True), table.decimal("price", 12, 2, null=True),
    table.string("word", 64, null=True), table.text("words", null=True),
    table.binary("raw", null=True), table.moment("at", null=True), table.date("day", null=True),
    table.json("document", null=True), table.uuid("uuid", null=True),
)
schema.create_table(
    "pairs", table.string("left", 40), table.big("right"), table.primary("left", "right")
)
schema.create_table("seeds", table.string("name", 40), table.primary("name"))
schema.run("INSERT INTO seeds (name) VALUES ('made by the migration')")
""",
    'for one in ("seeds", "pairs", "values_of"):\n    schema.drop_table(one)',
)
SECOND = migration(
    """
schema.create_table(
    "teams", table.id(), table.string("name", 40), table.big("head_id", null=True)
)
schema.create_table(
    "people", table.id(), table.big("team_id"), table.big("boss_id", null=True),
    table.foreign("team_id", "teams"), table.foreign("boss_id", "people"),
)
await schema.add_foreign("teams", table.foreign("head_id", "people"))
""",
    'await schema.drop_foreign("teams", table.foreign("head_id", "people"))\n'
    'schema.drop_table("people")\nschema.drop_table("teams")',
)
FILES = {"0001_first": FIRST, "0002_second": SECOND}
LAST = 12345  # an id that was given and taken back

NOTHING = (None,) * 13
VALUES: Sequence[Sequence[Any]] = (
    (1, *NOTHING),
    (
        *(2, -32768, -(2**31), -(2**63), 1, -1.5e300, "-1234567890.12", "", "", b""),
        *(datetime(1970, 1, 1, tzinfo=UTC), date(1000, 1, 1), "null"),
        "00000000-0000-0000-0000-000000000000",
    ),
    (
        *(3, 32767, 2**31 - 1, 2**63 - 1, 0, 0.1, "1E+1"),
        *("'\"\\%s?;--\r\n\t", "茶🍵\u200b\x01" * 99),
        *(bytes(range(256)), datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC)),
        *(date(9999, 12, 31), '{"a":[1,2.5,null,true,"\\u8336"],"b":{}}'),
        "12345678-9abc-def0-1234-56789abcdef0",
    ),
)  # fmt: skip
# `right` sorts otherwise in each dialect: "a" and "B", "é" and "f".
PAIRS = [(word, number) for word in ("a", "B", "b", "é", "f", "Ω") for number in (-1, 0, 7)]
PEOPLE = 250  # more than one piece


@dataclass(frozen=True, slots=True)
class Pair:
    """Two databases, one to be moved into the other."""

    source: Database
    target: Database
    package: str

    async def run(self, *, restart: bool = False, watch: Any = None) -> list[Moved]:
        """Moves all tables, as the command does."""
        applied = await self.applied()
        with self.target.active():
            await level(self.target, self.package, applied)
        tables, free = await self.tables(), await seeded(self.package, applied)
        async with tables_of(self.source) as reader, tables_of(self.target) as writer:
            moving = Transfer(reader, writer, tables, free=free, watch=watch or silent)
            return await moving.run(restart=restart)

    async def applied(self) -> list[str]:
        with self.source.active():
            return await applied_in(self.source, self.package)

    async def tables(self) -> tuple[Table, ...]:
        with self.source.active():
            ours = await tables_in(self.source)
        with self.target.active():
            theirs = {table.name: table for table in await tables_in(self.target)}
        return ordered([joined(table, theirs[table.name]) for table in ours])


def silent(stage: str, table: str, done: int, of: int) -> None:
    """Watches and says nothing."""


class Killed(Exception):
    """Ends a transfer as a signal would: nothing after it runs."""


class Fuse:
    """Kills at the word of progress number *at*, or *once* at each that it has not heard yet."""

    def __init__(self, *, at: int = 0, once: bool = False) -> None:
        self._at = at
        self._once = once
        self.seen: list[tuple[str, str, int]] = []

    def __call__(self, stage: str, table: str, done: int, of: int) -> None:
        is_new = (stage, table, done) not in self.seen
        self.seen.append((stage, table, done))
        if len(self.seen) == self._at or (self._once and is_new):
            raise Killed


@asynccontextmanager
async def pair(source: Dialect, target: Dialect, folder: Path, package: str) -> AsyncIterator[Pair]:
    """A filled database and a blank one, both open."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(opened(source, folder))
        other = await stack.enter_async_context(opened(target, folder))
        await fill(one, package)
        yield Pair(one, other, package)


@asynccontextmanager
async def opened(dialect: Dialect, folder: Path) -> AsyncIterator[Database]:
    """A blank database."""
    async with blank(dialect, folder) as url:
        config = config_for(url, lock_timeout=0.2, statement_timeout=0)
        async with beside(Database.from_config(config, root=folder, models=())) as database:
            yield database


@asynccontextmanager
async def beside(database: Database) -> AsyncIterator[Database]:
    """Another process's way to *database*."""
    other = Database(database.address, database._config)
    await other.open()
    try:
        yield other
    finally:
        await other.close()


async def fill(database: Database, package: str) -> None:
    """Migrates and puts rows into every table, by the writer itself."""
    with database.active():
        await Migrator(database, package).up()
        tables = ordered(await tables_in(database))
    people = [(id, 1 + id % 2, id % PEOPLE + 1) for id in range(1, PEOPLE + 1)]  # each has a boss
    rows: dict[str, Sequence[Sequence[Any]]] = {
        "values_of": VALUES,
        "pairs": PAIRS,
        "teams": [(1, "one", PEOPLE), (2, "two", 1)],
        "people": people,
    }
    async with tables_of(database) as writer:
        async with writer.transaction():
            for table in tables:
                if table.name in rows:
                    await writer.write(table, without_late(table, rows[table.name]))
            for table in tables:
                if table.late:
                    await writer.link(table, rows[table.name])
        for table in tables:
            if table.counted:
                await writer.set_counter(table, LAST)


async def state(database: Database) -> dict[str, tuple[int, str]]:
    """Answers count and checksum of every table."""
    with database.active():
        tables = await tables_in(database)
    async with tables_of(database) as reader:
        return {one.name: await _sum(reader, one) for one in tables}


async def _sum(reader: Writer, table: Table) -> tuple[int, str]:
    found = await sum_of(reader, table, silent)
    return found.rows, found.checksum
