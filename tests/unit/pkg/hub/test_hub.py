"""What clients see of what is posted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from pkg.errors import Unavailable
from pkg.hub import CloseCode, Draft, HubConfig, HubStopped, Identity, hub
from pkg.hub.drivers.fake import FakeTransport
from pkg.testing import race
from tests.unit.pkg.hub.conftest import ROOM, Bench, turns


async def test_all_members_get_what_is_posted_the_sender_too(bench: Bench) -> None:
    one, two = await bench.joined(1), await bench.joined(2)

    await bench.say("hello")
    await turns()

    for peer in (one, two):
        (frame,) = peer.wire.frames
        assert frame == {
            "type": "message",
            "sender": "u:1",
            "recipient": "c:7",
            "content": "hello",
            "conversation": "c:7",
            "seq": 1,
            "id": "1-hello",
            "at": "2026-01-01T00:00:00.000Z",
        }


async def test_nothing_reaches_a_member_before_it_is_committed(bench: Bench) -> None:
    peer = await bench.joined()
    bench.store.gate.clear()

    acked = bench.hub.commit.acked(Draft(ROOM, 1, "a", "text"))
    await turns()
    assert not acked.done()
    assert not peer.wire.got

    bench.store.gate.set()
    assert (await acked).message.seq == 1
    await turns()
    assert peer.seqs == [1]


async def test_a_newcomer_is_told_only_what_comes(bench: Bench) -> None:
    await bench.say("old", "older")

    peer = await bench.joined()
    await bench.say("new")
    await turns()

    assert peer.seqs == [3]


async def test_who_comes_back_gets_what_it_missed_and_then_what_comes(bench: Bench) -> None:
    await bench.say("a", "b", "c")

    peer = await bench.joined(after=1)
    await bench.say("d")
    await turns()

    assert peer.seqs == [2, 3, 4]


@pytest.mark.rule(77)
async def test_joining_while_others_speak_leaves_no_hole(bench: Bench) -> None:
    await bench.joined(9)
    speaking = asyncio.create_task(bench.say(*map(str, range(50))))

    peers = []
    for user in range(20, 40):
        await asyncio.sleep(0)
        peers.append(await bench.joined(user, after=0))
        if user % 3 == 0:
            bench.hub.forget(peers[-1].client)
    await speaking
    await turns(200)

    whole = list(range(1, 51))
    for user, peer in enumerate(peers, start=20):
        assert peer.seqs == (whole if user % 3 else whole[: len(peer.seqs)])


async def test_a_message_committed_between_reading_the_top_and_settling_is_not_lost(
    bench: Bench,
) -> None:
    await bench.say("a")
    peer = bench.peer()
    tops = await bench.hub.seating.enter(peer.client, [ROOM])

    await bench.say("b")
    await turns()
    assert not peer.wire.got  # it was told nothing yet
    bench.hub.seating.settle(peer.client, {ROOM: None}, tops)
    await turns()

    assert peer.seqs == [2]


@pytest.mark.rule(77)
async def test_a_cursor_above_the_log_gets_a_gap(bench: Bench) -> None:
    await bench.say("a", "b")

    peer = await bench.joined(after=91)
    await bench.say("c")
    await turns()

    gap, message = peer.wire.frames
    assert gap == {
        "type": "gap",
        "conversation": "c:7",
        "have": 91,
        "first": 3,
        "top": 2,
        "epoch": "epoch-1",
    }
    assert message["seq"] == 3


async def test_what_retention_took_is_told_as_a_gap(bench: Bench) -> None:
    await bench.say("a", "b", "c")
    del bench.store.logs[ROOM][:2]

    peer = await bench.joined(after=0)
    await turns()

    gap, message = peer.wire.frames
    assert (gap["type"], gap["have"], gap["first"], gap["top"]) == ("gap", 0, 3, 3)
    assert message["seq"] == 3


async def test_a_log_that_lost_its_end_is_told_as_a_gap(bench: Bench) -> None:
    await bench.joined()
    await bench.say("a")
    slow = await bench.joined(2, reads=False)
    await bench.say(*(str(n) + "x" * 60_000 for n in range(300)))
    await turns()
    assert slow.client.lagging
    bench.store.logs[ROOM].clear()

    for _ in range(40):
        slow.wire.read()
        await turns()

    assert "gap" in slow.types()
    assert not slow.client.lagging


async def test_who_left_gets_nothing_more(bench: Bench) -> None:
    peer = await bench.joined()

    bench.hub.seating.leave(peer.client, ROOM)
    await bench.say("a")
    await turns()
    assert not peer.wire.got

    await bench.join(peer, after=0)
    await turns()
    assert peer.seqs == [1]


async def test_open_clients_of_both_are_in_a_conversation_made_now(bench: Bench) -> None:
    mine, theirs, stranger = bench.peer(1), bench.peer(2), bench.peer(3)
    for peer in (mine, theirs, stranger):
        bench.hub.seating.settle(peer.client, {}, {})

    bench.hub.seating.admit(8, [1, 2])
    bench.hub.seating.admit(8, [1, 2])
    await bench.say("hi", room=8)
    await turns()

    assert mine.seqs == theirs.seqs == [1]
    assert not stranger.wire.got


async def test_who_is_let_into_an_old_conversation_is_told_what_comes(bench: Bench) -> None:
    await bench.say("old", "older", room=8)
    peer = bench.peer(2)
    bench.hub.seating.settle(peer.client, {}, {})

    bench.hub.seating.admit(8, [2], after=2)
    await bench.say("new", room=8)
    await turns()

    assert peer.seqs == [3]


async def test_a_conversation_made_during_a_greeting_is_not_missed(bench: Bench) -> None:
    peer = bench.peer(2)
    tops = await bench.hub.seating.enter(peer.client, [ROOM])

    bench.hub.seating.admit(8, [1, 2])
    await bench.say("hi", room=8)
    await turns()
    assert not peer.wire.got
    bench.hub.seating.settle(peer.client, {ROOM: None}, tops)
    await turns()

    assert [(frame["conversation"], frame["seq"]) for frame in peer.wire.frames] == [("c:8", 1)]


async def test_nobody_is_put_back_where_they_unsubscribed(bench: Bench) -> None:
    peer = await bench.joined(2)
    bench.hub.seating.leave(peer.client, ROOM)

    bench.hub.seating.admit(ROOM, [2])
    await bench.say("a")
    await turns()

    assert not peer.wire.got


async def test_what_one_is_not_in_is_not_kept_as_unsubscribed(bench: Bench) -> None:
    peer = await bench.joined(2)

    for conversation in range(1000, 2000):
        bench.hub.seating.leave(peer.client, conversation)

    assert not peer.client.declined


async def test_plain_clients_get_messages_without_a_type(bench: Bench) -> None:
    peer = bench.peer(dialect="plain")
    await bench.join(peer)

    await bench.say("hello")
    await turns()

    (frame,) = peer.wire.frames
    assert list(frame)[:3] == ["sender", "recipient", "content"]
    assert frame["seq"] == 1


@pytest.mark.rule(68)
async def test_nothing_reaches_a_closed_session(bench: Bench) -> None:
    gone, stays = bench.peer(1, session=5), bench.peer(1, session=6)
    for peer in (gone, stays):
        await bench.join(peer)
    gone.wire.reads = False
    await bench.say("before")
    await turns()
    assert bench.hub.sockets_of(5) == 1

    assert bench.hub.close_session(5, CloseCode.SESSION_ENDED, "session.revoked") == 1
    await bench.say("after")
    await turns()

    assert gone.wire.closed == (4403, "session.revoked")
    assert not gone.wire.waiting
    assert not gone.wire.got
    assert stays.seqs == [1, 2]
    assert bench.hub.sockets_of(5) == 0
    assert bench.hub.close_session(5, CloseCode.SESSION_ENDED, "again") == 0


async def test_closing_a_user_closes_every_session(bench: Bench) -> None:
    peers = [bench.peer(1, session=n) for n in (1, 2)]

    assert bench.hub.close_user(1, CloseCode.BANNED, "banned") == 2
    assert [peer.wire.closed for peer in peers] == [(4503, "banned")] * 2
    assert bench.hub.clients == 0


@pytest.mark.rule(68)
async def test_an_expired_token_closes_and_a_new_one_keeps_it_open(bench: Bench) -> None:
    ends, renews = bench.peer(1), bench.peer(2)
    for peer in (ends, renews):
        await bench.join(peer)

    bench.clock.advance(14 * 60 + 30)
    bench.hub.sweep()
    bench.hub.sweep()
    assert ends.wire.frames == [{"type": "expiring", "in": 30}]
    later = bench.clock.now() + timedelta(minutes=15)
    bench.hub.identify(renews.client, Identity(2, 2, later))
    bench.clock.advance(30)
    bench.hub.sweep()

    assert ends.wire.closed == (4403, "token.expired")
    assert renews.wire.closed is None


@pytest.mark.rule(74)
async def test_who_says_no_hello_is_closed(bench: Bench) -> None:
    wire = FakeTransport()
    bench.hub.open(wire, dialect="chat.v1")

    bench.clock.advance(4.9)
    bench.hub.sweep()
    assert wire.closed is None
    bench.clock.advance(0.2)
    bench.hub.sweep()

    assert wire.closed == (4401, "hello.late")


async def test_a_drain_sends_clients_elsewhere_and_closes_who_stays(bench: Bench) -> None:
    peers = [await bench.joined(n) for n in range(1, 5)]

    await bench.hub.drain(0.01)

    for peer in peers:
        assert peer.types() == ["reconnect"]
        assert peer.wire.closed == (1012, "restart")
    waits = [peer.wire.frames[0]["after_ms"] for peer in peers]
    assert waits == [0, 2, 4, 6]
    with pytest.raises(HubStopped):
        bench.peer()


async def test_who_is_sent_away_comes_back_later_and_not_all_at_once(bench: Bench) -> None:
    peers = [await bench.joined(n) for n in range(1, 5)]

    bench.hub.send_away(after=60)
    bench.peer()  # who is let in meanwhile stays
    while not all(peer.wire.closed for peer in peers):
        await turns()

    for peer in peers:
        assert peer.types() == ["reconnect"]
        assert peer.wire.closed == (1012, "maintenance")
    waits = [peer.wire.frames[0]["after_ms"] for peer in peers]
    assert waits == [60_000, 75_000, 90_000, 105_000]
    assert sum(not client.is_closed for client in bench.hub.manager.clients) == 1


async def test_a_drain_ends_when_the_last_client_went(bench: Bench) -> None:
    peer = await bench.joined()
    draining = asyncio.create_task(bench.hub.drain(60))
    await turns()

    bench.hub.forget(peer.client)
    async with asyncio.timeout(5):
        await draining


async def test_what_is_queued_at_the_end_is_committed_and_acked(bench: Bench) -> None:
    bench.store.gate.clear()
    acks = [bench.hub.commit.acked(Draft(ROOM, 1, str(n), "text")) for n in range(3)]
    stopping = asyncio.create_task(bench.hub.stop())
    await turns()
    bench.store.gate.set()
    await stopping

    assert [(await ack).message.seq for ack in acks] == [1, 2, 3]
    with pytest.raises(HubStopped):
        await bench.say("late")


async def test_a_ring_serves_while_the_store_is_away(bench: Bench) -> None:
    await bench.joined()
    await bench.say("a", "b", "c")
    bench.store.failure = Unavailable("away")

    gap, run = await bench.hub.history(ROOM, 1, 10)
    assert gap is None
    assert (run.first, run.last) == (2, 3)
    with pytest.raises(Unavailable):
        await bench.say("d")

    bench.store.failure = None
    bench.clock.advance(2)
    assert (await bench.say("d"))[0].message.seq == 4


async def test_catching_up_goes_on_when_the_store_is_back(bench: Bench) -> None:
    await bench.say("a", "b")
    peer = bench.peer()
    tops = await bench.hub.seating.enter(peer.client, [ROOM])

    bench.store.failure = Unavailable("away", retry_after=3)
    bench.hub.seating.settle(peer.client, {ROOM: 0}, tops)
    await turns()
    assert not peer.wire.got
    assert set(bench.paused) == {3}
    bench.store.failure = None
    await turns()

    assert peer.seqs == [1, 2]
    assert not peer.client.lagging


@pytest.mark.rule(70)
async def test_of_parallel_posts_of_one_id_one_is_stored(bench: Bench) -> None:
    peer = await bench.joined()

    acks = await race(20, lambda _: bench.hub.post(Draft(ROOM, 1, "same", "text")))
    await turns()

    assert {ack.message.seq for ack in acks if not isinstance(ack, BaseException)} == {1}
    assert sum(not ack.dup for ack in acks if not isinstance(ack, BaseException)) == 1
    assert peer.seqs == [1]


async def test_notices_reach_plain_clients_only_where_asked_for(bench: Bench) -> None:
    bench.hub.config = bench.hub.config.model_copy(update={"notices": True})
    plain, other, typed = (
        bench.peer(1, dialect="plain"),
        bench.peer(2, dialect="plain"),
        bench.peer(3),
    )

    bench.hub.notice("A new socket has connected.", ignore=other.client)

    assert plain.wire.frames == [{"content": "/A new socket has connected."}]
    assert not other.wire.got
    assert not typed.wire.got


async def test_a_client_of_another_epoch_is_told_for_each_conversation(bench: Bench) -> None:
    await bench.say("a", "b")
    peer = bench.peer()
    tops = await bench.hub.seating.enter(peer.client, [ROOM])

    bench.hub.seating.reset(peer.client, {ROOM: 1}, tops)
    bench.hub.seating.settle(peer.client, {ROOM: None}, tops)
    await turns()

    (gap,) = peer.wire.frames
    assert (gap["have"], gap["first"], gap["top"]) == (1, 3, 2)


async def test_history_beyond_the_log_is_a_gap(bench: Bench) -> None:
    await bench.say("a", "b")

    gap, run = await bench.hub.history(ROOM, 50, 10)
    assert gap is not None
    assert (gap.have, gap.first, gap.top, run.bundle.texts) == (50, 3, 2, ())
    gap, run = await bench.hub.history(ROOM, 2, 10)
    assert (gap, run.first, run.bundle.texts) == (None, 3, ())


async def test_frames_are_gathered_for_a_tick_where_one_is_set(
    make: Callable[[HubConfig], Bench],
) -> None:
    bench = make(HubConfig(tick_ms=1))
    await bench.hub.start()
    peer = await bench.joined()
    loop = asyncio.get_running_loop()
    ticked = loop.create_future()

    await bench.say("a")
    assert not peer.wire.got
    loop.call_later(0.002, ticked.set_result, None)
    await ticked

    assert peer.seqs == [1]
    await bench.hub.stop()


async def test_a_sweep_that_fails_is_not_the_last(
    make: Callable[[HubConfig], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0)
    made, swept, told = make(HubConfig()), asyncio.Event(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    def sweep() -> None:
        if not told:
            raise ZeroDivisionError
        swept.set()

    monkeypatch.setattr(made.hub.manager, "sweep", sweep)
    await made.hub.start()
    async with asyncio.timeout(5):
        await swept.wait()
    await made.hub.stop()

    assert len(told) == 1


async def test_a_hub_that_never_started_or_has_stopped_stops_again(
    make: Callable[[HubConfig], Bench],
) -> None:
    await make(HubConfig()).hub.stop()

    bench = make(HubConfig())
    await bench.hub.start()
    peer = await bench.joined()
    assert bench.hub.sessions() == [1]
    await bench.hub.stop()
    await bench.hub.stop()

    assert peer.wire.closed == (1001, "going away")


async def test_a_drain_ends_though_clients_go_on_speaking(bench: Bench) -> None:
    peer = await bench.joined()
    talking = asyncio.create_task(bench.say(*map(str, range(10_000))))

    async with asyncio.timeout(20):
        await bench.hub.drain(0.01)

    assert peer.wire.closed == (1012, "restart")
    assert not talking.done()
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
