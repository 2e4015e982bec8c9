"""Rooms, cursors and flushes, by hand: no loop runs here but the test's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pkg.hub.client import UNSETTLED, Client, Run
from pkg.hub.drivers.fake import FakeTransport
from pkg.hub.message import Bundle
from pkg.hub.room import RING, Flusher, Room


class Turns:
    """A `call_soon` that runs when told."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []

    def __call__(self, call: Callable[[], None]) -> None:
        self.calls.append(call)

    def run(self) -> int:
        calls, self.calls = self.calls, []
        for call in calls:
            call()
        return len(calls)


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def flusher(turns: Turns) -> Flusher:
    return Flusher(turns, slice=3)


@pytest.fixture
def room(flusher: Flusher) -> Room:
    made = Room(7, dirty=flusher.mark)
    made.learn(0)
    return made


def member(
    room: Room, cursor: int = 0, *, reads: bool = True, high: int = 100_000
) -> tuple[Client, FakeTransport, list[Client]]:
    wire, healed = FakeTransport(reads=reads, high=high, low=high // 2), list[Client]()

    def heal(client: Client) -> None:
        client.lagging = True
        healed.append(client)

    client = Client(wire, heal=heal)
    client.is_greeted = True
    room.join(client)
    client.cursors[room.id] = cursor
    return client, wire, healed


def told(run: Run | None) -> tuple[int, list[bytes]]:
    assert run is not None
    return run.first, list(run.bundle.texts)


def say(room: Room, *seqs: int) -> None:
    for seq in seqs:
        room.publish(seq, b"%d" % seq)


async def test_what_is_published_in_one_turn_is_one_flush(room: Room, turns: Turns) -> None:
    _, wire, _ = member(room)

    say(room, 1, 2, 3)
    assert not wire.got
    assert turns.run() == 1

    assert wire.got == [b"1", b"2", b"3"]
    assert turns.run() == 0


async def test_members_are_served_in_slices_and_later_messages_stay_behind_earlier_ones(
    room: Room, turns: Turns
) -> None:
    wires = [member(room)[1] for _ in range(8)]

    say(room, 1)
    turns.run()
    assert [len(wire.got) for wire in wires] == [1, 1, 1, 0, 0, 0, 0, 0]
    say(room, 2)
    while turns.run():
        pass

    assert all(wire.got == [b"1", b"2"] for wire in wires)


async def test_a_cursor_at_or_above_the_flush_is_skipped_and_one_inside_gets_the_rest(
    room: Room, turns: Turns
) -> None:
    level, inside, unsettled = member(room, 3)[1], member(room, 2)[1], member(room, UNSETTLED)[1]

    say(room, 1, 2, 3)
    turns.run()

    assert not level.got
    assert inside.got == [b"3"]
    assert not unsettled.got


async def test_a_cursor_below_the_flush_is_healed_and_not_pushed(room: Room, turns: Turns) -> None:
    say(room, 1, 2)
    turns.run()
    client, wire, healed = member(room, 1)

    say(room, 3)
    turns.run()

    assert healed == [client]
    assert not wire.got
    assert client.cursors[7] == 1


async def test_a_hole_in_what_is_published_heals_everybody(room: Room, turns: Turns) -> None:
    client, wire, healed = member(room)

    say(room, 1, 5)
    turns.run()

    assert not wire.got
    assert healed == [client]
    assert room.top == 5
    assert room.after(0) is room.after(3) is None
    assert told(room.after(4)) == (5, [b"5"])


async def test_what_is_known_is_dropped(room: Room, turns: Turns) -> None:
    _, wire, _ = member(room)

    say(room, 1, 2, 1, 2)
    turns.run()

    assert wire.got == [b"1", b"2"]


@pytest.mark.rule(72)
async def test_who_reads_nothing_lags_at_its_mark_and_is_a_blob_ahead_at_most(
    room: Room, turns: Turns
) -> None:
    client, wire, healed = member(room, reads=False, high=100_000)
    _, other, _ = member(room)

    for seq in range(1, 30):
        room.publish(seq, b"x" * 16_000)
    turns.run()

    assert healed == [client]
    assert 100_000 < wire.buffered <= 100_000 + 65_536
    assert client.cursors[7] == len(wire.waiting) < 29
    assert len(other.got) == 29


@pytest.mark.rule(72)
async def test_a_lagging_member_gets_no_pushes_and_keeps_its_cursor(
    room: Room, turns: Turns
) -> None:
    client, wire, healed = member(room)
    client.lagging = True

    say(room, 1)
    turns.run()

    assert not wire.got
    assert client.cursors[7] == 0
    assert not healed  # it is being healed: that is why it lags


async def test_a_ring_holds_the_latest_and_says_when_to_ask_the_log(room: Room) -> None:
    say(room, *range(1, RING + 11))

    assert room.after(9) is None
    first = room.after(10)
    assert first is not None
    assert (first.first, first.last) == (11, RING + 10)
    assert told(room.after(RING + 5, 2)) == (RING + 6, [b"262", b"263"])
    assert room.after(RING + 10) is None  # level


async def test_a_top_is_learned_once(turns: Turns) -> None:
    fresh = Room(8, dirty=lambda _: None)

    fresh.learn(5)
    fresh.learn(9)
    assert fresh.top == 5
    say(fresh, 5, 6)
    assert fresh.top == 6


async def test_the_first_word_in_an_unknown_room_makes_it_known() -> None:
    fresh = Room(8, dirty=lambda _: None)

    say(fresh, 57)
    fresh.learn(90)

    assert fresh.top == 57
    assert told(fresh.after(56)) == (57, [b"57"])


async def test_a_client_that_left_during_a_flush_gets_no_more(room: Room, turns: Turns) -> None:
    members = [member(room) for _ in range(4)]
    say(room, 1)
    turns.run()

    room.leave(members[3][0])
    turns.run()

    assert not members[3][1].got
    assert not room.join(members[0][0])


async def test_all_of_one_turn_is_one_write_a_member_and_the_same_bytes_for_all(
    room: Room, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Bundle] = []
    for _ in range(3):
        _, wire, _ = member(room)
        monkeypatch.setattr(wire, "write", written.append)

    say(room, 1, 2, 3)
    turns.run()

    assert [list(bundle.texts) for bundle in written] == [[b"1", b"2", b"3"]] * 3
    assert len({id(bundle.wire) for bundle in written}) == 1


async def test_news_of_two_rooms_is_queued_to_go_out_in_one_piece(
    room: Room, turns: Turns, flusher: Flusher, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Room(8, dirty=flusher.mark)
    other.learn(0)
    client, wire, _ = member(room)
    other.join(client)
    client.cursors[8] = 0
    queued: list[Bundle] = []
    monkeypatch.setattr(wire, "queue", queued.append)

    say(room, 1)
    say(other, 1)
    turns.run()

    assert [list(bundle.texts) for bundle in queued] == [[b"1"], [b"1"]]
    assert not wire.got


async def test_who_is_gone_joins_nothing(room: Room) -> None:
    client = Client(FakeTransport())
    client.is_closed = True

    assert not room.join(client)
    assert not room.members


class Broken(FakeTransport):
    """A socket of which no verb works but the last."""

    def write(self, bundle: Bundle) -> None:
        raise ValueError("a bug")

    queue = write


@pytest.mark.parametrize("rooms", [1, 2])  # alone it is written at once, else queued
async def test_a_socket_that_breaks_is_closed_and_the_others_are_served(
    flusher: Flusher, turns: Turns, rooms: int, caplog: pytest.LogCaptureFixture
) -> None:
    made = [Room(id, dirty=flusher.mark) for id in range(1, 1 + rooms)]
    wires: list[FakeTransport] = []
    for each in made:
        each.learn(0)
        _, first, _ = member(each)
        broken = Broken()
        broken_client = Client(broken)
        each.join(broken_client)
        broken_client.cursors[each.id] = 0
        _, last, _ = member(each)
        wires += first, broken, last
        say(each, 1)

    while turns.run():
        pass

    assert [wire.got for wire in wires] == [[b"1"], [], [b"1"]] * rooms
    assert [wire.closed for wire in wires] == [None, (1011, "internal"), None] * rooms
    assert "a bug" in caplog.text


async def test_a_lane_that_breaks_keeps_nothing_from_those_behind_it(
    room: Room, turns: Turns
) -> None:
    def broken(_: bytes) -> None:
        raise ValueError("a bug")

    client, wire, _ = member(room)
    wire.lane = broken  # type: ignore[assignment]
    _, other, _ = member(room)
    say(room, 1)

    turns.run()

    assert client.is_closed
    assert wire.closed == (1011, "internal")
    assert other.got == [b"1"]
