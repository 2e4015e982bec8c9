"""Hubs on one log and one network, and time that passes when the test says so."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count

from pkg.clock import FakeClock
from pkg.hub import Ack, Client, Draft, Hub, HubConfig, Identity
from pkg.hub.bus.drivers.fake import FakeBus, FakeNetwork
from pkg.hub.drivers.fake import FakeStore, FakeTransport
from tests.unit.pkg.hub.conftest import turns

ROOM, OTHER = 7, 8


class Pauses:
    """Pauses that end when `advance` has come so far."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = count()

    async def __call__(self, seconds: float) -> None:
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        due_at = self._clock.monotonic() + seconds
        heappush(self._waiting, (due_at, next(self._count), ended))
        await ended

    async def advance(self, seconds: float) -> None:
        until = self._clock.monotonic() + seconds
        await turns()
        while self._waiting and self._waiting[0][0] <= until:
            due_at, _, ended = heappop(self._waiting)
            self._clock.advance(max(0.0, due_at - self._clock.monotonic()))
            if not ended.done():
                ended.set_result(None)
            await turns()
        self._clock.advance(max(0.0, until - self._clock.monotonic()))
        await turns()


class Member:
    """A client, and what its peer has seen of one conversation."""

    def __init__(self, client: Client, wire: FakeTransport) -> None:
        self.client = client
        self.wire = wire

    @property
    def seqs(self) -> list[object]:
        return [frame["seq"] for frame in self.wire.frames if frame.get("type") == "message"]

    def of(self, type: str) -> list[dict[str, object]]:
        return [frame for frame in self.wire.frames if frame.get("type") == type]


class Node:
    """One hub."""

    def __init__(self, hub: Hub, bus: FakeBus, clock: FakeClock) -> None:
        self.hub = hub
        self.bus = bus
        self._clock = clock

    async def join(self, user: int = 1, after: int | None = None, room: int = ROOM) -> Member:
        wire = FakeTransport()
        client = self.hub.open(wire, dialect="chat.v1")
        identity = Identity(user, user, self._clock.now() + timedelta(days=1))
        self.hub.identify(client, identity)
        tops = await self.hub.seating.enter(client, [room], {room: after or 0})
        self.hub.seating.settle(client, {room: after}, tops)
        return Member(client, wire)

    async def say(self, *texts: str, room: int = ROOM) -> list[Ack]:
        return [await self.hub.post(Draft(room, 1, text, text)) for text in texts]


class Nodes:
    """What the nodes of a test share."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.store = FakeStore(clock, ROOM, OTHER)
        self.network = FakeNetwork()
        self.pauses = Pauses(clock)
        self.nodes: list[Node] = []

    async def start(self) -> Node:
        bus = FakeBus(self.network)
        hub = Hub(
            self.store,
            HubConfig(),
            self.clock,
            limited=False,
            bus=bus,
            pause=self.pauses,
            rest=self.pauses,
        )
        await hub.start()
        self.nodes.append(Node(hub, bus, self.clock))
        return self.nodes[-1]

    async def settle(self, seconds: float = 0.0) -> None:
        """Lets arrive what is on its way, lets *seconds* pass, and so on until all is quiet."""
        await turns()
        self.network.settle()
        await self.pauses.advance(seconds)
        self.network.settle()
        await turns()

    async def stop(self) -> None:
        for node in self.nodes:
            await node.hub.stop()
