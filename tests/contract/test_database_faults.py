"""The laws of `pkg.database` in trouble: slow, full, locked, away, cut, and callers cancelled."""

from __future__ import annotations

import asyncio
import contextvars
import random
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from pkg.database import Database, DatabaseUnavailable, Dialect
from pkg.testing import race
from tests.contract.books import add, add_and_fail, add_pair, ids, perform_pair, shop
from tests.databases import DIALECTS, blank, opened

CANCELS = 200
SERVERS: tuple[Dialect, ...] = ("postgres", "mysql")
SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT max(i) FROM n",
    "postgres": "SELECT pg_sleep(60)",
    "mysql": "SELECT sleep(60)",
}
READ_THEN_WRITE = """
import asyncio, sys
from pathlib import Path
from tests.databases import opened

async def main(url, times):
    async with opened(url) as database:
        for _ in range(times):
            async with database.transaction():
                rows = await database.fetch("SELECT copies FROM books WHERE id = 1")
                await database.execute("UPDATE books SET copies = ?", [rows[0]["copies"] + 1])

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@pytest.fixture(params=DIALECTS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with shop(request.param, tmp_path) as made:
        yield made


@pytest.fixture(params=SERVERS)
async def server_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with shop(request.param, tmp_path) as made:
        yield made


# Too slow, too many, too long


@pytest.mark.rule(111)
async def test_a_statement_that_takes_too_long_is_ended(url: str) -> None:
    async with opened(url, statement_timeout=0.3) as database:
        with pytest.raises(DatabaseUnavailable):
            await database.fetch(SLOW[database.dialect])

        await database.ping()


@pytest.mark.rule(111)
async def test_a_statement_that_takes_too_long_takes_its_transaction_along(url: str) -> None:
    async def add_and_wait() -> None:
        async with database.transaction():
            await add(database, 1)
            await database.fetch(SLOW[database.dialect])

    async with opened(url, statement_timeout=0.3) as database:
        with pytest.raises(DatabaseUnavailable):
            await add_and_wait()

        assert await ids(database) == []


@pytest.mark.rule(111)
async def test_who_finds_no_free_connection_in_time_is_told(url: str) -> None:
    async with opened(url, pool_max=1, pool_timeout=0.05, connect_timeout=1) as database:
        async with database.transaction():
            await database.ping()
            with pytest.raises(DatabaseUnavailable) as caught:
                await outside(database, database.ping)
        assert caught.value.retry_after

        await outside(database, database.ping)


async def test_a_row_held_by_another_for_too_long_is_told(url: str) -> None:
    async with opened(url, lock_timeout=1) as database, opened(url) as other:
        await add(database, 1)
        async with other.transaction():
            await other.execute("UPDATE books SET copies = 1")
            with pytest.raises(DatabaseUnavailable):
                await database.execute("UPDATE books SET copies = 2")

        assert await database.execute("UPDATE books SET copies = 3") == 1


async def outside(database: Database, work: Callable[[], Awaitable[None]]) -> None:
    """Runs *work* as another request would: in no transaction."""

    async def run() -> None:
        with database.active():
            await work()

    await asyncio.get_running_loop().create_task(run(), context=contextvars.Context())


async def test_several_processes_that_read_then_write_are_never_refused_as_locked(
    tmp_path: Path,
) -> None:
    async with shop("sqlite", tmp_path) as url, opened(url) as database:
        await add(database, 1)
        command = (sys.executable, "-c", READ_THEN_WRITE, url, "60")
        processes = [
            await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
            for _ in range(3)
        ]
        said = [(await one.communicate())[1].decode() for one in processes]

        assert said == ["", "", ""]
        assert await database.fetch("SELECT copies FROM books") == [{"copies": 180}]


# Away


@pytest.mark.parametrize("dialect", SERVERS)
async def test_a_server_that_is_away_is_told_without_the_password(dialect: Dialect) -> None:
    with socket.socket() as taken:  # bound and not listening: refused at once
        taken.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(DatabaseUnavailable) as caught:
            async with opened(f"{dialect}://ann:hunter2@{place}/test"):
                pass

    assert place in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("dialect", SERVERS)
async def test_a_server_that_never_answers_is_given_up(dialect: Dialect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"

        async with asyncio.timeout(15):  # well below the time-outs of statements
            with pytest.raises(DatabaseUnavailable, match="no answer in time"):
                async with opened(f"{dialect}://ann@{place}/test", connect_timeout=1):
                    pass


@pytest.mark.parametrize("dialect", SERVERS)
async def test_a_database_that_is_not_there_is_told(dialect: Dialect, tmp_path: Path) -> None:
    async with blank(dialect, tmp_path) as url:
        pass

    with pytest.raises(DatabaseUnavailable, match=url.rpartition("/")[2]):
        async with opened(url):
            pass


async def test_a_folder_or_a_file_of_another_kind_is_no_sqlite(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, by far long enough to be taken for one" * 10)

    for path in (tmp_path, text, text / "below.sqlite3"):
        with pytest.raises(DatabaseUnavailable, match="cannot"):
            async with opened(f"sqlite://{path}"):
                pass


async def test_connections_cut_by_the_server_are_replaced(server_url: str) -> None:
    async with opened(server_url) as other, opened(server_url, pool_max=3) as database:
        await race(3, lambda _: database.ping())

        await cut_all_but(other)

        answers = await race(12, lambda _: database.ping())
        assert {type(one) for one in answers} <= {type(None), DatabaseUnavailable}
        assert await race(12, lambda _: database.ping()) == [None] * 12


@pytest.mark.parametrize("when", ["statement", "commit"])
async def test_a_connection_cut_inside_a_transaction_takes_all_of_it_along(
    server_url: str, when: str
) -> None:
    async def cut_inside() -> None:
        async with database.transaction():
            await add(database, 1)
            await outside(other, lambda: cut_all_but(other))
            if when == "statement":
                await add(database, 2)

    async with opened(server_url) as other, opened(server_url, pool_max=3) as database:
        with pytest.raises(DatabaseUnavailable):
            await cut_inside()

        assert await ids(other) == []
        await race(3, lambda _: database.ping())  # each of the pool may fail once
        await add(database, 3)
        assert await ids(other) == [3]


async def cut_all_but(survivor: Database) -> None:
    """Ends every connection to this database but the one this runs on."""
    if survivor.dialect == "postgres":
        await survivor.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return
    rows = await survivor.fetch(
        "SELECT id FROM information_schema.processlist "
        "WHERE db = DATABASE() AND id <> CONNECTION_ID()"
    )
    for row in rows:
        await survivor.execute(f"KILL {row['id']}")


# Callers cancelled


async def test_a_cancelled_caller_leaves_the_database_usable(url: str) -> None:
    """Each book is added with a second one: a lone one would be half a transaction."""
    async with opened(url, pool_max=2, statement_timeout=20) as database:
        work = (
            lambda n: add_pair(database, n),
            lambda n: add_and_fail(database, n),
            lambda _: database.ping(),
            lambda n: add(database, -1 - n),
            lambda n: perform_pair(database, n),
        )
        for number in range(CANCELS):
            tasks = [
                asyncio.ensure_future(random.choice(work)(number * 8 + offset * 2))
                for offset in range(4)
            ]
            await asyncio.wait(tasks, timeout=random.random() * 0.006)
            for task in tasks:
                task.cancel()
            answers = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(one) for one in answers} <= {
                type(None),
                asyncio.CancelledError,
                ZeroDivisionError,
            }

        kept = [id for id in await ids(database) if id >= 0]
        assert kept == [id for id in kept if id ^ 1 in kept]
        assert await race(6, lambda n: add_pair(database, 10**6 + 2 * n)) == [None] * 6


async def test_a_caller_cancelled_twice_leaves_the_database_usable(url: str) -> None:
    async with opened(url, pool_max=1) as database:
        for turns in range(40):
            task = asyncio.ensure_future(add_pair(database, turns * 2))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        assert len(await ids(database)) % 2 == 0
        await add_pair(database, 1000)


async def test_a_cancelled_statement_does_not_go_on_at_the_servers_cost(url: str) -> None:
    async with opened(url, pool_max=1, statement_timeout=2) as database:
        task = asyncio.ensure_future(database.fetch(SLOW[database.dialect]))
        await asyncio.wait([task], timeout=0.1)
        task.cancel()
        with pytest.raises((asyncio.CancelledError, DatabaseUnavailable)):
            await task

        await database.ping()
