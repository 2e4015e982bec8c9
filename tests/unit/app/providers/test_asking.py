from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from app.models import NodeAnswer
from app.providers.answering import WAITING, Answering
from app.providers.asking import LEFT_BEHIND, asking
from app.providers.signals import Signals
from pkg.clock import FakeClock
from pkg.database import Database
from pkg.errors import Unavailable
from tests.databases import opened

Save = Callable[[NodeAnswer], Awaitable[None]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url, models=("app.models",)) as found:
        yield found


class Node:
    """A server that answers `test` with what it was asked and its own name."""

    def __init__(
        self, database: Database, clock: FakeClock, name: str, save: Save = NodeAnswer.save
    ) -> None:
        self.signals = Signals(database, clock)
        self.answers = Answering(self.signals, name, clock, save=save)
        self.answers.on("test", lambda words: {"heard": words, "by": name})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.signals.look()
        task = asyncio.create_task(self.answers.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def hear(self) -> None:
        """Looks at the signals, and returns once what it had to say is written."""
        before = await NodeAnswer.all().count()
        await self.signals.look()
        while await NodeAnswer.all().count() == before:
            continue


async def test_every_node_answers_each_question_once(database: Database, clock: FakeClock) -> None:
    one, other = Node(database, clock, "n1"), Node(database, clock, "n2")
    console = Signals(database, clock)

    async with one.running(), other.running(), asking(console, clock, "test") as question:
        await question.put("user 5")
        await one.hear()
        await other.hear()
        answers = await question.take()
        await one.signals.look()

        assert answers == [
            ("n1", {"heard": "user 5", "by": "n1"}),
            ("n2", {"heard": "user 5", "by": "n2"}),
        ]
        assert await question.take() == []


async def test_two_who_ask_at_once_get_only_their_own_answers(
    database: Database, clock: FakeClock
) -> None:
    node, console = Node(database, clock, "n1"), Signals(database, clock)

    async with (
        node.running(),
        asking(console, clock, "test") as first,
        asking(console, clock, "test") as second,
    ):
        await first.put("a")
        await node.hear()
        await second.put("b")
        await node.hear()

        assert await second.take() == [("n1", {"heard": "b", "by": "n1"})]
        assert await first.take() == [("n1", {"heard": "a", "by": "n1"})]


async def test_nothing_is_left_once_nobody_asks(database: Database, clock: FakeClock) -> None:
    node, console = Node(database, clock, "n1"), Signals(database, clock)

    async with node.running(), asking(console, clock, "test") as question:
        await question.put()
        await node.hear()

    assert await NodeAnswer.all().count() == 0


async def test_what_a_killed_console_left_goes_with_the_next_one_whatever_the_clocks(
    database: Database, clock: FakeClock
) -> None:
    late, soon = clock.now() - LEFT_BEHIND * 2, clock.now() + timedelta(minutes=5)
    for at in (late, soon, clock.now()):
        await NodeAnswer(question="theirs", node="n1", body="{}", at=at).save()

    async with asking(Signals(database, clock), clock, "test"):
        left = await NodeAnswer.all().values_list("at", flat=True)

    assert sorted(left) == [clock.now(), soon]


async def test_a_flood_of_questions_waits_for_the_database_only_so_long(
    database: Database, clock: FakeClock
) -> None:
    node, console = Node(database, clock, "n1"), Signals(database, clock)
    await node.signals.look()

    async with asking(console, clock, "test") as question:
        for _ in range(WAITING + 10):
            await question.put()
        await node.signals.look()  # nobody writes yet: it must not wait, and must not break
        task = asyncio.create_task(node.answers.run())
        while await NodeAnswer.all().count() < WAITING:
            continue
        task.cancel()

        assert len(await question.take()) == WAITING


@pytest.mark.parametrize("failure", [Unavailable("the database is away"), ZeroDivisionError()])
async def test_an_answer_that_cannot_be_written_is_dropped_and_the_next_one_is_not(
    database: Database, clock: FakeClock, failure: Exception
) -> None:
    failed = asyncio.Event()

    async def once_away(row: NodeAnswer) -> None:
        if not failed.is_set():
            failed.set()
            raise failure
        await row.save()

    node, console = Node(database, clock, "n1", once_away), Signals(database, clock)
    async with node.running(), asking(console, clock, "test") as question:
        await question.put("lost")
        await node.signals.look()
        await failed.wait()
        await question.put("kept")
        await node.hear()

        assert [answer["heard"] for _, answer in await question.take()] == ["kept"]
