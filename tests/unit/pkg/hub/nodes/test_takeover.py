"""One device at a time: who comes last stays, whichever node they come to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from pkg.clock import FakeClock
from pkg.hub import CloseCode, HubConfig, Identity
from pkg.hub.drivers.fake import FakeTransport
from pkg.hub.nodes.takeover import TOGETHER_SECONDS
from tests.unit.pkg.hub.conftest import Bench
from tests.unit.pkg.hub.relayed import Node, Nodes

REPLACED = (CloseCode.REPLACED, "replaced")


@pytest.fixture
async def nodes(clock: FakeClock) -> AsyncIterator[Nodes]:
    made = Nodes(clock)
    for _ in range(2):
        node = await made.start()
        node.hub.config = node.hub.config.model_copy(update={"single_device": True})
    yield made
    await made.stop()


def come(nodes: Nodes, node: Node, *, session: int, user: int = 1) -> FakeTransport:
    wire = FakeTransport()
    client = node.hub.open(wire, dialect="chat.v1")
    node.hub.identify(client, Identity(user, session, nodes.clock.now() + timedelta(days=1)))
    return wire


async def test_the_sockets_of_the_device_before_are_closed_on_every_node(nodes: Nodes) -> None:
    one, two = nodes.nodes
    before = [come(nodes, one, session=1), come(nodes, two, session=1)]
    stranger = come(nodes, two, session=2, user=2)
    await nodes.settle(TOGETHER_SECONDS + 1)
    assert [wire.closed for wire in before] == [None, None]  # a device may have several

    now = come(nodes, one, session=3)
    await nodes.settle()

    assert [wire.closed for wire in before] == [REPLACED, REPLACED]
    assert now.closed is stranger.closed is None
    assert (one.hub.clients, two.hub.clients) == (1, 1)


async def test_who_comes_again_takes_over_from_a_younger_session(nodes: Nodes) -> None:
    one, two = nodes.nodes
    younger = come(nodes, two, session=2)
    await nodes.settle(TOGETHER_SECONDS + 1)

    older = come(nodes, one, session=1)
    await nodes.settle()

    assert (older.closed, younger.closed) == (None, REPLACED)


async def test_of_two_that_come_to_two_nodes_at_once_one_stays(nodes: Nodes) -> None:
    one, two = nodes.nodes
    older, younger = come(nodes, one, session=1), come(nodes, two, session=2)

    await nodes.settle()

    assert (older.closed, younger.closed) == (REPLACED, None)


async def test_a_newer_token_of_the_same_session_closes_nobody(nodes: Nodes) -> None:
    one = nodes.nodes[0]
    client = one.hub.open(FakeTransport(), dialect="chat.v1")
    identity = Identity(1, 1, nodes.clock.now() + timedelta(days=1))
    one.hub.identify(client, identity)
    await nodes.settle()
    sent = len(one.bus.sent)

    one.hub.identify(client, identity)

    assert len(one.bus.sent) == sent


async def test_devices_live_side_by_side_where_nobody_asks_for_less(nodes: Nodes) -> None:
    node = await nodes.start()

    wires = [come(nodes, node, session=session) for session in (1, 2)]

    assert [wire.closed for wire in wires] == [None, None]


async def test_a_full_house_of_the_device_before_keeps_nobody_out(
    make: Callable[[HubConfig], Bench],
) -> None:
    bench = make(HubConfig(single_device=True, per_user=2))
    full = [bench.peer(1, session=1) for _ in range(2)]

    bench.peer(1, session=2)

    assert [peer.wire.closed for peer in full] == [REPLACED, REPLACED]
