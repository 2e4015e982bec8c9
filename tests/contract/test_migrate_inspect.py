"""The laws of `pkg.migrate.inspect`: what a table says is read back, on every database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.database import Database
from pkg.migrate import Migrator, Schema, table
from pkg.migrate.inspect import FoundReference, FoundTable, read_tables, sizes
from pkg.migrate.ledger import TABLES
from pkg.migrate.table import Column, Part
from tests.databases import DIALECTS, blank, opened

# SQLite keeps a truth value as it keeps an integer, and an exact number as text.
KEPT_AS = {"truth": Column("truth", "integer", default=1), "price": Column("price", "string", 40)}
PARTS: tuple[Part, ...] = (
    table.id(),
    *table.timestamps(),
    table.string("title", 40, default="a (new) one"),
    table.string("code", 8, null=True),
    table.text("body"),
    table.small("rank", default=-3),
    table.integer("copies", null=True),
    table.big("author_id"),
    table.boolean("truth", default=True),
    table.double("weight"),
    table.decimal("price", 10, 3),
    table.binary("cover", null=True),
    table.date("day"),
    table.json("extra"),
    table.uuid("ref"),
    table.foreign("author_id", "authors", on_delete="restrict"),
    table.unique("title", "code"),
    table.index("day", name="books_by_day"),
)

ROW = {  # of authors
    "sqlite": "INSERT INTO authors DEFAULT VALUES",
    "postgres": "INSERT INTO authors DEFAULT VALUES",
    "mysql": "INSERT INTO authors () VALUES ()",
}


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Authors and their books: a column of each kind, keys, a reference, a key of two columns."""
    async with blank(request.param, tmp_path) as url, opened(url) as made:
        schema = Schema(made.connection)
        schema.create_table("authors", table.id())
        schema.create_table("books", *PARTS)
        schema.create_table(
            "pages",
            table.big("book_id"),
            table.integer("number"),
            table.primary("book_id", "number"),
            table.foreign("book_id", "books"),
        )
        for one in made.cut(schema.sql()):
            await made.execute(one)
        yield made


async def books(database: Database) -> FoundTable:
    return (await read_tables(database, "books"))["books"]


async def test_every_column_is_read_back_in_the_words_it_was_made_with(database: Database) -> None:
    made = [part for part in PARTS if isinstance(part, Column)]
    if database.dialect == "sqlite":
        made = [KEPT_AS.get(column.name, column) for column in made]

    assert [column.column() for column in (await books(database)).columns] == made


async def test_keys_are_read_back_with_their_columns_in_order(database: Database) -> None:
    found = await read_tables(database)

    assert {key.name: (key.columns, key.unique, key.plain) for key in found["books"].keys} == {
        "books_author_id_index": (("author_id",), False, True),
        "books_by_day": (("day",), False, True),
        "books_title_code_unique": (("title", "code"), True, True),
    }
    assert found["books"].primary == ("id",)
    assert found["pages"].primary == ("book_id", "number")


async def test_references_are_read_back_with_their_names(database: Database) -> None:
    found = await read_tables(database)

    assert found["books"].references == (
        FoundReference(
            "books_author_id_foreign", ("author_id",), "authors", ("id",), on_delete="restrict"
        ),
    )
    assert found["pages"].references[0].on_delete == "cascade"


async def test_checks_are_read_back_with_their_names(database: Database) -> None:
    await database.execute(
        "CREATE TABLE odd (n INT, CONSTRAINT odd_n_check CHECK (n > 1 AND (n < 9 OR n = 12)))"
    )

    (check,) = (await read_tables(database, "odd"))["odd"].checks

    assert check.name == "odd_n_check"
    said = re.sub(r"[`()\s]", "", check.expression).lower()
    assert said == "n>1andn<9orn=12"


async def test_what_the_builder_has_no_word_for_is_read_as_it_is_said(database: Database) -> None:
    await database.execute("CREATE TABLE odd (t CHAR(7) DEFAULT 'abc')")

    (column,) = (await read_tables(database, "odd"))["odd"].columns

    assert (column.kind, column.column()) == (None, None)
    assert column.raw.lower() in ("char(7)", "character(7)")
    assert column.expression is not None
    assert "abc" in column.expression


async def test_a_generated_column_and_an_odd_default_are_no_words_of_the_builder(
    database: Database,
) -> None:
    await database.execute(
        "CREATE TABLE odd (n INT, twice INT GENERATED ALWAYS AS (n * 2) STORED, "
        "later INT DEFAULT (1 + 1))"
    )

    odd = (await read_tables(database, "odd"))["odd"]

    assert [column.generated for column in odd.columns] == [False, True, False]
    assert [column.column() is None for column in odd.columns] == [False, True, True]


async def test_a_trigger_is_read_back(database: Database) -> None:
    if database.dialect == "postgres":
        await database.execute(
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
        body = "FOR EACH ROW EXECUTE FUNCTION f()"
    else:
        body = "FOR EACH ROW BEGIN DELETE FROM pages; END"
    await database.execute(f"CREATE TRIGGER gone AFTER DELETE ON authors {body}")

    (trigger,) = (await read_tables(database, "authors"))["authors"].triggers

    assert trigger.name == "gone"
    assert "DELETE" in trigger.sql


async def test_only_the_tables_asked_for_are_answered(database: Database) -> None:
    assert list(await read_tables(database)) == ["authors", "books", "pages"]
    assert list(await read_tables(database, "pages", "nowhere", "authors")) == ["authors", "pages"]


async def test_rows_and_bytes_are_counted_with_each_table(database: Database) -> None:
    for _ in range(3):
        await database.execute(ROW[database.dialect])

    found = {one.name: one for one in await sizes(database)}

    assert (found["authors"].rows, found["books"].rows) == (3, 0)
    assert all(one.bytes for one in found.values())
    assert [one.name for one in await sizes(database, "books")] == ["books"]


async def test_the_projects_tables_are_alike_on_every_database(tmp_path: Path) -> None:
    found = []
    for dialect in DIALECTS:
        async with blank(dialect, tmp_path) as url, opened(url) as made:
            await Migrator(made).up()
            found.append(await read_tables(made))

    for name in set(found[0]) - set(TABLES):
        one, other, third = (tables[name] for tables in found)
        assert one.references == other.references == third.references
        assert one.primary == other.primary == third.primary
        assert [column.name for column in one.columns] == [column.name for column in third.columns]
        assert [c.column() for c in other.columns] == [c.column() for c in third.columns]
        keys = [{(k.name, k.columns, k.unique) for k in t.keys} for t in (one, other, third)]
        assert keys[0] == keys[1] == keys[2]
