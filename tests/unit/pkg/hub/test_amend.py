from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from pkg.errors import Unavailable
from pkg.hub import CloseCode, HubConfig, Message, amendment
from tests.unit.pkg.hub.conftest import ROOM, Bench, Peer, turns


def change(bench: Bench, seq: int, content: str, *, recalled: bool = False) -> Message:
    """Changes the log, as an action does in the database."""
    log = bench.store.logs[ROOM]
    was = log[seq - 1]
    log[seq - 1] = msgspec.structs.replace(was, content=content, rev=was.rev + 1, recalled=recalled)
    return log[seq - 1]


def told(peer: Peer, type: str) -> list[dict[str, object]]:
    return [frame for frame in peer.wire.frames if frame.get("type") == type]


async def test_members_are_told_once_for_each_rev(bench: Bench) -> None:
    one, other = await bench.joined(1), await bench.joined(2)
    await bench.say("a", "b")
    change(bench, 1, "A")

    for _ in range(3):  # here at once, and again by the signal
        await bench.hub.amender.amend(ROOM, 1)
    await turns()

    frame = {"type": "edit", "conversation": "c:7", "seq": 1, "rev": 1, "content": "A"}
    assert told(one, "edit") == told(other, "edit") == [frame]

    change(bench, 1, "", recalled=True)
    await bench.hub.amender.amend(ROOM, 1)
    await turns()
    recall = {"type": "recall", "conversation": "c:7", "seq": 1, "rev": 2}
    assert told(one, "recall") == told(other, "recall") == [recall]


async def test_what_the_room_holds_is_as_the_log_is(bench: Bench) -> None:
    await bench.joined(1)
    await bench.say("a", "b", "c")
    await turns()
    change(bench, 2, "B")
    await bench.hub.amender.amend(ROOM, 2)

    late = await bench.joined(2, after=0)
    await turns()

    assert [frame["content"] for frame in told(late, "message")] == ["a", "B", "c"]
    assert told(late, "message")[1]["rev"] == 1
    assert bench.store.reads == [(ROOM, 1)]  # the ring served the rest


async def test_a_change_that_is_heard_before_the_message_is_not_undone_by_it(
    bench: Bench,
) -> None:
    peer = await bench.joined(1)
    acks = await bench.say("a")
    room = bench.hub._rooms.get(ROOM)
    assert room is not None
    room.amend(2, b'{"type":"message","seq":2,"content":"B","rev":1}')

    room.publish(2, b'{"type":"message","seq":2,"content":"b"}')
    await turns()

    assert acks[0].message.seq == 1
    assert [frame["content"] for frame in told(peer, "message")] == ["a", "B"]
    run = room.after(1)
    assert run is not None
    assert b'"B"' in run.bundle.texts[0]


async def test_who_lags_is_told_too_and_who_will_not_read_has_to_come_back(
    make: Callable[[HubConfig], Bench],
) -> None:
    bench = make(HubConfig())
    await bench.hub.start()
    slow = await bench.joined(1, reads=False)
    await bench.say("a")
    slow.client.lagging = True
    change(bench, 1, "x" * 16_000)
    await bench.hub.amender.amend(ROOM, 1)
    await turns()
    assert slow.wire.closed is None
    slow.wire.read()
    assert len(told(slow, "edit")) == 1

    for _ in range(80):
        change(bench, 1, "x" * 16_000)
        await bench.hub.amender.amend(ROOM, 1)
        await turns()
    assert slow.wire.closed == (CloseCode.TOO_SLOW, "too slow")
    await bench.hub.stop()


async def test_plain_clients_are_not_told(bench: Bench) -> None:
    plain = bench.peer(1, dialect="plain")
    await bench.join(plain)
    await bench.say("a")
    change(bench, 1, "A")

    await bench.hub.amender.amend(ROOM, 1)
    await turns()

    assert len(plain.wire.frames) == 1


async def test_where_nobody_is_nothing_is_read(bench: Bench) -> None:
    await bench.say("a")

    await bench.hub.amender.amend(ROOM, 1)

    assert bench.store.reads == []


async def test_a_message_that_is_gone_changes_nothing(bench: Bench) -> None:
    peer = await bench.joined(1)
    await bench.say("a")
    bench.store.logs[ROOM].clear()

    await bench.hub.amender.amend(ROOM, 1)
    await turns()

    assert peer.types() == ["message"]


async def test_a_room_in_doubt_asks_the_log(bench: Bench) -> None:
    await bench.joined(1)
    await bench.say("a", "b")
    await turns()
    change(bench, 1, "A")

    bench.hub.amender.doubt()
    late = await bench.joined(2, after=0)
    await turns()

    assert [frame["content"] for frame in told(late, "message")] == ["A", "b"]


async def test_without_the_log_nothing_is_told_and_the_next_time_it_is(bench: Bench) -> None:
    peer = await bench.joined(1)
    await bench.say("a")
    change(bench, 1, "A")
    bench.store.failure = Unavailable("away")
    with pytest.raises(Unavailable):
        await bench.hub.amender.amend(ROOM, 1)

    bench.store.failure = None
    await bench.hub.amender.amend(ROOM, 1)
    await turns()

    assert len(told(peer, "edit")) == 1


async def test_a_frame_tells_what_the_message_is(bench: Bench) -> None:
    await bench.say("a")

    assert amendment(change(bench, 1, "A")).rev == 1
    assert amendment(change(bench, 1, "", recalled=True)).rev == 2
