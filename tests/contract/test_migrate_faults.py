"""The laws of a migration whose database goes away, fills up or is somebody else's just now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.clock import FakeClock, SystemClock
from pkg.database import Database
from pkg.migrate import Event, MigrationFailed, MigrationLocked, Migrator, Waiting
from pkg.migrate.lock import Lock
from pkg.migrate.step import Step
from pkg.migrate.watch import Watch
from tests.contract.migrations import migration, package, statement
from tests.contract.test_migrate import names, tables
from tests.databases import DIALECTS, blank, opened
from tests.property.migrations import file

ONE, TWO = (statement(f"CREATE TABLE {name} (id int PRIMARY KEY)") for name in ("one", "two"))
LOSE = (
    'schema.run_on(postgres="SELECT pg_terminate_backend(pg_backend_pid())",'
    ' mysql="KILL CONNECTION_ID()")'
)
PEOPLE = migration(
    """schema.create_table("people", table.id(), table.string("age", 8))
schema.create_table("pets", table.id(), table.big("person_id"),
    table.foreign("person_id", "people"))"""
)
AGE = migration('await schema.change_column("people", table.integer("age"))')


@pytest.fixture(params=DIALECTS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with blank(request.param, tmp_path) as url, opened(url) as made:
        yield made


@pytest.mark.parametrize("kind", ["string", "text", "big"])
async def test_no_value_is_cut_by_a_column_that_is_too_short_for_it(
    database: Database, tmp_path: Path, kind: str
) -> None:
    name = '"word", 200' if kind == "string" else '"word"'
    made = migration(f'schema.create_table("notes", table.id(), table.{kind}({name}))')
    shorter = migration('await schema.change_column("notes", table.string("word", 4))')
    value = 12345678 if kind == "big" else "eight..."
    with package(tmp_path, {"0001_notes": made}) as files:
        await Migrator(database, files).up()
    await database.execute("INSERT INTO notes (word) VALUES (?)", [value])

    with package(tmp_path, {"0001_notes": made, "0002_shorter": shorter}) as files:
        if database.dialect == "sqlite":  # which keeps what is longer than its column says
            await Migrator(database, files).up()
        else:
            with pytest.raises(MigrationFailed, match="too long"):
                await Migrator(database, files).up()

    found = await database.rows("SELECT word FROM notes")
    assert [str(row[0]) for row in found] == [str(value)]


@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
@pytest.mark.parametrize("in_transaction", [True, False])
async def test_a_connection_lost_in_the_middle_is_told_and_the_next_run_ends_well(
    dialect: str, tmp_path: Path, *, in_transaction: bool
) -> None:
    def half(*lines: str) -> dict[str, str]:
        return {"0001_half": migration("\n".join(lines), in_transaction=in_transaction)}

    async with blank(dialect, tmp_path) as url, opened(url) as database:  # type: ignore[arg-type]
        with (
            package(tmp_path, half(ONE, LOSE, TWO)) as name,
            pytest.raises(MigrationFailed) as caught,
        ):
            await Migrator(database, name).up()
        kept = await tables(database)
        with package(tmp_path, half(ONE, TWO)) as name:
            ran = await Migrator(database, name).up()

        assert "the connection is lost: see that the database is up" in str(caught.value)
        undone = dialect == "postgres" and in_transaction
        assert kept == ([] if undone else ["one"])
        assert ("stands as before" if undone else "goes on at 2") in str(caught.value)
        assert names(ran) == ["0001_half"]
        assert await tables(database) == ["one", "two"]


async def test_a_commit_that_nobody_confirmed_is_not_called_undone(tmp_path: Path) -> None:
    async with blank("postgres", tmp_path) as url, opened(url) as database, opened(url) as other:
        await Migrator(database, "database.migrations").status()

        async def kill() -> None:
            await other.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = "
                "'idle in transaction' AND datname = current_database()"
            )

        async def nothing() -> None:
            """Finds the lock held."""

        watch = Watch(database, SystemClock(), lambda _: None, every=60)
        step = Step(database, file("0001", []), "up", check=nothing, watch=watch)
        with pytest.raises(MigrationFailed, match="it is not known whether it was committed"):
            await step.run(kill)


async def test_a_full_disk_is_told_and_leaves_every_row(tmp_path: Path) -> None:
    async with blank("sqlite", tmp_path) as url, opened(url) as database:
        with package(tmp_path, {"0001_people": PEOPLE}) as name:
            await Migrator(database, name).up()
        for _ in range(500):
            await database.execute("INSERT INTO people (age) VALUES ('7')")
        await database.execute("INSERT INTO pets (person_id) SELECT id FROM people")
        (size,) = (await database.fetch("PRAGMA page_count"))[0].values()
        await database.execute(f"PRAGMA max_page_count = {size + 1}")

        with package(tmp_path, {"0001_people": PEOPLE, "0002_age": AGE}) as name:
            with pytest.raises(MigrationFailed) as caught:
                await Migrator(database, name).up()
            left = await database.fetch("SELECT DISTINCT typeof(age) AS type FROM people")
            await database.execute("PRAGMA max_page_count = 100000")
            await Migrator(database, name).up()

        assert "the disk is full: make room" in str(caught.value)
        assert "stands as before" in str(caught.value)
        assert left == [{"type": "text"}]
        assert (await database.fetch("SELECT COUNT(*) AS n FROM pets"))[0]["n"] == 500
        assert await database.fetch("SELECT DISTINCT typeof(age) AS type FROM people") == [
            {"type": "integer"}
        ]


async def test_a_value_that_is_no_number_is_refused_on_every_database(
    database: Database, tmp_path: Path
) -> None:
    with package(tmp_path, {"0001_people": PEOPLE, "0002_age": AGE}) as name:
        migrator = Migrator(database, name)
        await migrator.up(step=1)
        await database.execute("INSERT INTO people (age) VALUES ('old')")
        with pytest.raises(MigrationFailed):
            await migrator.up()

    assert await database.fetch("SELECT age FROM people") == [{"age": "old"}]


async def test_who_waits_is_told_for_whom_and_how_long(
    database: Database, tmp_path: Path, clock: FakeClock
) -> None:
    told: list[Event] = []

    def tell(event: Event) -> None:
        told.append(event)
        clock.advance(7)

    with package(tmp_path, {"0001_people": PEOPLE}) as name:
        migrator = Migrator(database, name, clock=clock, progress=tell)
        await migrator.status()
        async with Lock(database, clock, lease=60, owner="web1:123:abcd").held(wait=0):
            with pytest.raises(MigrationLocked, match=r"^web1 \(pid 123\) has been migrating for"):
                await migrator.up(wait=20)

    assert told == [Waiting("web1 (pid 123)", seconds) for seconds in (0, 7, 14)]


async def test_a_holder_in_the_middle_of_its_transaction_is_waited_for(tmp_path: Path) -> None:
    """SQLite lets nobody write meanwhile, not even the row of the lock."""
    async with blank("sqlite", tmp_path) as url, opened(url) as holder:
        with package(tmp_path, {"0001_people": PEOPLE}) as name:
            await Migrator(holder, name).status()
            async with opened(url, lock_timeout=0.01) as other, holder.transaction():
                await holder.execute("DELETE FROM migration_lock")
                with pytest.raises(MigrationLocked, match="another process"):
                    await Migrator(other, name).up(wait=0)
