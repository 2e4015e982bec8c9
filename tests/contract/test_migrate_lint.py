"""What the catalogue of `migrate lint` claims, asked of the real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from pkg.database import Database, Dialect
from pkg.migrate.lint.catalogue import BY_CODE
from tests.databases import blank, opened
from tests.unit.pkg.migrate.lint.examples import ANEW, BEFORE, EXAMPLES, KEPT

# PostgreSQL's modes from weak to strong, as pg_locks spells them.
MODES = (
    "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
    "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
)  # fmt: skip
HELD = """
SELECT l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p', 'm')
AND c.relnamespace = 'public'::regnamespace
"""
FILES = """
SELECT oid, pg_relation_filenode(oid) AS file FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
# No such tablespace is on a test server; the statement is not one of ours to hold a lock for.
UNTRIED = {"PG113"}
LOCKED = [
    code
    for code, example in EXAMPLES.items()
    if example.database == "postgres" and BY_CODE[code].lock and code not in UNTRIED
]
# MY224 asks for its way itself. The other two MariaDB copies whatever ALGORITHM it is told.
ALTERED = [
    code
    for code, example in EXAMPLES.items()
    if example.database == "mariadb" and code not in ("MY212", "MY215", "MY224")
]
# Of these the good example is one ALTER TABLE too, and takes a cheaper way.
INSTEAD = [
    code for code in ALTERED if EXAMPLES[code].good.startswith("ALTER TABLE") and code != "MY209"
]
# Rules that say "refused", and where; DB006 speaks of tables with rows.
REFUSED: Sequence[tuple[str, Dialect]] = (
    ("DB006", "postgres"), ("DB018", "postgres"), ("PG107", "postgres"), ("DB901", "sqlite"),
    ("SL302", "sqlite"), ("SL303", "sqlite"), ("SL305", "sqlite"), ("SL309", "sqlite"),
    ("MY219", "mysql"), ("MY225", "mysql"),
)  # fmt: skip
ALGORITHMS = ("INSTANT", "NOCOPY", "INPLACE", "COPY")
WORK = {"INSTANT": "instant", "NOCOPY": "build", "INPLACE": "rewrite", "COPY": "rewrite"}


class _Undo(Exception):
    pass


@asynccontextmanager
async def standing(dialect: Dialect, folder: Path) -> AsyncIterator[Database]:
    """A database with the tables that are there before each example."""
    async with blank(dialect, folder) as url, opened(url) as database:
        for statement in BEFORE[dialect]:
            await database.execute(statement)
        yield database


async def held(database: Database, statements: Sequence[str]) -> tuple[str, bool]:
    """Answers the strongest mode that *statements* hold, and whether they wrote a table anew."""
    found: list[tuple[str, bool]] = []
    with suppress(_Undo):
        async with database.transaction():
            before = {row["oid"]: row["file"] for row in await database.fetch(FILES)}
            for statement in statements:
                await database.execute(statement)
            after = {row["oid"]: row["file"] for row in await database.fetch(FILES)}
            modes = {row["mode"] for row in await database.fetch(HELD)}
            rewritten = any(after.get(oid, file) != file for oid, file in before.items())
            found.append((max(modes, key=MODES.index, default=""), rewritten))
            raise _Undo
    return found[0]


def spelled(mode: str) -> str:
    """Answers *mode* as the manual spells it."""
    words = "".join(f" {char}" if char.isupper() else char for char in mode.removesuffix("Lock"))
    return words.strip().upper()


async def algorithm(database: Database, statement: str) -> tuple[str, str]:
    """Answers the cheapest way the server takes for *statement*: its work, and its LOCK."""
    table, rest = statement.removeprefix("ALTER TABLE ").split(" ", 1)
    comma = "" if "PARTITION BY" in statement else ","
    for name in ALGORITHMS:
        for lock in ("NONE", "SHARED", "EXCLUSIVE"):
            asked = f"ALTER TABLE {table} ALGORITHM={name}, LOCK={lock}{comma} {rest}"
            if not await refused(database, [asked]):
                return WORK[name], lock
    return "refused", ""


async def refused(database: Database, statements: Sequence[str]) -> bool:
    """Tells whether the server refuses one of *statements*."""
    try:
        for statement in statements:
            await database.execute(statement)
    except Exception:  # noqa: BLE001  each vendor has its own
        return True
    return False


async def ways(folder: Path, statements: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Answers for each of MariaDB's *statements* the way it takes, the tables made anew for it."""
    found = {}
    async with standing("mysql", folder) as database:
        for table in ("t", "keyless"):
            await database.execute(f"RENAME TABLE {table} TO {table}_as_it_was")
        for code, statement in statements.items():
            table = statement.split()[2]
            await database.execute(f"CREATE TABLE {table} LIKE {table}_as_it_was")
            await database.execute(f"INSERT INTO {table} SELECT * FROM {table}_as_it_was")
            found[code] = await algorithm(database, statement)
            await database.execute(f"DROP TABLE {table}")
    return found


async def test_postgres_takes_the_locks_and_rewrites_that_the_catalogue_says(
    tmp_path: Path,
) -> None:
    told, found = {}, {}
    async with standing("postgres", tmp_path) as database:
        for code in LOCKED:
            rule, example = BY_CODE[code], EXAMPLES[code]
            mode, rewritten = await held(database, example.statements(example.bad))
            told[code] = (rule.lock, rule.work == "rewrite")
            found[code] = (spelled(mode), rewritten)

    assert found == told


async def test_postgres_writes_nothing_anew_in_the_good_examples(tmp_path: Path) -> None:
    found = {}
    async with standing("postgres", tmp_path) as database:
        for code in LOCKED:
            example = EXAMPLES[code]
            if BY_CODE[code].work == "rewrite" and example.in_transaction:
                _, found[code] = await held(database, example.statements(example.good))

    assert found
    assert not any(found.values())


async def test_postgres_writes_anew_for_the_types_that_the_catalogue_says(tmp_path: Path) -> None:
    found = {}
    async with blank("postgres", tmp_path) as url, opened(url) as database:
        for old, new in (*KEPT, *ANEW):
            await database.execute(f"CREATE TABLE t (c {old})")
            change = f"ALTER TABLE t ALTER COLUMN c TYPE {new} USING c::{new}"
            _, found[old, new] = await held(database, [change])
            await database.execute("DROP TABLE t")

    assert found == dict.fromkeys(KEPT, False) | dict.fromkeys(ANEW, True)


async def test_mariadb_takes_the_way_that_the_catalogue_says(tmp_path: Path) -> None:
    found = await ways(tmp_path, {code: EXAMPLES[code].bad for code in ALTERED})

    assert found == {code: (BY_CODE[code].work, BY_CODE[code].lock) for code in ALTERED}


async def test_what_the_catalogue_says_instead_is_cheaper_on_mariadb(tmp_path: Path) -> None:
    found = await ways(tmp_path, {code: EXAMPLES[code].good for code in INSTEAD})

    assert found
    for code, (work, lock) in found.items():
        assert lock == "NONE", code
        assert work != BY_CODE[code].work, code


@pytest.mark.parametrize(("code", "dialect"), REFUSED)
async def test_what_the_catalogue_calls_refused_is_refused(
    code: str, dialect: Dialect, tmp_path: Path
) -> None:
    bad, good = (
        EXAMPLES[code].statements(which) for which in (EXAMPLES[code].bad, EXAMPLES[code].good)
    )
    async with standing(dialect, tmp_path) as database:
        with suppress(_Undo):
            async with database.transaction():
                assert not await refused(database, good)
                raise _Undo
        if dialect == "mysql":
            await database.execute("DROP TABLE IF EXISTS u")
        with suppress(_Undo):
            async with database.transaction():
                assert await refused(database, bad)
                raise _Undo


async def test_sqlite_keeps_references_to_a_table_that_was_renamed_away(tmp_path: Path) -> None:
    async with standing("sqlite", tmp_path) as database, database.reshaping():
        for statement in EXAMPLES["SL310"].statements(EXAMPLES["SL310"].bad):
            await database.execute(statement)
        rows = await database.fetch("SELECT sql FROM sqlite_master WHERE name = 'c'")

    assert "p_old" in rows[0]["sql"]


async def test_sqlite_deletes_the_children_of_a_table_that_is_dropped_with_references_in_force(
    tmp_path: Path,
) -> None:
    async with standing("sqlite", tmp_path) as database:
        await database.execute("DROP TABLE p")
        rows = await database.fetch("SELECT count(*) AS n FROM c")

    assert rows[0]["n"] == 0


async def test_sqlite_ignores_a_pragma_of_references_in_a_transaction(tmp_path: Path) -> None:
    async with standing("sqlite", tmp_path) as database, database.transaction():
        await database.execute("PRAGMA foreign_keys = OFF")
        rows = await database.fetch("PRAGMA foreign_keys")

    assert rows == [{"foreign_keys": 1}]
