"""The laws of rows changed in Python, and of changes that keep no writer out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.database import Database, Duplicate
from pkg.migrate import MigrationFailed, Migrator
from tests.contract.migrations import migration, package
from tests.databases import DIALECTS, blank, opened

PEOPLE = migration(
    'schema.create_table("people", table.id(), table.string("name", 40, null=True))',
    'schema.drop_table("people")',
)
KEYS = """schema.add_column("people", table.string("name_key", 40, null=True))
await schema.fill("people", ("name_key",),
    lambda row: {"name_key": row["name"].lower()} if row["name"] else None,
    reads=("name",), batch=2)
schema.add_key("people", table.unique("name_key"))"""


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Five people."""
    async with blank(request.param, tmp_path) as url, opened(url) as made:
        with package(tmp_path, {"0001_people": PEOPLE}) as name:
            await Migrator(made, name).up()
        for person in ("Ann", "BOB", None, "Cid", "DAN"):
            await made.execute("INSERT INTO people (name) VALUES (?)", [person])
        yield made


async def keys(database: Database) -> list[str | None]:
    rows = await database.fetch("SELECT name_key FROM people ORDER BY id")
    return [row["name_key"] for row in rows]


@pytest.mark.parametrize("in_transaction", [True, False])
async def test_every_row_is_filled_between_two_changes_of_the_table(
    database: Database, tmp_path: Path, *, in_transaction: bool
) -> None:
    files = {"0001_people": PEOPLE, "0002_keys": migration(KEYS, in_transaction=in_transaction)}
    with package(tmp_path, files) as name:
        await Migrator(database, name).up()

    assert await keys(database) == ["ann", "bob", None, "cid", "dan"]
    with pytest.raises(Duplicate):
        await database.execute("INSERT INTO people (name_key) VALUES ('ann')")


async def test_rows_are_chosen_by_a_condition(database: Database, tmp_path: Path) -> None:
    some = 'reads=("id",), where="name = \'Ann\' OR id = 3")'
    body = 'await schema.fill("people", ("name",), lambda row: {"name": str(row["id"])}, ' + some
    with package(tmp_path, {"0001_people": PEOPLE, "0002_some": migration(body)}) as name:
        await Migrator(database, name).up()

    rows = await database.fetch("SELECT name FROM people ORDER BY id")
    assert [row["name"] for row in rows] == ["1", "BOB", "3", "Cid", "DAN"]


async def test_pretend_says_what_python_would_do_and_touches_no_row(
    database: Database, tmp_path: Path
) -> None:
    files = {"0001_people": PEOPLE, "0002_keys": migration(KEYS)}
    with package(tmp_path, files) as name:
        (told,) = await Migrator(database, name).pretend()
        (ran,) = await Migrator(database, name).up()

    assert told.statements[1] == "-- Python sets name_key of people, row by row"
    assert told.complete
    assert told.statements == ran.statements


async def test_a_file_that_asks_for_what_only_a_run_makes_is_told_as_far_as_that(
    database: Database, tmp_path: Path
) -> None:
    ask = 'for row in await db.execute_query_dict("SELECT name_key FROM people"):'
    body = f"""schema.add_column("people", table.text("name_key", null=True))
await schema.flush()
{ask}
    schema.run(f"DELETE FROM people WHERE name_key = '{{row['name_key']}}'")
schema.drop_table("people")"""
    with package(tmp_path, {"0001_people": PEOPLE, "0002_ask": migration(body)}) as name:
        (told,) = await Migrator(database, name).pretend()

    assert told.complete is (database.dialect == "sqlite")  # where it is done and taken back
    assert "ADD COLUMN" in told.statements[0]


async def test_a_maker_that_answers_other_columns_is_a_bug_that_is_shown(
    database: Database, tmp_path: Path
) -> None:
    body = 'await schema.fill("people", ("name",), lambda row: {"nmae": "x"}, reads=("name",))'
    with package(tmp_path, {"0001_people": PEOPLE, "0002_bug": migration(body)}) as name:
        with pytest.raises(ValueError, match="nmae"):
            await Migrator(database, name).up()

        assert await Migrator(database, name).pending() == ["0002_bug"]
    assert (await database.fetch("SELECT name FROM people WHERE id = 1"))[0]["name"] == "Ann"


async def test_a_filling_that_stopped_half_way_is_gone_through_again(
    database: Database, tmp_path: Path
) -> None:
    fill = """await schema.fill("people", ("name",),
    lambda row: {"name": (row["name"] or stop()).lower()}, reads=("name",), batch=2)"""
    files = {"0001_people": PEOPLE}
    for stop, by in (("1 / 0", ZeroDivisionError), ("'none'", None)):
        text = migration(f"stop = lambda: {stop}\n{fill}", in_transaction=False)
        with package(tmp_path, files | {"0002_fill": text}) as name:
            if by is not None:
                with pytest.raises(by):
                    await Migrator(database, name).up()
            else:
                await Migrator(database, name).up()

    rows = await database.fetch("SELECT name FROM people ORDER BY id")
    assert [row["name"] for row in rows] == ["ann", "bob", "none", "cid", "dan"]


# Online


ONLINE = 'schema.add_key("people", table.unique("name"), online=True)'
OFFLINE = 'schema.drop_key("people", table.unique("name"), online=True)'


async def test_a_key_is_made_and_dropped_online(database: Database, tmp_path: Path) -> None:
    text = migration(ONLINE, OFFLINE, in_transaction=False)
    with package(tmp_path, {"0001_people": PEOPLE, "0002_online": text}) as name:
        migrator = Migrator(database, name)
        (ran,) = await migrator.up()
        with pytest.raises(Duplicate):
            await database.execute("INSERT INTO people (name) VALUES ('Ann')")
        await migrator.down()

    words = {"postgres": "CONCURRENTLY", "mysql": "ALGORITHM=INPLACE LOCK=NONE"}
    assert words.get(database.dialect, "CREATE UNIQUE INDEX") in ran.statements[0]
    await database.execute("INSERT INTO people (name) VALUES ('Ann')")


async def test_what_postgres_does_outside_a_transaction_alone_is_refused_inside(
    tmp_path: Path,
) -> None:
    async with blank("postgres", tmp_path) as url, opened(url) as database:
        with (
            package(tmp_path, {"0001_people": PEOPLE, "0002_online": migration(ONLINE)}) as name,
            pytest.raises(MigrationFailed, match="RUN_IN_TRANSACTION = False"),
        ):
            await Migrator(database, name).up()


async def test_an_index_that_failed_online_is_no_hindrance_to_the_next_run(
    database: Database, tmp_path: Path
) -> None:
    files = {"0001_people": PEOPLE, "0002_online": migration(ONLINE, in_transaction=False)}
    await database.execute("INSERT INTO people (name) VALUES ('Ann')")
    with package(tmp_path, files) as name:
        with pytest.raises(MigrationFailed):
            await Migrator(database, name).up()
        await database.execute("UPDATE people SET name = 'Eve' WHERE id = 1")
        await Migrator(database, name).up()

    with pytest.raises(Duplicate):
        await database.execute("INSERT INTO people (name) VALUES ('Eve')")


async def test_rules_are_added_online_where_rows_keep_them(
    database: Database, tmp_path: Path
) -> None:
    body = """schema.create_table("pets", table.id(), table.big("person_id"), table.integer("age"))
schema.run("INSERT INTO pets (person_id, age) VALUES (1, 3)")
await schema.add_foreign("pets", table.foreign("person_id", "people"), online=True)
await schema.add_check("pets", table.check("pets_age", "age >= 0"), online=True)"""
    files = {"0001_people": PEOPLE, "0002_pets": migration(body)}
    with package(tmp_path, files) as name:
        await Migrator(database, name).up()

    for values in ("(99, 1)", "(1, -1)"):
        with pytest.raises(Exception, match=r"FOREIGN|foreign|CHECK|check|CONSTRAINT"):
            await database.execute(f"INSERT INTO pets (person_id, age) VALUES {values}")
