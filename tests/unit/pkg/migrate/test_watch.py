from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from pkg.clock import FakeClock
from pkg.migrate import Event, MigrationFailed, Running
from pkg.migrate.change import Change
from pkg.migrate.names import Named
from pkg.migrate.recorder import Way, Work
from pkg.migrate.watch import Watch

MOVE = 'INSERT INTO "people_rebuilt" ("id") SELECT "id" FROM "people"'


class Tables:
    """A database of which only the number of rows is asked."""

    async def fetch(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        assert sql == 'SELECT COUNT(*) AS rows FROM "people"'
        return [{"rows": 3}]


class Bare(Way):
    """Does what it is asked."""

    async def do(self, number: int, statement: str, values: object, work: Work) -> Any:
        return await work()

    async def named(self, table: str, changes: Sequence[Change]) -> list[Named]:
        return [Named("index", table, ())]


@pytest.mark.parametrize(("statement", "rows"), [(MOVE, 3), ("DROP TABLE people", None)])
async def test_a_statement_that_takes_long_is_told_of_until_it_ends(
    statement: str, rows: int | None
) -> None:
    told: list[Event] = []
    clock, heard = FakeClock(), asyncio.Event()

    def tell(event: Event) -> None:
        told.append(event)
        clock.advance(5)
        if len(told) == 2:
            heard.set()

    async def work() -> int:
        await heard.wait()
        return 3

    tables: Any = Tables()
    watch = Watch(tables, clock, tell, every=0.001)

    assert await watch.over(Bare()).do(7, statement, None, work) == 3

    assert told[:2] == [Running(statement, 7, 0, rows), Running(statement, 7, 5, rows)]


async def test_a_rebuild_that_moves_fewer_rows_than_there_are_is_refused() -> None:
    async def work() -> int:
        return 2

    tables: Any = Tables()
    watched = Watch(tables, FakeClock(), lambda _: None, every=60).over(Bare())

    with pytest.raises(MigrationFailed, match="of 3 rows 2 were moved"):
        await watched.do(1, MOVE, None, work)


async def test_what_is_looked_up_is_not_watched() -> None:
    tables: Any = Tables()
    watched = Watch(tables, FakeClock(), lambda _: None, every=60).over(Bare())

    assert await watched.named("people", []) == [Named("index", "people", ())]
