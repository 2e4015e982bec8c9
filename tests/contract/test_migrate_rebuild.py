"""SQLite's rebuilds: what a table says stays, or the change is refused by name beforehand."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from pkg.database import ConstraintBroken, Database, Duplicate
from pkg.migrate import MigrationFailed, Migrator, Schema, table
from pkg.migrate.pretend import Pretend
from tests.contract.migrations import migration, package
from tests.databases import blank, opened
from tests.property.migrations import file, run

Say = Callable[[Schema], Awaitable[None]]
TEAS = """
CREATE TABLE makers (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE teas (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- never given twice
  name TEXT NOT NULL COLLATE NOCASE UNIQUE ON CONFLICT ABORT,
  age TEXT DEFAULT '0',
  note TEXT,
  maker TEXT REFERENCES makers (code) ON DELETE SET NULL ON UPDATE CASCADE,
  parent_id INTEGER,
  label TEXT GENERATED ALWAYS AS (name || '!') STORED,
  grams INTEGER NOT NULL CHECK (grams > 0),
  CONSTRAINT teas_parent_id_foreign FOREIGN KEY (parent_id) REFERENCES teas (id) ON DELETE CASCADE,
  CONSTRAINT teas_rule CHECK (grams < 1000 OR note IS NOT NULL),
  UNIQUE (grams, note)
);
CREATE TABLE cups (tea_id INTEGER NOT NULL REFERENCES teas (id) ON DELETE CASCADE);
INSERT INTO makers (id, code) VALUES (1, 'm');
INSERT INTO teas (id, name, age, note, maker, parent_id, grams)
  VALUES (1, 'Assam', '7', 'a;b', 'm', NULL, 5), (9, 'Keemun', '8', NULL, NULL, 1, 6);
INSERT INTO cups (tea_id) VALUES (1), (9);
DELETE FROM teas WHERE id = 9;
DELETE FROM cups WHERE tea_id = 9;
"""


async def to_number(schema: Schema) -> None:
    await schema.change_column("teas", table.integer("age", default=0))


async def without_age(schema: Schema) -> None:
    await schema.drop_column("teas", "age")


async def one_more_check(schema: Schema) -> None:
    await schema.add_check("teas", table.check("teas_age", "age <> 'x'"))


async def without_maker(schema: Schema) -> None:
    await schema.drop_foreign("teas", table.foreign("maker", "makers"))
    await schema.add_foreign("teas", table.foreign("maker", "makers", to="code"))


CHANGES = (to_number, without_age, one_more_check, without_maker)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with blank("sqlite", tmp_path) as url, opened(url) as made:
        for statement in made.cut(TEAS):
            await made.execute(statement)
        yield made


async def fails(database: Database, *says: Say) -> str:
    """Says *says* in one migration, which must fail and change nothing; answers what it said."""
    before = await database.fetch("SELECT * FROM sqlite_master ORDER BY name")
    with pytest.raises(MigrationFailed) as caught:
        await run(database, file("0001", list(says)))
    assert await database.fetch("SELECT * FROM sqlite_master ORDER BY name") == before
    return str(caught.value)


@pytest.mark.parametrize("change", CHANGES)
async def test_every_rule_of_a_table_outlives_a_rebuild(database: Database, change: Say) -> None:
    await run(database, file("0001", [change]))

    (row,) = await database.fetch("SELECT id, name, note, maker, label, grams FROM teas")
    assert list(row.values()) == [1, "Assam", "a;b", "m", "Assam!", 5]
    assert await database.fetch("SELECT * FROM cups") == [{"tea_id": 1}]
    for values, broken in (
        ("'ASSAM', 7, NULL", Duplicate),  # unique, whatever the case
        ("'Oolong', 5, 'a;b'", Duplicate),  # of the two columns
        ("'Oolong', 0, NULL", ConstraintBroken),  # the column's check
        ("'Oolong', 2000, NULL", ConstraintBroken),  # the table's check
        ("NULL, 7, NULL", ConstraintBroken),
    ):
        with pytest.raises(broken):
            await database.execute(f"INSERT INTO teas (name, grams, note) VALUES ({values})")
    with pytest.raises(ConstraintBroken):
        await database.execute("INSERT INTO teas (name, grams, maker) VALUES ('x', 1, 'none')")
    with pytest.raises(ConstraintBroken):
        await database.execute("INSERT INTO teas (name, grams, parent_id) VALUES ('x', 1, 99)")
    await database.execute("INSERT INTO teas (name, grams, parent_id) VALUES ('Dian', 8, 1)")
    assert await database.fetch("SELECT id FROM teas WHERE name = 'dian'") == [{"id": 10}]
    await database.execute("DELETE FROM teas WHERE id = 1")
    assert await database.fetch("SELECT * FROM cups") == []
    assert await database.fetch("SELECT * FROM teas") == []


@pytest.mark.parametrize("options", ["WITHOUT ROWID", "STRICT", "STRICT, WITHOUT ROWID"])
async def test_the_kind_of_a_table_outlives_a_rebuild(database: Database, options: str) -> None:
    body = "a TEXT NOT NULL, b INTEGER, c TEXT, PRIMARY KEY (b, a)"
    await database.execute(f"CREATE TABLE odd ({body}) {options}")
    await database.execute("INSERT INTO odd (a, b, c) VALUES ('x', 2, 'z'), ('w', 1, 'y')")

    async def drop(schema: Schema) -> None:
        await schema.drop_column("odd", "c")

    await run(database, file("0001", [drop]))

    (said,) = await database.fetch("SELECT sql FROM sqlite_master WHERE name = 'odd'")
    assert said["sql"].endswith(f") {options}")
    rows = await database.fetch("SELECT a, b FROM odd ORDER BY b")
    assert rows == [{"a": "w", "b": 1}, {"a": "x", "b": 2}]
    with pytest.raises(Duplicate):
        await database.execute("INSERT INTO odd (a, b) VALUES ('x', 2)")


@pytest.mark.parametrize(
    ("beside", "column", "told"),
    [
        ("", "grams", "rule .* speaks of teas.grams"),
        ("", "name", "column label speaks of teas.name"),
        ("", "parent_id", "teas.parent_id is a reference"),
        ("", "maker", "teas.maker is a reference"),
        ("CREATE INDEX some ON teas (id) WHERE age IS NOT NULL", "age", "index some speaks of"),
        ("CREATE INDEX low ON teas (lower(age))", "age", "index low speaks of"),
        ("CREATE VIEW old AS SELECT age FROM teas", "age", "view old speaks of"),
        (
            "CREATE TRIGGER t AFTER INSERT ON cups BEGIN UPDATE teas SET age = 1; END",
            "age",
            "trigger t speaks of",
        ),
        ("", "nothing", "has no column nothing"),
    ],
)
async def test_a_column_that_something_speaks_of_is_not_dropped(
    database: Database, beside: str, column: str, told: str
) -> None:
    if beside:
        await database.execute(beside)

    async def drop(schema: Schema) -> None:
        await schema.drop_column("teas", column)

    assert re.search(told, await fails(database, drop))


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (table.integer("label"), "teas.label is generated"),
        (table.big("id"), "teas.id is the key that counts the rows"),
        (table.id("age"), "teas.age is the key"),
        (table.integer("name"), "1 rows of teas.name hold no whole number"),
        (table.integer("note"), "1 rows of teas.note hold no whole number"),
        (table.integer("nothing"), "has no column nothing"),
    ],
)
async def test_a_change_that_would_lose_something_is_refused(
    database: Database, column: table.Column, told: str
) -> None:
    async def change(schema: Schema) -> None:
        await schema.change_column("teas", column)

    assert told in await fails(database, change)


async def test_what_is_not_there_cannot_be_dropped_and_what_is_there_not_added(
    database: Database,
) -> None:
    async def twice(schema: Schema) -> None:
        await schema.add_foreign("teas", table.foreign("maker", "makers", to="code"))

    async def no_reference(schema: Schema) -> None:
        await schema.drop_foreign("teas", table.foreign("note", "makers"))

    async def no_check(schema: Schema) -> None:
        await schema.drop_check("teas", table.check("nothing", ""))

    assert "teas.maker is a reference already" in await fails(database, twice)
    assert "teas.note is no reference" in await fails(database, no_reference)
    assert "has no check nothing" in await fails(database, no_check)


async def test_a_check_is_dropped_by_its_name(database: Database) -> None:
    async def drop(schema: Schema) -> None:
        await schema.drop_check("teas", table.check("teas_rule", ""))

    await run(database, file("0001", [drop]))

    await database.execute("INSERT INTO teas (name, grams) VALUES ('x', 2000)")


async def test_a_view_or_trigger_that_would_not_work_any_more_is_told(database: Database) -> None:
    await database.execute("CREATE VIEW old AS SELECT * FROM teas")
    await database.execute(
        "CREATE TRIGGER told AFTER INSERT ON cups BEGIN INSERT INTO teas SELECT * FROM teas; END"
    )

    async def drop(schema: Schema) -> None:
        schema.drop_table("teas")
        schema.run("DELETE FROM cups")

    said = await fails(database, drop)
    assert "view old would not work any more" in said or "triggers of cups" in said


async def test_a_view_that_was_broken_before_is_nobodys_hindrance(database: Database) -> None:
    await database.execute("CREATE VIEW broken AS SELECT one FROM nowhere")

    await run(database, file("0001", [to_number]))

    assert await database.fetch("SELECT typeof(age) AS t FROM teas") == [{"t": "integer"}]


async def test_no_table_is_rebuilt_while_foreign_keys_are_on(
    database: Database, tmp_path: Path
) -> None:
    text = migration(
        'await schema.change_column("teas", table.integer("age"))', in_transaction=False
    )
    with (
        package(tmp_path, {"0001_age": text}) as name,
        pytest.raises(MigrationFailed, match="RUN_IN_TRANSACTION must be True"),
    ):
        await Migrator(database, name).up()

    assert await database.fetch("SELECT * FROM cups") == [{"tea_id": 1}]


async def test_what_pretend_tells_is_what_the_file_gets(database: Database) -> None:
    """SQLite itself is asked what it ran."""
    says = file("0001", [*CHANGES[2:], to_number])
    (told,) = await Pretend(database, "up").files([says])
    traced: list[str] = []
    connection = database.connection._connection

    await connection.set_trace_callback(traced.append)
    await run(database, says)
    await connection.set_trace_callback(None)

    reads = ("SELECT", "EXPLAIN", "BEGIN", "COMMIT", "--")
    pragmas = ("PRAGMA foreign", "PRAGMA table", "PRAGMA legacy_alter_table = OFF")
    ran = [one for one in traced if not one.startswith((*reads, *pragmas))]
    assert ran == [one for one in told.statements if not one.startswith(pragmas)]
