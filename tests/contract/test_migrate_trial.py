"""The laws of `migrate test`: what a way up and down did to tables and rows is seen and told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.database import Database
from pkg.migrate import Migrator, UnknownMigration
from pkg.migrate.trial import Report, Trial
from tests.contract.migrations import migration, package
from tests.databases import DIALECTS, blank, opened

TABLES = (
    'schema.create_table("authors", table.id(), table.string("name", 40))\n'
    'schema.create_table("books", table.id(), table.string("title", 40), table.big("author_id"),'
    ' table.foreign("author_id", "authors"), table.unique("title"))'
)
FIRST = migration(TABLES, 'schema.drop_table("books")\nschema.drop_table("authors")')


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with blank(request.param, tmp_path) as url, opened(url) as made:
        yield made


async def tried(database: Database, folder: Path, up: str, down: str, *names: str) -> Report:
    """Tries a second file over two authors and three books."""
    files = {"0001_tables": FIRST, "0002_change": migration(up, down)}
    with package(folder, files) as made:
        await Migrator(database, made).up(step=1)
        await database.execute("INSERT INTO authors (name) VALUES ('Ann'), ('Bob')")
        for title in ("one", "two", "three"):
            await database.execute("INSERT INTO books (title, author_id) VALUES (?, 1)", [title])
        return await Trial(database, made).run(names)


async def test_a_file_that_leads_up_and_back_has_no_fault(
    database: Database, tmp_path: Path
) -> None:
    report = await tried(
        database,
        tmp_path,
        'schema.add_column("books", table.integer("copies", default=1))\n'
        'schema.add_key("books", table.index("copies"))',
        'schema.drop_key("books", table.index("copies"))\n'
        'await schema.drop_column("books", "copies")',
    )

    assert report.faults == ()
    assert report.names == ("0002_change",)
    assert {line.table: (line.rows, line.named) for line in report.lines} == {
        "authors": ((2, 2, 2, 2), False),
        "books": ((3, 3, 3, 3), True),
    }


async def test_a_way_down_that_does_not_lead_back_is_told(
    database: Database, tmp_path: Path
) -> None:
    report = await tried(
        database,
        tmp_path,
        'await schema.change_column("authors", table.string("name", 80))',
        'schema.drop_key("books", table.unique("title"))\n'
        'schema.add_key("books", table.unique("title"))',
    )

    assert report.faults == ("authors: down does not bring back columns",)


async def test_a_second_way_up_that_leads_elsewhere_is_told(
    database: Database, tmp_path: Path
) -> None:
    report = await tried(
        database,
        tmp_path,
        """rows = await db.execute_query_dict("SELECT id FROM authors WHERE name = 'Ann'")
if rows:
    schema.add_key("books", table.index("author_id", "title"))
schema.run("UPDATE authors SET name = 'Cid' WHERE name = 'Ann'")""",
        """from pkg.migrate.inspect import read_tables
rows = await db.execute_query_dict("SELECT count(*) AS n FROM authors WHERE name = 'Cid'")
if rows:
    schema.drop_key("books", table.index("author_id", "title"))""",
    )

    assert report.faults == ("books: the second up differs from the first in keys",)


async def test_rows_that_are_lost_without_a_word_are_told(
    database: Database, tmp_path: Path
) -> None:
    report = await tried(
        database,
        tmp_path,
        'schema.add_column("authors", table.text("bio", null=True))\n'
        "await schema.flush()\n"
        'await db.execute_query("DELETE FROM books WHERE id = 1")',
        'await schema.drop_column("authors", "bio")',
    )

    assert report.faults == (
        "books: up left 2 of 3 rows, and no file says so",
        "books: down left 2 of 3 rows, and no file says so",
    )


async def test_values_that_change_without_a_word_are_told(
    database: Database, tmp_path: Path
) -> None:
    swap = "UPDATE books SET title = concat(title, '!') WHERE id = 1"
    if database.dialect == "sqlite":
        swap = "UPDATE books SET title = title || '!' WHERE id = 1"

    report = await tried(database, tmp_path, f"await db.execute_query({swap!r})", "pass")

    assert report.faults == (
        "books: up changed values of title, and no file says so",
        "books: down changed values of title, and no file says so",
        "books: the second up changed values of title, and no file says so",
    )


GIVEN_BACK = """schema.add_column("authors", table.string("name", 40, null=True))
schema.run("UPDATE authors SET name = ''")
await schema.change_column("authors", table.string("name", 40))"""
FILLED = """await schema.fill(
    "books", ("title",), lambda row: {"title": str(row["id"])}, reads=("id",)
)"""


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("schema.run('DELETE FROM books WHERE id = 1')", "pass"),
        ("await schema.drop_column('authors', 'name')", GIVEN_BACK),
        (
            "await schema.rename_table('books', 'tomes')",
            "await schema.rename_table('tomes', 'books')",
        ),
        (FILLED, "pass"),
    ],
    ids=["statement", "column", "table", "fill"],
)
async def test_what_a_file_says_of_rows_and_values_is_no_fault(
    database: Database, tmp_path: Path, up: str, down: str
) -> None:
    report = await tried(database, tmp_path, up, down)

    assert report.faults == ()
    assert any(line.named for line in report.lines)


async def test_without_a_name_the_last_batch_is_tried_once_nothing_is_pending(
    database: Database, tmp_path: Path
) -> None:
    other = migration('schema.create_table("tags", table.id())', 'schema.drop_table("tags")')
    with package(tmp_path, {"0001_tables": FIRST, "0002_tags": other}) as made:
        await Migrator(database, made).up(step=1)
        await Migrator(database, made).up()

        report = await Trial(database, made).run()
        whole = await Trial(database, made).run(("0002_tags", "0001_tables.py"))

        assert report.names == ("0002_tags",)
        assert whole.names == ("0001_tables", "0002_tags")
        assert report.faults == whole.faults == ()


async def test_what_is_not_there_cannot_be_tried(database: Database, tmp_path: Path) -> None:
    with (
        package(tmp_path, {"0001_tables": FIRST}) as made,
        pytest.raises(UnknownMigration, match=r"no file 0009_no\.py"),
    ):
        await Trial(database, made).run(("0009_no",))
    with package(tmp_path, {}) as made, pytest.raises(UnknownMigration, match="to try"):
        await Trial(database, made).run()
