"""Coming into rooms: what the log is asked, and what it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from pkg.errors import Unavailable
from pkg.hub import Hub, HubConfig
from pkg.testing import race
from tests.unit.pkg.hub.conftest import ROOM, Bench, turns


class Away(Unavailable):
    code = "test.away"


@pytest.fixture
async def other(bench: Bench) -> AsyncIterator[Bench]:
    """Another node on the same log, which hears nothing of this one and waits for nothing."""

    async def pause(_: float) -> None:
        await turns(1)

    hub = Hub(bench.store, HubConfig(), bench.clock, pause=pause, rest=pause)
    await hub.start()
    yield Bench(hub, bench.store, bench.clock, [])
    await hub.stop()


async def test_the_first_in_a_room_has_the_log_asked_and_the_next_has_not(bench: Bench) -> None:
    await bench.say("old")

    first = await bench.joined(1)
    second = await bench.joined(2)
    await bench.say("new")
    await turns()

    assert bench.store.asked == [[ROOM]]
    assert first.seqs == second.seqs == [2]


async def test_the_last_who_goes_takes_what_the_room_knew_along(bench: Bench) -> None:
    peer = await bench.joined(1)
    bench.hub.forget(peer.client)
    await bench.say("meanwhile")

    peer = await bench.joined(1)
    await bench.say("new")
    await turns()

    assert bench.store.asked == [[ROOM]] * 2
    assert peer.seqs == [2]


async def test_sixty_four_who_come_at_once_share_one_question(bench: Bench) -> None:
    await race(64, lambda n: bench.joined(n + 1))

    assert bench.store.asked == [[ROOM]]


async def test_while_the_log_is_away_a_room_that_is_known_can_still_be_joined(
    bench: Bench,
) -> None:
    await bench.joined(1)
    bench.store.failure = Away("gone")

    peer = await bench.joined(2)

    assert peer.client.is_greeted
    with pytest.raises(Away):
        await bench.hub.seating.enter(peer.client, [8])


async def test_who_could_not_come_in_is_not_told_all_of_it_later(bench: Bench) -> None:
    await bench.say("long ago", room=8)
    peer = await bench.joined(1)
    bench.store.failure = Away("gone")
    with pytest.raises(Away):
        await bench.hub.seating.enter(peer.client, [8])
    bench.store.failure = None

    await bench.join(peer)
    await turns()

    assert not peer.wire.got
    assert bench.hub.rooms == 1


@pytest.mark.rule(77)
async def test_who_has_more_than_the_room_knows_is_believed_by_the_log(
    bench: Bench, other: Bench
) -> None:
    await other.joined(1)
    await bench.say("a", "b", "c")

    peer = await other.joined(2, after=3)
    await other.say("d")
    await turns()

    assert peer.types() == ["message"]
    assert peer.seqs == [4]


async def test_who_has_more_than_the_log_gets_a_gap(bench: Bench) -> None:
    await bench.say("a")
    await bench.joined(1)

    peer = await bench.joined(2, after=9)

    (gap,) = peer.wire.frames
    assert (gap["type"], gap["have"], gap["first"], gap["top"]) == ("gap", 9, 2, 1)


@pytest.mark.rule(77)
async def test_who_comes_into_a_room_that_is_behind_the_log_gets_what_the_room_lacks(
    bench: Bench, other: Bench
) -> None:
    await other.joined(1)
    await bench.say("a", "b")

    peer = await other.joined(2)
    await other.say("c")
    await turns()

    assert peer.seqs == [1, 2, 3]


async def test_clients_are_let_into_a_conversation_that_another_node_made(
    bench: Bench, other: Bench
) -> None:
    greeted = await other.joined(1)
    await bench.say("said before it was heard of", room=8)

    other.hub.seating.introduce(8, {1, 2})
    await turns()
    assert greeted.seqs == [1]
    await other.say("and after", room=8)
    await turns()

    assert greeted.seqs == [1, 2]


async def test_one_who_is_being_greeted_meanwhile_gets_it_too(bench: Bench, other: Bench) -> None:
    peer = other.peer(1)
    tops = await other.hub.seating.enter(peer.client, [ROOM])
    await bench.say("said before it was heard of", room=8)

    other.hub.seating.introduce(8, {1})
    other.hub.seating.settle(peer.client, {ROOM: None}, tops)
    await turns()

    assert peer.seqs == [1]


async def test_a_node_without_clients_of_theirs_asks_nothing(bench: Bench) -> None:
    await bench.joined(1)
    bench.store.asked.clear()

    bench.hub.seating.introduce(8, {2, 3})

    assert bench.store.asked == []
    assert bench.hub.rooms == 1


async def test_what_is_said_there_later_comes_too(bench: Bench, other: Bench) -> None:
    peer = await other.joined(1)

    other.hub.seating.introduce(8, {1})
    await turns()
    await other.say("the first word", room=8)
    await turns()

    assert peer.seqs == [1]


async def test_while_the_log_is_away_it_waits_for_it(bench: Bench, other: Bench) -> None:
    peer = await other.joined(1)
    await bench.say("said before it was heard of", room=8)
    bench.store.failure = Away("gone")

    other.hub.seating.introduce(8, {1})
    await turns()
    assert peer.seqs == []
    bench.store.failure = None
    await turns()

    assert peer.seqs == [1]


async def test_who_knows_of_it_already_gets_what_they_lack(bench: Bench, other: Bench) -> None:
    peer = await other.joined(1)
    await other.join(other.peer(2), room=8)
    await other.say("a", "b", room=8)

    other.hub.seating.introduce(8, {1})
    await turns()

    assert peer.seqs == [1, 2]


@pytest.mark.rule(39)
@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_whoever_is_closed_while_they_are_greeted_comes_into_no_room(
    bench: Bench, steps: int
) -> None:
    peer = bench.peer(1, session=5)
    welcomed = list[object]()
    bench.hub.seating.greeted = welcomed.append
    joining = asyncio.create_task(bench.join(peer))
    await turns(steps)

    bench.hub.close_session(5, 4403, "session ended")
    await joining

    assert bench.hub.rooms == 0
    assert (welcomed, peer.client.is_greeted) == ([], False)
