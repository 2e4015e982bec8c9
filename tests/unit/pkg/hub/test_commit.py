"""Group commit: batches, order, and what one bad draft does to the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pkg.clock import FakeClock
from pkg.errors import Unavailable
from pkg.hub import Ack, ConversationGone, Draft, HubStopped, IdReused, MessageRefused, StoreBusy
from pkg.hub.commit import GroupCommit
from pkg.hub.drivers.fake import FakeStore
from tests.unit.pkg.hub.conftest import ROOM, turns

Made = tuple[GroupCommit, FakeStore, list[int]]


@asynccontextmanager
async def committing(clock: FakeClock, **bounds: float) -> AsyncIterator[Made]:
    store = FakeStore(clock, ROOM)
    stored: list[int] = []

    def note(_: Draft, ack: Ack) -> None:
        stored.append(ack.message.seq)

    commit = GroupCommit(store, note, clock, **bounds)  # type: ignore[arg-type]
    task = asyncio.create_task(commit.run())
    try:
        yield commit, store, stored
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def made(clock: FakeClock) -> AsyncIterator[Made]:
    async with committing(clock) as parts:
        yield parts


def draft(ref: str, content: str = "text", room: int = ROOM) -> Draft:
    return Draft(room, 1, ref, content)


async def outcomes(acks: list[asyncio.Future[Ack]]) -> list[int | type[BaseException]]:
    found = await asyncio.gather(*acks, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else one.message.seq for one in found]


async def test_what_arrives_during_a_commit_is_the_next_one(made: Made) -> None:
    commit, store, stored = made
    store.gate.clear()
    first = commit.submit(draft("0"))
    await turns()

    rest = [commit.submit(draft(str(n))) for n in range(1, 6)]
    store.gate.set()

    assert await outcomes([first, *rest]) == [1, 2, 3, 4, 5, 6]
    assert store.batches == [1, 5]
    assert stored == [1, 2, 3, 4, 5, 6]


async def test_a_batch_has_an_upper_bound(clock: FakeClock) -> None:
    async with committing(clock, batch=4) as (commit, store, _):
        acks = [commit.submit(draft(str(n))) for n in range(10)]

        assert await outcomes(acks) == list(range(1, 11))
        assert store.batches == [4, 4, 2]


@pytest.mark.rule(76)
async def test_of_a_batch_that_is_refused_only_the_culprit_is(made: Made) -> None:
    commit, store, stored = made
    store.poison = "poison"

    acks = [commit.submit(draft(str(n), "poison" if n in {3, 8} else "text")) for n in range(9)]

    assert await outcomes(acks) == [1, 2, 3, MessageRefused, 4, 5, 6, 7, MessageRefused]
    assert stored == list(range(1, 8))


async def test_a_dup_is_acked_again_and_not_published_again(made: Made) -> None:
    commit, _, stored = made

    first = await commit.submit(draft("a"))
    again = await commit.submit(draft("a"))

    assert (first.dup, again.dup) == (False, True)
    assert first.message == again.message
    assert stored == [1]


async def test_what_a_draft_is_refused_for_does_not_touch_its_batch(made: Made) -> None:
    commit, _, _ = made

    acks = [
        commit.submit(draft("a")),
        commit.submit(draft("a", "another")),
        commit.submit(draft("b", room=99)),
        commit.submit(draft("c")),
    ]

    assert await outcomes(acks) == [1, IdReused, ConversationGone, 2]


async def test_a_store_that_is_away_refuses_the_batch_and_is_asked_again(made: Made) -> None:
    commit, store, stored = made
    store.failure = Unavailable("away", retry_after=2)

    acks = [commit.submit(draft(str(n))) for n in range(3)]
    assert await outcomes(acks) == [Unavailable] * 3

    store.failure = None
    assert await outcomes([commit.submit(draft("0"))]) == [1]
    assert stored == [1]


async def test_a_full_queue_is_busy(clock: FakeClock) -> None:
    async with committing(clock, queue=3) as (commit, store, _):
        store.gate.clear()
        acks = [commit.submit(draft("first"))]
        await turns()
        acks += [commit.submit(draft(str(n))) for n in range(3)]

        with pytest.raises(StoreBusy) as caught:
            await commit.submit(draft("late"))
        assert caught.value.retry_after
        store.gate.set()
        assert await outcomes(acks) == [1, 2, 3, 4]


async def test_a_queue_is_pressed_once_its_oldest_has_waited(made: Made, clock: FakeClock) -> None:
    commit, store, _ = made
    store.gate.clear()
    acks = [commit.submit(draft("a"))]
    await turns()
    acks.append(commit.submit(draft("b")))

    assert not commit.is_pressed
    clock.advance(0.3)
    assert commit.is_pressed
    store.gate.set()
    await outcomes(acks)
    assert not commit.is_pressed


async def test_who_stops_waiting_takes_nothing_back(made: Made) -> None:
    commit, store, stored = made
    store.gate.clear()
    ack = commit.submit(draft("a"))
    await turns()

    ack.cancel()
    store.gate.set()
    await commit.settle()

    assert stored == [1]


async def test_what_is_under_way_at_the_end_is_refused_and_not_left_hanging(
    clock: FakeClock,
) -> None:
    async with committing(clock, batch=1) as (commit, store, _):
        store.gate.clear()
        acks = [commit.submit(draft(str(n))) for n in range(2)]
        await turns()

    assert await outcomes(acks) == [HubStopped, HubStopped]
    with pytest.raises(HubStopped):
        await commit.submit(draft("late"))


async def test_settling_waits_for_what_was_submitted_and_not_for_what_comes(made: Made) -> None:
    commit, store, stored = made
    store.gate.clear()
    first = commit.submit(draft("a"))
    await turns()
    settling = asyncio.create_task(commit.settle())
    await turns()
    assert not settling.done()

    store.gate.set()
    await first
    store.gate.clear()
    later = commit.submit(draft("b"))
    await settling

    assert stored == [1]
    assert not later.done()
    store.gate.set()
    await later


async def test_settling_ends_with_the_commits(clock: FakeClock) -> None:
    async with committing(clock) as (commit, store, _):
        await commit.settle()
        store.gate.clear()
        ack = commit.submit(draft("a"))
        settling = asyncio.create_task(commit.settle())
        await turns()

    await settling
    assert await outcomes([ack]) == [HubStopped]
