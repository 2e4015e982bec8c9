"""The laws of transactions that are told as generators, on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pkg.database import (
    Ask,
    ConstraintBroken,
    Database,
    DatabaseUnavailable,
    Duplicate,
    Each,
    Steps,
    utc,
)
from pkg.testing import race
from tests.contract.books import INSERT, add, add_and_fail, add_pair, ids, pair, perform_pair, shop
from tests.databases import DIALECTS, opened


@pytest.fixture(params=DIALECTS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with shop(request.param, tmp_path) as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with opened(url, pool_max=3) as made:
        yield made


@pytest.fixture
async def other(url: str) -> AsyncIterator[Database]:
    async with opened(url, pool_max=3) as made:
        yield made


async def test_steps_are_given_the_rows_of_each_and_answer_what_they_return(
    database: Database,
) -> None:
    assert await database.perform(pair(1)) == 2
    assert await database.perform(pair(3)) == 4
    assert await ids(database) == [1, 2, 3, 4]


async def test_rows_are_no_dicts_but_in_the_order_of_their_columns(database: Database) -> None:
    await add(database, 1, "100 %?")

    def steps() -> Steps[list[tuple[object, ...]]]:
        rows = yield Ask("SELECT id, '100 %?', title FROM books WHERE title = ?", ("100 %?",))
        more = yield Ask("SELECT title, '%', id FROM books")
        return [tuple(row) for row in (*rows, *more)]

    assert await database.perform(steps()) == [(1, "100 %?", "100 %?"), ("100 %?", "%", 1)]
    rows = await database.rows("SELECT title, id FROM books WHERE id = ?", [1])
    assert [tuple(row) for row in rows] == [("100 %?", 1)]
    assert [tuple(row) for row in await database.rows("SELECT id FROM books")] == [(1,)]


async def test_one_statement_for_many_rows(database: Database) -> None:
    def steps() -> Steps[int]:
        assert not (yield Each(INSERT, [(id, f"title {id}", 1) for id in range(1, 8)]))
        assert not (yield Each("UPDATE books SET copies = ? WHERE id = ?", [(5, 1), (6, 2)]))
        ((copies,),) = yield Ask("SELECT sum(copies) FROM books")
        return int(copies)

    assert await database.perform(steps()) == 11
    assert await ids(database) == list(range(1, 8))


async def test_a_step_that_is_refused_leaves_nothing_of_those_before(database: Database) -> None:
    with pytest.raises(Duplicate):
        await database.perform(pair(1, title="the same"))

    def orphan() -> Steps[None]:
        yield Ask(INSERT, (3, "three", 1))
        yield Each(INSERT, [(4, "four", 1), (5, "five", 99)])

    with pytest.raises(ConstraintBroken):
        await database.perform(orphan())
    assert await ids(database) == []


async def test_steps_that_raise_leave_nothing(database: Database) -> None:
    def steps() -> Steps[None]:
        yield Ask(INSERT, (1, "one", 1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.perform(steps())
    assert await ids(database) == []
    assert await database.perform(pair(1)) == 2


async def test_steps_without_a_statement_are_done_all_the_same(database: Database) -> None:
    def steps() -> Steps[int]:
        yield from ()
        return 7

    assert await database.perform(steps()) == 7


async def test_steps_and_transactions_take_turns(database: Database, other: Database) -> None:
    async def failing(side: Database, id: int) -> None:
        with pytest.raises(ZeroDivisionError):
            await add_and_fail(side, id)

    work = (add_pair, perform_pair, failing)
    sides = (database, other)
    outcomes = await race(24, lambda n: work[n % 3](sides[n % 2], n * 2))

    assert outcomes == [None] * 24
    assert len(await ids(database)) == 32


async def test_inside_another_transaction_steps_are_refused(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError, match="inside"):
            await database.perform(pair(1))
    assert await database.perform(pair(1)) == 2


async def test_a_cancelled_caller_waits_until_the_steps_are_done(database: Database) -> None:
    task = asyncio.ensure_future(database.perform(pair(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert await ids(database) == [1, 2]


async def test_a_moment_given_in_steps_is_the_same_moment(database: Database) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 123000, UTC)
    kind = {"postgres": "timestamptz", "mysql": "datetime(6)"}.get(database.dialect, "timestamp")
    await database.execute(f"CREATE TABLE kept (value {kind})")

    def steps() -> Steps[None]:
        yield Ask("INSERT INTO kept (value) VALUES (?)", (database.moment(at),))

    await database.perform(steps())
    await database.execute("INSERT INTO kept (value) VALUES (?)", [at])

    rows = await database.rows("SELECT value FROM kept")
    assert [utc(value) for (value,) in rows] == [at, at]
    assert len({value for (value,) in rows}) == 1


async def test_steps_on_a_closed_database_are_unavailable(database: Database) -> None:
    await database.close()

    with pytest.raises(DatabaseUnavailable):
        await database.perform(pair(1))
