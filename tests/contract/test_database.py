"""The laws of `pkg.database` while all is well, on SQLite, PostgreSQL and MariaDB or MySQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tortoise.transactions import in_transaction

from pkg.database import ConstraintBroken, Database, DatabaseUnavailable, Duplicate, locate, utc
from pkg.testing import race
from tests.contract.books import add, add_and_fail, add_pair, ids, shop
from tests.databases import DIALECTS, blank, config_for, opened

COLUMNS = {
    "bytes": {"postgres": "bytea"},
    "moment": {"postgres": "timestamptz", "mysql": "datetime(6)"},
}
COLUMN = {"bytes": "blob", "moment": "timestamp"}


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
    """The same data through another `Database`."""
    made = Database.from_config(config_for(url), root=Path(), models=())
    await made.open()
    yield made
    await made.close()


async def keep(database: Database, kind: str) -> None:
    """Makes the table `kept` with a `value` of *kind*."""
    column = COLUMNS.get(kind, {}).get(database.dialect, COLUMN.get(kind, kind))
    await database.execute(f"CREATE TABLE kept (value {column})")


async def test_a_write_answers_how_many_rows_it_matched_changed_or_not(database: Database) -> None:
    for id in (1, 2):
        await add(database, id)

    set_them = "UPDATE books SET copies = ? WHERE author_id = ?"
    assert await database.execute(set_them, [7, 1]) == 2
    assert await database.execute(set_them, [7, 1]) == 2
    assert await database.execute(set_them, [7, 2]) == 0
    assert await database.execute("DELETE FROM books") == 2


async def test_an_insert_may_answer_rows(database: Database) -> None:
    rows = await database.fetch(
        "INSERT INTO books (id, title, author_id) VALUES (?, ?, ?) RETURNING id, title",
        [1, "one", 1],
    )
    assert rows == [{"id": 1, "title": "one"}]


async def test_question_marks_and_percent_signs_in_quotes_are_text(database: Database) -> None:
    rows = await database.fetch("SELECT '?%s 100%' AS said, ? AS given", ["what? 5%"])

    assert rows == [{"said": "?%s 100%", "given": "what? 5%"}]
    assert await database.fetch("SELECT '?%s' AS said") == [{"said": "?%s"}]


@pytest.mark.rule(93)
async def test_a_value_is_never_read_as_sql(database: Database) -> None:
    hostile = "'); DROP TABLE books; --"

    await add(database, 1, hostile)

    rows = await database.fetch("SELECT title FROM books WHERE title = ?", [hostile])
    assert rows == [{"title": hostile}]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bigint", 2**63 - 1),
        ("bigint", -(2**63)),
        ("bigint", None),
        ("double precision", 0.1),
        ("text", "naïve 你好 👩‍👩‍👧 '\"\\%?"),
        ("text", ""),
        ("bytes", bytes(range(256))),
        ("bytes", b""),
    ],
)
async def test_a_value_comes_back_as_it_went_in(
    database: Database, kind: str, value: object
) -> None:
    await keep(database, kind)

    await database.execute("INSERT INTO kept (value) VALUES (?)", [value])

    rows = await database.fetch("SELECT value FROM kept")
    assert rows == [{"value": value}]
    assert type(rows[0]["value"]) is type(value)


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=9.5))]
)
async def test_a_moment_is_the_same_moment_in_utc_wherever_it_was_said(
    database: Database, zone: timezone
) -> None:
    moment = datetime(2026, 3, 29, 1, 30, 0, 123456, zone)
    await keep(database, "moment")

    await database.execute("INSERT INTO kept (value) VALUES (?)", [moment])

    read = utc((await database.fetch("SELECT value FROM kept"))[0]["value"])
    assert read == moment
    assert read.tzinfo is UTC
    assert len(await database.fetch("SELECT value FROM kept WHERE value = ?", [moment])) == 1


async def test_moments_compare_in_order_whatever_zone_they_were_said_in(
    database: Database,
) -> None:
    await keep(database, "moment")
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for hours in (-1, 0, 1):
        local = (noon + timedelta(hours=hours)).astimezone(timezone(timedelta(hours=8 * hours)))
        await database.execute("INSERT INTO kept (value) VALUES (?)", [local])

    rows = await database.fetch("SELECT value FROM kept WHERE value < ?", [noon])

    assert [utc(row["value"]) for row in rows] == [noon - timedelta(hours=1)]


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="zone"):
        await database.fetch("SELECT ? AS at", [datetime(2026, 1, 1)])  # noqa: DTZ001


async def test_a_second_row_under_a_unique_key_is_told_by_the_keys_name_and_no_value(
    database: Database,
) -> None:
    await add(database, 1, "a secret title")

    with pytest.raises(Duplicate) as caught:
        await add(database, 2, "a secret title")

    assert caught.value.on("books", "author_id", "title")
    assert not caught.value.on("books", "title")
    assert not caught.value.on("authors", "name")
    assert "secret" not in str(caught.value)
    assert await ids(database) == [1]


async def test_a_second_row_under_a_primary_key_is_a_duplicate_too(database: Database) -> None:
    await add(database, 1, "one")

    with pytest.raises(Duplicate) as caught:
        await add(database, 1, "two")

    assert not caught.value.on("books", "author_id", "title")


async def test_a_child_of_nobody_is_refused(database: Database) -> None:
    with pytest.raises(ConstraintBroken) as caught:
        await add(database, 1, author=99)

    assert not isinstance(caught.value, Duplicate)
    assert await ids(database) == []


async def test_a_parent_with_children_stays(database: Database) -> None:
    await add(database, 1)

    with pytest.raises(ConstraintBroken):
        await database.execute("DELETE FROM authors")


async def test_an_absent_value_is_refused_where_one_must_be(database: Database) -> None:
    with pytest.raises(ConstraintBroken):
        await database.execute("INSERT INTO authors (id, name) VALUES (?, ?)", [2, None])


async def test_a_wrong_statement_is_a_bug_and_not_the_callers_or_the_servers_fault(
    database: Database,
) -> None:
    with pytest.raises(Exception, match="nowhere") as caught:
        await database.fetch("SELECT * FROM nowhere")

    assert not isinstance(caught.value, DatabaseUnavailable | ConstraintBroken)
    await database.ping()


async def test_a_transaction_is_kept_whole(database: Database, other: Database) -> None:
    async with database.transaction():
        await add(database, 1)
        await add(database, 2)
        assert await ids(database) == [1, 2]
        assert await ids(other) == []

    assert await ids(other) == [1, 2]


async def test_a_transaction_that_fails_is_taken_back_whole(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await add_and_fail(database, 1)
    with pytest.raises(Duplicate):
        await add_pair(database, 2, title="same")

    assert await ids(database) == []


async def test_a_transaction_inside_another_joins_it(database: Database) -> None:
    async def outer() -> None:
        async with database.transaction():
            await add_pair(database, 1)
            await add_and_fail(database, 3)

    with pytest.raises(ZeroDivisionError):
        await outer()

    assert await ids(database) == []


async def test_a_savepoint_is_taken_back_alone(database: Database) -> None:
    async def savepoint() -> None:
        async with in_transaction():
            await add(database, 2)
            await add(database, 1)

    async with database.transaction():
        await add(database, 1)
        with pytest.raises(Duplicate):
            await savepoint()
        await add(database, 3)

    assert await ids(database) == [1, 3]


async def test_transactions_side_by_side_do_not_mix(database: Database) -> None:
    async def one(number: int) -> None:
        async with database.transaction():
            await add(database, number * 2)
            await add(database, number * 2 + 1)
            if number % 3 == 0:
                raise ZeroDivisionError

    answers = await race(30, one)

    kept = [n for n, answer in enumerate(answers) if answer is None]
    assert kept == [n for n in range(30) if n % 3]
    assert await ids(database) == [i for n in kept for i in (n * 2, n * 2 + 1)]


async def test_a_task_that_outlives_its_transaction_goes_on_outside_it(
    database: Database,
) -> None:
    over = asyncio.Event()

    async def late() -> None:
        await over.wait()
        await add(database, 2)
        async with database.transaction():
            await add(database, 3)

    async with database.transaction():
        await add(database, 1)
        task = asyncio.create_task(late())
    over.set()
    await task

    assert await ids(database) == [1, 2, 3]


async def test_of_many_who_add_the_same_row_one_wins_and_the_others_are_duplicates(
    database: Database,
) -> None:
    answers = await race(20, lambda number: add(database, number, "same"))

    refused = [one for one in answers if one is not None]
    assert len(refused) == 19
    assert all(isinstance(one, Duplicate) for one in refused)
    assert len(await ids(database)) == 1


async def test_two_databases_in_one_process_do_not_cross(url: str, tmp_path: Path) -> None:
    dialect = locate(url, tmp_path).dialect
    async with blank(dialect, tmp_path) as second, opened(url) as one, opened(second) as two:
        await two.execute("CREATE TABLE books (id int PRIMARY KEY)")

        async def fill(number: int) -> None:
            where = (one, two)[number % 2]
            async with where.transaction():
                if where is one:
                    await add(one, number)
                else:
                    await two.execute("INSERT INTO books (id) VALUES (?)", [number])

        assert await race(20, fill) == [None] * 20
        assert await ids(one) == list(range(0, 20, 2))
        assert await ids(two) == list(range(1, 20, 2))


async def test_a_closed_database_is_unavailable_and_may_be_closed_again(url: str) -> None:
    database = Database.from_config(config_for(url), root=Path(), models=())
    await database.open()
    await database.close()

    await database.close()

    with pytest.raises(DatabaseUnavailable):
        await database.ping()
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction():
            pass


async def test_a_database_that_was_closed_may_be_opened_again(url: str) -> None:
    database = Database.from_config(config_for(url), root=Path(), models=())
    for _ in range(2):
        await database.open()
        await database.ping()
        await database.close()
