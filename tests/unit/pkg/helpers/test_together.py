from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar

import pytest

from pkg.errors import Unavailable
from pkg.helpers import Together
from pkg.helpers.together import CROWD
from pkg.testing import race

WHERE: ContextVar[str] = ContextVar("WHERE", default="nowhere")


class Away(Unavailable):
    code = "test.away"


class Table:
    """Squares numbers, and keeps what it was asked; a query waits while `gate` is closed."""

    def __init__(self, *, most: int = 512, rest: float = 0.0) -> None:
        self.queries: list[list[int]] = []
        self.contexts: list[str] = []
        self.failure: Exception | None = None
        self.poison: int | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.pauses: list[float] = []
        self.together = Together(self.load, most=most, rest=rest, pause=self.pause)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def load(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.queries.append(list(keys))
        self.contexts.append(WHERE.get())
        self.begun.set()
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        if self.poison in keys:
            raise ValueError("poison")
        return {key: key * key for key in keys if key > 0}

    async def get(self, key: int) -> int | None:
        return (await self.together.get([key])).get(key)

    async def busy(self) -> asyncio.Task[int | None]:
        """Has a query under way that waits for the gate."""
        self.gate.clear()
        task = asyncio.create_task(self.get(1))
        await self.begun.wait()
        return task


async def asked(table: Table, *keys: int) -> list[asyncio.Task[int | None]]:
    """Starts a caller for each of *keys* and lets them come as far as they can."""
    tasks = [asyncio.create_task(table.get(key)) for key in keys]
    await asyncio.sleep(0)
    return tasks


async def test_who_asks_at_the_same_time_shares_a_query() -> None:
    table = Table()

    found = await race(64, table.get)

    assert found == [None, *(n * n for n in range(1, 64))]
    assert len(table.queries) == 1


async def test_a_key_that_many_want_is_asked_for_once() -> None:
    table = Table()

    assert await race(8, lambda _: table.get(3)) == [9] * 8
    assert table.queries == [[3]]


async def test_who_comes_while_a_query_runs_is_in_the_next_one_even_for_the_same_key() -> None:
    table = Table()
    first = await table.busy()
    others = await asked(table, 1, 2, 3)

    table.gate.set()

    assert await asyncio.gather(first, *others) == [1, 1, 4, 9]
    assert table.queries == [[1], [1, 2, 3]]


async def test_what_is_not_found_is_left_out() -> None:
    assert await Table().together.get([-1, 2]) == {2: 4}


async def test_nothing_is_asked_for_no_keys() -> None:
    table = Table()

    assert await table.together.get([]) == {}
    assert table.queries == []


async def test_a_query_takes_no_more_than_it_may() -> None:
    table = Table(most=2)

    assert await asyncio.gather(*map(table.get, range(1, 6))) == [1, 4, 9, 16, 25]
    assert table.queries == [[1, 2], [3, 4], [5]]


async def test_who_wants_more_than_that_asks_alone() -> None:
    table = Table(most=2)

    many, one = await asyncio.gather(table.together.get([1, 2, 3]), table.together.get([4]))

    assert (many, one) == ({1: 1, 2: 4, 3: 9}, {4: 16})
    assert table.queries == [[1, 2, 3], [4]]


async def test_a_key_that_spoils_a_query_fails_alone() -> None:
    table = Table()
    table.poison = 3

    found = await race(8, table.get)

    assert isinstance(found[3], ValueError)
    assert [found[n] for n in (1, 2, 4, 5, 6, 7)] == [1, 4, 16, 25, 36, 49]


async def test_a_store_that_is_away_is_asked_once_for_all_of_them() -> None:
    table = Table()
    table.failure = Away("gone")

    found = await race(8, table.get)

    assert all(isinstance(each, Away) for each in found)
    assert len(table.queries) == 1


async def test_it_answers_again_once_the_store_is_back() -> None:
    table = Table()
    table.failure = Away("gone")
    with pytest.raises(Away):
        await table.get(1)

    table.failure = None

    assert await table.get(2) == 4


async def test_a_caller_that_goes_away_takes_nobody_along() -> None:
    table = Table()
    first = await table.busy()
    second, third = await asked(table, 2, 3)

    first.cancel()
    second.cancel()
    await asyncio.sleep(0)
    table.gate.set()

    assert await third == 9
    assert first.cancelled()
    assert table.queries == [[1], [3]]


async def test_a_failure_nobody_waits_for_is_nobody_s() -> None:
    table = Table()
    table.failure = ZeroDivisionError()
    first = await table.busy()
    second = (await asked(table, 2))[0]

    first.cancel()
    await asyncio.sleep(0)
    table.gate.set()

    with pytest.raises(ZeroDivisionError):
        await second


async def test_a_query_runs_in_the_context_it_was_made_in_not_in_a_caller_s() -> None:
    table = Table()
    WHERE.set("inside a transaction")

    await table.get(1)

    assert table.contexts == ["nowhere"]


async def test_callers_are_let_go_when_the_query_is_given_up() -> None:
    table = Table()
    first = await table.busy()
    second = (await asked(table, 2))[0]
    (running,) = asyncio.all_tasks() - {asyncio.current_task(), first, second}

    running.cancel()

    assert [type(each) for each in await asyncio.gather(first, second, return_exceptions=True)] == [
        asyncio.CancelledError
    ] * 2


async def test_only_after_a_crowd_a_query_rests_and_a_full_one_does_not() -> None:
    table = Table(most=CROWD, rest=60.0)
    crowd = range(1, CROWD + 1)

    await table.get(7)
    await table.get(8)
    assert not table.pauses

    await asyncio.gather(*map(table.get, crowd))
    assert not table.pauses
    await asyncio.gather(*map(table.get, crowd))  # full again: it waits for nothing
    assert not table.pauses

    await table.get(9)
    assert len(table.pauses) == 1
    assert 50 < table.pauses[0] <= 60
    assert table.queries == [[7], [8], [*crowd], [*crowd], [9]]
