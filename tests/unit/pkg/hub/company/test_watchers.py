from __future__ import annotations

import pytest

from pkg.hub import Client
from pkg.hub.company.watchers import SLICE, Watchers
from pkg.hub.drivers.fake import FakeTransport

ANN, BEN = 1, 2


class Seat:
    """A client and what it was told."""

    def __init__(self) -> None:
        self.wire = FakeTransport()
        self.client = Client(self.wire)

    @property
    def told(self) -> list[object]:
        return [frame["users"] for frame in self.wire.frames]


@pytest.fixture
def online() -> set[int]:
    return set()


@pytest.fixture
def watchers(online: set[int]) -> Watchers:
    return Watchers(online.__contains__)


def test_a_watcher_is_told_of_those_it_named_and_of_nobody_else(
    watchers: Watchers, online: set[int]
) -> None:
    seat, other = Seat(), Seat()
    assert watchers.watch(seat.client, {ANN}) == {ANN: False}
    watchers.watch(other.client, {BEN})

    online.add(ANN)
    watchers.note([ANN])
    watchers.flush()

    assert seat.told == [{"u:1": "online"}]
    assert other.told == []


def test_changes_of_several_come_in_one_frame(watchers: Watchers, online: set[int]) -> None:
    seat = Seat()
    online.add(ANN)
    watchers.watch(seat.client, {ANN, BEN})

    online ^= {ANN, BEN}
    watchers.note([ANN, BEN])
    watchers.flush()

    assert seat.told == [{"u:1": "offline", "u:2": "online"}]


def test_a_new_list_takes_the_place_of_the_old(watchers: Watchers) -> None:
    seat = Seat()
    watchers.watch(seat.client, {ANN})
    watchers.watch(seat.client, {BEN})
    watchers.note([ANN])
    watchers.flush()
    assert seat.told == []

    watchers.watch(seat.client, ())
    assert not len(watchers)


@pytest.mark.rule(75)
def test_nothing_is_kept_of_a_client_that_went(watchers: Watchers) -> None:
    seat = Seat()
    watchers.watch(seat.client, {ANN, BEN})

    watchers.forget(seat.client)
    watchers.forget(seat.client)
    watchers.note([ANN])
    watchers.flush()

    assert seat.told == []
    assert not len(watchers)


@pytest.mark.rule(75)
def test_a_client_that_went_while_it_was_asking_is_not_kept(watchers: Watchers) -> None:
    seat = Seat()
    seat.client.close(1001, "gone")

    watchers.watch(seat.client, {ANN})

    assert not len(watchers)


def test_a_client_that_lags_does_without(watchers: Watchers, online: set[int]) -> None:
    seat = Seat()
    watchers.watch(seat.client, {ANN})
    seat.client.lagging = True

    online.add(ANN)
    watchers.note([ANN])
    watchers.flush()

    assert seat.told == []
    assert watchers.watch(seat.client, {ANN}) == {ANN: True}


def test_many_changes_are_told_a_slice_at_a_time(watchers: Watchers, online: set[int]) -> None:
    seats = [Seat(), Seat()]
    users = range(1, SLICE + 1)
    for seat in seats:
        watchers.watch(seat.client, users)
    online.update(users)

    watchers.note(users)
    watchers.flush()
    assert [len(told) for seat in seats for told in seat.told if isinstance(told, dict)] == [
        SLICE // 2,
        SLICE // 2,
    ]

    watchers.flush()
    watchers.flush()
    for seat in seats:
        assert {name for told in seat.told if isinstance(told, dict) for name in told} == {
            f"u:{user}" for user in users
        }


def test_of_two_changes_before_a_flush_the_last_is_told(
    watchers: Watchers, online: set[int]
) -> None:
    seat = Seat()
    watchers.watch(seat.client, {ANN})
    online.add(ANN)
    watchers.note([ANN])
    online.discard(ANN)
    watchers.note([ANN])

    watchers.flush()

    assert seat.told == [{"u:1": "offline"}]
