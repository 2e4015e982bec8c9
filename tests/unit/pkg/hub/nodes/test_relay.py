"""What members see when nodes share one log and a bus that may lose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from pkg.clock import FakeClock
from pkg.hub import Draft
from pkg.hub.drivers.fake import FakeTransport
from pkg.hub.errors import StoreBusy
from pkg.hub.nodes.envelope import seal
from pkg.hub.nodes.intake import GRACE_SECONDS
from pkg.hub.nodes.relay import POLL_SECONDS, STOPPED_SECONDS, SWEEP_SECONDS
from tests.unit.pkg.hub.relayed import OTHER, ROOM, Node, Nodes


@pytest.fixture
async def nodes(clock: FakeClock) -> AsyncIterator[Nodes]:
    made = Nodes(clock)
    yield made
    made.store.failure = None
    await made.stop()


async def pair(nodes: Nodes) -> tuple[Node, Node]:
    return await nodes.start(), await nodes.start()


async def test_what_one_node_commits_members_on_the_others_get(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    here, there = await one.join(), await two.join()

    await one.say("hello", "again")
    await nodes.settle()

    assert here.seqs == there.seqs == [1, 2]
    assert here.wire.got == there.wire.got
    assert nodes.store.reads == []


async def test_members_of_another_conversation_get_nothing(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join(room=OTHER)

    await one.say("hello")
    await nodes.settle()

    assert there.seqs == []


async def test_a_batch_of_many_conversations_is_one_envelope(nodes: Nodes) -> None:
    one, _ = await pair(nodes)
    nodes.store.gate.clear()
    acks = [
        one.hub.commit.acked(Draft(room, 1, f"{n}", "x"))
        for n in range(8)
        for room in (ROOM, OTHER)
    ]
    await nodes.settle()
    nodes.store.gate.set()
    for ack in acks:
        await ack

    assert nodes.store.batches == [16]
    assert len(one.bus.sent) == 1


async def test_what_the_bus_lost_is_read_from_the_log_at_the_next_message(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join()

    await one.say("lost")
    nodes.network.parcels.clear()
    await one.say("heard")
    await nodes.settle(GRACE_SECONDS)

    assert there.seqs == [1, 2]
    assert two.hub.relay.intake.healed > 0


async def test_nodes_that_commit_at_once_wait_for_each_other_and_read_nothing(
    nodes: Nodes,
) -> None:
    one, two = await pair(nodes)
    here, there = await one.join(), await two.join()

    await one.say("first")  # on its way to two
    await two.say("second")
    await nodes.settle()
    await nodes.settle(GRACE_SECONDS)

    assert here.seqs == there.seqs == [1, 2]
    assert nodes.store.reads == []


async def test_envelopes_out_of_turn_are_told_in_turn(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join()
    await one.say("a", "b", "c")
    mine = [parcel for parcel in nodes.network.parcels if parcel.to is two.bus]
    nodes.network.parcels[:] = reversed(mine)
    await nodes.settle()

    assert there.seqs == [1, 2, 3]
    assert nodes.store.reads == []


async def test_an_envelope_that_comes_twice_is_told_once(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join()
    await one.say("a")
    nodes.network.arrive(1, keep=True)
    await nodes.settle()

    assert there.seqs == [1]


async def test_while_the_bus_is_down_members_get_messages_by_polling(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    here, there = await one.join(), await two.join()
    for node in (one, two):
        node.bus.turn(up=False)
    await nodes.settle()

    await one.say("alone")
    assert here.seqs == [1]
    await nodes.settle(POLL_SECONDS + GRACE_SECONDS)

    assert there.seqs == [1]


async def test_while_the_bus_is_down_who_was_let_in_gets_messages_by_polling(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join(room=OTHER)
    await one.say("before")
    for node in (one, two):
        node.bus.turn(up=False)
    await nodes.settle()

    two.hub.seating.admit(ROOM, [1], after=1)
    await one.say("alone")
    await nodes.settle(POLL_SECONDS + GRACE_SECONDS)

    assert there.seqs == [2]


async def test_notices_reach_the_plain_clients_of_every_node_that_gives_them(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    three = await nodes.start()
    wires = []
    for node in (one, two, three):
        wires.append(FakeTransport())
        node.hub.open(wires[-1], dialect="plain")
    for node in (one, two):
        node.hub.config = node.hub.config.model_copy(update={"notices": True})

    one.hub.notice("A new socket has connected.")
    await nodes.settle()

    told = [{"content": "/A new socket has connected."}]
    assert [wire.frames for wire in wires] == [told, told, []]


async def test_what_was_lost_when_nobody_noticed_is_found_when_the_bus_comes_back(
    nodes: Nodes,
) -> None:
    one, two = await pair(nodes)
    there = await two.join()
    await one.say("lost")
    nodes.network.parcels.clear()  # into a connection that was dead already
    one.bus.turn(up=False)
    one.bus.turn(up=True)  # only the sender knows
    await nodes.settle(GRACE_SECONDS)

    assert there.seqs == [1]


async def test_what_a_node_committed_and_did_not_live_to_tell_is_found_by_the_sweep(
    nodes: Nodes,
) -> None:
    two = await nodes.start()
    there = await two.join()
    await nodes.store.append([Draft(ROOM, 1, "a", "said by the dead")])

    await nodes.settle(SWEEP_SECONDS - 1)
    assert there.seqs == []
    await nodes.settle(1 + POLL_SECONDS + GRACE_SECONDS)
    assert there.seqs == [1]


async def test_healing_goes_on_when_the_store_is_back(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join()
    await one.say("lost")
    nodes.network.parcels.clear()
    await one.say("heard")
    nodes.network.settle()
    nodes.store.failure = StoreBusy("away", retry_after=1)
    await nodes.settle(5)
    assert there.seqs == []

    nodes.store.failure = None
    await nodes.settle(5)
    assert there.seqs == [1, 2]


async def test_a_hole_is_read_once_however_much_is_said_meanwhile(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    members = [await two.join(user) for user in range(1, 6)]
    await one.say("lost")
    nodes.network.parcels.clear()
    await one.say(*"bcdefgh")
    await nodes.settle(GRACE_SECONDS)

    assert [member.seqs for member in members] == [[*range(1, 9)]] * 5
    assert nodes.store.reads == [(ROOM, 0)]


async def test_garbage_and_other_versions_are_counted_and_do_no_harm(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join()
    sealed = seal("elsewhere", one.hub.epoch)
    for junk in (b"\xff", b"", sealed[:-1], sealed.replace(b"\x01", b"\x02", 1), b"\x96\x01"):
        one.bus.publish("7", junk)
    one.bus.publish("7", seal("elsewhere", one.hub.epoch, kind="gossip", body=b"x"))
    await one.say("fine")
    await nodes.settle()

    assert two.hub.relay.ignored == 6
    assert there.seqs == [1]


async def test_a_newcomer_who_reads_the_top_while_a_message_is_on_its_way_misses_none(
    nodes: Nodes,
) -> None:
    one, two = await pair(nodes)
    await one.say("a", "b")
    nodes.network.arrive(1)  # `a` at two, where nobody is
    there = await two.join()
    nodes.network.settle()
    await one.say("c")
    await nodes.settle(GRACE_SECONDS)

    assert there.seqs == [3]


async def test_a_node_that_was_stopped_compares_before_it_pushes(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join()
    await one.say("while it slept", "and this")
    asleep = list(nodes.network.parcels)
    nodes.network.parcels.clear()
    nodes.clock.advance(STOPPED_SECONDS + 1)
    nodes.store.failure = StoreBusy("away", retry_after=1)
    nodes.network.parcels += [parcel for parcel in asleep if parcel.to is two.bus]
    nodes.network.settle()
    await nodes.settle()
    assert there.seqs == []

    nodes.store.failure = None
    await nodes.settle(2)
    assert there.seqs == [1, 2]


async def test_a_log_that_lost_its_end_gets_one_new_name_and_everybody_a_gap(
    nodes: Nodes,
) -> None:
    one, two = await pair(nodes)
    here, there = await one.join(), await two.join()
    await one.say("a", "b", "c")
    await nodes.settle()
    nodes.store.lose(ROOM, 1)

    await nodes.settle(SWEEP_SECONDS + 2)

    assert one.hub.epoch == two.hub.epoch == "epoch-1+"
    for member in (here, there):
        (gap,) = member.of("gap")
        assert (gap["have"], gap["first"], gap["top"], gap["epoch"]) == (3, 2, 1, "epoch-1+")
    await two.say("d")
    await nodes.settle()
    assert here.seqs == there.seqs == [1, 2, 3, 2]


async def test_a_log_that_lost_its_end_and_grew_again_is_known_by_what_it_says(
    nodes: Nodes,
) -> None:
    one, two = await pair(nodes)
    here = await one.join()
    await one.say("a", "b", "c")
    await nodes.settle()
    nodes.store.lose(ROOM, 1)
    await two.say("x", "y", "z")  # 2, 3, 4 of another log
    await nodes.settle(GRACE_SECONDS)
    await nodes.settle(1)

    assert one.hub.epoch == two.hub.epoch == "epoch-1+"
    assert [gap["top"] for gap in here.of("gap")] == [4]


async def test_a_message_that_is_written_otherwise_by_another_release_is_the_same(
    nodes: Nodes,
) -> None:
    one, two = await pair(nodes)
    await two.join()
    await one.say("a")
    await nodes.settle()
    text = b'{"type":"message","sender":"u:1","id":"a","seq":1,"new":true}'
    two.hub.relay.intake.take(ROOM, 1, (text,))
    await nodes.settle(1)

    assert two.hub.epoch == "epoch-1"


async def test_a_whisper_reaches_members_on_every_node_and_nobody_it_ignores(
    nodes: Nodes,
) -> None:
    one, two = await pair(nodes)
    here, mine, there = await one.join(1), await one.join(2), await two.join(3)
    elsewhere = await two.join(4, room=OTHER)

    one.hub.whisper(ROOM, {"type": "typing"}, ignore=mine.client)
    await nodes.settle()

    heard = [len(member.of("typing")) for member in (here, mine, there, elsewhere)]
    assert heard == [1, 0, 1, 0]


async def test_a_user_is_told_on_every_node(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    here, there, other = await one.join(1), await two.join(1), await two.join(2)

    two.hub.tell([1], {"type": "receipt"})
    await nodes.settle()

    assert [len(member.of("receipt")) for member in (here, there, other)] == [1, 1, 0]


async def test_a_handler_that_fails_does_not_end_the_bus(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    there = await two.join()
    one.hub.relay.say("whisper", b"no such thing")
    await one.say("fine")
    await nodes.settle()

    assert there.seqs == [1]


async def test_what_an_earlier_try_stored_and_told_nobody_comes_with_the_next_try(
    nodes: Nodes,
) -> None:
    one, two = await pair(nodes)
    here, there = await one.join(), await two.join()
    said = Draft(ROOM, 1, "a", "said")
    await nodes.store.append([said])  # and the line broke before the answer

    assert (await one.hub.post(said)).dup
    await nodes.settle(GRACE_SECONDS)

    assert here.seqs == there.seqs == [1]


async def test_a_look_that_fails_in_an_unknown_way_is_made_again(nodes: Nodes) -> None:
    one, two = await pair(nodes)
    here, there = await one.join(), await two.join()
    told = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    faults = [ZeroDivisionError(), ZeroDivisionError()]  # one for each node
    epoch = nodes.store.epoch

    async def once_broken() -> str:
        if faults:
            raise faults.pop()
        return await epoch()

    nodes.store.epoch = once_broken  # type: ignore[method-assign]

    nodes.clock.advance(STOPPED_SECONDS)
    await one.say("heard after a stop")
    await nodes.settle(POLL_SECONDS)

    assert here.seqs == there.seqs == [1]
    assert len(told) == 2
