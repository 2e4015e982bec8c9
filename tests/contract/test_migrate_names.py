"""The law of names: what is over a table's columns is told by that, whatever was renamed since."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.database import ConstraintBroken, Database, Duplicate
from pkg.migrate import MigrationFailed, Schema, table
from pkg.migrate.ledger import Ledger
from pkg.migrate.names import read
from tests.databases import DIALECTS, blank, opened
from tests.property.migrations import file, run

CHOSEN = table.index("age", "name", name="by_age")


async def make(schema: Schema) -> None:
    schema.create_table("people", table.id(), table.string("name", 40), table.unique("name"))
    schema.create_table(
        "pets",
        table.id(),
        table.big("person_id"),
        table.big("friend_id"),
        table.string("name", 40),
        table.integer("age"),
        table.foreign("person_id", "people"),
        table.foreign("friend_id", "people", on_delete="restrict"),
        table.unique("person_id", "name"),
        CHOSEN,
    )
    schema.run("INSERT INTO people (name) VALUES ('Ann')")
    schema.run("INSERT INTO pets (person_id, friend_id, name, age) VALUES (1, 1, 'Rex', 3)")


async def rename(schema: Schema) -> None:
    await schema.rename_table("people", "humans")
    await schema.rename_table("pets", "beasts")
    await schema.rename_column("beasts", "person_id", "human_id")
    await schema.rename_column("beasts", "name", "title")


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with blank(request.param, tmp_path) as url, opened(url) as made:
        await Ledger(made).ensure()
        await run(made, file("0001", [make]))
        yield made


async def test_names_follow_their_table_and_columns_and_a_chosen_one_stays(
    database: Database,
) -> None:
    await run(database, file("0002", [rename]))

    names = {one.name for one in await read(database.connection, database.dialect, "beasts")}
    keys = {"by_age", "beasts_friend_id_index", "beasts_human_id_title_unique"}
    references = {"beasts_friend_id_foreign", "beasts_human_id_foreign"}
    assert names == keys | (references if database.dialect != "sqlite" else set())
    humans = await read(database.connection, database.dialect, "humans")
    assert [one.name for one in humans] == ["humans_name_unique"]
    with pytest.raises(Duplicate) as caught:
        await database.execute("INSERT INTO humans (name) VALUES ('Ann')")
    assert caught.value.on("humans", "name")
    for values in ("(99, 1, 'Max', 2)", "(1, 99, 'Max', 2)"):  # both references hold
        with pytest.raises(ConstraintBroken):
            await database.execute(
                f"INSERT INTO beasts (human_id, friend_id, title, age) VALUES {values}"
            )


async def test_what_was_renamed_is_dropped_and_added_by_saying_it_anew(database: Database) -> None:
    to_human = table.foreign("human_id", "humans")
    unique = table.unique("human_id", "title")

    async def drop(schema: Schema) -> None:
        await rename(schema)
        await schema.drop_foreign("beasts", to_human)
        schema.drop_key("beasts", unique)
        await schema.drop_foreign("beasts", table.foreign("friend_id", "humans"))
        await schema.drop_column("beasts", "friend_id")

    async def add(schema: Schema) -> None:
        schema.add_key("beasts", unique)
        await schema.add_foreign("beasts", to_human)

    await run(database, file("0002", [drop]))
    await database.execute("INSERT INTO beasts (human_id, title, age) VALUES (99, 'lost', 1)")
    await database.execute("DELETE FROM beasts WHERE human_id = 99")
    await run(database, file("0003", [add]))

    names = {one.name for one in await read(database.connection, database.dialect, "beasts")}
    assert "beasts_human_id_index" not in names  # the unique key begins with its column
    with pytest.raises(ConstraintBroken):
        await database.execute("INSERT INTO beasts (human_id, title, age) VALUES (99, 'x', 1)")
    assert await database.fetch("SELECT human_id, title, age FROM beasts") == [
        {"human_id": 1, "title": "Rex", "age": 3}
    ]


@pytest.mark.parametrize("column", ["age", "person_id", "friend_id"])
async def test_no_key_and_no_reference_goes_along_with_a_column(
    database: Database, column: str
) -> None:
    async def drop(schema: Schema) -> None:
        await schema.drop_column("pets", column)

    before = await read(database.connection, database.dialect, "pets")
    with pytest.raises(MigrationFailed, match="drop that first"):
        await run(database, file("0002", [drop]))

    assert await read(database.connection, database.dialect, "pets") == before


async def test_a_name_that_a_renaming_makes_too_long_is_refused_beforehand(
    database: Database,
) -> None:
    async def rename(schema: Schema) -> None:
        await schema.rename_table("people", "p" * 60)

    with pytest.raises(ValueError, match="at most 63"):
        await run(database, file("0002", [rename]))

    assert await database.fetch("SELECT name FROM people") == [{"name": "Ann"}]
