"""Caps, rates and who belongs to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pkg.clock import FakeClock
from pkg.hub import (
    Client,
    ClientManager,
    CloseCode,
    HubConfig,
    Identity,
    TooManyHandshakes,
    TooManySockets,
)
from pkg.hub.drivers.fake import FakeTransport
from pkg.limiter import MAX_BUCKETS, Buckets, TokenBucket

CONFIG = HubConfig(per_user=2, per_address=3, per_node=5, handshakes=2)


@pytest.fixture
def manager(clock: FakeClock) -> ClientManager:
    return ClientManager(CONFIG, clock)


def client(address: str = "a") -> Client:
    return Client(FakeTransport(), address=address)


def identity(clock: FakeClock, user: int, session: int = 1, minutes: int = 15) -> Identity:
    return Identity(user, session, clock.now() + timedelta(minutes=minutes))


@pytest.mark.rule(74)
async def test_each_cap_holds_at_one_above_it(manager: ClientManager, clock: FakeClock) -> None:
    for _ in range(3):
        manager.register(client("a"))
    with pytest.raises(TooManySockets) as caught:
        manager.register(client("a"))
    assert caught.value.retry_after

    for _ in range(2):
        manager.register(client("b"))
    with pytest.raises(TooManySockets):
        manager.register(client("c"))

    one, two, three, *_ = manager.clients
    manager.identify(one, identity(clock, 1))
    manager.identify(two, identity(clock, 1))
    with pytest.raises(TooManySockets):
        manager.identify(three, identity(clock, 1))
    manager.identify(three, identity(clock, 2))


async def test_who_went_makes_room(manager: ClientManager, clock: FakeClock) -> None:
    clients = [client("a") for _ in range(3)]
    for each in clients:
        manager.register(each)
        manager.identify(each, identity(clock, clients.index(each), session=7))

    manager.unregister(clients[0])
    manager.unregister(clients[0])
    manager.register(client("a"))

    assert manager.of_user(0) == ()
    assert manager.of_session(7) == tuple(clients[1:])
    assert manager.sessions() == [7]
    assert clients[0].is_closed


async def test_nobody_is_counted_where_limits_are_off(clock: FakeClock) -> None:
    manager = ClientManager(CONFIG, clock, limited=False)

    for _ in range(20):
        manager.knock("a")
        each = client("a")
        manager.register(each)
        manager.identify(each, identity(clock, 1))

    assert len(manager.of_user(1)) == 20


async def test_a_client_stays_who_it_is(manager: ClientManager, clock: FakeClock) -> None:
    each = client()
    manager.register(each)
    manager.identify(each, identity(clock, 1))

    manager.identify(each, identity(clock, 1, minutes=30))
    with pytest.raises(ValueError, match="stays"):
        manager.identify(each, identity(clock, 2))


@pytest.mark.rule(74)
async def test_handshakes_are_counted_by_address(manager: ClientManager, clock: FakeClock) -> None:
    for _ in range(2):
        manager.knock("a")
        manager.knock("b")
    with pytest.raises(TooManyHandshakes) as caught:
        manager.knock("a")
    assert caught.value.retry_after == pytest.approx(0.5)

    clock.advance(0.5)
    manager.knock("a")
    with pytest.raises(TooManyHandshakes):
        manager.knock("a")


async def test_a_bucket_lets_its_burst_through_and_then_its_rate(clock: FakeClock) -> None:
    bucket = TokenBucket(clock, rate=10, burst=3)

    assert [bucket.take() for _ in range(3)] == [0, 0, 0]
    wait = bucket.take()
    assert wait == pytest.approx(0.1)
    clock.advance(wait)
    assert bucket.take() == 0
    clock.advance(100)
    assert bucket.is_full
    assert [bucket.take() > 0 for _ in range(4)] == [False, False, False, True]
    assert bucket.take(cost=2) == pytest.approx(0.2)


async def test_buckets_are_bounded_and_full_ones_go_first(clock: FakeClock) -> None:
    buckets = Buckets(clock, rate=1, burst=1)
    buckets.take("empty")
    for number in range(MAX_BUCKETS - 1):
        buckets.take(str(number))

    clock.advance(0.5)
    buckets.take("one more")  # none is full: the one used longest ago goes
    assert buckets.take("empty") == 0
    assert buckets.take(str(MAX_BUCKETS - 2)) > 0

    clock.advance(10)
    buckets.take("and one")
    assert len(buckets) == 1


def settled(
    manager: ClientManager, clock: FakeClock, *, life: float = 3600
) -> tuple[Client, FakeTransport]:
    wire = FakeTransport()
    client = Client(wire, opened_at=clock.monotonic())
    manager.register(client)
    manager.identify(client, Identity(1, 1, clock.now() + timedelta(seconds=life)))
    return client, wire


def pass_by(manager: ClientManager, clock: FakeClock, seconds: int) -> None:
    """Lets time pass as it does: with a sweep a second."""
    for _ in range(seconds):
        clock.advance(1)
        manager.sweep()


@pytest.mark.rule(73)
def test_a_quiet_client_is_asked_once_and_is_dead_when_it_does_not_answer(
    manager: ClientManager, clock: FakeClock
) -> None:
    _, wire = settled(manager, clock)

    pass_by(manager, clock, 24)
    assert wire.pings == 0
    pass_by(manager, clock, 2)
    assert wire.pings == 1
    pass_by(manager, clock, 23)
    assert wire.closed is None
    pass_by(manager, clock, 2)

    assert wire.closed == (CloseCode.TOO_SLOW, "no pong")
    assert wire.pings == 1


@pytest.mark.rule(73)
def test_a_client_that_is_heard_is_not_asked_and_one_that_answers_lives(
    manager: ClientManager, clock: FakeClock
) -> None:
    talks, talking = settled(manager, clock)
    answers, answering = settled(manager, clock)

    for _ in range(120):
        pass_by(manager, clock, 1)
        talks.heard_at = manager.now
        if answers.asked_at > answers.heard_at:  # each ping is answered within its second
            answers.heard_at = manager.now

    assert talking.pings == 0
    assert 3 <= answering.pings <= 5
    assert talking.closed is answering.closed is None


@pytest.mark.rule(73)
def test_a_node_that_stood_still_asks_before_it_judges(
    manager: ClientManager, clock: FakeClock
) -> None:
    _, wire = settled(manager, clock)
    pass_by(manager, clock, 30)
    assert wire.pings == 1

    clock.advance(120)  # SIGSTOP: what was answered meanwhile was not read
    manager.sweep()
    assert wire.closed is None

    pass_by(manager, clock, 52)
    assert wire.closed == (CloseCode.TOO_SLOW, "no pong")


@pytest.mark.rule(73)
def test_the_silence_of_who_is_not_read_says_nothing(
    manager: ClientManager, clock: FakeClock
) -> None:
    client, wire = settled(manager, clock)
    pass_by(manager, clock, 26)
    assert wire.pings == 1

    client.pause()  # its answer waits in the socket
    assert wire.is_paused
    pass_by(manager, clock, 120)
    assert wire.closed is None

    client.resume()
    assert not wire.is_paused
    pass_by(manager, clock, 24)
    assert wire.closed is None
    pass_by(manager, clock, 52)
    assert wire.closed == (CloseCode.TOO_SLOW, "no pong")


@pytest.mark.rule(73)
def test_who_is_read_again_as_its_time_ends_has_time_to_be_heard(
    manager: ClientManager, clock: FakeClock
) -> None:
    client, wire = settled(manager, clock)
    pass_by(manager, clock, 26)
    client.pause()
    pass_by(manager, clock, 23)

    client.resume()
    pass_by(manager, clock, 2)

    assert wire.closed is None


def test_a_transport_that_leaves_pings_to_its_server_is_not_judged_by_them(
    manager: ClientManager, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, wire = settled(manager, clock)
    monkeypatch.setattr(wire, "ping", lambda: False)

    pass_by(manager, clock, 200)

    assert wire.closed is None


def test_who_has_nothing_due_is_not_looked_at(manager: ClientManager, clock: FakeClock) -> None:
    looks = 0

    class Watched(Client):
        @property
        def asked_at(self) -> float:
            nonlocal looks
            looks += 1
            return -1.0

        @asked_at.setter
        def asked_at(self, _: float) -> None:
            pass

    client = Watched(FakeTransport(), opened_at=clock.monotonic())
    manager.register(client)
    manager.identify(client, Identity(1, 1, clock.now() + timedelta(hours=1)))
    pass_by(manager, clock, 1)
    before = looks

    pass_by(manager, clock, 20)

    assert looks == before


@pytest.mark.rule(68)
def test_a_shorter_life_is_looked_at_in_time(manager: ClientManager, clock: FakeClock) -> None:
    client, wire = settled(manager, clock, life=3600)
    pass_by(manager, clock, 3)

    manager.identify(client, Identity(1, 1, clock.now() + timedelta(seconds=4)))
    pass_by(manager, clock, 6)

    assert wire.closed == (CloseCode.SESSION_ENDED, "token.expired")
