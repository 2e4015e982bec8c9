"""The laws of a bus, over every driver; a Redis of each kind is asked in tests/faults."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
import uvloop

from pkg.hub.bus import CHANNELS, Bus
from pkg.hub.bus.drivers.fake import FakeBus, FakeNetwork
from pkg.hub.bus.drivers.memory import Exchange, MemoryBus
from pkg.hub.bus.drivers.redis import RedisBus
from pkg.testing import require
from tests.listener import Listener

COUNT = 200


@dataclass(frozen=True, slots=True)
class Case:
    """How nodes of one application are made, and what makes their network move."""

    node: Callable[[], Bus]
    pump: Callable[[], None]


def memory() -> Case:
    exchange = Exchange()
    return Case(lambda: MemoryBus(exchange), lambda: None)


def fake() -> Case:
    network = FakeNetwork()
    return Case(lambda: FakeBus(network), network.settle)


def redis() -> Case:
    url, prefix = require("redis"), f"test-{secrets.token_hex(8)}"
    return Case(lambda: RedisBus(url, prefix=prefix, timeout=20), lambda: None)


@pytest.fixture(params=[memory, fake, redis])
def case(request: pytest.FixtureRequest) -> Case:
    made: Case = request.param()
    return made


@asynccontextmanager
async def started(case: Case, count: int) -> AsyncIterator[list[Listener]]:
    async with AsyncExitStack() as stack:
        nodes = [Listener(case.node()) for _ in range(count)]
        for node in nodes:
            stack.push_async_callback(node.bus.stop)
            await node.start()
        yield nodes


async def heard(case: Case, node: Listener, count: int) -> list[bytes]:
    await node.until(lambda it: len(it.heard) >= count, pump=case.pump)
    return node.heard


async def test_an_envelope_reaches_every_node_its_sender_too(case: Case) -> None:
    async with started(case, 3) as nodes:
        nodes[0].bus.publish("7", b"hello")

        assert [await heard(case, node, 1) for node in nodes] == [[b"hello"]] * 3


async def test_envelopes_of_one_sender_on_one_channel_come_in_their_order(case: Case) -> None:
    sent = [b"%d" % number for number in range(COUNT)]
    async with started(case, 2) as (one, two):
        for envelope in sent:
            one.bus.publish("7", envelope)

        assert await heard(case, two, COUNT) == sent
        assert await heard(case, one, COUNT) == sent


async def test_two_senders_keep_each_their_own_order(case: Case) -> None:
    async with started(case, 2) as (one, two):
        for number in range(COUNT):
            one.bus.publish("7", b"one %d" % number)
            two.bus.publish("7", b"two %d" % number)
        everything = await heard(case, two, 2 * COUNT)

    for name in (b"one", b"two"):
        mine = [envelope for envelope in everything if envelope.startswith(name)]
        assert mine == [b"%b %d" % (name, number) for number in range(COUNT)]


async def test_every_channel_is_heard_by_every_node(case: Case) -> None:
    async with started(case, 2) as (one, two):
        for channel in CHANNELS:
            one.bus.publish(channel, channel.encode())

        assert set(await heard(case, two, len(CHANNELS))) == {each.encode() for each in CHANNELS}


async def test_an_envelope_may_hold_any_byte_and_a_mebibyte_of_them(case: Case) -> None:
    awkward = [b"\r\n$5\r\n", bytes(range(1, 256)) + b"\0", b"\xff" * (1 << 20)]
    async with started(case, 2) as (one, two):
        for envelope in awkward:
            one.bus.publish("7", envelope)

        assert await heard(case, two, len(awkward)) == awkward


async def test_what_is_published_is_heard_from_the_word_on_that_the_bus_is_up(case: Case) -> None:
    async with started(case, 1) as (one,):
        two = Listener(case.node())
        await two.start()
        assert two.changes == [True]
        one.bus.publish("7", b"after")
        got = list(await heard(case, two, 1))
        await two.bus.stop()

    assert got == [b"after"]


async def test_nobody_is_called_from_inside_publish(case: Case) -> None:
    async with started(case, 2) as (one, two):
        one.bus.publish("7", b"hello")

        assert one.heard == two.heard == []


async def test_a_bus_is_up_between_start_and_stop(case: Case) -> None:
    bus = case.node()
    before = bus.is_up
    listener = Listener(bus)
    await listener.start()
    during = bus.is_up
    await bus.stop()

    assert (before, during, bus.is_up) == (False, True, False)


async def test_a_bus_over_a_network_measures_how_long_its_own_word_takes(case: Case) -> None:
    async with started(case, 1) as (node,):
        delays = node.bus.delays
        if delays is None:
            return  # within one process there is no way to measure

        for count in (1, 2):  # on the one way there is: its own first word is back by then
            node.bus.publish("7", b"hello")
            await heard(case, node, count)

        assert 0 < delays.sum < 20 * delays.count


async def test_to_stop_twice_is_to_stop_once(case: Case) -> None:
    async with started(case, 1) as (one,):
        await one.bus.stop()
        await one.bus.stop()

        assert one.heard == []


async def test_before_start_and_after_stop_publishing_loses_and_says_so_only_in_a_number(
    case: Case,
) -> None:
    async with started(case, 1) as (other,):
        bus = case.node()
        bus.publish("7", b"too early")
        listener = Listener(bus)
        await listener.start()
        await bus.stop()
        bus.publish("7", b"too late")
        other.bus.publish("7", b"end")

        assert await heard(case, other, 1) == [b"end"]
        assert bus.dropped == 2
        assert listener.heard == []


async def test_a_node_alone_in_its_process_is_told_so() -> None:
    exchange = Exchange()
    one, two = MemoryBus(exchange), MemoryBus(exchange)
    await one.start(lambda _: None, lambda _: None)
    alone = one.is_alone
    await two.start(lambda _: None, lambda _: None)

    assert (alone, one.is_alone) == (True, False)


async def test_processes_are_never_known_to_be_alone() -> None:
    assert not RedisBus("redis://127.0.0.1:1/0", prefix="test").is_alone


def test_the_loop_that_serves_carries_it_too() -> None:
    url, prefix = require("redis"), f"test-{secrets.token_hex(8)}"

    async def there_and_back() -> list[bytes]:
        one = Listener(RedisBus(url, prefix=prefix, timeout=20))
        await one.start()
        one.bus.publish("7", b"hello")
        await one.until(lambda it: it.heard != [], pump=lambda: None)
        await one.bus.stop()
        return one.heard

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(there_and_back()) == [b"hello"]
