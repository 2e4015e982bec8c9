"""How messages come into rooms, whoever tells of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pkg.clock import FakeClock
from pkg.hub import Draft, Message
from pkg.hub.drivers.fake import FakeStore
from pkg.hub.nodes.intake import (
    EMPTY_READS,
    GRACE_SECONDS,
    LONGEST_PAUSE,
    RETRY_SECONDS,
    Intake,
)
from pkg.hub.room import Rooms
from tests.unit.pkg.hub.relayed import ROOM, Nodes, Pauses


@pytest.fixture
async def nodes(clock: FakeClock) -> Nodes:
    return Nodes(clock)


async def test_a_log_that_is_shorter_than_was_told_is_asked_a_few_times_and_no_more(
    nodes: Nodes,
) -> None:
    node = await nodes.start()
    member = await node.join()
    node.hub.relay.intake.want(ROOM, 5)
    for _ in range(2 * EMPTY_READS):
        await nodes.settle(RETRY_SECONDS)

    assert len(nodes.store.reads) == EMPTY_READS
    assert member.seqs == []
    await nodes.stop()


async def test_what_is_wanted_of_another_log_is_wanted_no_more(nodes: Nodes) -> None:
    node = await nodes.start()
    await node.join()
    node.hub.relay.intake.want(ROOM, 5)
    node.hub.relay.intake.forget()
    await nodes.settle(GRACE_SECONDS)

    assert nodes.store.reads == []
    await nodes.stop()


async def test_a_log_that_breaks_is_asked_again_ever_more_rarely_and_the_hole_is_filled(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    node = await nodes.start()
    member = await node.join()
    await nodes.store.append([Draft(ROOM, 2, str(number), "x") for number in range(2)])
    asked: list[float] = []

    async def broken(*_: object) -> list[Message]:
        asked.append(nodes.clock.monotonic())
        raise ValueError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(nodes.store, "range", broken)
        node.hub.relay.intake.want(ROOM, 2)
        for _ in range(240):
            await nodes.settle(RETRY_SECONDS)
    gaps = [after - before for before, after in pairwise(asked)]
    await nodes.settle(LONGEST_PAUSE)

    assert gaps[:3] == [RETRY_SECONDS, 2 * RETRY_SECONDS, 4 * RETRY_SECONDS]
    assert gaps[-1] == max(gaps) == LONGEST_PAUSE
    assert caplog.text.count("a bug") >= len(asked)
    assert member.seqs == [1, 2]
    await nodes.stop()


async def test_a_room_whose_top_is_being_read_is_not_filled_from_the_beginning(
    clock: FakeClock,
) -> None:
    store, pauses, rooms = FakeStore(clock, ROOM), Pauses(clock), Rooms(lambda _: None)
    await store.append([Draft(ROOM, 1, f"{number}", "x") for number in range(9)])
    intake = Intake(store, rooms, pause=pauses, is_told=lambda: True, contradicted=lambda: None)
    nodes = Nodes(clock)
    client = (await (await nodes.start()).join()).client
    rooms.join(client, ROOM)
    intake.hold()
    intake.take(ROOM, 9, (b"text",))
    intake.release()
    await pauses.advance(1)
    assert store.reads == []

    rooms.learn({ROOM: 8})
    await pauses.advance(1)
    room = rooms.get(ROOM)
    assert room is not None
    assert (room.top, store.reads) == (9, [(ROOM, 8)])
    await intake.close()
    await nodes.stop()
