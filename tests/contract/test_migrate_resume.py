"""The laws of a run that fails half-way where no transaction takes it back, and goes on later."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from pkg.database import Database
from pkg.migrate import Began, Event, MigrationFailed, Migrator
from pkg.migrate.journal import Journal
from tests.contract.migrations import migration, package, statement
from tests.contract.test_migrate import names, tables
from tests.databases import DIALECTS, blank, opened

MAKES = [statement(f"CREATE TABLE {name} (id int PRIMARY KEY)") for name in ("one", "two", "three")]
FILL = statement("INSERT INTO one (id) VALUES (1), (2)")
BROKEN = statement("INSERT INTO nowhere (id) VALUES (1)")


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with blank(request.param, tmp_path) as url, opened(url) as made:
        yield made


def loose(*lines: str) -> dict[str, str]:
    """Answers a package of one file that wants no transaction."""
    return {"0001_half": migration("\n".join(lines), in_transaction=False)}


async def fails(database: Database, folder: Path, files: Mapping[str, str]) -> str:
    """Runs *files*, which must fail, and answers what is said about it."""
    with package(folder, files) as name, pytest.raises(MigrationFailed) as caught:
        await Migrator(database, name).up()
    return str(caught.value)


async def test_the_next_run_goes_on_at_the_statement_that_failed(
    database: Database, tmp_path: Path
) -> None:
    told: list[Event] = []
    failed = await fails(database, tmp_path, loose(MAKES[0], FILL, BROKEN, MAKES[1]))
    with package(tmp_path, loose(MAKES[0], FILL, MAKES[2], MAKES[1])) as name:
        ran = await Migrator(database, name, progress=told.append).up()

    assert "the next run goes on at 3" in failed
    assert "done: INSERT INTO one" in failed
    assert names(ran) == ["0001_half"]
    assert told[0] == Began("0001_half", "up", 1, 1, done=2)
    assert await tables(database) == ["one", "three", "two"]
    assert await database.fetch("SELECT id FROM one ORDER BY id") == [{"id": 1}, {"id": 2}]
    assert await Journal(database, "0001_half", "up").read() == ([], [])


async def test_status_tells_how_much_of_a_file_is_done(database: Database, tmp_path: Path) -> None:
    with package(tmp_path, loose(MAKES[0], FILL, BROKEN)) as name:
        with pytest.raises(MigrationFailed):
            await Migrator(database, name).up()
        (half,) = await Migrator(database, name).status()

    assert (half.pending, half.done) == (True, 2)


async def test_a_file_that_changed_before_the_failing_statement_is_refused(
    database: Database, tmp_path: Path
) -> None:
    await fails(database, tmp_path, loose(MAKES[0], FILL, BROKEN))
    refused = await fails(database, tmp_path, loose(MAKES[0], MAKES[1]))
    assert "statement 2 is not the one that an earlier run did: INSERT INTO one" in refused

    assert await tables(database) == ["one"]


async def test_pretend_refuses_what_a_run_would_refuse(database: Database, tmp_path: Path) -> None:
    await fails(database, tmp_path, loose(MAKES[0], FILL, BROKEN))
    with (
        package(tmp_path, loose(MAKES[0], MAKES[1])) as name,
        pytest.raises(MigrationFailed, match="statement 2 is not the one"),
    ):
        await Migrator(database, name).pretend()

    if database.dialect == "sqlite":  # where it is tried
        with (
            package(tmp_path, {"0001_half": migration(BROKEN)}) as name,
            pytest.raises(MigrationFailed, match=r"0001_half would fail: .*\nINSERT INTO nowhere"),
        ):
            await Migrator(database, name).pretend()


async def test_who_undid_by_hand_what_was_done_begins_anew(
    database: Database, tmp_path: Path
) -> None:
    with package(tmp_path, loose(MAKES[0], BROKEN)) as name, pytest.raises(MigrationFailed):
        await Migrator(database, name).up()
    await database.execute("DROP TABLE one")
    with package(tmp_path, loose(MAKES[1])) as name:
        assert names(await Migrator(database, name).up(restart=True)) == ["0001_half"]

    assert await tables(database) == ["two"]


async def test_pretend_tells_of_a_half_done_file_only_what_is_left(
    database: Database, tmp_path: Path
) -> None:
    with package(tmp_path, loose(MAKES[0], BROKEN, MAKES[1])) as name:
        with pytest.raises(MigrationFailed):
            await Migrator(database, name).up()
        (told,) = await Migrator(database, name).pretend()

    assert [one.split(" (")[0] for one in told.statements] == [
        "INSERT INTO nowhere",
        "CREATE TABLE two",
    ]


async def test_a_change_of_a_table_that_a_lost_connection_left_in_doubt_is_found_done(
    database: Database, tmp_path: Path
) -> None:
    await fails(database, tmp_path, loose(MAKES[0], MAKES[1], BROKEN))
    await database.execute("UPDATE migration_journal SET state = 'begun' WHERE position = 2")

    with package(tmp_path, loose(MAKES[0], MAKES[1], MAKES[2])) as name:
        await Migrator(database, name).up()

    assert await tables(database) == ["one", "three", "two"]


async def test_names_that_were_looked_up_before_the_failure_are_remembered(
    database: Database, tmp_path: Path
) -> None:
    make = 'schema.create_table("pets", table.id(), table.string("name", 9), table.unique("name"))'
    rename = 'await schema.rename_table("pets", "beasts")'
    with package(tmp_path, loose(make, rename, BROKEN)) as name:
        with pytest.raises(MigrationFailed):
            await Migrator(database, name).up()
        # by now the table of that name is gone, and what it had cannot be looked up
        with pytest.raises(MigrationFailed, match="INSERT INTO nowhere"):
            await Migrator(database, name).up()

    drop = 'schema.drop_key("beasts", table.unique("name"))'
    with package(tmp_path, loose(make, rename, drop)) as name:
        await Migrator(database, name).up()

    assert await tables(database) == ["beasts"]


async def test_a_half_undone_file_goes_on_downwards(database: Database, tmp_path: Path) -> None:
    drops = [statement(f"DROP TABLE {name}") for name in ("one", "two")]
    up = "\n".join(MAKES[:2])
    for down, left in (([drops[0], BROKEN], ["two"]), ([drops[0], drops[1]], [])):
        text = migration(up, "\n".join(down), in_transaction=False)
        with package(tmp_path, {"0001_half": text}) as name:
            migrator = Migrator(database, name)
            await migrator.up()
            if left:
                with pytest.raises(MigrationFailed):
                    await migrator.down()
            else:
                await migrator.down()
        assert await tables(database) == left


async def test_what_mysql_commits_along_with_a_change_of_a_table_is_known(tmp_path: Path) -> None:
    """Rows changed before it are kept with it, rows changed after it are taken back."""
    text = migration(
        "\n".join([MAKES[0], FILL, MAKES[1], FILL.replace("1), (2", "3), (4"), BROKEN])
    )
    async with blank("mysql", tmp_path) as url, opened(url) as database:
        failed = await fails(database, tmp_path, {"0001_half": text})
        assert "the next run goes on at 4" in failed
        assert await database.fetch("SELECT id FROM one ORDER BY id") == [{"id": 1}, {"id": 2}]
        with package(
            tmp_path, {"0001_half": text.replace("nowhere (id) VALUES (1)", "two (id) VALUES (9)")}
        ) as name:
            await Migrator(database, name).up()

        assert len(await database.fetch("SELECT id FROM one")) == 4
