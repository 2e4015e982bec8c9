"""Changes of stored messages, over each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.providers.changes import Changes
from app.providers.messages import DatabaseMessages
from pkg.clock import FakeClock
from pkg.database import Database
from pkg.hub import Ack, Draft
from pkg.testing import race
from tests.databases import DIALECTS, Ready, opened, ready

ROOM, ANN = 7, 1


@dataclass(frozen=True, slots=True)
class Side:
    """One node's view of the log."""

    database: Database
    messages: DatabaseMessages
    changes: Changes

    async def edit(self, content: str) -> None:
        """Edits the first message unless it says that already, as the action does."""
        with self.database.active():
            async with self.database.transaction():
                said = await self.changes.lock(ROOM, 1)
                assert said is not None
                if said.content != content:
                    await self.changes.edit(ROOM, 1, content)


@pytest.fixture(scope="module", params=DIALECTS)
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ready]:
    made = ready(request.param, tmp_path_factory.mktemp("changes"))
    yield made
    made.close()


@pytest.fixture
async def sides(
    databases: Ready, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[tuple[Side, Side]]:
    url = databases.fresh(tmp_path)
    async with AsyncExitStack() as stack:
        opened_twice = [await stack.enter_async_context(opened(url)) for _ in range(2)]
        await opened_twice[0].execute(
            "INSERT INTO conversations (id, kind) VALUES (?, 'group')", [ROOM]
        )
        one, two = (
            Side(each, DatabaseMessages(each, clock), Changes(each, clock)) for each in opened_twice
        )
        await one.messages.append([Draft(ROOM, ANN, "a", "first"), Draft(ROOM, ANN, "b", "other")])
        yield one, two


async def test_a_change_counts_the_rev_of_its_message_and_of_no_other(
    sides: tuple[Side, Side],
) -> None:
    one, two = sides
    await one.edit("second")
    await two.edit("third")

    first, other = await two.messages.range(ROOM, 0, 10)
    assert (first.content, first.rev, first.seq, first.recalled) == ("third", 2, 1, False)
    assert (other.content, other.rev) == ("other", 0)


async def test_of_equal_edits_at_once_one_counts(sides: tuple[Side, Side]) -> None:
    outcomes = await race(6, lambda number: sides[number % 2].edit("second"))

    assert outcomes == [None] * 6
    (message,) = await sides[0].messages.range(ROOM, 0, 1)
    assert (message.content, message.rev) == ("second", 1)


async def test_of_different_edits_at_once_each_counts(sides: tuple[Side, Side]) -> None:
    outcomes = await race(6, lambda number: sides[number % 2].edit(f"edit {number}"))

    assert outcomes == [None] * 6
    (message,) = await sides[0].messages.range(ROOM, 0, 1)
    assert message.rev == 6


async def test_a_recall_takes_the_content_and_keeps_the_rest(sides: tuple[Side, Side]) -> None:
    one, two = sides
    (before,) = await one.messages.range(ROOM, 0, 1)
    await one.changes.recall(ROOM, 1)

    (message,) = await two.messages.range(ROOM, 0, 1)
    assert (message.content, message.recalled, message.rev) == ("", True, 1)
    assert (message.id, message.at, message.sender) == (before.id, before.at, before.sender)
    said = await two.changes.lock(ROOM, 1)
    assert said is not None
    assert said.is_recalled


@pytest.mark.rule(70)
async def test_a_retry_of_what_was_changed_since_is_a_repeat(sides: tuple[Side, Side]) -> None:
    one, two = sides
    await one.edit("second")

    (ack,) = await two.messages.append([Draft(ROOM, ANN, "a", "first")])

    assert isinstance(ack, Ack)
    assert (ack.dup, ack.message.seq, ack.message.content) == (True, 1, "second")


async def test_a_message_that_is_not_there_is_not_found(sides: tuple[Side, Side]) -> None:
    assert await sides[0].changes.lock(ROOM, 3) is None
    assert await sides[0].changes.lock(8, 1) is None
