"""Random lives of a room: whatever happens, each view is contiguous or has an explicit gap."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg.clock import FakeClock
from pkg.errors import Unavailable
from pkg.hub import Ack, Client, Draft, Hub, HubConfig, Identity, encode
from pkg.hub.checker import History, violations
from pkg.hub.drivers.fake import FakeStore, FakeTransport
from pkg.hub.room import RING

ROOM = 7
USERS = 4
SIZES = (1, 30_000, 70_000)  # three of the last fill an outbox

Step = tuple[str, int, int]
WEIGHTS = {
    "post": 6, "burst": 1, "again": 1, "come": 5, "go": 1, "leave": 1,
    "read": 6, "lose": 1, "switch": 1, "turn": 4, "wait": 1,
}  # fmt: skip


def walk(random: Random, length: int = 80) -> list[Step]:
    """Answers a life in steps; left to lists of its own, Hypothesis hardly finds a slow reader."""
    steps = []
    for name in random.choices([*WEIGHTS], [*WEIGHTS.values()], k=length):
        one, two = random.randrange(USERS), random.choice(SIZES)
        steps.append((name, one, two))
    return steps


@dataclass
class Seat:
    """A user's device over several sockets: it resumes from what it has seen."""

    user: int
    client: Client | None = None
    wire: FakeTransport = field(default_factory=FakeTransport)
    since: int = 0  # where its socket began
    views: int = 0

    @property
    def seen(self) -> int:
        """How far the device has come, gaps included."""
        position = self.since
        for frame in self.wire.frames:
            position = int(str(frame["seq" if frame["type"] == "message" else "first"]))
            position -= frame["type"] == "gap"
        return position


class Life:
    """One hub, its users, and the record of what they were told."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = FakeStore(self.clock, ROOM)
        self.hub = Hub(self.store, HubConfig(), self.clock, limited=False, pause=self.turn)
        self.seats = [Seat(user) for user in range(1, USERS + 1)]
        self.history = History()
        self.sizes: list[int] = []
        self.acks: list[asyncio.Future[Ack]] = []

    async def run(self, steps: list[Step]) -> None:
        await self.hub.start()
        for name, one, two in steps:
            await getattr(self, name)(one, two)
        await self.end()

    async def post(self, count: int, size: int) -> None:
        for _ in range(count + 1):
            self.sizes.append(size)
            self.submit(len(self.sizes) - 1)

    async def burst(self, count: int, _: int) -> None:
        """Says more than a ring holds."""
        await self.post(RING + count, 1)

    async def again(self, number: int, _: int) -> None:
        if self.sizes:
            self.submit(number * len(self.sizes) // USERS)

    def submit(self, number: int) -> None:
        with suppress(Unavailable):
            self.acks.append(
                self.hub.commit.acked(Draft(ROOM, 1, f"m{number}", "x" * self.sizes[number]))
            )

    async def come(self, number: int, size: int) -> None:
        seat = self.seats[number]
        since = seat.seen
        self.part(seat)
        seat.wire, seat.since = FakeTransport(reads=size == 1), since
        client = seat.client = self.hub.open(seat.wire, dialect="chat.v1")
        expires_at = self.clock.now() + timedelta(hours=1)
        self.hub.identify(client, Identity(seat.user, seat.user, expires_at))
        try:
            tops = await self.hub.seating.enter(client, [ROOM])
        except Unavailable:
            self.part(seat)
        else:
            self.hub.seating.settle(client, {ROOM: since}, tops)

    async def go(self, number: int, _: int) -> None:
        self.part(self.seats[number])

    async def leave(self, number: int, _: int) -> None:
        """Unsubscribes, and after a while subscribes again from what it has seen."""
        seat = self.seats[number]
        if seat.client is None:
            return
        self.hub.seating.leave(seat.client, ROOM)
        seat.wire.read()
        await self.turn(3)
        try:
            tops = await self.hub.seating.enter(seat.client, [ROOM])
        except Unavailable:
            self.part(seat)
        else:
            seat.wire.read()
            self.hub.seating.settle(seat.client, {ROOM: seat.seen}, tops)

    async def read(self, number: int, size: int) -> None:
        self.seats[number].wire.read(size // 10_000)
        await self.turn(1)

    async def lose(self, keep: int, _: int) -> None:
        """Retention takes all but the last few."""
        log = self.store.logs[ROOM]
        del log[: max(0, len(log) - keep - 1)]

    async def wait(self, number: int, _: int) -> None:
        """Lets the pause of a breaker pass, or some of it."""
        self.clock.advance(number / 2)

    async def switch(self, number: int, _: int) -> None:
        self.store.failure = Unavailable("away") if number == 0 else None

    async def turn(self, count: float, _: int = 0) -> None:
        for _ in range(int(count)):
            await asyncio.sleep(0)

    async def end(self) -> None:
        """All works again and everybody reads: whoever is here must become level."""
        self.store.failure = None
        await self.hub.commit.settle()
        outcomes = await asyncio.gather(*self.acks, return_exceptions=True)
        acks = [one for one in outcomes if isinstance(one, Ack)]
        assert all(isinstance(one, Ack | Unavailable) for one in outcomes)
        top = max((ack.message.seq for ack in acks), default=0)
        here = [seat for seat in self.seats if seat.client is not None]
        for _ in range(5000):
            if all(seat.seen == top for seat in here):
                break
            for seat in here:
                seat.wire.read()
            await self.turn(1)
        assert [seat.seen for seat in here] == [top] * len(here)
        for seat in here:
            self.part(seat)
        await self.hub.stop()
        self.judge(acks)

    def part(self, seat: Seat) -> None:
        if seat.client is None:
            return
        self.hub.forget(seat.client)
        seat.client = None
        seat.views += 1
        self.history.views[f"{seat.user}.{seat.views}"] = seat.since, seat.wire.frames
        seat.since, seat.wire = seat.seen, FakeTransport()

    def judge(self, acks: list[Ack]) -> None:
        log = {ack.message.seq: json.loads(encode(ack.message)) for ack in acks}
        self.history.log = [log[seq] for seq in sorted(log)]
        self.history.sent = [f"m{number}" for number in range(len(self.sizes))]
        self.history.acked = {ack.message.id: ack.message.seq for ack in acks}
        assert violations(self.history) == []
        assert self.hub.clients == 0
        assert not self.hub.rooms


@pytest.mark.rule(77)
@pytest.mark.rule(72)
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_whatever_happens_each_view_is_contiguous_or_has_a_gap(seed: int) -> None:
    asyncio.run(Life().run(walk(Random(seed))))


@pytest.mark.night
@pytest.mark.rule(77)
@settings(max_examples=5000, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_it_does_not_happen_in_five_thousand_lives_either(seed: int) -> None:
    asyncio.run(Life().run(walk(Random(seed))))
