"""The laws of `pkg.migrate`'s builder: what a change of a table leaves as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tortoise import Model

from app import models
from pkg.database import ConstraintBroken, Database, Duplicate
from pkg.migrate import CannotRebuild, MigrationFailed, Migrator, Schema, table
from pkg.migrate.rebuild import Rebuild
from tests.contract.migrations import migration, package, statement
from tests.contract.schemas import nullable_columns, schema_of
from tests.databases import DIALECTS, blank, opened

MODELS: tuple[type[Model], ...] = tuple(
    one
    for name in models.__all__
    if isinstance(one := getattr(models, name), type)
    if issubclass(one, Model) and not one._meta.abstract
)
Change = Callable[[Schema], Awaitable[None]]


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Authors and their books, with keys, a reference and rows."""
    async with blank(request.param, tmp_path) as url, opened(url) as made:
        await change(made, _make)
        for name in ("Ann", "Bob"):
            await made.execute("INSERT INTO authors (name, age) VALUES (?, ?)", [name, "7"])
        for title in ("one", "two"):
            await made.execute("INSERT INTO books (author_id, title) VALUES (1, ?)", [title])
        yield made


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    async with blank("sqlite", tmp_path) as url, opened(url) as made:
        await change(made, _make)
        await made.execute("INSERT INTO authors (name, age) VALUES ('Ann', '7'), ('Bob', '8')")
        await made.execute("INSERT INTO books (author_id, title) VALUES (1, 'one'), (1, 'two')")
        yield made


async def _make(schema: Schema) -> None:
    schema.create_table(
        "authors",
        table.id(),
        *table.timestamps(),
        table.string("name", 40),
        table.string("age", 8, default="0"),
        table.string("note", 40, null=True),
        table.unique("name"),
        table.index("age"),
    )
    schema.create_table(
        "books",
        table.id(),
        table.big("author_id"),
        table.string("title", 40),
        table.integer("copies", default=1),
        table.foreign("author_id", "authors"),
        table.unique("author_id", "title"),
    )


async def change(database: Database, what: Change) -> None:
    """Runs *what* as a migration does."""
    async with database.reshaping() as connection:
        schema = Schema(connection)
        await what(schema)
        await connection.execute_script(schema.sql())


async def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await database.fetch(sql)]


async def still_whole(database: Database) -> None:
    """Checks what every change must leave: the children, the keys, the reference, the cascade."""
    assert await rows(database, "SELECT id, author_id, title FROM books ORDER BY id") == [
        (1, 1, "one"),
        (2, 1, "two"),
    ]
    with pytest.raises(Duplicate) as caught:
        await database.execute("INSERT INTO authors (name) VALUES ('Ann')")
    assert caught.value.on("authors", "name")
    with pytest.raises(Duplicate) as caught:
        await database.execute("INSERT INTO books (author_id, title) VALUES (1, 'one')")
    assert caught.value.on("books", "author_id", "title")
    with pytest.raises(ConstraintBroken):
        await database.execute("INSERT INTO books (author_id, title) VALUES (99, 'lost')")
    await database.execute("DELETE FROM authors WHERE name = 'Ann'")
    assert await rows(database, "SELECT id FROM books") == []


# Changes, on every database


async def test_a_column_changes_its_type_and_its_values_are_converted(database: Database) -> None:
    async def to_number(schema: Schema) -> None:
        await schema.change_column("authors", table.integer("age", default=3))

    await change(database, to_number)

    assert await rows(database, "SELECT age FROM authors WHERE id = 1 AND age = 7") == [(7,)]
    await database.execute("INSERT INTO authors (name) VALUES ('Cid')")
    assert await rows(database, "SELECT age FROM authors WHERE name = 'Cid'") == [(3,)]
    await still_whole(database)


async def test_a_column_becomes_nullable_and_back(database: Database) -> None:
    async def loosen(schema: Schema) -> None:
        await schema.change_column("authors", table.string("name", 40, null=True))

    async def tighten(schema: Schema) -> None:
        await schema.change_column("authors", table.string("name", 40))

    before = await schema_of(database)
    await change(database, loosen)
    assert (await nullable_columns(database, "authors"))["name"]
    await change(database, tighten)

    if database.dialect != "sqlite":  # there the text of a rebuilt table may differ in blanks
        assert await schema_of(database) == before
    assert not (await nullable_columns(database, "authors"))["name"]
    await still_whole(database)


async def test_a_column_is_added_renamed_and_dropped(database: Database) -> None:
    async def add(schema: Schema) -> None:
        schema.add_column("authors", table.integer("rank", default=5))
        schema.add_column("authors", table.text("bio", null=True))

    async def rename(schema: Schema) -> None:
        await schema.rename_column("authors", "rank", "place")

    async def drop(schema: Schema) -> None:
        await schema.drop_column("authors", "place", "bio", "note")

    await change(database, add)
    await change(database, rename)
    assert await rows(database, "SELECT place, bio FROM authors WHERE id = 1") == [(5, None)]
    await change(database, drop)

    columns = await nullable_columns(database, "authors")
    assert sorted(columns) == ["age", "created_at", "id", "name", "updated_at"]
    await still_whole(database)


async def test_a_reference_is_added_and_dropped(database: Database) -> None:
    to_author = table.foreign("author_id", "authors")

    async def drop(schema: Schema) -> None:
        schema.add_key("books", table.index("author_id", name="books_author_only"))
        schema.drop_key("books", table.unique("author_id", "title"))
        await drop_foreign(schema)

    async def drop_foreign(schema: Schema) -> None:
        schema.add_key("books", table.index("author_id"))
        await schema.drop_foreign("books", to_author)

    async def add(schema: Schema) -> None:
        await schema.add_foreign("books", to_author)
        schema.add_key("books", table.unique("author_id", "title"))

    await change(database, drop)
    await database.execute("INSERT INTO books (author_id, title) VALUES (99, 'lost')")
    await database.execute("DELETE FROM books WHERE author_id = 99")
    await change(database, add)

    await still_whole(database)


async def test_keys_come_and_go(database: Database) -> None:
    key = table.unique("note")

    async def add(schema: Schema) -> None:
        schema.add_key("authors", key)

    async def drop(schema: Schema) -> None:
        schema.drop_key("authors", key)

    say = "UPDATE authors SET note = 'same'"
    await change(database, add)
    with pytest.raises(Duplicate) as caught:
        await database.execute(say)
    assert caught.value.on("authors", "note")
    await change(database, drop)
    assert await database.execute(say) == 2
    await still_whole(database)


async def test_a_renamed_table_keeps_its_rows_and_its_children(database: Database) -> None:
    async def there(schema: Schema) -> None:
        await schema.rename_table("authors", "writers")

    async def back(schema: Schema) -> None:
        await schema.rename_table("writers", "authors")

    await change(database, there)
    assert await rows(database, "SELECT name FROM writers ORDER BY id") == [("Ann",), ("Bob",)]
    await change(database, back)
    await still_whole(database)


async def test_every_kind_of_column_takes_a_default_and_a_null(database: Database) -> None:
    async def make(schema: Schema) -> None:
        schema.create_table(
            "kinds",
            table.id(),
            table.small("a", default=1),
            table.integer("b", default=-2),
            table.big("c", default=2**62),
            table.boolean("d", default=True),
            table.string("e", 8, default="text"),
            table.moment("f", default=table.NOW),
            *(table.double("g", null=True), table.decimal("h", null=True)),
            *(table.text("i", null=True), table.binary("j", null=True)),
            *(table.date("k", null=True), table.json("l", null=True), table.uuid("m", null=True)),
            table.boolean("n", default=False),
        )

    await change(database, make)
    await database.execute("INSERT INTO kinds (id) VALUES (1)")

    found = await rows(database, "SELECT a, b, c, d, e, n FROM kinds")
    assert found == [(1, -2, 2**62, True, "text", False)]
    assert await rows(database, "SELECT id FROM kinds WHERE f IS NOT NULL AND m IS NULL") == [(1,)]


async def test_text_is_compared_by_code_point(database: Database) -> None:
    await database.execute("INSERT INTO authors (name) VALUES ('ann'), ('ANN'), ('Änn')")

    assert await rows(database, "SELECT COUNT(*) FROM authors WHERE name = 'ann'") == [(1,)]


# SQLite's rebuilds


def _columns() -> Sequence[Change]:
    async def change_column(schema: Schema) -> None:
        await schema.change_column("authors", table.integer("age", default=0))

    async def drop_column(schema: Schema) -> None:
        await schema.drop_column("authors", "note")

    async def add_foreign(schema: Schema) -> None:
        schema.add_column("authors", table.big("mentor_id", null=True))
        await schema.add_foreign("authors", table.foreign("mentor_id", "authors"))

    return (change_column, drop_column, add_foreign)


@pytest.mark.parametrize("what", _columns(), ids=lambda one: one.__name__)
async def test_a_rebuild_keeps_children_keys_triggers_and_defaults(
    sqlite: Database, what: Change
) -> None:
    await sqlite.execute("CREATE TABLE log (line text)")
    trigger = (
        "CREATE TRIGGER told AFTER UPDATE ON authors "
        "BEGIN INSERT INTO log (line) VALUES (new.name); END"
    )
    await sqlite.execute(trigger)

    await change(sqlite, what)

    await sqlite.execute("UPDATE authors SET name = 'Bea' WHERE name = 'Bob'")
    assert await rows(sqlite, "SELECT line FROM log") == [("Bea",)]
    await sqlite.execute("INSERT INTO authors (name) VALUES ('Cid')")
    made = await rows(sqlite, "SELECT created_at FROM authors WHERE name = 'Cid'")
    assert made[0][0].endswith("+00:00")
    assert ("authors_age_index",) in await rows(
        sqlite, "SELECT name FROM sqlite_master WHERE type = 'index'"
    )
    await still_whole(sqlite)


async def test_an_id_is_never_given_again_not_even_after_a_rebuild(sqlite: Database) -> None:
    await sqlite.execute("INSERT INTO authors (id, name) VALUES (50, 'Zoe')")
    await sqlite.execute("DELETE FROM authors WHERE id = 50")

    await change(sqlite, _columns()[0])

    await sqlite.execute("INSERT INTO authors (name) VALUES ('Cid')")
    assert await rows(sqlite, "SELECT id FROM authors WHERE name = 'Cid'") == [(51,)]


async def test_a_rebuild_sees_what_the_same_migration_did_before(sqlite: Database) -> None:
    async def twice(schema: Schema) -> None:
        schema.add_column("authors", table.string("rank", 8, default="5"))
        await schema.change_column("authors", table.integer("rank", default=5))
        await schema.drop_column("authors", "note")

    await change(sqlite, twice)

    assert await rows(sqlite, "SELECT rank FROM authors WHERE id = 1") == [(5,)]
    await still_whole(sqlite)


async def test_a_rebuild_that_would_lose_something_is_refused(sqlite: Database) -> None:
    await sqlite.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
    async with sqlite.reshaping() as connection:
        for name, told in (("words", "virtual"), ("nowhere", "does not exist")):
            with pytest.raises(CannotRebuild, match=told):
                await Rebuild.of(connection, name)
        books = await Rebuild.of(connection, "books")
        with pytest.raises(CannotRebuild, match="drop that first"):
            books.without_columns(("title",))
        with pytest.raises(CannotRebuild, match="no column"):
            books.without_columns(("nothing",))


async def test_a_dropped_column_that_refers_to_a_table_must_lose_its_reference_first(
    sqlite: Database,
) -> None:
    async def drop(schema: Schema) -> None:
        schema.drop_key("books", table.unique("author_id", "title"))
        await schema.drop_column("books", "author_id")

    with pytest.raises(CannotRebuild, match="is a reference"):
        await change(sqlite, drop)

    await still_whole(sqlite)


@pytest.mark.rule(116)
async def test_a_migration_that_leaves_orphans_on_sqlite_is_taken_back(tmp_path: Path) -> None:
    body = "\n".join(
        [
            'schema.create_table("parents", table.id())',
            """schema.create_table("children", table.id(), table.big("parent_id"),
            table.foreign("parent_id", "parents"))""",
            statement("INSERT INTO children (parent_id) VALUES (99)"),
        ]
    )
    async with blank("sqlite", tmp_path) as url, opened(url) as database:
        with (
            package(tmp_path, {"0001_orphans": migration(body)}) as name,
            pytest.raises(MigrationFailed, match="row 1 of children refers to no row"),
        ):
            await Migrator(database, name).up()

        assert await schema_of(database) == {}


async def test_foreign_keys_hold_again_after_a_rebuild_that_failed(sqlite: Database) -> None:
    async def fail(schema: Schema) -> None:
        await schema.change_column("authors", table.integer("age", default=0))
        schema.run("DROP TABLE nowhere")

    with pytest.raises(Exception, match="nowhere"):
        await change(sqlite, fail)

    await still_whole(sqlite)


# The project's models


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_every_model_fits_its_migrated_table(dialect: Any, tmp_path: Path) -> None:
    async with blank(dialect, tmp_path) as url, opened(url, models=["app.models"]) as database:
        await Migrator(database).up()
        for model in MODELS:
            expected = {
                field.source_field or field.model_field_name: field.null and not field.pk
                for field in model._meta.fields_map.values()
                if field.has_db_field
            }
            assert await nullable_columns(database, model._meta.db_table) == expected
            assert isinstance(await model.all().limit(1), list)  # every column is asked for by name
