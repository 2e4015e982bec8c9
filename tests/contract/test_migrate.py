"""The laws of `pkg.migrate`'s runner, on SQLite, PostgreSQL and MariaDB or MySQL."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pkg.clock import FakeClock
from pkg.database import Database
from pkg.migrate import (
    Began,
    Event,
    MigrateConfig,
    MigrationFailed,
    MigrationLocked,
    Migrator,
    Ran,
    UnknownMigration,
)
from pkg.migrate.ledger import TABLES, table_names
from pkg.migrate.lock import Lock
from pkg.testing import race
from tests.contract.migrations import migration, package, statement
from tests.contract.schemas import schema_of
from tests.databases import DIALECTS, blank, opened

Made = Callable[[Mapping[str, str]], str]
SHELVES = migration(
    'schema.create_table("shelves", table.id(), table.string("name", 40))',
    'schema.drop_table("shelves")',
)
BOOKS = migration(
    'schema.create_table("books", table.id(), table.big("shelf_id"),'
    ' table.foreign("shelf_id", "shelves"))',
    'schema.drop_table("books")',
)
PAGES = migration('schema.create_table("pages", table.id())', 'schema.drop_table("pages")')
THREE = {"0001_shelves": SHELVES, "0002_books": BOOKS, "0003_pages": PAGES}
NAMES = list(THREE)
FAILING = migration(
    "\n".join(
        [
            statement("CREATE TABLE first_one (id int)"),
            statement("CREATE TABLE second_one (id int)"),
            statement("INSERT INTO nowhere (id) VALUES (1)"),
            statement("CREATE TABLE fourth_one (id int)"),
        ]
    )
)
MIGRATE = """
import asyncio, sys
from pkg.migrate import Migrator
from tests.databases import opened

async def main(url):
    async with opened(url) as database:
        print(len(await Migrator(database).up()))

asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture(params=DIALECTS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with blank(request.param, tmp_path) as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with opened(url) as made:
        yield made


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Makes packages of migrations."""
    with ExitStack() as stack:
        yield lambda files: stack.enter_context(package(tmp_path, files))


def names(ran: list[Ran]) -> list[str]:
    return [one.name for one in ran]


async def tables(database: Database) -> list[str]:
    return [name for name in await table_names(database) if name not in TABLES]


# Up and down


async def test_up_applies_every_file_in_order_as_one_batch(database: Database, made: Made) -> None:
    told: list[Event] = []
    migrator = Migrator(database, made(THREE), progress=told.append)

    ran = await migrator.up()

    assert names(ran) == NAMES
    assert {(one.batch, one.direction) for one in ran} == {(1, "up")}
    assert [one for one in told if isinstance(one, Ran)] == ran
    assert [one for one in told if isinstance(one, Began)] == [
        Began(name, "up", number, 3) for number, name in enumerate(NAMES, 1)
    ]
    assert await tables(database) == ["books", "pages", "shelves"]
    assert await migrator.up() == []


async def test_down_takes_back_the_last_batch_newest_first(database: Database, made: Made) -> None:
    migrator = Migrator(database, made(THREE))
    await migrator.up(step=1)
    await migrator.up()

    ran = await migrator.down()

    assert names(ran) == ["0003_pages", "0002_books"]
    assert await tables(database) == ["shelves"]
    assert names(await migrator.down()) == ["0001_shelves"]
    assert await migrator.down() == []


async def test_step_to_and_batch_choose_what_runs(database: Database, made: Made) -> None:
    migrator = Migrator(database, made(THREE))

    assert names(await migrator.up(to="0002_books.py")) == NAMES[:2]
    assert names(await migrator.up(step=5)) == ["0003_pages"]
    assert names(await migrator.down(batch=1)) == ["0002_books", "0001_shelves"]
    assert names(await migrator.down(step=1)) == ["0003_pages"]


async def test_a_file_that_is_not_pending_cannot_be_the_goal(
    database: Database, made: Made
) -> None:
    migrator = Migrator(database, made(THREE))
    await migrator.up(to="0001_shelves")

    for name in ("0001_shelves", "0009_nothing"):
        with pytest.raises(UnknownMigration, match=name):
            await migrator.up(to=name)


async def test_reset_takes_everything_back_and_keeps_the_tracking_tables(
    database: Database, made: Made
) -> None:
    migrator = Migrator(database, made(THREE))
    await migrator.up(step=2)
    await migrator.up()

    assert names(await migrator.reset()) == NAMES[::-1]

    assert await table_names(database) == sorted(TABLES)
    assert names(await migrator.up()) == NAMES


async def test_fresh_drops_whatever_stands_and_applies_everything(
    database: Database, made: Made
) -> None:
    migrator = Migrator(database, made(THREE))
    await migrator.up()
    quoted = "`Some strangers`" if database.dialect == "mysql" else '"Some strangers"'
    await database.execute(f"CREATE TABLE {quoted} (id int PRIMARY KEY)")
    await database.execute(f"CREATE VIEW faces AS SELECT id FROM {quoted}")
    await database.execute("CREATE VIEW eyes AS SELECT id FROM faces")
    await database.execute("INSERT INTO shelves (name) VALUES ('top')")

    assert names(await migrator.fresh()) == NAMES

    assert await tables(database) == ["books", "pages", "shelves"]
    assert await database.fetch("SELECT * FROM shelves") == []
    await database.execute("CREATE VIEW faces AS SELECT id FROM shelves")
    assert {one.batch for one in await migrator.status()} == {1}


@pytest.mark.rule(116)
async def test_up_down_up_leaves_the_same_schema(database: Database) -> None:
    migrator = Migrator(database)
    await migrator.up()
    first = await schema_of(database)

    await migrator.down()
    assert await schema_of(database) == {}
    await migrator.up()

    assert await schema_of(database) == first
    assert {"users", "sessions", "conversations", "messages", "settings"} <= first.keys()


async def test_each_file_of_the_project_can_be_taken_back_alone(database: Database) -> None:
    migrator = Migrator(database)
    states = [await schema_of(database)]
    for name in await migrator.pending():
        await migrator.up(to=name)
        states.append(await schema_of(database))

    while len(states) > 1:
        assert await schema_of(database) == states.pop()
        await migrator.down(step=1)
    assert await schema_of(database) == states[0]


# What is known afterwards


async def test_status_tells_what_is_applied_what_pends_and_whose_file_is_gone(
    database: Database, made: Made, clock: FakeClock
) -> None:
    await Migrator(database, made({"0000_gone": PAGES}), clock=clock).up()
    migrator = Migrator(database, made({"0001_shelves": SHELVES, "0002_books": BOOKS}), clock=clock)
    await migrator.up(step=1)

    gone, applied, pending = await migrator.status()

    assert (gone.name, gone.batch, gone.missing) == ("0000_gone", 1, True)
    assert (applied.name, applied.batch, applied.missing) == ("0001_shelves", 2, False)
    assert applied.at == datetime.fromtimestamp(int(clock.now().timestamp()), UTC)
    assert (pending.name, pending.batch, pending.pending) == ("0002_books", 0, True)
    assert await migrator.pending() == ["0002_books"]
    with pytest.raises(UnknownMigration, match="0000_gone"):
        await migrator.down(batch=1)


async def test_files_run_by_number_and_not_by_spelling(database: Database, made: Made) -> None:
    migrator = Migrator(database, made({"10_books": BOOKS, "9_shelves": SHELVES, "notes": ""}))

    assert names(await migrator.up()) == ["9_shelves", "10_books"]


async def test_aerich_finds_its_own_rows(url: str, made: Made) -> None:
    async with opened(url, models=["aerich.models"]) as database:
        from aerich.models import Aerich

        migrator = Migrator(database, made(THREE))
        await migrator.up()
        await migrator.down(step=1)

        rows = await Aerich.filter(app="models").order_by("id")

    assert [row.version for row in rows] == ["0001_shelves.py", "0002_books.py"]
    assert [row.content for row in rows] == [{}, {}]


async def test_what_aerich_itself_applied_counts_as_applied(url: str, made: Made) -> None:
    async with opened(url, models=["aerich.models"]) as database:
        from aerich.models import Aerich

        migrator = Migrator(database, made(THREE))
        await migrator.status()
        _ = await Aerich.create(version="0001_shelves.py", app="models", content={})

        assert await migrator.pending() == ["0002_books", "0003_pages"]


# Pretend


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_pretend_tells_the_very_statements_and_runs_none(
    database: Database, made: Made, direction: str
) -> None:
    migrator = Migrator(database, made(THREE))
    if direction == "down":
        await migrator.up()
    before = await schema_of(database)

    told = await migrator.pretend("up" if direction == "up" else "down")

    assert await schema_of(database) == before
    assert len(await migrator.pending()) == (3 if direction == "up" else 0)
    ran = await (migrator.up() if direction == "up" else migrator.down())
    assert [(one.name, one.statements) for one in told] == [
        (one.name, one.statements) for one in ran
    ]


async def test_pretend_chooses_as_the_run_would(database: Database, made: Made) -> None:
    migrator = Migrator(database, made(THREE))

    assert names(await migrator.pretend(step=2)) == NAMES[:2]
    assert names(await migrator.pretend(to="0001_shelves")) == NAMES[:1]


# Failures


@pytest.mark.rule(116)
async def test_a_failing_third_statement_leaves_nothing_or_says_what_it_leaves(
    database: Database, made: Made
) -> None:
    migrator = Migrator(database, made({"0001_shelves": SHELVES, "0002_failing": FAILING}))

    with pytest.raises(MigrationFailed) as caught:
        await migrator.up()

    told = str(caught.value)
    assert "0002_failing" in told
    assert "statement 3 of 4: INSERT INTO nowhere" in told
    assert await migrator.pending() == ["0002_failing"]
    if database.dialect == "mysql":
        assert await tables(database) == ["first_one", "second_one", "shelves"]
        assert "done: CREATE TABLE first_one" in told
        assert "done: CREATE TABLE second_one" in told
        assert "not done: INSERT INTO nowhere" in told
        assert "not done: CREATE TABLE fourth_one" in told
    else:
        assert await tables(database) == ["shelves"]
        assert "stands as before" in told


@pytest.mark.rule(116)
async def test_a_failure_after_statements_the_script_ran_itself_names_the_right_one(
    database: Database, made: Made
) -> None:
    body = "\n".join(
        [
            'await db.execute_script("CREATE TABLE zeroth (id int)")',
            statement("CREATE TABLE first_one (id int)"),
            statement("INSERT INTO nowhere (id) VALUES (1)"),
            statement("CREATE TABLE third_one (id int)"),
        ]
    )
    migrator = Migrator(database, made({"0001_failing": migration(body)}))

    with pytest.raises(MigrationFailed) as caught:
        await migrator.up()

    told = str(caught.value)
    assert "statement 3 of 4: INSERT INTO nowhere" in told
    if database.dialect == "mysql":
        assert told.count("not done:") == 2


async def test_a_failure_in_a_statement_the_script_runs_itself_names_it(
    database: Database, made: Made
) -> None:
    body = 'await db.execute_script("CREATE TABLE one (id int); INSERT INTO nowhere VALUES (1)")'
    migrator = Migrator(database, made({"0001_failing": migration(body)}))

    with pytest.raises(MigrationFailed, match="INSERT INTO nowhere"):
        await migrator.up()


async def test_a_failing_downgrade_keeps_the_migration(database: Database, made: Made) -> None:
    files = {"0001_shelves": migration(statement("CREATE TABLE s (id int)"), statement("DROP x"))}
    migrator = Migrator(database, made(files))
    await migrator.up()

    with pytest.raises(MigrationFailed, match="0001_shelves"):
        await migrator.down()

    assert await migrator.pending() == []
    assert await tables(database) == ["s"]


async def test_a_bug_in_a_file_is_shown_as_what_it_is(database: Database, made: Made) -> None:
    migrator = Migrator(database, made({"0001_bug": migration("1 / 0")}))

    with pytest.raises(ZeroDivisionError):
        await migrator.up()

    assert await migrator.pending() == ["0001_bug"]


async def test_a_file_without_both_scripts_is_refused(database: Database, made: Made) -> None:
    migrator = Migrator(database, made({"0001_half": "async def upgrade(db): return ''"}))

    with pytest.raises(UnknownMigration, match="downgrade"):
        await migrator.up()


async def test_a_file_that_does_nothing_is_applied(database: Database, made: Made) -> None:
    migrator = Migrator(database, made({"0001_nothing": migration("pass")}))

    assert names(await migrator.up()) == ["0001_nothing"]
    assert names(await migrator.down()) == ["0001_nothing"]


async def test_a_file_outside_a_transaction_keeps_what_it_did(
    database: Database, made: Made
) -> None:
    body = "\n".join([statement("CREATE TABLE kept (id int)"), statement("DROP TABLE nowhere")])
    migrator = Migrator(database, made({"0001_loose": migration(body, in_transaction=False)}))

    with pytest.raises(MigrationFailed, match="keeps what was done"):
        await migrator.up()

    assert await tables(database) == ["kept"]


@pytest.mark.rule(116)
async def test_inherited_migrations_unguarded(
    database: Database, made: Made, clock: FakeClock
) -> None:
    """A dry run, a status, a lock, a transaction; that `fresh` asks is tested at the console."""
    migrator = Migrator(database, made({"0001_failing": FAILING}), clock=clock)

    assert [one.pending for one in await migrator.status()] == [True]
    with pytest.raises(MigrationFailed):
        await (migrator.pretend() if database.dialect == "sqlite" else migrator.up())
    async with Lock(database, clock, lease=60).held(wait=0):
        with pytest.raises(MigrationLocked):
            await migrator.fresh(wait=0)
    if database.dialect != "mysql":  # which commits each change of a table by itself
        assert await tables(database) == []


# Two nodes at once


@pytest.mark.rule(116)
async def test_of_nodes_that_migrate_at_once_each_file_runs_on_one(
    url: str, database: Database, made: Made
) -> None:
    package_name = made(THREE)

    async def node(_: int) -> list[str]:
        async with opened(url) as own:
            return names(await Migrator(own, package_name).up())

    answers = await race(4, node)

    assert sorted(map(str, answers)) == [str(NAMES), "[]", "[]", "[]"]
    assert await Migrator(database, package_name).pending() == []


async def test_nodes_that_look_at_once_at_a_new_database_see_the_same(url: str, made: Made) -> None:
    package_name = made(THREE)

    async def node(_: int) -> list[str]:
        async with opened(url) as own:
            return await Migrator(own, package_name).pending()

    assert await race(8, node) == [NAMES] * 8


@pytest.mark.rule(116)
async def test_of_two_processes_that_migrate_at_once_both_end_well(url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", MIGRATE, url), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    counts = [int((await one.communicate())[0]) for one in processes]

    assert min(counts) == 0
    assert max(counts) > 0


async def test_who_does_not_wait_leaves_and_is_told_who_holds_the_lock(
    database: Database, made: Made, clock: FakeClock
) -> None:
    migrator = Migrator(database, made(THREE), clock=clock)
    await migrator.status()
    other = Lock(database, clock, lease=60, owner="node-7")

    async with other.held(wait=0):
        clock.advance(12)
        with pytest.raises(MigrationLocked, match="node-7 has been migrating for 12 s"):
            await migrator.up(wait=0)

    assert names(await migrator.up(wait=0)) == NAMES


async def test_a_holder_that_died_is_out_after_its_lease(
    database: Database, made: Made, clock: FakeClock
) -> None:
    migrator = Migrator(database, made(THREE), clock=clock, config=MigrateConfig(lease=60))
    await migrator.status()
    now = int(clock.now().timestamp() * 1000)
    await database.execute(
        "INSERT INTO migration_lock (name, owner, since, expires_at) VALUES (?, ?, ?, ?)",
        ["migrate", "node-7", now, now + 60_000],
    )

    clock.advance(59)
    with pytest.raises(MigrationLocked):
        await migrator.up(wait=0)
    clock.advance(2)
    assert names(await migrator.up(wait=0)) == NAMES


async def test_a_holder_that_slept_over_its_lease_stops_before_it_does_harm(
    database: Database, made: Made, clock: FakeClock
) -> None:
    sleeper = Lock(database, clock, lease=60, owner="node-1")
    await Migrator(database, made(THREE), clock=clock).status()

    async with sleeper.held(wait=0):
        clock.advance(61)
        async with Lock(database, clock, lease=60, owner="node-2").held(wait=0):
            with pytest.raises(MigrationLocked, match="node-2"):
                await sleeper.check()


@pytest.mark.rule(116)
@pytest.mark.parametrize("in_transaction", [True, False])
async def test_who_lost_the_lock_between_two_files_stops_before_the_second(
    database: Database, made: Made, *, in_transaction: bool
) -> None:
    make = statement("CREATE TABLE shelves (id int)")
    files = {
        "0001_nothing": migration("pass"),
        "0002_shelves": migration(make, in_transaction=in_transaction),
    }

    def lose(event: Event) -> None:
        if isinstance(event, Ran):
            migrator.lock.owner = "node-1"  # so the row is somebody else's from now on

    migrator = Migrator(database, made(files), progress=lose)

    with pytest.raises(MigrationLocked, match="has been migrating"):
        await migrator.up()

    assert await migrator.pending() == ["0002_shelves"]
    assert await tables(database) == []


async def test_who_lost_the_lock_within_a_file_does_not_record_it(
    database: Database, made: Made
) -> None:
    lose = "await db.execute_script(\"UPDATE migration_lock SET owner = 'node-2'\")"
    migrator = Migrator(database, made({"0001_lose": migration(lose)}))

    with pytest.raises(MigrationLocked, match="node-2"):
        await migrator.up()

    assert await migrator.pending() == ["0001_lose"]
