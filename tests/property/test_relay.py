"""Random lives of several nodes on one log: whatever the bus does, each view is whole."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg.clock import FakeClock
from pkg.errors import Unavailable
from pkg.hub import Ack, Draft, encode
from pkg.hub.checker import History, violations
from pkg.hub.nodes.relay import SWEEP_SECONDS
from tests.unit.pkg.hub.relayed import OTHER, ROOM, Member, Node, Nodes

NODES = 3
ROOMS = (ROOM, OTHER)

Step = tuple[str, int, int]
WEIGHTS = {
    "say": 8, "arrive": 8, "lose": 2, "double": 1, "settle": 2, "cut": 1, "mend": 2, "outage": 1,
    "back": 2, "come": 4, "go": 1, "die": 1, "wait": 2, "sleep": 1,
}  # fmt: skip


def walk(random: Random, length: int = 100) -> list[Step]:
    names = random.choices([*WEIGHTS], [*WEIGHTS.values()], k=length)
    return [(name, random.randrange(NODES), random.randrange(1000)) for name in names]


class Life:
    """Several nodes, their members, and everything that may happen between them."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.nodes = Nodes(self.clock)
        self.live: list[Node] = []
        self.members: list[tuple[Node, int, int, Member]] = []  # room, where it began
        self.acks: list[asyncio.Future[Ack]] = []
        self.seen: list[tuple[int, int, Member]] = []

    async def run(self, steps: list[Step]) -> None:
        self.live = [await self.nodes.start() for _ in range(NODES)]
        for name, number, size in steps:
            await getattr(self, name)(self.live[number], size)
        await self.end()

    async def say(self, node: Node, size: int) -> None:
        for _ in range(1 + size % 3):
            draft = Draft(ROOMS[size % 2], 1, f"m{len(self.acks)}", f"text {len(self.acks)}")
            with suppress(Unavailable):
                self.acks.append(node.hub.commit.acked(draft))
        await self.nodes.pauses.advance(0)

    async def arrive(self, _: Node, size: int) -> None:
        """Lets one of the parcels on their way overtake the others."""
        if parcels := self.nodes.network.parcels:
            self.nodes.network.arrive(size % len(parcels))

    async def lose(self, _: Node, size: int) -> None:
        if parcels := self.nodes.network.parcels:
            del parcels[size % len(parcels)]

    async def double(self, _: Node, size: int) -> None:
        if parcels := self.nodes.network.parcels:
            self.nodes.network.arrive(size % len(parcels), keep=True)

    async def settle(self, _: Node, size: int) -> None:
        await self.nodes.settle()

    async def cut(self, node: Node, _: int) -> None:
        node.bus.turn(up=False)

    async def mend(self, node: Node, _: int) -> None:
        node.bus.turn(up=True)

    async def outage(self, _: Node, size: int) -> None:
        self.nodes.store.failure = Unavailable("away", retry_after=size / 1000)

    async def back(self, _: Node, __: int) -> None:
        self.nodes.store.failure = None

    async def wait(self, _: Node, size: int) -> None:
        await self.nodes.pauses.advance(size / 500)

    async def sleep(self, _: Node, size: int) -> None:
        """Stops every process at once: nothing is due before they wake."""
        self.clock.advance(size / 100)

    async def come(self, node: Node, size: int) -> None:
        room = ROOMS[size % 2]
        top = len(self.nodes.store.logs[room])
        after = size % (top + 1)
        with suppress(Unavailable):
            self.members.append((node, room, after, await node.join(after=after, room=room)))

    async def go(self, _: Node, size: int) -> None:
        if self.members:
            self.part(size % len(self.members))

    def part(self, number: int) -> None:
        node, room, after, member = self.members.pop(number)
        node.hub.forget(member.client)
        self.seen.append((room, after, member))

    async def die(self, node: Node, _: int) -> None:
        """Kills a node between a commit and its word, and starts another."""
        self.nodes.network.parcels[:] = self.nodes.network.parcels[::2]
        for number in reversed(range(len(self.members))):
            if self.members[number][0] is node:
                self.part(number)
        await node.bus.stop()
        with suppress(Unavailable):
            self.live[self.live.index(node)] = await self.nodes.start()

    async def end(self) -> None:
        """All works again: within one sweep whoever is here must have everything."""
        self.nodes.store.failure = None
        for node in self.live:
            node.bus.turn(up=True)
        for _ in range(4):
            await self.nodes.settle(SWEEP_SECONDS / 2)
        outcomes = await asyncio.gather(*self.acks, return_exceptions=True)
        assert all(isinstance(one, Ack | Unavailable) for one in outcomes)
        logs = {
            room: [json.loads(encode(message)) for message in self.nodes.store.logs[room]]
            for room in ROOMS
        }
        for _, room, after, member in self.members:
            assert member.seqs == [message["seq"] for message in logs[room]][after:]
        while self.members:
            self.part(0)
        await self.nodes.stop()
        for room in ROOMS:
            views: dict[str, tuple[int, Sequence[Mapping[str, Any]]]] = {
                str(number): (after, member.wire.frames)
                for number, (where, after, member) in enumerate(self.seen)
                if where == room
            }
            sent = [f"m{number}" for number in range(len(self.acks))]
            assert violations(History(sent=sent, log=logs[room], views=views)) == []
        assert {node.hub.epoch for node in self.nodes.nodes} <= {"", "epoch-1"}


@pytest.mark.rule(77)
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_whatever_the_bus_does_each_view_is_whole(seed: int) -> None:
    asyncio.run(Life().run(walk(Random(seed))))


@pytest.mark.night
@pytest.mark.timeout(3600)
@pytest.mark.rule(77)
@settings(max_examples=3000, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_it_is_whole_in_three_thousand_lives_too(seed: int) -> None:
    asyncio.run(Life().run(walk(Random(seed))))
