"""A hub over a log in memory, and clients whose reading the test decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from pkg.clock import FakeClock
from pkg.hub import Ack, Client, Dialect, Draft, Hub, HubConfig, Identity
from pkg.hub.drivers.fake import FakeStore, FakeTransport

ROOM = 7


@dataclass
class Peer:
    """A client with its end of the wire."""

    client: Client
    wire: FakeTransport

    @property
    def seqs(self) -> list[object]:
        return [frame["seq"] for frame in self.wire.frames if "seq" in frame]

    def types(self) -> list[object]:
        return [frame.get("type") for frame in self.wire.frames]


@dataclass
class Bench:
    """The hub under test and the ways to act on it."""

    hub: Hub
    store: FakeStore
    clock: FakeClock
    paused: list[float]  # how long the hub wanted to wait for the store

    def peer(
        self, user: int = 1, session: int = 0, *, reads: bool = True, dialect: Dialect = "chat.v1"
    ) -> Peer:
        wire = FakeTransport(reads=reads)
        client = self.hub.open(wire, dialect=dialect, ip="127.0.0.1")
        expires_at = self.clock.now() + timedelta(minutes=15)
        self.hub.identify(client, Identity(user, session or user, expires_at))
        return Peer(client, wire)

    async def join(self, peer: Peer, after: int | None = None, room: int = ROOM) -> None:
        have = {} if after is None else {room: after}
        tops = await self.hub.seating.enter(peer.client, [room], have)
        self.hub.seating.settle(peer.client, {room: after}, tops)

    async def joined(self, user: int = 1, after: int | None = None, *, reads: bool = True) -> Peer:
        peer = self.peer(user, reads=reads)
        await self.join(peer, after)
        return peer

    async def say(self, *texts: str, sender: int = 1, room: int = ROOM) -> list[Ack]:
        drafts = [Draft(room, sender, f"{sender}-{text[:20]}", text) for text in texts]
        return [await self.hub.post(draft) for draft in drafts]


async def turns(count: int = 20) -> None:
    """Lets everything run that waits for nothing but its turn."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.fixture
def config() -> HubConfig:
    return HubConfig()


@pytest.fixture
def make(clock: FakeClock) -> Callable[[HubConfig], Bench]:
    def build(config: HubConfig) -> Bench:
        store, paused = FakeStore(clock, ROOM, 8), list[float]()

        async def pause(seconds: float) -> None:
            paused.append(seconds)
            await turns(1)

        return Bench(Hub(store, config, clock, pause=pause), store, clock, paused)

    return build


@pytest.fixture
async def bench(make: Callable[[HubConfig], Bench], config: HubConfig) -> AsyncIterator[Bench]:
    made = make(config)
    await made.hub.start()
    yield made
    made.store.failure = None
    made.store.gate.set()
    await made.hub.stop()
