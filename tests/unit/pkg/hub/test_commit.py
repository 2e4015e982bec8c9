"""Group commit: batches, order, and what one bad draft does to the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from pkg.clock import FakeClock
from pkg.errors import Error, Unavailable
from pkg.hub import Ack, ConversationGone, Draft, HubStopped, IdReused, MessageRefused, StoreBusy
from pkg.hub.commit import GroupCommit
from pkg.hub.drivers.fake import FakeStore
from tests.unit.pkg.hub.conftest import ROOM, turns

Stored = Callable[[Sequence[tuple[Draft, Ack]]], None]
Made = tuple[GroupCommit, FakeStore, list[int]]


@asynccontextmanager
async def committing(
    clock: FakeClock, *, told: Stored | None = None, **bounds: float
) -> AsyncIterator[Made]:
    store = FakeStore(clock, ROOM)
    stored: list[int] = []

    def note(batch: Sequence[tuple[Draft, Ack]]) -> None:
        stored.extend(ack.message.seq for _, ack in batch)

    commit = GroupCommit(store, told or note, clock, **bounds)  # type: ignore[arg-type]
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


def ignored(_: object) -> None:
    """Hears of an outcome nobody asks for."""


async def outcomes(acks: list[asyncio.Future[Ack]]) -> list[int | type[BaseException]]:
    found = await asyncio.gather(*acks, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else one.message.seq for one in found]


def _answering_one_less(
    store: FakeStore,
) -> Callable[[Sequence[Draft]], Awaitable[Sequence[Ack | Error]]]:
    append = store.append

    async def answer(batch: Sequence[Draft]) -> Sequence[Ack | Error]:
        return [*await append(batch)][1:]

    return answer


async def test_what_arrives_during_a_commit_is_the_next_one(made: Made) -> None:
    commit, store, stored = made
    store.gate.clear()
    first = commit.acked(draft("0"))
    await turns()

    rest = [commit.acked(draft(str(n))) for n in range(1, 6)]
    store.gate.set()

    assert await outcomes([first, *rest]) == [1, 2, 3, 4, 5, 6]
    assert store.batches == [1, 5]
    assert stored == [1, 2, 3, 4, 5, 6]


async def test_a_batch_has_an_upper_bound(clock: FakeClock) -> None:
    async with committing(clock, batch=4) as (commit, store, _):
        acks = [commit.acked(draft(str(n))) for n in range(10)]

        assert await outcomes(acks) == list(range(1, 11))
        assert store.batches == [4, 4, 2]


@pytest.mark.rule(76)
async def test_of_a_batch_that_is_refused_only_the_culprit_is(made: Made) -> None:
    commit, store, stored = made
    store.poison = "poison"

    acks = [commit.acked(draft(str(n), "poison" if n in {3, 8} else "text")) for n in range(9)]

    assert await outcomes(acks) == [1, 2, 3, MessageRefused, 4, 5, 6, 7, MessageRefused]
    assert stored == list(range(1, 8))


async def test_a_dup_is_acked_again_and_not_published_again(made: Made) -> None:
    commit, _, stored = made

    first = await commit.acked(draft("a"))
    again = await commit.acked(draft("a"))

    assert (first.dup, again.dup) == (False, True)
    assert first.message == again.message
    assert stored == [1]


async def test_what_a_draft_is_refused_for_does_not_touch_its_batch(made: Made) -> None:
    commit, _, _ = made

    acks = [
        commit.acked(draft("a")),
        commit.acked(draft("a", "another")),
        commit.acked(draft("b", room=99)),
        commit.acked(draft("c")),
    ]

    assert await outcomes(acks) == [1, IdReused, ConversationGone, 2]


async def test_a_store_that_is_away_refuses_the_batch_and_whoever_waits(made: Made) -> None:
    commit, store, stored = made
    store.gate.clear()
    acks = [commit.acked(draft("0"))]
    await turns()
    acks += [commit.acked(draft(str(n))) for n in range(1, 4)]

    store.failure = Unavailable("away", retry_after=2)
    store.gate.set()

    assert await outcomes(acks) == [Unavailable] * 4
    assert (stored, store.batches) == ([], [])


async def test_while_the_store_is_away_a_message_is_refused_at_once(
    made: Made, clock: FakeClock
) -> None:
    commit, store, _ = made
    store.failure = Unavailable("away")
    await outcomes([commit.acked(draft("0"))])
    store.failure = None

    with pytest.raises(Unavailable, match="away") as caught:
        commit.submit(draft("0"), ignored)

    assert caught.value.retry_after
    assert commit.queued == 0
    clock.advance(caught.value.retry_after)
    assert await outcomes([commit.acked(draft("0"))]) == [1]
    assert await outcomes([commit.acked(draft(str(n))) for n in range(1, 4)]) == [2, 3, 4]


async def test_one_message_tries_the_store_and_the_others_do_not_wait_for_it(
    made: Made, clock: FakeClock
) -> None:
    commit, store, _ = made
    store.failure = Unavailable("away")
    await outcomes([commit.acked(draft("0"))])
    store.gate.clear()
    clock.advance(1)

    probe = commit.acked(draft("0"))
    await turns()
    with pytest.raises(Unavailable):
        commit.submit(draft("1"), ignored)
    store.gate.set()

    assert await outcomes([probe]) == [Unavailable]
    with pytest.raises(Unavailable):
        commit.submit(draft("1"), ignored)


async def test_a_store_that_refuses_a_message_is_not_away(made: Made, clock: FakeClock) -> None:
    commit, store, _ = made
    store.failure = Unavailable("away")
    await outcomes([commit.acked(draft("0"))])
    store.failure, store.poison = None, "poison"
    clock.advance(1)

    assert await outcomes([commit.acked(draft("1", "poison"))]) == [MessageRefused]
    assert await outcomes([commit.acked(draft("2")), commit.acked(draft("3"))]) == [1, 2]


async def test_a_store_that_goes_away_between_two_halves_hangs_nobody(made: Made) -> None:
    commit, store, stored = made
    store.poison = "poison"

    def go_away(_: object) -> None:
        store.failure = Unavailable("away")

    heard: list[Ack | Error] = []
    commit.submit(draft("0"), go_away)
    for number in range(1, 6):
        commit.submit(draft(str(number), "poison" if number == 5 else "text"), heard.append)
    await commit.settle()

    kinds = [type(one) for one in heard]
    assert kinds == [Ack] * 2 + [Unavailable] * 3
    assert stored == [1, 2, 3]


async def test_a_listener_that_raises_keeps_nothing_from_the_others(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    commit, _, stored = made

    def broken(_: object) -> None:
        raise ValueError("a bug")

    heard: list[Ack | Error] = []
    commit.submit(draft("0"), broken)
    commit.submit(draft("1"), heard.append)
    await commit.settle()

    assert [type(one) for one in heard] == [Ack]
    assert stored == [1, 2]
    assert "a bug" in caplog.text


async def test_a_store_that_answers_too_few_or_many_ends_nothing_but_its_batch(
    made: Made, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    commit, store, stored = made
    with monkeypatch.context() as patch:
        patch.setattr(store, "append", _answering_one_less(store))
        lost = await outcomes([commit.acked(draft(str(n))) for n in range(3)])

    assert lost == [Unavailable] * 3
    assert "2 outcomes for 3 drafts" in caplog.text
    again = [commit.acked(draft(str(n))) for n in range(4)]  # under the same refs
    assert await outcomes(again) == [1, 2, 3, 4]
    assert stored == [4]


async def test_what_cannot_be_published_is_acked_all_the_same(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise ValueError("a bug")

    async with committing(clock, told=broken) as (commit, _, _):
        assert await outcomes([commit.acked(draft(str(n))) for n in range(2)]) == [1, 2]
    assert "a bug" in caplog.text


async def test_a_batch_is_published_as_a_whole_before_anyone_is_told(clock: FakeClock) -> None:
    order: list[object] = []

    def note(batch: Sequence[tuple[Draft, Ack]]) -> None:
        order.append([(draft.ref, ack.message.seq) for draft, ack in batch])

    async with committing(clock, told=note) as (commit, _, _):
        for ref in ("a", "b", "a"):
            commit.submit(draft(ref), lambda outcome: order.append(type(outcome)))
        await commit.settle()

    assert order == [[("a", 1), ("b", 2)], Ack, Ack, Ack]


async def test_a_full_queue_is_busy(clock: FakeClock) -> None:
    async with committing(clock, queue=3) as (commit, store, _):
        store.gate.clear()
        acks = [commit.acked(draft("first"))]
        await turns()
        acks += [commit.acked(draft(str(n))) for n in range(3)]

        with pytest.raises(StoreBusy) as caught:
            commit.submit(draft("late"), ignored)
        assert caught.value.retry_after
        store.gate.set()
        assert await outcomes(acks) == [1, 2, 3, 4]


async def test_a_queue_that_grows_too_old_is_busy(made: Made, clock: FakeClock) -> None:
    commit, store, _ = made
    store.gate.clear()
    acks = [commit.acked(draft("0"))]
    await turns()
    acks.append(commit.acked(draft("1")))

    clock.advance(1.01)
    with pytest.raises(StoreBusy):
        commit.submit(draft("2"), ignored)
    store.gate.set()

    assert await outcomes(acks) == [1, 2]
    assert await outcomes([commit.acked(draft("2"))]) == [3]


async def test_the_noisiest_are_paused_first(clock: FakeClock) -> None:
    async with committing(clock, unacked=128) as (commit, store, _):
        assert [commit.pauses(count) for count in (0, 127, 128)] == [False, False, True]
        store.gate.clear()
        acks = [commit.acked(draft("0"))]
        await turns()
        acks.append(commit.acked(draft("1")))

        clock.advance(0.26)
        assert [commit.pauses(count) for count in (0, 90, 96)] == [False, False, True]
        clock.advance(0.74)
        assert [commit.pauses(count) for count in (0, 1)] == [False, True]
        store.gate.set()
        await outcomes(acks)
        assert not commit.pauses(127)


async def test_a_queue_that_is_half_full_pauses_too(clock: FakeClock) -> None:
    async with committing(clock, queue=8, unacked=10) as (commit, store, _):
        store.gate.clear()
        acks = [commit.acked(draft("first"))]
        await turns()
        acks += [commit.acked(draft(str(n))) for n in range(4)]
        assert not commit.pauses(9)

        acks += [commit.acked(draft(str(n))) for n in range(4, 6)]
        assert [commit.pauses(count) for count in (2, 3)] == [False, True]
        store.gate.set()
        await outcomes(acks)


async def test_senders_are_paused_once_the_oldest_message_has_waited(
    made: Made, clock: FakeClock
) -> None:
    commit, store, _ = made
    store.gate.clear()
    acks = [commit.acked(draft("a"))]
    await turns()
    acks.append(commit.acked(draft("b")))

    assert not commit.pauses(100)
    clock.advance(0.3)
    assert commit.pauses(100)
    store.gate.set()
    await outcomes(acks)
    assert not commit.pauses(100)


async def test_who_stops_waiting_takes_nothing_back(made: Made) -> None:
    commit, store, stored = made
    store.gate.clear()
    ack = commit.acked(draft("a"))
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
        acks = [commit.acked(draft(str(n))) for n in range(2)]
        await turns()

    assert await outcomes(acks) == [HubStopped, HubStopped]
    with pytest.raises(HubStopped):
        commit.submit(draft("late"), ignored)


async def test_the_end_between_two_halves_leaves_nobody_hanging(clock: FakeClock) -> None:
    async with committing(clock) as (commit, store, _):
        store.poison = "poison"
        commit.submit(draft("0"), lambda _: store.gate.clear())
        acks = [commit.acked(draft(str(n), "poison" if n == 3 else "text")) for n in range(1, 4)]
        await turns()

    assert await outcomes(acks) == [2, HubStopped, HubStopped]


async def test_settling_waits_for_what_was_submitted_and_not_for_what_comes(made: Made) -> None:
    commit, store, stored = made
    store.gate.clear()
    first = commit.acked(draft("a"))
    await turns()
    settling = asyncio.create_task(commit.settle())
    await turns()
    assert not settling.done()

    store.gate.set()
    await first
    store.gate.clear()
    later = commit.acked(draft("b"))
    await settling

    assert stored == [1]
    assert not later.done()
    store.gate.set()
    await later


async def test_settling_ends_with_the_commits(clock: FakeClock) -> None:
    async with committing(clock) as (commit, store, _):
        await commit.settle()
        store.gate.clear()
        ack = commit.acked(draft("a"))
        settling = asyncio.create_task(commit.settle())
        await turns()

    await settling
    assert await outcomes([ack]) == [HubStopped]
