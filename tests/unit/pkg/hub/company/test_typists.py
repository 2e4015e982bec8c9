from __future__ import annotations

from datetime import timedelta

import pytest

from pkg.clock import FakeClock
from pkg.hub import Client, Identity, encode
from pkg.hub.company.typists import CROWD, EXPIRE_SECONDS, THROTTLE_SECONDS, Typists
from pkg.hub.drivers.fake import FakeTransport

ROOM, OTHER = 7, 8


class Room:
    """Takes what is whispered, and says how many are there."""

    def __init__(self) -> None:
        self.told: list[tuple[int, bytes]] = []
        self.ignored: list[Client | None] = []
        self.size = 2

    def whisper(self, conversation: int, frame: object, *, ignore: Client | None = None) -> None:
        self.told.append((conversation, encode(frame)))
        self.ignored.append(ignore)

    def crowd(self, _: int) -> int:
        return self.size

    @property
    def states(self) -> list[bool]:
        return [b'"on":true' in frame for _, frame in self.told]


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def typists(room: Room, clock: FakeClock) -> Typists:
    return Typists(room.whisper, room.crowd, clock)


def client(clock: FakeClock, user: int = 1) -> Client:
    made = Client(FakeTransport())
    made.identity = Identity(user, user, clock.now() + timedelta(hours=1))
    return made


def test_the_others_are_told_who_types(room: Room, typists: Typists, clock: FakeClock) -> None:
    ann = client(clock)

    typists.begin(ann, ROOM)

    frame = b'{"type":"typing","conversation":"c:7","user":"u:1","on":true}'
    assert room.told == [(ROOM, frame)]
    assert room.ignored == [ann]


def test_it_is_told_once_in_3_s_for_each_client_and_conversation(
    room: Room, typists: Typists, clock: FakeClock
) -> None:
    ann, ben = client(clock), client(clock, 2)
    for _ in range(3):
        typists.begin(ann, ROOM)
    typists.begin(ann, OTHER)
    typists.begin(ben, ROOM)
    assert len(room.told) == 3

    clock.advance(THROTTLE_SECONDS)
    typists.tick()
    typists.begin(ann, ROOM)
    assert room.states == [True] * 4


def test_whoever_flips_it_on_and_off_is_told_no_more_often(
    room: Room, typists: Typists, clock: FakeClock
) -> None:
    ann = client(clock)
    for _ in range(20):
        typists.begin(ann, ROOM)
        typists.end(ann, ROOM)

    assert room.states == [True, False]


def test_silence_ends_it_after_6_s(room: Room, typists: Typists, clock: FakeClock) -> None:
    typists.begin(client(clock), ROOM)
    clock.advance(EXPIRE_SECONDS - 0.5)
    typists.tick()
    assert room.states == [True]

    clock.advance(0.5)
    typists.tick()
    assert room.states == [True, False]
    assert not len(typists)


@pytest.mark.rule(75)
def test_whoever_leaves_has_ended_everywhere(
    room: Room, typists: Typists, clock: FakeClock
) -> None:
    ann = client(clock)
    typists.begin(ann, ROOM)
    typists.begin(ann, OTHER)

    typists.forget(ann)
    typists.forget(ann)

    assert room.states == [True, True, False, False]
    assert not len(typists)


def test_an_end_without_a_beginning_is_not_told(
    room: Room, typists: Typists, clock: FakeClock
) -> None:
    typists.end(client(clock), ROOM)

    assert room.told == []


def test_in_a_crowd_nobody_is_told(room: Room, typists: Typists, clock: FakeClock) -> None:
    room.size = CROWD + 1

    typists.begin(client(clock), ROOM)

    assert room.told == []
