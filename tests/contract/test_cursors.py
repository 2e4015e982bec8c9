"""The laws of cursors, over each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.providers.cursors import DatabaseCursors
from pkg.clock import FakeClock
from pkg.database import Database
from pkg.hub import Cursor
from pkg.hub.company.receipts import BATCH
from pkg.testing import race
from tests.databases import DIALECTS, Ready, opened, ready

ROOM, OTHER, TOP = 7, 8, 50
ANN, BEN, EVE = 1, 2, 3  # Eve is in no conversation


@dataclass(frozen=True, slots=True)
class Case:
    """The cursors, the same ones as another node sees them, and the rows behind."""

    cursors: DatabaseCursors
    other: DatabaseCursors
    database: Database

    async def rows(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Answers (delivered, read) by conversation and user."""
        rows = await self.database.fetch("SELECT * FROM members")
        return {
            (row["conversation_id"], row["user_id"]): (row["delivered_seq"], row["read_seq"])
            for row in rows
        }


@pytest.fixture(scope="module", params=DIALECTS)
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ready]:
    made = ready(request.param, tmp_path_factory.mktemp("cursors"))
    yield made
    made.close()


@pytest.fixture
async def case(databases: Ready, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Case]:
    url = databases.fresh(tmp_path)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(opened(url))
        two = await stack.enter_async_context(opened(url))
        for user in (ANN, BEN, EVE):
            await one.execute("INSERT INTO users (id) VALUES (?)", [user])
        for id in (ROOM, OTHER):
            await one.execute(
                "INSERT INTO conversations (id, kind, last_seq) VALUES (?, 'group', ?)", [id, TOP]
            )
            for user in (ANN, BEN):
                await one.execute(
                    "INSERT INTO members (conversation_id, user_id) VALUES (?, ?)", [id, user]
                )
        yield Case(DatabaseCursors(one, clock), DatabaseCursors(two, clock), one)


async def test_a_batch_moves_each_member_by_its_own(case: Case) -> None:
    batch = [Cursor(ROOM, ANN, 5, 3), Cursor(ROOM, BEN, 2), Cursor(OTHER, ANN, read=4)]

    moved = await case.cursors.forward(batch)

    wanted = [Cursor(ROOM, ANN, 5, 3), Cursor(ROOM, BEN, 2), Cursor(OTHER, ANN, 4, 4)]
    assert sorted(moved, key=str) == sorted(wanted, key=str)
    assert await case.rows() == {
        (ROOM, ANN): (5, 3), (ROOM, BEN): (2, 0), (OTHER, ANN): (4, 4), (OTHER, BEN): (0, 0),
    }  # fmt: skip


async def test_what_is_read_was_delivered(case: Case) -> None:
    assert await case.cursors.forward([Cursor(ROOM, ANN, read=9)]) == [Cursor(ROOM, ANN, 9, 9)]


async def test_a_cursor_never_goes_back(case: Case) -> None:
    await case.cursors.forward([Cursor(ROOM, ANN, 9, 9)])

    assert await case.cursors.forward([Cursor(ROOM, ANN, 5, 3)]) == []
    assert await case.cursors.forward([Cursor(ROOM, ANN, 10, 3)]) == [Cursor(ROOM, ANN, 10, 9)]
    assert (await case.rows())[ROOM, ANN] == (10, 9)


async def test_a_cursor_never_goes_beyond_the_log(case: Case) -> None:
    moved = await case.cursors.forward([Cursor(ROOM, ANN, 2**53 - 1, 2**53 - 1)])

    assert moved == [Cursor(ROOM, ANN, TOP, TOP)]
    assert await case.cursors.forward([Cursor(ROOM, ANN, TOP + 1)]) == []


async def test_whoever_is_no_member_has_no_cursor(case: Case) -> None:
    assert await case.cursors.forward([Cursor(ROOM, EVE, 1, 1), Cursor(999, ANN, 1, 1)]) == []


async def test_the_largest_batch_fits_into_a_statement(case: Case) -> None:
    batch = [Cursor(ROOM, user, read=1) for user in range(1, BATCH + 1)]

    assert len(await case.cursors.forward(batch)) == 2


async def test_of_nodes_that_write_at_once_the_further_one_stays(case: Case) -> None:
    near = [Cursor(ROOM, BEN, 10, 10), Cursor(ROOM, ANN, 10, 10)]
    far = [Cursor(ROOM, ANN, 30, 20), Cursor(ROOM, BEN, 20, 20)]

    async def write(number: int) -> None:
        node = (case.cursors, case.other)[number % 2]
        await node.forward((near, far)[number % 2])

    assert await race(8, write) == [None] * 8
    assert (await case.rows())[ROOM, ANN] == (30, 20)
    assert (await case.rows())[ROOM, BEN] == (20, 20)
