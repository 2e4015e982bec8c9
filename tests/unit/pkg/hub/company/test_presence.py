from __future__ import annotations

import pytest

from pkg.clock import FakeClock
from pkg.hub.company.presence import BEAT_SECONDS, DEAD_SECONDS, LINGER_SECONDS, PART, Presence
from pkg.hub.company.roster import Ask, Beat, Moved, Part, Roster, decode, encode
from tests.unit.pkg.hub.company.nodes import Nodes

ANN, BEN = 1, 2


@pytest.fixture
def nodes(clock: FakeClock) -> Nodes:
    return Nodes(clock)


def test_one_node_alone_tells_who_comes_and_who_goes(nodes: Nodes) -> None:
    one = nodes.start("one")

    one.presence.came(ANN)
    nodes.tick()
    assert one.presence.is_online(ANN)
    assert one.told == [{ANN: True}]

    one.presence.went(ANN)
    nodes.settle(LINGER_SECONDS - 1)
    assert one.presence.is_online(ANN)

    nodes.settle(1)
    assert one.told == [{ANN: True}, {ANN: False}]
    assert not len(one.presence)


def test_whoever_comes_back_in_time_never_left(nodes: Nodes) -> None:
    one, two = nodes.start("one"), nodes.start("two")
    one.presence.came(ANN)
    nodes.settle()

    one.presence.went(ANN)
    nodes.settle(LINGER_SECONDS - 1)
    one.presence.came(ANN)
    nodes.settle(2 * LINGER_SECONDS)

    assert one.told == two.told == [{ANN: True}]


def test_a_user_with_two_sockets_is_told_once_and_leaves_with_the_last(nodes: Nodes) -> None:
    one = nodes.start("one")
    for _ in range(2):
        one.presence.came(ANN)
    one.presence.went(ANN)
    nodes.settle(2 * LINGER_SECONDS)
    assert one.told == [{ANN: True}]

    one.presence.went(ANN)
    nodes.settle(2 * LINGER_SECONDS)
    assert one.told == [{ANN: True}, {ANN: False}]


def test_a_user_on_two_nodes_is_here_until_gone_from_both(nodes: Nodes) -> None:
    one, two, three = (nodes.start(name) for name in ("one", "two", "three"))
    one.presence.came(ANN)
    two.presence.came(ANN)
    nodes.settle()

    one.presence.went(ANN)
    nodes.settle(2 * LINGER_SECONDS)
    assert three.told == [{ANN: True}]

    two.presence.went(ANN)
    nodes.settle(2 * LINGER_SECONDS)
    assert one.told == two.told == three.told == [{ANN: True}, {ANN: False}]


def test_a_new_node_is_shown_everybody(nodes: Nodes) -> None:
    one = nodes.start("one")
    users = range(1, 2 * PART + 2)  # three parts
    for user in users:
        one.presence.came(user)
    nodes.settle()

    two = nodes.start("two")
    nodes.deliver()
    nodes.tick()

    assert all(two.presence.is_online(user) for user in users)
    assert len(two.presence) == len(users)


def test_what_was_lost_is_asked_for_by_the_next_beat(nodes: Nodes) -> None:
    one, two = nodes.start("one"), nodes.start("two")
    nodes.settle()

    nodes.passes = lambda _: False
    one.presence.came(ANN)
    nodes.tick()
    nodes.passes = lambda _: True
    assert not two.presence.is_online(ANN)

    nodes.settle(BEAT_SECONDS + 1)
    assert two.presence.is_online(ANN)


def test_a_move_that_does_not_join_is_not_taken_but_asked_about(nodes: Nodes) -> None:
    one, two = nodes.start("one"), nodes.start("two")
    nodes.settle()
    nodes.passes = lambda _: False
    one.presence.came(ANN)
    nodes.tick()
    nodes.passes = lambda _: True

    one.presence.came(BEN)
    nodes.tick()
    assert not two.presence.is_online(BEN)

    nodes.settle(2)
    assert two.presence.is_online(ANN)
    assert two.presence.is_online(BEN)


@pytest.mark.rule(75)
def test_users_of_a_killed_node_are_gone_when_it_was_silent_for_15_s(nodes: Nodes) -> None:
    one, two = nodes.start("one"), nodes.start("two")
    one.presence.came(ANN)
    nodes.settle()

    nodes.kill("one")  # -9: it says nothing more
    nodes.settle(DEAD_SECONDS - BEAT_SECONDS)
    assert two.presence.is_online(ANN)

    nodes.settle(BEAT_SECONDS + 1)
    assert two.told == [{ANN: True}, {ANN: False}]
    assert not len(two.presence)


@pytest.mark.rule(75)
def test_whoever_came_back_elsewhere_outlives_their_dead_node(nodes: Nodes) -> None:
    one, two = nodes.start("one"), nodes.start("two")
    one.presence.came(ANN)
    nodes.settle()

    nodes.kill("one")
    two.presence.came(ANN)
    nodes.settle(2 * DEAD_SECONDS)

    assert two.told == [{ANN: True}]


def test_a_node_that_slept_too_long_is_gone_and_comes_back(nodes: Nodes) -> None:
    one, two = nodes.start("one"), nodes.start("two")
    one.presence.came(ANN)
    nodes.settle()

    one.is_stopped = True
    nodes.settle(DEAD_SECONDS + 1)
    assert not two.presence.is_online(ANN)

    one.wake()
    nodes.settle()
    assert two.presence.is_online(ANN)


def test_a_node_that_slept_itself_thinks_nobody_dead(nodes: Nodes) -> None:
    one, two = nodes.start("one"), nodes.start("two")
    two.presence.came(BEN)
    nodes.settle()

    one.is_stopped = True
    nodes.settle(4 * DEAD_SECONDS)
    one.is_stopped = False
    one.presence.tick()  # before it has heard what came meanwhile
    one.wake()
    nodes.settle()

    assert one.told == [{BEN: True}]


def test_a_list_is_shown_once_however_many_ask(nodes: Nodes) -> None:
    one = nodes.start("one")
    one.presence.came(ANN)
    nodes.settle()

    for _ in range(50):
        one.presence.hear(encode(Ask("new", "")))
    nodes.count = 0
    nodes.tick(1.0)
    nodes.tick()
    assert nodes.count == 1

    one.presence.hear(encode(Ask("new", "one")))
    nodes.tick(0.5)
    assert nodes.count == 1
    nodes.tick(0.5)
    assert nodes.count == 2


def test_quiet_nodes_say_no_more_than_their_beats(nodes: Nodes) -> None:
    for name in ("one", "two", "three"):
        nodes.start(name)
    nodes.settle()

    nodes.count = 0
    nodes.settle(60)

    assert nodes.count == 3 * 60 / BEAT_SECONDS


def test_words_that_cannot_be_read_are_passed_over(nodes: Nodes) -> None:
    one = nodes.start("one")

    for word in (b"", b"\xc1", b"\x00", encode(Beat("two", 3))[:-1], b'{"type":"beat"}'):
        one.presence.hear(word)
    nodes.settle(30)

    assert one.told == []
    assert decode(b"\xc1") is None


def test_a_roster_takes_no_word_twice_and_none_that_is_late() -> None:
    roster = Roster()
    roster.take(Part("one", 3, 0, 1, (ANN,)))
    roster.take(Moved("one", 4, (BEN,), (ANN,)))

    assert roster.take(Moved("one", 4, (BEN,), (ANN,))) == ((), ())
    assert roster.take(Part("one", 3, 0, 1, (ANN,))) == ((), ())
    assert roster.take(Beat("one", 2)) == ((), ())
    assert roster.users == {BEN}
    assert not roster.lacks


def test_parts_of_two_lists_are_not_mixed() -> None:
    roster = Roster()
    roster.take(Part("one", 3, 0, 2, (1,)))
    roster.take(Part("one", 5, 1, 2, (4,)))
    roster.take(Part("one", 3, 1, 2, (2,)))  # late
    assert roster.users == set()
    assert roster.lacks

    assert roster.take(Part("one", 5, 0, 2, (3,))) == ({3, 4}, set())


def test_its_own_words_that_come_back_mean_nothing(clock: FakeClock) -> None:
    said: list[bytes] = []
    presence = Presence("one", said.append, clock, told=lambda _: None)
    presence.came(ANN)
    presence.tick()
    for word in tuple(said):
        presence.hear(word)

    presence.went(ANN)
    clock.advance(LINGER_SECONDS)
    presence.tick()

    assert not presence.is_online(ANN)
