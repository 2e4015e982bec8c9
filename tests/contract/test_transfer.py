"""What moving tables owes, whatever two databases it is between."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from pkg.database import Database, DatabaseUnavailable, Dialect
from pkg.migrate import Migrator
from pkg.testing import require
from pkg.transfer import (
    ChecksumsDiffer,
    TransferLocked,
    TransferRefused,
    tables_in,
    tables_of,
    unfinished,
)
from tests.contract.migrations import migration, package, statement
from tests.contract.moved import (
    FILES,
    LAST,
    PAIRS,
    PEOPLE,
    VALUES,
    Fuse,
    Killed,
    Pair,
    beside,
    fill,
    opened,
    pair,
    state,
)
from tests.databases import DIALECTS

WAYS: tuple[tuple[Dialect, Dialect], ...] = (
    ("sqlite", "postgres"),
    ("sqlite", "mysql"),
    ("postgres", "sqlite"),
    ("mysql", "postgres"),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with package(tmp_path_factory.mktemp("files"), FILES) as name:
        yield name


@pytest.fixture(params=WAYS, ids="-".join)
async def ways(request: pytest.FixtureRequest, files: str, tmp_path: Path) -> AsyncIterator[Pair]:
    """Every way between two databases."""
    source, target = request.param
    for dialect in (source, target):
        if dialect != "sqlite":
            require(dialect)
    async with pair(source, target, tmp_path, files) as made:
        yield made


@pytest.fixture
async def two(files: str, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two files."""
    async with pair("sqlite", "sqlite", tmp_path, files) as made:
        yield made


async def test_every_value_is_the_same_on_both_sides(ways: Pair) -> None:
    before = await state(ways.source)

    moved = await ways.run()

    assert await state(ways.target) == await state(ways.source) == before
    assert {one.name: (one.rows, one.checksum) for one in moved} == before
    assert before["people"][0] == PEOPLE
    assert before["values_of"][0] == len(VALUES)
    assert before["pairs"][0] == len(PAIRS)
    assert not await unfinished(ways.target)


async def test_references_in_a_circle_are_all_there(ways: Pair) -> None:
    _ = await ways.run()

    with ways.target.active():
        teams = await ways.target.rows("SELECT id, head_id FROM teams ORDER BY id")
        loose = await ways.target.rows("SELECT count(*) FROM people WHERE boss_id IS NULL")
    assert [tuple(row) for row in teams] == [(1, PEOPLE), (2, 1)]
    assert loose[0][0] == 0


async def test_no_id_is_given_twice(ways: Pair) -> None:
    _ = await ways.run()

    with ways.target.active():
        await ways.target.execute("INSERT INTO teams (name) VALUES ('new')")
        (found,) = await ways.target.rows("SELECT max(id) FROM teams")
    assert found[0] == LAST + 1


async def test_one_killed_after_every_piece_goes_on_and_repeats_nothing(two: Pair) -> None:
    deaths, fuse = 0, Fuse(once=True)

    while True:
        try:
            _ = await two.run(watch=fuse)
            break
        except Killed:
            deaths += 1
            assert await unfinished(two.target)

    pieces = [(table, done) for stage, table, done in fuse.seen if stage == "copies" and done]
    assert len(pieces) == len(set(pieces))  # each was copied by one of them
    assert deaths > len(pieces) > len(FILES)
    assert await state(two.target) == await state(two.source)


async def test_one_that_was_interrupted_checks_what_it_copied(two: Pair) -> None:
    with pytest.raises(Killed):
        await two.run(watch=Fuse(at=6))
    with two.source.active():
        await two.source.execute('UPDATE pairs SET "right" = 8 WHERE "right" = 7')

    with pytest.raises(TransferRefused, match="have changed in the source since: pairs"):
        await two.run()

    _ = await two.run(restart=True)
    assert await state(two.target) == await state(two.source)


async def test_rows_that_come_before_their_table_is_copied_are_copied(two: Pair) -> None:
    fuse = Fuse(at=2)
    with pytest.raises(Killed):
        await two.run(watch=fuse)
    assert "values_of" not in {table for _, table, _ in fuse.seen}
    with two.source.active():
        await two.source.execute("DELETE FROM values_of WHERE id = 1")

    _ = await two.run()

    assert (await state(two.target))["values_of"][0] == len(VALUES) - 1


async def test_a_target_with_rows_is_refused_and_stays_as_it_was(ways: Pair) -> None:
    await fill(ways.target, ways.package)
    with ways.target.active():
        await ways.target.execute("DELETE FROM pairs")
    before = await state(ways.target)

    with pytest.raises(TransferRefused, match=rf"not empty: .*people \({PEOPLE}\)"):
        await ways.run()

    assert await state(ways.target) == before
    assert not await unfinished(ways.target)


async def test_a_target_that_was_only_migrated_is_empty(ways: Pair) -> None:
    with ways.target.active():
        await Migrator(ways.target, ways.package).up()

    _ = await ways.run()

    assert await state(ways.target) == await state(ways.source)


async def test_a_target_whose_migrations_were_interrupted_is_brought_on(two: Pair) -> None:
    with two.target.active():
        await Migrator(two.target, two.package).up(step=1)

    _ = await two.run()

    assert await state(two.target) == await state(two.source)


async def test_a_target_with_rows_is_not_even_migrated(two: Pair) -> None:
    with two.target.active():
        await Migrator(two.target, two.package).up(step=1)
        await two.target.execute("INSERT INTO pairs VALUES ('theirs', 1)")

    with pytest.raises(TransferRefused, match="at other migrations: it lacks 0002_second"):
        await two.run()

    with two.target.active():
        assert await Migrator(two.target, two.package).pending() == ["0002_second"]


async def test_a_target_at_other_migrations_is_refused(two: Pair, tmp_path: Path) -> None:
    third = migration("schema.create_table('more', table.id())", "schema.drop_table('more')")
    with package(tmp_path, {**FILES, "0003_third": third}) as newer:
        with two.target.active():
            await Migrator(two.target, newer).up()

        with pytest.raises(TransferRefused, match="other migrations: it has 0003_third besides"):
            await Pair(two.source, two.target, newer).run()


async def test_tables_of_something_else_are_refused(two: Pair) -> None:
    with two.target.active():
        await two.target.execute("CREATE TABLE orders (id integer PRIMARY KEY)")

    with pytest.raises(TransferRefused, match=r"tables of something else \(orders\)"):
        await two.run()


async def test_a_source_that_nobody_migrated_has_nothing_to_give(
    files: str, tmp_path: Path
) -> None:
    async with opened("sqlite", tmp_path) as one, opened("sqlite", tmp_path) as other:
        refused = Pair(one, other, files).run()
        with pytest.raises(TransferRefused, match="was never migrated"):
            await refused


async def test_a_source_of_a_newer_release_is_refused(two: Pair, tmp_path: Path) -> None:
    with (
        package(tmp_path, {"0001_first": FILES["0001_first"]}) as older,
        pytest.raises(TransferRefused, match="does not know: 0002_second"),
    ):
        await Pair(two.source, two.target, older).run()


@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
async def test_a_second_one_is_refused_while_the_first_is_at_it(
    dialect: Dialect, tmp_path: Path
) -> None:
    require(dialect)
    async with opened(dialect, tmp_path) as database:
        async with tables_of(database) as first, first.alone(), beside(database) as other:
            with pytest.raises(TransferLocked, match="another process moves tables"):
                await taken(other)

        async with beside(database) as other:
            await taken(other)


async def taken(database: Database) -> None:
    """Has a database alone for a moment."""
    async with tables_of(database) as writer, writer.alone():
        pass


async def test_a_file_that_somebody_has_open_is_refused(two: Pair) -> None:
    with closing(sqlite3.connect(two.source.address.where)) as server:
        _ = server.execute("SELECT * FROM seeds").fetchall()  # idle from here on

        with pytest.raises(TransferLocked, match="open in another process"):
            await two.run()

    _ = await two.run()


async def test_what_the_target_cannot_keep_is_named_by_its_row(files: str, tmp_path: Path) -> None:
    require("postgres")
    async with pair("sqlite", "postgres", tmp_path, files) as made:
        with made.source.active():
            await made.source.execute("UPDATE values_of SET word = ? WHERE id = 3", ["a\0b"])

        with pytest.raises(TransferRefused, match="the row id=3 of values_of is refused: "):
            await made.run()

        assert (await state(made.target))["values_of"][0] == 0
        with made.source.active():
            await made.source.execute("UPDATE values_of SET word = 'ab' WHERE id = 3")
        _ = await made.run()  # goes on
        assert await state(made.target) == await state(made.source)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("at", "yesterday"), ("day", "x"), ("document", "{"), ("document", "NaN"), ("uuid", "1")),
        *(("document", "[1e400]"), ("float", "x"), ("words", b"x"), ("middle", b"x")),
    ],
)
async def test_what_is_no_value_of_its_column_is_named(
    two: Pair, column: str, value: str | bytes
) -> None:
    with two.source.active():
        await two.source.execute(f"UPDATE values_of SET {column} = ? WHERE id = 2", [value])

    with pytest.raises(TransferRefused, match=f"the row id=2 of values_of: what {column} holds"):
        await two.run()


@pytest.mark.parametrize("value", ["'0044-03-15 BC'", "'infinity'"])
async def test_a_day_that_nobody_else_has_is_named(value: str, files: str, tmp_path: Path) -> None:
    require("postgres")
    async with pair("postgres", "sqlite", tmp_path, files) as two:
        with two.source.active():
            await two.source.execute(f"UPDATE values_of SET day = {value} WHERE id = 2")
            await two.source.execute(f"UPDATE values_of SET at = {value} WHERE id = 3")

        with pytest.raises(TransferRefused, match="the row id=2 of values_of"):
            await two.run()


async def test_the_last_day_of_the_calendar_is_a_day_and_not_infinity(
    files: str, tmp_path: Path
) -> None:
    require("postgres")
    async with pair("sqlite", "postgres", tmp_path, files) as two:
        with two.source.active():
            await two.source.execute("UPDATE values_of SET day = '9999-12-31' WHERE id = 2")

        await two.run()

        with two.target.active():
            found = await two.target.rows("SELECT CAST(day AS text) FROM values_of WHERE id = 2")
        assert found[0][0] == "9999-12-31"


async def test_rows_without_a_key_are_refused_and_not_left_out(tmp_path: Path) -> None:
    # SQLite lets a primary key be null, and nothing comes after null
    loose = migration(
        statement("CREATE TABLE loose (word varchar(9) PRIMARY KEY)")
        + "\n"
        + statement("INSERT INTO loose SELECT NULL FROM (VALUES (1), (2), (3))")
    )
    with package(tmp_path, {"0001_loose": loose}) as name:
        async with opened("sqlite", tmp_path) as one, opened("sqlite", tmp_path) as other:
            with one.active():
                await Migrator(one, name).up()

            with pytest.raises(TransferRefused, match="loose has rows whose word is null"):
                await Pair(one, other, name).run()


async def test_a_name_that_cannot_be_said_is_refused(tmp_path: Path) -> None:
    odd = migration(statement('CREATE TABLE odd (id integer PRIMARY KEY, "Its Name" text)'))
    with package(tmp_path, {"0001_odd": odd}) as name:
        async with opened("sqlite", tmp_path) as one, opened("sqlite", tmp_path) as other:
            with one.active():
                await Migrator(one, name).up()

            with pytest.raises(TransferRefused, match="odd: 'Its Name' cannot be a name"):
                await Pair(one, other, name).run()


@pytest.mark.parametrize("target", DIALECTS)
async def test_an_id_of_nothing_or_less_is_kept(
    target: Dialect, files: str, tmp_path: Path
) -> None:
    if target != "sqlite":
        require(target)
    async with pair("sqlite", target, tmp_path, files) as made:
        with made.source.active():
            for id in (0, -7):
                await made.source.execute("INSERT INTO teams (id, name) VALUES (?, 'x')", [id])

        _ = await made.run()

        assert await state(made.target) == await state(made.source)


async def test_a_text_that_is_none_is_told_and_not_quoted(two: Pair) -> None:
    with two.source.active():
        await two.source.execute("UPDATE values_of SET words = CAST(x'73e9' AS TEXT)")

    with pytest.raises(TransferRefused, match="not decode to UTF-8 column 'words': mend") as told:
        await two.run()

    assert "s\\xe9" not in str(told.value)


async def test_a_target_that_keeps_other_rows_is_not_declared_whole(
    files: str, tmp_path: Path
) -> None:
    spoils = (
        "CREATE TRIGGER spoils AFTER INSERT ON pairs BEGIN "
        """UPDATE pairs SET "right" = 9 WHERE "left" = 'f' AND "right" = 7; END"""
    )
    async with pair("sqlite", "sqlite", tmp_path, files) as made:
        with made.target.active():
            await Migrator(made.target, files).up()
            await made.target.execute(spoils)

        with pytest.raises(ChecksumsDiffer, match="does not hold what was copied: pairs"):
            await made.run()

        assert await unfinished(made.target)
        with made.target.active():
            await made.target.execute("DROP TRIGGER spoils")
        _ = await made.run(restart=True)
        assert not await unfinished(made.target)


@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
async def test_a_lost_connection_loses_nothing(
    dialect: Dialect, files: str, tmp_path: Path
) -> None:
    require(dialect)
    async with pair("sqlite", dialect, tmp_path, files) as made:
        cut = Cut(made.target, at=6)
        with pytest.raises(DatabaseUnavailable):
            await made.run(watch=cut)
        assert cut.words == 6

        _ = await made.run()
        assert await state(made.target) == await state(made.source)


class Cut:
    """Closes every connection to *database* at the word of progress number *at*."""

    def __init__(self, database: Database, *, at: int) -> None:
        self._database = database
        self._at = at
        self.words = 0

    def __call__(self, stage: str, table: str, done: int, of: int) -> None:
        self.words += 1
        if self.words == self._at:
            with ThreadPoolExecutor(1) as thread:  # a loop of its own: this one waits for us
                thread.submit(asyncio.run, self._close()).result()

    async def _close(self) -> None:
        async with beside(self._database) as other:
            if other.dialect == "postgres":
                _ = await other.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                return
            for row in await other.rows(
                "SELECT id FROM information_schema.processlist "
                "WHERE db = database() AND id <> connection_id()"
            ):
                await other.execute(f"KILL {row[0]}")


async def test_what_is_not_whole_is_no_source(two: Pair) -> None:
    with pytest.raises(Killed):
        await two.run(watch=Fuse(at=6))
    half = Pair(two.target, two.source, two.package)

    with pytest.raises(TransferRefused, match="is not whole"):
        await half.run()


async def test_tables_that_changed_since_begin_anew(files: str, tmp_path: Path) -> None:
    async with pair("sqlite", "sqlite", tmp_path, files) as made:
        with pytest.raises(Killed):
            await made.run(watch=Fuse(at=6))
        for database in (made.source, made.target):
            with database.active():
                await database.execute("ALTER TABLE seeds ADD COLUMN weight integer NULL")

        with pytest.raises(TransferRefused, match="tables of the source have changed"):
            await made.run()

        _ = await made.run(restart=True)


async def test_a_table_without_a_key_is_refused(tmp_path: Path) -> None:
    keyless = migration(statement("CREATE TABLE keyless (word varchar(9))"))
    with package(tmp_path, {"0001_keyless": keyless}) as name:
        async with opened("sqlite", tmp_path) as one, opened("sqlite", tmp_path) as other:
            with one.active():
                await Migrator(one, name).up()

            with pytest.raises(TransferRefused, match="keyless has no primary key"):
                await Pair(one, other, name).run()


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_snapshot_shows_one_moment(dialect: Dialect, files: str, tmp_path: Path) -> None:
    if dialect != "sqlite":
        require(dialect)
    async with opened(dialect, tmp_path) as database:
        await fill(database, files)
        with database.active():
            tables = {table.name: table for table in await tables_in(database)}
        async with beside(database) as other:
            async with tables_of(database) as reader, reader.snapshot():
                assert await other.execute("DELETE FROM pairs") == len(PAIRS)
                assert await reader.count(tables["pairs"]) == len(PAIRS)
            assert await other.execute("DELETE FROM pairs") == 0
